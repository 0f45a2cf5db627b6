//! Draw a landscape: the potential coloured by the effective temperature over friction, diffusion and currents.

use nanorotor::quantity::{System, THETA};
use nanorotor::results::{Coordinates, Results};

use crate::page::colour::Colour;
use crate::page::scene::Dash;
use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::Curve;
use crate::plot::figure::{ColourBar, Figure, Width};
use crate::plot::panel::Panel;
use crate::show::names;

/// The unit that is called `practical` in practical units.
pub(crate) fn unit_in(system: System, practical: &'static str) -> &'static str {
    match system {
        System::Practical => practical,
        System::Atomic => "a.u.",
    }
}

/// Currents nowhere larger than this, in µA or atomic units, are rounding noise on zero.
fn no_current(system: System) -> f64 {
    match system {
        System::Practical => 1e-9,
        System::Atomic => 1.5e-13,
    }
}

/// A current or an emissivity of one lead against the angle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeadValues {
    /// The name of the lead.
    pub lead: String,
    /// Its value at each angle.
    pub values: Vec<f64>,
}

/// What a landscape figure shows: one period, its end excluded; NaN leaves a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LandscapeFigure {
    /// The units of all that follows.
    pub units: System,
    /// Angles on [0, `period`), rising, in rad.
    pub theta: Vec<f64>,
    /// The period in rad.
    pub period: f64,
    /// Periodic part of the potential at each angle, eV or hartrees.
    pub potential: Vec<f64>,
    /// Torque of the electrons at each angle, eV or hartrees per rad.
    pub torque: Vec<f64>,
    /// Torque of electrons, study's potential and load together at each angle, in the same unit; its mean is the drive.
    pub total_torque: Vec<f64>,
    /// Effective temperature k_BT_eff at each angle, eV or hartrees.
    pub effective_temperature: Vec<f64>,
    /// Friction by the electrons at each angle, eV ps or atomic units.
    pub friction: Vec<f64>,
    /// Friction by the environment at each angle, in the same unit; empty where there is none.
    pub environment_friction: Vec<f64>,
    /// Strength of the torque noise at each angle, eV² ps or atomic units.
    pub diffusion: Vec<f64>,
    /// Electric currents, µA or atomic units: one entry a lead; empty for a landscape without leads, whose figure then has no such
    /// panel.
    pub currents: Vec<LeadValues>,
    /// Emissivities, electrons per rad in either system: one entry a lead; they have a panel where turning moves electrons.
    pub emissivities: Vec<LeadValues>,
}

impl LandscapeFigure {
    /// What results over theta at one point hold of it.
    pub fn of(results: &Results, period: f64, system: System) -> Self {
        let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(system));
        Self {
            units: system,
            period,
            potential: values("potential"),
            effective_temperature: values("effective_temperature"),
            torque: values("torque"),
            total_torque: values("total_torque"),
            friction: values("friction"),
            environment_friction: values("environment_friction"),
            diffusion: values("diffusion"),
            currents: LeadValues::of(results, "currents", system),
            emissivities: LeadValues::of(results, "emissivity", system),
            theta: angles(results),
        }
    }
}

impl LeadValues {
    /// A quantity of results over theta at one point, for each lead, pair of leads or level.
    pub(crate) fn of(results: &Results, name: &str, system: System) -> Vec<Self> {
        let members = results.get(name).map_or_else(Vec::new, |v| results.along(v, THETA, system));
        members.into_iter().map(|(lead, values)| Self { lead, values }).collect()
    }
}

/// The angles of results.
pub(crate) fn angles(results: &Results) -> Vec<f64> {
    match results.axis(THETA).map(|axis| &axis.coordinates) {
        Some(Coordinates::Numbers(angles)) => angles.clone(),
        _ => Vec::new(),
    }
}

