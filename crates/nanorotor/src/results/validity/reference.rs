//! Say whether the potential of a study may hold the torque of the electrons already.

use super::{Assumption, Standing, electronvolts};
use crate::error::{Error, Result};
use crate::junction::{Reference, mean_equilibrium};
use crate::landscape::Landscape;
use crate::study::{Model, Resolved};

impl Resolved {
    /// What a reference for the torque would do to the barrier where the study has a potential and no reference, and whether there is a
    /// potential where it has a reference; none where neither is.
    ///
    /// # Errors
    /// As [`Resolved::landscape`].
    pub(super) fn reference_assumption(&self, landscape: &Landscape) -> Result<Option<Assumption>> {
        let Model::Junction(junction) = &self.model else { return Ok(None) };
        let (has_potential, has_reference) =
            (!self.rotor.potential.is_constant(), junction.reference != Reference::None);
        let own = landscape.barrier();
        let (standing, text) = match (has_potential, has_reference) {
            (false, false) => return Ok(None),
            (true, true) => (
                Standing::Holds,
                format!(
                    "barrier {}, of the potential of the study and of the torque of the electrons less that of the reference",
                    electronvolts(own)
                ),
            ),
            (false, true) => (
                Standing::Questionable,
                "the torque is measured from a reference, but there is no potential that holds the torque of that state".into(),
            ),
            (true, false) => {
                let (chemical_potential, thermal_energy) =
                    mean_equilibrium(junction.leads.iter().map(|model| &model.lead));
                let mut other = self.clone();
                if let Model::Junction(junction) = &mut other.model {
                    junction.reference = Reference::Equilibrium { chemical_potential, thermal_energy };
                }
                let other = match other.landscape() {
                    Err(Error::NotConverged { .. }) => return Ok(None),
                    other => other?.barrier(),
                };
                let change = (other - own).abs() / own.max(f64::MIN_POSITIVE);
                let text = format!(
                    "barrier {}, where the whole torque of the electrons acts beside the potential of the study; {} if that \
                     potential was calculated or measured and so holds their torque in equilibrium: then write \
                     reference = \"equilibrium\" under [molecule]",
                    electronvolts(own),
                    electronvolts(other)
                );
                (Standing::of(change, 0.01, f64::INFINITY), text)
            }
        };
        Ok(Some(Assumption { name: "reference", standing, text }))
    }
}
