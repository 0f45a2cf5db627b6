//! Say how far the assumptions of the theory hold for a study, with numbers and in words.
//!
//! | symbol | meaning                                                          | here                        |
//! |--------|------------------------------------------------------------------|-----------------------------|
//! | γ      | width of a resonance, −2 Im z for an eigenvalue z of h_eff (Ha)  | `width`                     |
//! | d      | distance of its Re z from the energies between the leads' μ (Ha) | `distance`                  |
//! | t_el   | the longest 1/(γ² + d²)^½: how long an electron stays (a.u.)     | `Electronic::stay`          |
//! | u      | root mean square of the angular velocity, at least the thermal one, (max k_BT_eff/I)^½ (rad per a.u.) | `Motion::velocity` |
//! | Ω      | (max \|U″\|/I)^½, fastest libration (1/a.u.)                     | `Motion::libration`         |
//!
//! The expansion of Preston & Kosov (2023), equations (A8)–(A16), is in the change of the couplings while an electron stays:
//! u t_el against L/2π. White noise, equation (13), forgets within max(t_el, 1/2k_BT), which the rotor must not notice: against the
//! shortest of 1/Ω, I/X and (L/2π)/u. A classical rotor needs Ω below k_BT.

use std::f64::consts::{PI, TAU};

use super::build::Electrons;
use super::resolved::{Model, Resolved};
use super::results::Results;
use crate::error::{Error, Result};
use crate::junction::{Band, Junction, Lead};
use crate::landscape::Landscape;
use crate::scattering::Scattering;
use crate::units::{HARTREE_IN_EV, TIME_IN_NANOSECONDS, in_practical_units, output_unit};

/// How far an assumption holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It holds.
    Holds,
    /// It is a rough approximation, or a choice on which results depend.
    Questionable,
    /// It does not hold: the results are those of a model that does not describe this junction.
    Fails,
}

impl Standing {
    /// As it is printed.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Questionable => "questionable",
            Self::Fails => "fails",
        }
    }

    /// By a small ratio: holds up to `good`, fails beyond `bad`.
    pub(super) fn of(ratio: f64, good: f64, bad: f64) -> Self {
        match ratio {
            r if r <= good => Self::Holds,
            r if r <= bad => Self::Questionable,
            _ => Self::Fails,
        }
    }
}

/// The ratios that judge assumptions, by name: an assumption holds up to the first bound and fails beyond the second.
///
/// docs/physics.md says why.
const BOUNDS: [(&str, &str, f64, f64); 5] = [
    ("adiabaticity", "adiabatic_ratio", 0.1, 1.0),
    ("white noise", "memory_ratio", 0.1, 1.0),
    ("classical rotor", "quantum_ratio", 0.5, 2.0),
    ("resonances", "resonance_ratio", 1.0, f64::INFINITY),
    ("band edge", "band_edge_ratio", 0.5, 1.0),
];

/// The standing of the assumption that `measure` judges.
fn judged(measure: &str, ratio: f64) -> Standing {
    let bounds = BOUNDS.iter().find(|(_, name, ..)| *name == measure);
    bounds.map_or(Standing::Fails, |(.., good, bad)| Standing::of(ratio, *good, *bad))
}

/// An assumption and how far it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// One word for it, the same in every result.
    pub name: &'static str,
    /// How far it holds.
    pub standing: Standing,
    /// Why, with the numbers, in eV, fs and rad.
    pub text: String,
}

/// The assumptions of the theory at one point of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Validity {
    /// Each assumption, in a fixed order.
    pub assumptions: Vec<Assumption>,
    /// The numbers behind them, by name, in atomic units; NaN where there are no electrons to tell them.
    pub measures: Vec<(&'static str, f64)>,
}

impl Validity {
    /// Add the numbers and the words to results.
    pub fn put_into(self, results: &mut Results) {
        for (name, value) in self.measures {
            results.scalar(name, value);
        }
        results.validity.extend(self.assumptions);
    }
}

/// How fast the rotor moves, where that is known (rad per a.u. of time).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Velocity {
    /// ⟨u²⟩^½, as the stationary density has it.
    RootMeanSquare(f64),
    /// ⟨u⟩, as trajectories have it; the spread about it is taken as thermal.
    Mean(f64),
    /// Nothing is known but the landscape: the rotor may run as fast as the mean torque drives it against the mean friction.
    Unknown,
}