/// The figure of a landscape, one column wide.
pub fn landscape_figure(data: &LandscapeFigure) -> Figure {
    let closed = Period { theta: &data.theta, period: data.period };
    let axis = || Axis::angle("*θ*");
    let unit = |practical| unit_in(data.units, practical);

    let work = work(&data.total_torque, &data.torque, data.period);
    let shaded = |curve: Curve| curve.shade(Period::values(&data.effective_temperature)).width(2.6);
    let potential = if work == 0.0 {
        let ordinate = Axis::new("*U*", unit("eV"));
        Panel::new(axis(), ordinate).curve(shaded(closed.curve(&data.potential))).height(31.0)
    } else {
        // What the rotor feels over a turn goes down by the work of the drive.
        let periodic =
            closed.curve(&data.potential).dash(Dash::Dashed).label(Text::markup("periodic part *U*"));
        Panel::new(axis(), Axis::new("potential", unit("eV")))
            .curve(periodic.width(0.8))
            .curve(shaded(closed.tilted(&data.potential, work)).label(Text::markup(TILTED)))
            .height(38.0)
    };

    let diffusion = Panel::new(axis(), Axis::new("*D*", unit("eV² ps")).include_zero())
        .curve(closed.curve(&data.diffusion))
        .height(22.0);

    let mut panels = vec![potential];
    if work != 0.0 {
        panels.push(torque(data, closed, unit("eV/rad")));
    }
    panels.extend(friction(data, closed, unit("eV ps")));
    panels.push(diffusion);
    if !data.currents.is_empty() {
        let axis = Axis::new("*I*", unit("µA")).zero_below(no_current(data.units));
        panels.push(of_leads(&data.currents, closed, axis));
    }
    if data.pumps() {
        panels.push(of_leads(&data.emissivities, closed, Axis::new("*e*", unit("e/rad")).include_zero()));
    }
    let bar = Axis::new("*k*_{B}*T*_{eff}", unit("eV"));
    Figure::new(Width::SingleColumn, panels).share_x().colour_bar(ColourBar::new(bar))
}

/// What a caption says where there is a drive.
pub(crate) const DRIVEN: &str =
    " W is the work of electrons and load over a period L, positive where it drives the rotor forward.";
/// The potential with the work W of the drive over a period L.
pub(crate) const TILTED: &str = "*U* − *Wθ*/*L*";
/// Fewer electrons per rad are rounding noise.
const NO_EMISSIVITY: f64 = 1e-9;
/// Means below this share of the largest torque are rounding noise.
const NO_DRIVE: f64 = 1e-9;

