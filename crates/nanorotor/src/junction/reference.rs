//! Say which part of the electrons' torque belongs to the classical potential already.

use faer::Side;

use super::frame::Frame;
use crate::error::{Error, Result};
use crate::quantity::in_practical_units;

/// The state whose torque of the electrons is part of the classical potential U_cl(θ), so that only the difference to it acts
/// beside U_cl.
///
/// The electrons of a molecule make its ordinary torsional potential. A potential that was calculated or measured holds it, and
/// with the whole torque of the junction it would count twice.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Reference {
    /// None: the whole torque of the electrons acts beside U_cl, as in Preston & Kosov (2023).
    #[default]
    None,
    /// The junction with all leads at one chemical potential and one temperature (Ha). The torque then does not depend on where the
    /// band ends.
    Equilibrium {
        /// μ.
        chemical_potential: f64,
        /// k_BT, positive.
        thermal_energy: f64,
    },
    /// The molecule without leads, the levels of h below an energy (Ha) occupied; what coupling to the leads changes acts.
    Molecule {
        /// The energy between the occupied levels and the empty ones.
        occupied_below: f64,
    },
}

impl Reference {
    pub(super) fn validate(&self) -> Result<()> {
        let refuse = |what: String, hint: &str| Err(Error::Model { what, hint: hint.into() });
        match *self {
            Self::Equilibrium { chemical_potential, thermal_energy } => {
                if !(thermal_energy > 0.0 && thermal_energy.is_finite()) {
                    return refuse(
                        format!("the reference has k_BT = {thermal_energy} Ha"),
                        "a temperature must be positive",
                    );
                }
                if !chemical_potential.is_finite() {
                    return refuse(
                        format!("the reference has the chemical potential {chemical_potential}"),
                        "a chemical potential must be a finite energy",
                    );
                }
            }
            Self::Molecule { occupied_below } if !occupied_below.is_finite() => {
                return refuse(
                    format!("the levels of the reference are occupied below {occupied_below}"),
                    "give an energy between the highest occupied and the lowest empty level",
                );
            }
            _ => {}
        }
        Ok(())
    }
}

/// What the isolated molecule is at one angle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Isolated {
    /// The number of levels of h below the energy.
    pub occupied: usize,
    /// −∂_θ Σ ε_i over them, for one spin (Ha/rad).
    pub torque: f64,
    /// The sizes of the terms that it is summed from, at most (Ha/rad).
    pub size: f64,
}

impl Isolated {
    /// The molecule of a frame with the levels of h below an energy (Ha) occupied.
    ///
    /// −∂_θ Σ_i ε_i = −Σ_i ⟨i|∂_θh|i⟩ by the theorem of Hellmann and Feynman; levels that cross below the energy share a sum that
    /// is smooth.
    ///
    /// # Errors
    /// [`Error::NotConverged`] if h cannot be diagonalised.
    pub fn new(frame: &Frame, occupied_below: f64) -> Result<Self> {
        let failed = |_| Error::NotConverged {
            quantity: "levels of the molecule",
            what: "the Hamiltonian cannot be diagonalised".into(),
            hint: "look for entries of very different sizes".into(),
        };
        let eigen = frame.h.self_adjoint_eigen(Side::Lower).map_err(failed)?;
        let levels = eigen.S().column_vector();
        let mut isolated = Self { occupied: 0, torque: 0.0, size: 0.0 };
        for (i, energy) in levels.iter().enumerate() {
            if energy.re >= occupied_below {
                continue;
            }
            let level = eigen.U().subcols(i, 1);
            let slope = (level.adjoint() * (&frame.dh * level))[(0, 0)].re;
            isolated.occupied += 1;
            isolated.torque -= slope;
            isolated.size += frame.dh.norm_l2();
        }
        Ok(isolated)
    }

    /// Refuse to go on if another number of levels is occupied than at another angle.
    pub(super) fn same_occupation(self, other: Self, theta: f64, occupied_below: f64) -> Result<Self> {
        if self.occupied == other.occupied {
            return Ok(self);
        }
        Err(Error::Model {
            what: format!(
                "a level of the isolated molecule crosses {}, below which its levels are occupied: {} lie below it at theta = \
                 {theta:.3}, {} at theta = 0",
                in_practical_units("energy", occupied_below),
                self.occupied,
                other.occupied
            ),
            hint: "put occupied_below into a gap that is open at every angle, or take reference = \"equilibrium\""
                .into(),
        })
    }
}