/// How many angles are looked at for resonances: fewer for large molecules.
fn angles(sites: usize) -> usize {
    if sites <= 16 { 64 } else { 16 }
}

/// The slowest electrons over all angles.
struct Electronic {
    /// t_el (a.u.), and the angle where.
    stay: (f64, f64),
    /// The median over all angles of the longest stay at each (a.u.).
    usual_stay: f64,
    /// The width of the narrowest resonance (Ha), its energy (Ha) and its angle.
    narrowest: (f64, f64, f64),
    /// The lowest temperature of the leads (Ha).
    thermal_energy: f64,
    /// How close to a sharp bottom of the band something stands, and what; none for bands without one.
    edge: Option<(f64, String)>,
}

/// k_BT below the chemical potential that the bottom of a band must keep for its edge not to be felt: the Fermi function is
/// e⁻⁵ from one there.
const EDGE: f64 = 5.0;

impl Electronic {
    fn new(junction: &Junction) -> Result<Self> {
        let leads = junction.leads();
        let ends = |pick: fn(f64, f64) -> f64, start: f64| {
            leads.iter().map(|lead| lead.chemical_potential).fold(start, pick)
        };
        let (low, high) = (ends(f64::min, f64::INFINITY), ends(f64::max, f64::NEG_INFINITY));
        let thermal_energy = leads.iter().map(|lead| lead.thermal_energy).fold(f64::INFINITY, f64::min);
        let mut narrowest = (f64::INFINITY, 0.0, 0.0);
        let bottom = match junction.band() {
            Band::Bottom(bottom) => Some(*bottom),
            Band::Lorentzian(_) => None,
        };
        let mut edge = bottom.map(|bottom| Edge::of_leads(leads, bottom));
        let mut stays = Vec::new();
        let count = angles(junction.frame(0.0)?.sites());
        for j in 0..count {
            let theta = junction.period() * j as f64 / count as f64;
            let scattering = Scattering::new(&junction.frame(theta)?)?;
            let scale = scattering.poles().iter().map(|z| z.norm()).fold(0.0, f64::max);
            let mut stay = 0.0_f64;
            for z in scattering.poles() {
                let width = -2.0 * z.im;
                if let Some(edge) = &mut edge {
                    edge.add_level(z.re, width, theta);
                }
                // A level without any coupling takes no part.
                if width <= 1e-14 * scale {
                    continue;
                }
                let distance = (low - z.re).max(z.re - high).max(0.0);
                stay = stay.max(1.0 / width.hypot(distance));
                if width < narrowest.0 {
                    narrowest = (width, z.re, theta);
                }
            }
            stays.push((stay, theta));
        }
        stays.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (stay, usual_stay) = (stays[count - 1], stays[count / 2].0);
        let edge = edge.map(|edge| (edge.ratio, edge.what));
        Ok(Self { stay, usual_stay, narrowest, thermal_energy, edge })
    }

    /// How long the noise of the electrons remembers (a.u.).
    fn memory(&self) -> f64 {
        self.stay.0.max(0.5 / self.thermal_energy)
    }
}

/// What stands closest to the bottom of the band, as a ratio that is 1 where it is too close.
struct Edge {
    bottom: f64,
    ratio: f64,
    what: String,
}

impl Edge {
    fn of_leads(leads: &[Lead], bottom: f64) -> Self {
        let mut edge = Self { bottom, ratio: 0.0, what: String::new() };
        for lead in leads {
            let above = lead.chemical_potential - bottom;
            edge.take(above, EDGE * lead.thermal_energy, || {
                format!(
                    "the chemical potential of lead \"{}\" is {} above the bottom, {:.1} k_BT",
                    lead.name,
                    electronvolts(above),
                    above / lead.thermal_energy
                )
            });
        }
        edge
    }

    fn add_level(&mut self, energy: f64, width: f64, theta: f64) {
        let above = energy - self.bottom;
        self.take(above, width, || {
            format!(
                "a level {} wide lies {} above the bottom at theta = {theta:.3}",
                electronvolts(width),
                electronvolts(above)
            )
        });
    }