/// W: what the whole torque does over a period, wind and load together; zero where it is the slope of a potential.
pub(crate) fn work(total_torque: &[f64], torque: &[f64], period: f64) -> f64 {
    let reach = |values: &[f64]| values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let mean = mean(total_torque);
    // NaN where there is no angle.
    if mean.abs() > NO_DRIVE * reach(total_torque).max(reach(torque)) { mean * period } else { 0.0 }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The torque of the electrons, and the total where study's potential or load add to it; its mean is the drive.
fn torque(data: &LandscapeFigure, closed: Period<'_>, unit: &str) -> Panel {
    let panel = Panel::new(Axis::angle("*θ*"), Axis::new("torque", unit).include_zero()).height(26.0);
    let reach = data.torque.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let alike = data.torque.iter().zip(&data.total_torque).all(|(a, b)| (a - b).abs() <= NO_DRIVE * reach);
    let mean = mean(&data.total_torque);
    let mean = closed
        .curve(&vec![mean; data.theta.len()])
        .label(Text::markup("mean *W*/*L* = ").then_text(names::value(mean)))
        .colour(Colour::PALETTE[2])
        .dash(Dash::Dotted);
    let total = closed.curve(&data.total_torque);
    if alike {
        return panel.curve(total.label(Text::markup("*τ*"))).curve(mean);
    }
    let electrons =
        closed.curve(&data.torque).label(Text::markup("*τ*")).colour(Colour::PALETTE[1]).dash(Dash::Dashed);
    panel.curve(total.label(Text::plain("total"))).curve(electrons).curve(mean)
}

/// One panel for both frictions where one axis can show them, two where the electrons' is small and changes sign.
fn friction(data: &LandscapeFigure, closed: Period<'_>, unit: &str) -> Vec<Panel> {
    let electrons = closed.curve(&data.friction);
    let panel = |axis| Panel::new(Axis::angle("*θ*"), axis).height(22.0);
    let axis = || Axis::new("*ξ*", unit);
    if data.environment_friction.iter().all(|xi| *xi == 0.0) {
        return vec![panel(axis().include_zero()).curve(electrons)];
    }
    let electrons = electrons.label(Text::plain("electrons"));
    let environment = closed
        .curve(&data.environment_friction)
        .label(Text::plain("environment"))
        .colour(Colour::PALETTE[2])
        .dash(Dash::Dashed);
    // On a linear axis the larger of the two would flatten the smaller.
    let reach = |values: &[f64]| values.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
    let ratio = reach(&data.environment_friction) / reach(&data.friction);
    let positive = data.friction.iter().chain(&data.environment_friction).all(|xi| *xi > 0.0 || xi.is_nan());
    if (0.2..=5.0).contains(&ratio) {
        vec![panel(axis().include_zero()).curve(electrons).curve(environment)]
    } else if positive {
        vec![panel(axis().log()).curve(electrons).curve(environment)]
    } else {
        vec![panel(axis().include_zero()).curve(electrons), panel(axis().include_zero()).curve(environment)]
    }
}

impl LandscapeFigure {
    /// Whether turning moves electrons: emissivities that are more than rounding noise.
    pub(crate) fn pumps(&self) -> bool {
        self.emissivities.iter().flat_map(|lead| &lead.values).any(|value| value.abs() > NO_EMISSIVITY)
    }
}

/// One curve a lead, or one for two leads that are alike or mirror each other.
pub(crate) fn of_leads(leads: &[LeadValues], closed: Period<'_>, ordinate: Axis) -> Panel {
    let panel = Panel::new(Axis::angle("*θ*"), ordinate).height(26.0);
    if let [one, other] = leads
        && let Some(label) = shared_label([&one.lead, &other.lead], &one.values, &other.values)
    {
        return panel.curve(closed.curve(&one.values).label(label));
    }
    leads.iter().enumerate().fold(panel, |panel, (k, lead)| {
        panel.curve(
            closed
                .curve(&lead.values)
                .label(Text::plain(&lead.lead))
                .colour(Colour::PALETTE[k % Colour::PALETTE.len()])
                .dash(Dash::ALL[k % Dash::ALL.len()]),
        )
    })
}

/// The name of a curve that stands for two leads, `left = −right` or `left = right`, where one curve can show both.
pub(crate) fn shared_label([one, other]: [&str; 2], of_one: &[f64], of_other: &[f64]) -> Option<Text> {
    let opposite: Vec<f64> = of_other.iter().map(|value| -value).collect();
    if mirror(of_one, of_other) {
        Some(Text::plain(one).then(" = −").then(other))
    } else if mirror(of_one, &opposite) {
        Some(Text::plain(one).then(" = ").then(other))
    } else {
        None
    }
}

/// Whether one current is the other with its sign changed, to what a line can show.
fn mirror(one: &[f64], other: &[f64]) -> bool {
    let reach = one
        .iter()
        .chain(other)
        .filter(|value| value.is_finite())
        .fold(0.0, |most: f64, value| most.max(value.abs()));
    let same = |(a, b): (&f64, &f64)| (a.is_nan() && b.is_nan()) || (a + b).abs() <= 1e-6 * reach;
    one.len() == other.len() && one.iter().zip(other).all(same)
}

/// Closes curves over one period: the value at its end is that at its beginning.
#[derive(Clone, Copy)]
pub(crate) struct Period<'a> {
    pub(crate) theta: &'a [f64],
    pub(crate) period: f64,
}

