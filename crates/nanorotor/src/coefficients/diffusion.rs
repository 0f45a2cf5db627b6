//! Give the integrand of the electronic diffusion, the strength of the torque noise.
//!
//! | symbol | here              | unit  |
//! |--------|-------------------|-------|
//! | D      | diffusion         | Ha ħ  |
//! | Q      | `block.q`         | 1/rad |
//! | f_c, 1 − f_d | `filled`, `empty` | 1 |
//!
//! D = Σ_cd ∫ dω/2π f_c (1 − f_d) |Q_cd|² ≥ 0, equation (A18) of Preston & Kosov (2023) in scattering form; the full two-sided
//! integral of ⟨δτ(t) δτ(t′)⟩, so that D = 2 k_BT ξ at equilibrium.

use super::Sample;
use super::electrons::Electrons;
use crate::scattering::LANES;

/// Add Σ_cd f_c (1 − f_d) |Q_cd|² / 2π.
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, sample: &mut Sample) {
    for c in 0..electrons.channels() {
        for d in 0..electrons.channels() {
            let square = electrons.block.q_square(c, d);
            let (f, empty) = (&electrons.fermi(c).filled, &electrons.fermi(d).empty);
            for k in 0..LANES {
                sample.value[k] += super::INVERSE_TAU * f[k] * empty[k] * square[k];
            }
            if electrons.wanted.rounding {
                let q_rounding = electrons.block.q_rounding();
                for k in 0..LANES {
                    let weight = super::INVERSE_TAU * f[k] * empty[k];
                    sample.rounding[k] += 2.0 * weight * square[k].sqrt() * q_rounding[k];
                }
            }
        }
    }
    sample.size = sample.value;
}