    fn take(&mut self, above: f64, needed: f64, what: impl FnOnce() -> String) {
        let ratio = if above > 0.0 { needed / above } else { f64::INFINITY };
        if ratio > self.ratio || self.what.is_empty() {
            (self.ratio, self.what) = (ratio, what());
        }
    }
}

/// The rotor's own scales.
struct Motion {
    /// u (rad per a.u.).
    velocity: f64,
    /// What kind of velocity it is, in words.
    kind: &'static str,
    /// Ω (1/a.u.).
    libration: f64,
    /// I/max X (a.u.).
    relaxation: f64,
    /// L/2π (rad).
    angle: f64,
    /// The highest k_BT_eff (Ha); NaN where there is none.
    thermal_energy: f64,
}

impl Motion {
    fn new(resolved: &Resolved, landscape: &Landscape, known: Velocity) -> Self {
        let inertia = resolved.rotor.moment_of_inertia;
        let thermal_energy = landscape.max_effective_temperature();
        let curvature = landscape.potential().derivative().derivative().magnitude();
        let thermal = (thermal_energy / inertia).sqrt();
        let (velocity, kind) = match known {
            Velocity::RootMeanSquare(velocity) => (velocity, "the root mean square of its velocity"),
            Velocity::Mean(velocity) => (velocity.hypot(thermal), "its mean velocity with a thermal spread"),
            Velocity::Unknown => {
                let drift = landscape.force().mean() / landscape.total_friction().mean();
                (drift.hypot(thermal), "the velocity to which its mean torque can drive it")
            }
        };
        // Without a drift, and where nothing is known, the hottest angle decides.
        let (velocity, kind) =
            if velocity > 1.001 * thermal { (velocity, kind) } else { (thermal, "its thermal velocity") };
        Self {
            velocity,
            kind,
            libration: (curvature / inertia).sqrt(),
            relaxation: inertia / landscape.total_friction().magnitude(),
            angle: landscape.period() / TAU,
            thermal_energy,
        }
    }

    /// The shortest time in which something happens to the rotor (a.u.), and what that is.
    fn shortest(&self) -> (f64, &'static str) {
        [
            (1.0 / self.libration, "its fastest libration passes one radian"),
            (self.relaxation, "its velocity decays"),
            (self.angle / self.velocity, "it turns by L/2π"),
        ]
        .into_iter()
        .fold((f64::INFINITY, "it rests"), |least, time| if time.0 < least.0 { time } else { least })
    }
}

/// A time in words.
fn femtoseconds(time: f64) -> String {
    format!("{:.1} fs", time * TIME_IN_NANOSECONDS * 1e6)
}

/// An energy in words.
fn electronvolts(energy: f64) -> String {
    let energy = energy * HARTREE_IN_EV;
    if energy != 0.0 && energy.abs() < 1e-3 { format!("{energy:.3e} eV") } else { format!("{energy:.4} eV") }
}

impl Resolved {
    /// How far the assumptions of the theory hold at this point for a rotor that moves as `known` says; `landscape` is that of
    /// [`Resolved::landscape`].
    ///
    /// # Errors
    /// As [`Resolved::electrons`], and for a junction that cannot be diagonalised.
    pub fn validity(&self, landscape: &Landscape, known: Velocity) -> Result<Validity> {
        let electronic = match self.electrons()? {
            Electrons::Junction(junction) => Some(Electronic::new(&junction)?),
            Electrons::Given(_) => None,
        };
        let motion = Motion::new(self, landscape, known);
        let lowest = landscape.total_friction().minimum();
        let mut assumptions = vec![period(landscape), self.drive(landscape)];
        if let Model::Landscape(model) = &self.model {
            assumptions.extend(model.interpolation());
        }
        let mut measures = vec![("smallest_period", landscape.period())];
        if let Some(electronic) = &electronic {
            let ratio = motion.velocity * electronic.stay.0 / motion.angle;
            assumptions.push(adiabatic(electronic, &motion, ratio));
            measures.push(("adiabatic_ratio", ratio));
            let ratio = electronic.memory() / motion.shortest().0;
            assumptions.push(memory(electronic, &motion, ratio));
            measures.push(("memory_ratio", ratio));
        }
        let ratio = motion.libration / motion.thermal_energy;
        assumptions.push(classical(&motion, ratio));
        measures.push(("quantum_ratio", ratio));
        if let Some(electronic) = &electronic {
            assumptions.push(resonance(electronic));
            measures.push(("resonance_width", electronic.narrowest.0));
            measures.push(("resonance_ratio", electronic.thermal_energy / electronic.narrowest.0));
            if let Some((ratio, why)) = &electronic.edge {
                assumptions.push(band_edge(*ratio, why));
                measures.push(("band_edge_ratio", *ratio));
            }
        }
        assumptions.push(friction(landscape, lowest));
        measures.push(("lowest_friction", lowest.1));
        Ok(Validity { assumptions, measures })
    }