impl Period<'_> {
    pub(crate) fn values(values: &[f64]) -> Vec<f64> {
        values.iter().chain(values.first()).copied().collect()
    }

    pub(crate) fn curve(self, values: &[f64]) -> Curve {
        let end = self.theta.first().map(|first| first + self.period);
        Curve::line(self.theta.iter().copied().chain(end).collect(), Self::values(values))
    }

    /// A potential that falls by `work` over the period.
    pub(crate) fn tilted(self, values: &[f64], work: f64) -> Curve {
        let mut curve = self.curve(values);
        let start = curve.x.first().copied().unwrap_or_default();
        for (x, y) in curve.x.iter().zip(&mut curve.y) {
            *y -= work * (x - start) / self.period;
        }
        curve
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn data() -> LandscapeFigure {
        let theta: Vec<f64> = (0..64).map(|k| f64::from(k) * std::f64::consts::PI / 64.0).collect();
        let wave = |mean: f64, swing: f64| theta.iter().map(|t| mean + swing * (2.0 * t).cos()).collect();
        LandscapeFigure {
            units: System::Practical,
            period: std::f64::consts::PI,
            potential: wave(0.04, 0.04),
            effective_temperature: wave(0.03, 0.002),
            torque: wave(0.0, 0.08),
            total_torque: wave(0.0, 0.08),
            friction: wave(2e-6, 1e-6),
            environment_friction: vec![3e-3; 64],
            diffusion: wave(2e-4, 1e-5),
            currents: vec![LeadValues { lead: "left".into(), values: wave(5.0, 1.0) }],
            emissivities: Vec::new(),
            theta,
        }
    }

    #[test]
    fn a_landscape_without_leads_has_no_panel_for_currents() {
        let with = landscape_figure(&data());
        let without = landscape_figure(&LandscapeFigure { currents: Vec::new(), ..data() });
        assert_eq!((with.panels.len(), without.panels.len()), (4, 3));
    }

    #[test]
    fn electrons_that_turning_moves_have_a_panel() {
        let with = |size: f64| {
            let mut emissivities = data().currents;
            emissivities[0].values.iter_mut().for_each(|value| *value *= size);
            landscape_figure(&LandscapeFigure { emissivities, ..data() }).panels.len()
        };
        assert_eq!((with(1e-3), with(1e-15), with(0.0)), (5, 4, 4));
    }

    #[test]
    fn a_drive_shows_its_torque_and_the_tilted_potential() {
        let wind = LandscapeFigure {
            total_torque: data().total_torque.iter().map(|t| t - 0.01).collect(),
            ..data()
        };
        let figure = landscape_figure(&wind);
        assert_eq!(figure.panels.len(), 5);
        let [periodic, tilted] = &figure.panels[0].curves[..] else { panic!("two curves") };
        let fall = tilted.y[0] - tilted.y[64];
        assert!((fall + 0.01 * std::f64::consts::PI).abs() < 1e-12, "{fall}");
        assert_eq!((periodic.y[0], periodic.shade.is_some()), (periodic.y[64], false));
        assert_eq!(tilted.shade.as_ref().map(Vec::len), Some(65));
        // Total, electrons and mean; the electrons alone make one curve with its mean.
        assert_eq!(figure.panels[1].curves.len(), 3);
        let own = LandscapeFigure { torque: wind.total_torque.clone(), ..wind };
        assert_eq!(landscape_figure(&own).panels[1].curves.len(), 2);
    }

    #[test]
    fn two_leads_that_mirror_each_other_are_one_curve() {
        let lead = |lead: &str, values: Vec<f64>| LeadValues { lead: lead.into(), values };
        let one: Vec<f64> = data().currents[0].values.clone();
        let other: Vec<f64> = one.iter().map(|x| -x * (1.0 + 1e-9)).collect();
        let of =
            |currents| landscape_figure(&LandscapeFigure { currents, ..data() }).panels[3].curves.clone();
        let curves = of(vec![lead("left", one.clone()), lead("right", other.clone())]);
        assert_eq!(curves.len(), 1);
        assert_eq!(curves[0].label.as_ref().unwrap().to_string(), "left = −right");
        let unlike = other.iter().map(|x| 1.01 * x).collect();
        assert_eq!(of(vec![lead("left", one.clone()), lead("right", unlike)]).len(), 2);
        assert_eq!(of(vec![lead("a", one.clone()), lead("b", other), lead("c", one)]).len(), 3);
    }

    #[test]
    fn curves_close_the_period() {
        let figure = landscape_figure(&data());
        for curve in figure.panels.iter().flat_map(|panel| &panel.curves) {
            assert_eq!(curve.x.len(), 65);
            assert_eq!(curve.x[64], std::f64::consts::PI);
            assert_eq!(curve.y[64], curve.y[0]);
        }
    }

    #[test]
    fn frictions_of_unlike_size_share_a_logarithmic_axis_or_part_where_one_is_negative() {
        use crate::plot::axis::Scale;
        assert_eq!(landscape_figure(&data()).panels[1].y.scale, Scale::Log);
        let mut negative = data();
        negative.friction[3] = -1e-7;
        let apart = landscape_figure(&negative);
        assert_eq!((apart.panels.len(), apart.panels[1].curves.len()), (5, 1));
        assert_eq!((apart.panels[1].y.scale, apart.panels[2].y.scale), (Scale::Linear, Scale::Linear));
        let alike = LandscapeFigure { environment_friction: vec![2e-6; 64], ..data() };
        assert_eq!(landscape_figure(&alike).panels[1].y.scale, Scale::Linear);
    }
}
