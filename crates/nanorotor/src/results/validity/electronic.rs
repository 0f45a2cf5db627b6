//! Judge the electrons: how long they stay, how narrow their resonances are, how close the edge of the band is.
//!
//! | symbol | meaning                                                          | here                        |
//! |--------|------------------------------------------------------------------|-----------------------------|
//! | γ      | width of a resonance, −2 Im z for an eigenvalue z of h_eff (Ha)  | `width`                     |
//! | d      | distance of its Re z from the energies between the leads' μ (Ha) | `distance`                  |
//! | t_el   | the longest 1/(γ² + d²)^½: dwell time of an electron (a.u.)      | `Electronic::stay`          |
//!
//! The expansion of Preston & Kosov (2023), equations (A8)–(A16), is in the change of the couplings during a dwell time:
//! u t_el against L/2π. The noise has the correlation time max(t_el, 1/2k_BT); in
//! equation (13) it is white, so that this must be short for the rotor.

use super::motion::Motion;
use super::{Assumption, Standing, electronvolts, femtoseconds, judged, without_temperature};
use crate::error::Result;
use crate::junction::{Band, Junction, Lead, Reference};
use crate::scattering::Scattering;

/// How many angles are looked at for resonances: fewer for large molecules.
fn angles(sites: usize) -> usize {
    if sites <= 16 { 64 } else { 16 }
}

/// The slowest electrons over all angles.
pub(super) struct Electronic {
    /// t_el (a.u.), and the angle where.
    pub(super) stay: (f64, f64),
    /// The median over all angles of the longest stay at each (a.u.).
    pub(super) usual_stay: f64,
    /// The width of the narrowest resonance (Ha), its energy (Ha) and its angle.
    pub(super) narrowest: (f64, f64, f64),
    /// The lowest temperature of the leads (Ha).
    pub(super) thermal_energy: f64,
    /// How close to a sharp bottom of the band something stands, and what; none for bands without one.
    pub(super) edge: Option<(f64, String)>,
}

/// k_BT below the chemical potential that the bottom of a band must keep for its edge not to be felt: the Fermi function is
/// e⁻⁵ from one there.
const EDGE: f64 = 5.0;

impl Electronic {
    pub(super) fn new(junction: &Junction) -> Result<Self> {
        let leads = junction.leads();
        let ends = |pick: fn(f64, f64) -> f64, start: f64| {
            leads.iter().map(|lead| lead.chemical_potential).fold(start, pick)
        };
        let (low, high) = (ends(f64::min, f64::INFINITY), ends(f64::max, f64::NEG_INFINITY));
        let thermal_energy = leads.iter().map(|lead| lead.thermal_energy).fold(f64::INFINITY, f64::min);
        let mut narrowest = (f64::INFINITY, 0.0, 0.0);
        // Measured from an equilibrium, the torque is not cut.
        let bottom = match (junction.band(), junction.reference()) {
            (Band::Bottom(bottom), Reference::None | Reference::Molecule { .. }) => Some(*bottom),
            _ => None,
        };
        let mut edge = bottom.map(|bottom| Edge::of_leads(leads, bottom));
        let mut stays = Vec::new();
        let count = angles(junction.frame(0.0)?.sites());
        for j in 0..count {
            let theta = junction.period() * j as f64 / count as f64;
            let scattering = Scattering::new(&junction.frame(theta)?)?;
            let mut stay = 0.0_f64;
            // Of bands that are sites, the poles of the molecule.
            for z in scattering.resonances(junction.levels()) {
                let width = -2.0 * z.im;
                if let Some(edge) = &mut edge {
                    edge.add_level(z.re, width, theta);
                }
                // A dark level takes no part.
                if width == 0.0 {
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

    /// The lowest k_BT of the leads over the width of the narrowest resonance.
    pub(super) fn resonance_ratio(&self) -> f64 {
        self.thermal_energy / self.narrowest.0
    }

    /// How long the noise of the electrons remembers (a.u.).
    pub(super) fn memory(&self) -> f64 {
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

pub(super) fn adiabatic(electronic: &Electronic, motion: &Motion, ratio: f64) -> Assumption {
    if ratio.is_nan() {
        return without_temperature("adiabaticity");
    }
    let text = format!(
        "the dwell time of an electron is up to {} (at theta = {:.3}; {} at the median angle), in which the rotor turns {:.3} rad at {}: {ratio:.3} \
         of L/2π, over which couplings change",
        femtoseconds(electronic.stay.0),
        electronic.stay.1,
        femtoseconds(electronic.usual_stay),
        motion.velocity * electronic.stay.0,
        motion.kind,
    );
    Assumption { name: "adiabaticity", standing: judged("adiabatic_ratio", ratio), text }
}

pub(super) fn memory(electronic: &Electronic, motion: &Motion, ratio: f64) -> Assumption {
    let (time, what) = motion.shortest();
    let text = format!(
        "the noise correlation time is {}; the rotor's shortest time is {}, in which {what}: {ratio:.3} of it",
        femtoseconds(electronic.memory()),
        femtoseconds(time)
    );
    Assumption { name: "white noise", standing: judged("memory_ratio", ratio), text }
}

pub(super) fn resonance(electronic: &Electronic) -> Assumption {
    let (width, energy, theta) = electronic.narrowest;
    let ratio = electronic.resonance_ratio();
    let standing = judged("resonance_ratio", ratio);
    let text = if width.is_finite() {
        format!(
            "the leads' lowest k_BT is {ratio:.3} times the width of the narrowest resonance, {} (at {}, theta = {theta:.3}){}",
            electronvolts(width),
            electronvolts(energy),
            if standing == Standing::Holds {
                ""
            } else {
                ": dwell times are long there, and the repulsion of electrons, of which the model has only the mean field, matters \
                 most"
            }
        )
    } else {
        "no level is coupled to a lead".into()
    };
    Assumption { name: "resonances", standing, text }
}

pub(super) fn band_edge(ratio: f64, what: &str) -> Assumption {
    let standing = judged("band_edge_ratio", ratio);
    let text = match standing {
        Standing::Holds => what.to_owned(),
        _ => format!("{what}: only the torque is cut at the bottom, so that nothing is right near it"),
    };
    Assumption { name: "band edge", standing, text }
}