    /// All assumptions, with what another kind of band would say where that can be computed.
    ///
    /// # Errors
    /// As [`Resolved::validity`].
    pub fn assumptions(&self, landscape: &Landscape, known: Velocity) -> Result<Vec<Assumption>> {
        let mut assumptions = self.validity(landscape, known)?.assumptions;
        assumptions.extend(self.band_assumption(landscape)?);
        Ok(assumptions)
    }

    /// What a band ten times deeper, or as wide, would do to the barrier; none where the study has no band to change, or the
    /// landscape with the other cannot be computed.
    ///
    /// # Errors
    /// As [`Resolved::landscape`].
    pub fn band_assumption(&self, landscape: &Landscape) -> Result<Option<Assumption>> {
        let mut other = self.clone();
        let Model::Junction(junction) = &mut other.model else { return Ok(None) };
        let change = match &mut junction.band {
            Band::Bottom(bottom) if *bottom < 0.0 => {
                *bottom *= 10.0;
                format!("from {}", electronvolts(*bottom))
            }
            Band::Bottom(_) => return Ok(None),
            Band::Lorentzian(bands) => {
                for band in bands.iter_mut() {
                    band.half_width *= 10.0;
                }
                "with half widths ten times larger".into()
            }
        };
        let other = match other.landscape() {
            Err(Error::NotConverged { .. }) => return Ok(None),
            other => other?,
        };
        let (own, barrier) = (landscape.barrier(), other.barrier());
        let relative = (barrier - own).abs() / own.max(f64::MIN_POSITIVE);
        let text = format!(
            "barrier {}; {change} it would be {}{}",
            electronvolts(own),
            electronvolts(barrier),
            if relative > 0.01 {
                ": it depends on where the band ends, which only the study's author knows"
            } else {
                ""
            }
        );
        Ok(Some(Assumption { name: "band", standing: Standing::of(relative, 0.01, f64::INFINITY), text }))
    }

    fn drive(&self, landscape: &Landscape) -> Assumption {
        let mean = landscape.mean_torque();
        let work = mean * landscape.period();
        let by =
            if matches!(self.model, Model::Junction(_)) { "the electrons" } else { "the study's torque" };
        // Ten digits of the largest torque are asked for, so a mean below that is none.
        let text = if mean.abs() <= 1e-10 * landscape.torque().magnitude() {
            format!("conservative: {by} and a rotor that turns once exchange no work")
        } else {
            format!(
                "a nonconservative drive, a wind: {by} do {} of work over each period",
                electronvolts(work)
            )
        };
        Assumption { name: "torque", standing: Standing::Holds, text }
    }
}

fn period(landscape: &Landscape) -> Assumption {
    let (given, smallest) = (landscape.stated_period(), landscape.period());
    let text = if landscape.parts() > 1 {
        format!(
            "the landscape already repeats after {}, not only after the study's {}: hops are counted over the former",
            turn(smallest),
            turn(given)
        )
    } else {
        format!("{} is the smallest", turn(given))
    };
    Assumption { name: "period", standing: Standing::Holds, text }
}

/// 2π/n in words.
fn turn(angle: f64) -> String {
    let n = (TAU / angle).round();
    let fraction = if (angle - PI).abs() < 1e-9 { "pi".into() } else { format!("2 pi/{n}") };
    let fraction = if n == 1.0 { "2 pi".into() } else { fraction };
    format!("{angle:.6} rad = {fraction}")
}

/// Where X ≤ 0 somewhere, k_BT_eff grows without bound, and nothing that needs its maximum can be told.
fn without_temperature(name: &'static str) -> Assumption {
    let text =
        "cannot be judged: the friction is not positive everywhere, so that k_BT_eff has no highest value"
            .into();
    Assumption { name, standing: Standing::Fails, text }
}

