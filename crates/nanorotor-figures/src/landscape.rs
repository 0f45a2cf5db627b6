//! Draw a landscape: the potential coloured by the effective temperature over friction, diffusion and currents.

use crate::axis::Axis;
use crate::colour::Colour;
use crate::curve::Curve;
use crate::figure::{ColourBar, Figure, Width};
use crate::panel::Panel;
use crate::scene::Dash;
use crate::text::Text;

/// The units that the data are in and the axes name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Units {
    /// eV, eV ps, eV² ps, µA.
    #[default]
    Practical,
    /// Hartree atomic units.
    Atomic,
}

impl Units {
    /// The unit that is called `practical` in practical units.
    pub(crate) fn name(self, practical: &'static str) -> &'static str {
        if self == Self::Practical { practical } else { "a.u." }
    }
}

impl Units {
    /// Currents nowhere larger than this, in µA or atomic units, are rounding noise on zero.
    fn no_current(self) -> f64 {
        if self == Self::Practical { 1e-9 } else { 1.5e-13 }
    }
}

/// The current of one lead against the angle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeadCurrent {
    /// The name of the lead.
    pub lead: String,
    /// Electric current at each angle, µA or atomic units.
    pub values: Vec<f64>,
}

/// What a landscape figure shows: one period, its end excluded; NaN leaves a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LandscapeFigure {
    /// The units of all that follows.
    pub units: Units,
    /// Angles on [0, `period`), rising, in rad.
    pub theta: Vec<f64>,
    /// The period in rad.
    pub period: f64,
    /// Potential at each angle, eV or hartrees.
    pub potential: Vec<f64>,
    /// Effective temperature k_BT_eff at each angle, eV or hartrees.
    pub effective_temperature: Vec<f64>,
    /// Friction by the electrons at each angle, eV ps or atomic units.
    pub friction: Vec<f64>,
    /// Friction by the environment at each angle, in the same unit; empty where there is none.
    pub environment_friction: Vec<f64>,
    /// Strength of the torque noise at each angle, eV² ps or atomic units.
    pub diffusion: Vec<f64>,
    /// One entry a lead; empty for a landscape without leads, whose figure then has no such panel.
    pub currents: Vec<LeadCurrent>,
}

/// The figure of a landscape, one column wide.
pub fn landscape_figure(data: &LandscapeFigure) -> Figure {
    let closed = Period { theta: &data.theta, period: data.period };
    let axis = || Axis::angle("*θ*");
    let unit = |practical| data.units.name(practical);

    let potential =
        closed.curve(&data.potential).shade(Period::values(&data.effective_temperature)).width(2.6);
    let potential = Panel::new(axis(), Axis::new("*U*", unit("eV"))).curve(potential).height(31.0);

    let diffusion = Panel::new(axis(), Axis::new("*D*", unit("eV² ps")).include_zero())
        .curve(closed.curve(&data.diffusion))
        .height(22.0);

    let mut panels = vec![potential];
    panels.extend(friction(data, closed, unit("eV ps")));
    panels.push(diffusion);
    if !data.currents.is_empty() {
        panels.push(currents(data, closed, unit("µA")));
    }
    let bar = Axis::new("*k*_{B}*T*_{eff}", unit("eV"));
    Figure::new(Width::SingleColumn, panels).share_x().colour_bar(ColourBar::new(bar))
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

fn currents(data: &LandscapeFigure, closed: Period<'_>, unit: &str) -> Panel {
    let panel = Panel::new(Axis::angle("*θ*"), Axis::new("*I*", unit).zero_below(data.units.no_current()))
        .height(26.0);
    data.currents.iter().enumerate().fold(panel, |panel, (k, current)| {
        panel.curve(
            closed
                .curve(&current.values)
                .label(Text::plain(&current.lead))
                .colour(Colour::PALETTE[k % Colour::PALETTE.len()])
                .dash(Dash::ALL[k % Dash::ALL.len()]),
        )
    })
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> LandscapeFigure {
        let theta: Vec<f64> = (0..64).map(|k| f64::from(k) * std::f64::consts::PI / 64.0).collect();
        let wave = |mean: f64, swing: f64| theta.iter().map(|t| mean + swing * (2.0 * t).cos()).collect();
        LandscapeFigure {
            units: Units::Practical,
            period: std::f64::consts::PI,
            potential: wave(0.04, 0.04),
            effective_temperature: wave(0.03, 0.002),
            friction: wave(2e-6, 1e-6),
            environment_friction: vec![3e-3; 64],
            diffusion: wave(2e-4, 1e-5),
            currents: vec![LeadCurrent { lead: "left".into(), values: wave(5.0, 1.0) }],
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
        use crate::axis::Scale;
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
