//! Give the integrand of the occupation of each level.
//!
//! | symbol | here       | unit      |
//! |--------|------------|-----------|
//! | n_i    | occupation | electrons |
//! | Gw     | `block.gw` | 1/Ha^1/2  |
//! | f_c    | `filled`   | 1         |
//!
//! n_i = ∫ dω/2π Σ_c f_c |(Gw)_ic|² = ∫ dω/2π Σ_c f_c [G Γ_c G†]_ii, from the bottom of the band. Where every lead is full this is
//! the local density of states, −Im G_ii/π, whose integral has a closed form.

use super::Sample;
use super::electrons::Electrons;
use crate::scattering::{LANES, Lanes};

/// Add the integrand of every level for energies above the band bottom.
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, omega: &Lanes, bottom: f64, samples: &mut [Sample]) {
    let inside = omega.map(|omega| if omega >= bottom { super::INVERSE_TAU } else { 0.0 });
    for (i, sample) in samples.iter_mut().enumerate() {
        for c in 0..electrons.channels() {
            let amplitude = electrons.block.gw_entry(i, c);
            let square = amplitude.square();
            let f = &electrons.fermi(c).filled;
            for k in 0..LANES {
                sample.value[k] += inside[k] * f[k] * square[k];
            }
            if electrons.wanted.rounding {
                let rounding = electrons.block.gw_rounding();
                for k in 0..LANES {
                    sample.rounding[k] += 2.0 * inside[k] * f[k] * square[k].sqrt() * rounding[k];
                }
            }
        }
        sample.size = sample.value;
    }
}