fn adiabatic(electronic: &Electronic, motion: &Motion, ratio: f64) -> Assumption {
    if ratio.is_nan() {
        return without_temperature("adiabaticity");
    }
    let text = format!(
        "an electron stays up to {} (at theta = {:.3}; {} at the median angle), in which the rotor turns {:.3} rad at {}: {ratio:.3} \
         of L/2π, over which couplings change",
        femtoseconds(electronic.stay.0),
        electronic.stay.1,
        femtoseconds(electronic.usual_stay),
        motion.velocity * electronic.stay.0,
        motion.kind,
    );
    Assumption { name: "adiabaticity", standing: judged("adiabatic_ratio", ratio), text }
}

fn memory(electronic: &Electronic, motion: &Motion, ratio: f64) -> Assumption {
    let (time, what) = motion.shortest();
    let text = format!(
        "the electrons' noise forgets within {}; the rotor's shortest time is {}, in which {what}: {ratio:.3} of it",
        femtoseconds(electronic.memory()),
        femtoseconds(time)
    );
    Assumption { name: "white noise", standing: judged("memory_ratio", ratio), text }
}

fn classical(motion: &Motion, ratio: f64) -> Assumption {
    if ratio.is_nan() {
        return without_temperature("classical rotor");
    }
    let text = format!(
        "the quantum of the fastest libration is {}, {ratio:.3} of the highest k_BT_eff",
        electronvolts(motion.libration)
    );
    Assumption { name: "classical rotor", standing: judged("quantum_ratio", ratio), text }
}

fn resonance(electronic: &Electronic) -> Assumption {
    let (width, energy, theta) = electronic.narrowest;
    let ratio = width / electronic.thermal_energy;
    let text = format!(
        "the narrowest resonance is {} wide (at {}, theta = {theta:.3}), {ratio:.3} of the leads' lowest k_BT{}",
        electronvolts(width),
        electronvolts(energy),
        if ratio < 1.0 {
            ": electrons stay long there, and their repulsion, of which the model has only the mean field, matters most"
        } else {
            ""
        }
    );
    Assumption { name: "resonances", standing: judged("resonance_ratio", 1.0 / ratio), text }
}

fn band_edge(ratio: f64, what: &str) -> Assumption {
    let standing = judged("band_edge_ratio", ratio);
    let text = match standing {
        Standing::Holds => what.to_owned(),
        _ => format!("{what}: only the torque is cut at the bottom, so that nothing is right near it"),
    };
    Assumption { name: "band edge", standing, text }
}

/// How far the assumptions hold over a sweep, from the numbers that its points keep: the worst standing of each.
pub fn sweep_validity(results: &Results) -> Vec<Assumption> {
    let ratios = BOUNDS.map(|(name, measure, ..)| (name, measure, judged as fn(&str, f64) -> Standing));
    let sign = |_: &str, friction: f64| match friction {
        x if x > 0.0 => Standing::Holds,
        x if x < 0.0 => Standing::Fails,
        _ => Standing::Questionable,
    };
    let all = ratios.into_iter().chain([("friction", "lowest_friction", sign as fn(&str, f64) -> Standing)]);
    all.filter_map(|(name, measure, judge)| {
        let values = results.get(measure)?.values.iter().copied().filter(|value| !value.is_nan());
        let values: Vec<f64> = values.collect();
        let standings: Vec<Standing> = values.iter().map(|value| judge(measure, *value)).collect();
        let standing = standings.iter().copied().max()?;
        let (at, all) = (standings.iter().filter(|other| **other == standing).count(), values.len());
        let (low, high) =
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
        let shown = |value| match output_unit(measure) {
            Some(_) => in_practical_units(measure, value),
            None => format!("{value:.3}"),
        };
        let range = if shown(low) == shown(high) {
            shown(low)
        } else {
            format!("from {} to {}", shown(low), shown(high))
        };
        let text = format!("at {at} of {all} points; {measure} {range}");
        Some(Assumption { name, standing, text })
    })
    .collect()
}

