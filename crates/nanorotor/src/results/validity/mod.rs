//! Say how far the assumptions of the theory hold for a study, with numbers and in words.
//!
//! The measures stand in `electronic` (how long electrons stay, resonances, the edge of a band), `motion` (how fast the rotor moves),
//! `landscape` (period, work, sign of the friction) and `certainty` (the law of long times); `band`, `basis` and `reference` tell what
//! other choices would do.

mod band;
mod basis;
mod certainty;
mod electronic;
mod landscape;
mod motion;
mod reference;
mod table;
#[cfg(test)]
mod tests;

pub(super) use self::certainty::certainty;
use self::electronic::{Electronic, adiabatic, band_edge, memory, resonance};
use self::landscape::{drive, friction, period, sign};
use self::motion::{Motion, classical};
use super::variables::Results;
use crate::error::Result;
use crate::landscape::Landscape;
use crate::observables::Regime;
use crate::quantity::{in_practical_units, output_unit};
use crate::study::{Electrons, Model, Resolved};
use crate::units::{HARTREE_IN_EV, TIME_IN_NANOSECONDS};

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
pub const BOUNDS: [(&str, &str, f64, f64); 6] = [
    ("adiabaticity", "adiabatic_ratio", 0.1, 1.0),
    ("white noise", "memory_ratio", 0.1, 1.0),
    ("classical rotor", "quantum_ratio", 0.5, 2.0),
    ("resonances", "resonance_ratio", 1.0, f64::INFINITY),
    ("band edge", "band_edge_ratio", 0.5, 1.0),
    ("certainty", "certainty_ratio", 0.1, 1.0),
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
        let regime = Regime::of(landscape, self.rotor.moment_of_inertia);
        let motion = Motion::new(self, landscape, regime, known);
        let lowest = landscape.total_friction().minimum();
        let mut assumptions = vec![period(landscape), drive(self, landscape)];
        match &self.model {
            Model::Landscape(model) => assumptions.extend(table::interpolation(model)),
            Model::Junction(model) => assumptions.extend(model.table.as_ref().map(table::sampling)),
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
            measures.push(("resonance_ratio", electronic.resonance_ratio()));
            if let Some((ratio, why)) = &electronic.edge {
                assumptions.push(band_edge(*ratio, why));
                measures.push(("band_edge_ratio", *ratio));
            }
        }
        assumptions.push(friction(landscape, lowest, regime));
        measures.push(("lowest_friction", lowest.1));
        measures.push(("mean_friction", landscape.total_friction().mean()));
        Ok(Validity { assumptions, measures })
    }

    /// All assumptions, with what another band, a basis that moves and a reference for the torque would do where that can be
    /// computed.
    ///
    /// # Errors
    /// As [`Resolved::validity`].
    pub fn assumptions(&self, landscape: &Landscape, known: Velocity) -> Result<Vec<Assumption>> {
        let mut assumptions = self.validity(landscape, known)?.assumptions;
        assumptions.extend(self.band_assumption(landscape)?);
        assumptions.extend(self.reference_assumption(landscape)?);
        assumptions.extend(self.basis_assumption()?);
        Ok(assumptions)
    }
}

/// How far the assumptions hold over a sweep, from the numbers that its points keep: the worst standing of each.
pub fn sweep_validity(results: &Results) -> Vec<Assumption> {
    let means = results.get("mean_friction").map_or(&[][..], |means| &means.values);
    let judge = |measure: &str, at: usize, value: f64| match measure {
        "lowest_friction" => sign(value, means.get(at).copied().unwrap_or(f64::NAN)),
        _ => judged(measure, value),
    };
    let ratios = BOUNDS.map(|(name, measure, ..)| (name, measure));
    ratios
        .into_iter()
        .chain([("friction", "lowest_friction")])
        .filter_map(|(name, measure)| {
            let known =
                results.get(measure)?.values.iter().copied().enumerate().filter(|(_, value)| !value.is_nan());
            let (values, standings): (Vec<f64>, Vec<Standing>) =
                known.map(|(at, value)| (value, judge(measure, at, value))).unzip();
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

/// Where X ≤ 0 somewhere, k_BT_eff grows without bound, and nothing that needs its maximum can be told.
fn without_temperature(name: &'static str) -> Assumption {
    let text =
        "cannot be judged: the friction is not positive everywhere, so that k_BT_eff has no highest value"
            .into();
    Assumption { name, standing: Standing::Fails, text }
}

/// A time in words.
fn femtoseconds(time: f64) -> String {
    format!("{:.1} fs", time * TIME_IN_NANOSECONDS * 1e6)
}

/// An energy in words.
fn electronvolts(energy: f64) -> String {
    // −0 is 0.
    let energy = energy * HARTREE_IN_EV + 0.0;
    if energy != 0.0 && energy.abs() < 1e-3 { format!("{energy:.3e} eV") } else { format!("{energy:.4} eV") }
}