fn friction(landscape: &Landscape, (theta, lowest): (f64, f64)) -> Assumption {
    let shown = |friction: f64| format!("{:.3e} eV ps", friction * HARTREE_IN_EV * TIME_IN_NANOSECONDS * 1e3);
    let (standing, text) = if lowest > 0.0 {
        let own = landscape.friction().minimum();
        let rounding = 1e-9 * landscape.friction().magnitude();
        let outweighed = if own.1 < -rounding {
            format!("; that of the electrons alone falls to {} at theta = {:.3}", shown(own.1), own.0)
        } else {
            String::new()
        };
        (Standing::Holds, format!("positive everywhere, at least {}{outweighed}", shown(lowest)))
    } else if lowest == 0.0 {
        (Standing::Questionable, format!("none at theta = {theta:.3}: nothing brakes the rotor there"))
    } else {
        let text = format!(
            "negative, down to {} at theta = {theta:.3}: it drives the rotor, and no stationary state is promised",
            shown(lowest)
        );
        (Standing::Fails, text)
    };
    Assumption { name: "friction", standing, text }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use crate::study::Study;

    fn of(study: &Study) -> Validity {
        let resolved = study.resolve().unwrap();
        resolved.validity(&resolved.landscape().unwrap(), Velocity::Unknown).unwrap()
    }

    fn preset() -> Study {
        Study::preset("preston2023").unwrap()
    }

    fn standing(validity: &Validity, name: &str) -> (Standing, String) {
        let found = validity.assumptions.iter().find(|a| a.name == name).unwrap();
        (found.standing, found.text.clone())
    }

    fn measure(validity: &Validity, name: &str) -> f64 {
        validity.measures.iter().find(|(known, _)| *known == name).unwrap().1
    }

    #[test]
    fn the_papers_motor_is_classical_and_only_roughly_adiabatic_where_both_couplings_are_small() {
        let validity = of(&preset());
        for name in ["period", "torque", "classical rotor", "friction"] {
            assert_eq!(standing(&validity, name).0, Standing::Holds, "{name}: {validity:?}");
        }
        assert!(standing(&validity, "torque").1.starts_with("conservative"));
        assert!(standing(&validity, "period").1.contains("= pi is the smallest"));
        // The two resonances share both couplings: each is (Γ_L s_L² + Γ_R s_R²)/2 wide, at ±v inside the window.
        let amplitude = |angle: f64| 1.0 + 0.475 * ((2.0 * angle).cos() - 1.0);
        let width = |theta: f64| {
            0.5 * (0.272 * amplitude(theta).powi(2) + 0.136 * amplitude(theta - PI / 4.0).powi(2))
        };
        let narrowest = (0..64).map(|j| width(PI * f64::from(j) / 64.0)).fold(f64::INFINITY, f64::min);
        let found = measure(&validity, "resonance_width") * HARTREE_IN_EV;
        assert!((found / narrowest - 1.0).abs() < 1e-3, "{found} {narrowest}");
        // u_th/(width L/2π) with the hottest 0.0445 eV.
        let velocity = (0.044_503_084 / HARTREE_IN_EV / 4.5e5).sqrt();
        let expected = velocity / (narrowest / HARTREE_IN_EV) / 0.5;
        let ratio = measure(&validity, "adiabatic_ratio");
        assert!((ratio / expected - 1.0).abs() < 2e-3, "{ratio} {expected}");
        assert_eq!(standing(&validity, "adiabaticity").0, Standing::Questionable);
    }

    #[test]
    fn one_level_between_two_leads_has_its_exact_width() {
        let text = r#"
            molecule.hamiltonian = [["0.1 eV"]]
            band.bottom = "-10 eV"
            rotor = { period = "2*pi", moment_of_inertia = "1e5 au" }
            environment = { friction = "5 au", thermal_energy = "300 K" }
            lead = [
              { name = "l", chemical_potential = "0.2 eV", thermal_energy = "0.02 eV", channel = [{ broadening = "0.03 eV", site = 1, amplitude = "1 + 0.5*cos(theta)" }] },
              { name = "r", chemical_potential = "-0.2 eV", thermal_energy = "0.03 eV", channel = [{ broadening = "0.01 eV", site = 1, amplitude = "1" }] },
            ]"#;
        let validity = of(&Study::from_toml(text, "test", None).unwrap());
        // Narrowest at theta = pi: 0.03 * 0.25 + 0.01 eV.
        let width = measure(&validity, "resonance_width") * HARTREE_IN_EV;
        assert!((width - 0.0175).abs() < 1e-9, "{width}");
        let (standing, text) = standing(&validity, "resonances");
        assert_eq!(standing, Standing::Questionable);
        assert!(text.contains("0.0175 eV wide (at 0.1000 eV, theta = 3.142), 0.875 of"), "{text}");
    }

    #[test]
    fn a_light_rotor_is_too_fast_and_no_classical_one() {
        let scaled = |inertia: &str| of(&preset().with("I", inertia).unwrap());
        let (heavy, light) = (scaled("4.5e5 au"), scaled("45 au"));
        // u_th and the libration both go as I^(-1/2).
        for name in ["adiabatic_ratio", "quantum_ratio"] {
            let ratio = measure(&light, name) / measure(&heavy, name);
            assert!((ratio - 100.0).abs() < 1e-6, "{name}: {ratio}");
            assert!(measure(&light, name) > 1.0, "{name}");
        }
        for name in ["adiabaticity", "white noise", "classical rotor"] {
            assert_eq!(standing(&light, name).0, Standing::Fails, "{name}: {light:?}");
        }
    }

    /// A level between two leads on a heavy rotor that a negative load turns.
    fn driven_ring(load: &str, inertia: &str) -> Study {
        let text = format!(
            r#"
            molecule.hamiltonian = [["0 eV"]]
            band.bottom = "-10 eV"
            rotor = {{ period = "2*pi", moment_of_inertia = "{inertia}", load = "{load}" }}
            environment = {{ friction = "5 au", thermal_energy = "1e-3 Ha" }}
            lead = [
              {{ name = "l", chemical_potential = "0.1 eV", thermal_energy = "1e-3 Ha", channel = [{{ broadening = "0.006 eV", site = 1, amplitude = "1 + 0.1*cos(theta)" }}] }},
              {{ name = "r", chemical_potential = "-0.1 eV", thermal_energy = "1e-3 Ha", channel = [{{ broadening = "0.006 eV", site = 1, amplitude = "1" }}] }},
            ]"#
        );
        Study::from_toml(&text, "test", None).unwrap()
    }

    #[test]
    fn a_fast_ring_is_judged_by_its_drift() {
        // 1121 revolutions per ns against the environment's friction, thirty times the thermal velocity.
        let drift = 1121.0 * TAU * TIME_IN_NANOSECONDS;
        let load = format!("{} Ha", -5.0 * drift);
        let (fast, still) = (driven_ring(&load, "3e7 au"), driven_ring("0 eV", "3e7 au"));
        assert_eq!(standing(&of(&still), "adiabaticity").0, Standing::Holds);
        let resolved = fast.resolve().unwrap();
        let landscape = resolved.landscape().unwrap();
        let found = crate::study::rate_results(&resolved, &landscape, &resolved.rate_options()).unwrap();
        let with_rate = Validity {
            measures: vec![("adiabatic_ratio", found.get("adiabatic_ratio").unwrap().values[0])],
            assumptions: found.validity,
        };
        let by_trajectories = resolved.validity(&landscape, Velocity::Mean(drift)).unwrap();
        for validity in [of(&fast), with_rate, by_trajectories] {
            let ratio = measure(&validity, "adiabatic_ratio");
            // Narrowest where the amplitude is 0.9.
            let expected = drift / (0.006 * 1.81 / HARTREE_IN_EV);
            assert!(
                (ratio / expected - 1.0).abs() < 0.01 && (0.35..0.45).contains(&ratio),
                "{ratio} {expected}"
            );
            let (found, text) = standing(&validity, "adiabaticity");
            assert!(found == Standing::Questionable && text.contains("rad at "), "{text}");
            assert!(!text.contains("thermal velocity"), "{text}");
            assert!(ratio > 20.0 * measure(&of(&still), "adiabatic_ratio"));
        }
    }

    #[test]
    fn the_velocity_is_that_of_the_density_where_it_is_known() {
        let resolved = driven_ring("-2e-4 Ha", "1e6 au").resolve().unwrap();
        let landscape = resolved.landscape().unwrap();
        let found = crate::study::rate_results(&resolved, &landscape, &resolved.rate_options()).unwrap();
        let value = |name: &str| found.get(name).unwrap().values[0];
        let velocity = (2.0 * value("mean_kinetic_energy") / 1e6).sqrt();
        let thermal = resolved.validity(&landscape, Velocity::Mean(0.0)).unwrap();
        let ratio = value("adiabatic_ratio") / measure(&thermal, "adiabatic_ratio");
        let hottest = value("max_effective_temperature") / 1e6;
        assert!((ratio / (velocity / hottest.sqrt()) - 1.0).abs() < 1e-3, "{ratio}");
        // A drift of 4e-5 beside a thermal velocity of 3.2e-5.
        assert!(velocity > 1.3 * hottest.sqrt() && velocity > TAU * value("rotation_rate"));
    }

    #[test]
    fn a_wind_tells_its_work_and_a_smaller_period_is_seen() {
        let wind = of(&preset().with("E_1", "0.5 eV").unwrap().with("V", "2 eV").unwrap());
        assert!(standing(&wind, "torque").1.starts_with("a nonconservative drive"), "{wind:?}");
        let study = preset();
        let text = study.text().replace("period = \"pi\"", "period = \"2*pi\"");
        let double = of(&Study::from_toml(&text, "test", None).unwrap());
        assert!(
            standing(&double, "period").1.contains("already repeats after 3.141593 rad = pi, not only"),
            "{double:?}"
        );
    }

    #[test]
    fn negative_friction_fails_and_given_landscapes_have_no_electrons() {
        let text = |friction: &str| {
            format!(
                "landscape = {{ torque = \"0.01 eV * sin(theta)\", friction = \"{friction}\", diffusion = \"1e-4 eV^2 ps\" }}\n\
                 rotor = {{ period = \"2*pi\", moment_of_inertia = \"4.5e5 au\" }}\n"
            )
        };
        let validity = |friction: &str| of(&Study::from_toml(&text(friction), "test", None).unwrap());
        let good = validity("2e-3 eV ps + 1e-3 eV ps * cos(theta)");
        assert_eq!(standing(&good, "friction").0, Standing::Holds);
        assert!(good.assumptions.iter().all(|a| a.name != "adiabaticity"));
        let bad = validity("1e-3 eV ps + 2e-3 eV ps * cos(theta)");
        let (found, text) = standing(&bad, "friction");
        assert!(found == Standing::Fails && text.contains("-1.000e-3 eV ps at theta = 3.142"), "{text}");
    }

    #[test]
    fn a_sweep_shows_the_worst_standing_of_each_assumption() {
        let mut results = Results::default();
        results.numbers("I", vec![1.0, 2.0, 3.0]);
        results.swept = 1;
        results.variable("adiabatic_ratio", &["I"], vec![0.05, 1.5, f64::NAN]);
        results.variable("memory_ratio", &["I"], vec![0.01, 0.02, 0.1]);
        results.variable("lowest_friction", &["I"], vec![0.5, 1.0, 0.5]);
        let found = sweep_validity(&results);
        let said: Vec<_> = found.iter().map(|a| (a.name, a.standing, a.text.as_str())).collect();
        assert_eq!(
            said,
            [
                ("adiabaticity", Standing::Fails, "at 1 of 2 points; adiabatic_ratio from 0.050 to 1.500"),
                ("white noise", Standing::Holds, "at 3 of 3 points; memory_ratio from 0.010 to 0.100"),
                (
                    "friction",
                    Standing::Holds,
                    "at 3 of 3 points; lowest_friction from 3.291060e-4 eV ps to 6.582120e-4 eV ps"
                ),
            ]
        );
        // What judges a sweep judges its points.
        let validity = of(&preset().with("I", "45 au").unwrap());
        for (name, measured, ..) in BOUNDS {
            assert_eq!(standing(&validity, name).0, judged(measured, measure(&validity, measured)), "{name}");
        }
    }

    #[test]
    fn a_deeper_band_raises_the_barrier_of_the_preset() {
        let resolved = preset().resolve().unwrap();
        let found = resolved.band_assumption(&resolved.landscape().unwrap()).unwrap().unwrap();
        assert_eq!(found.standing, Standing::Questionable);
        assert!(
            found.text.starts_with("barrier 0.0745 eV; from -100.0000 eV it would be 0.1875 eV"),
            "{}",
            found.text
        );
    }
}
