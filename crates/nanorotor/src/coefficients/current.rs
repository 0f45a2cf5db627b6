//! Give the integrand of the particle current out of each lead.
//!
//! | symbol | here      | unit               |
//! |--------|-----------|--------------------|
//! | I_c    | current   | electrons per a.u. of time |
//! | S      | `block.s` | 1                  |
//!
//! I_c = ∫ dω/2π [f_c − Σ_d |S_cd|² f_d] = Σ_d ∫ dω/2π |S_cd|² (f_c − f_d), electrons that leave the lead per unit time
//! (Landauer–Büttiker); the second form is exactly zero at equilibrium.

use super::Sample;
use super::electrons::Electrons;
use super::occupation;
use crate::scattering::LANES;

/// Add Σ_d |S_cd|² (f_c − f_d) / 2π for a channel c of the lead.
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, c: usize, sample: &mut Sample) {
    for d in 0..electrons.channels() {
        if electrons.same_lead(c, d) {
            continue;
        }
        let transmission = electrons.block.s_entry(c, d).square();
        let difference = occupation::difference(electrons.occupation(c), electrons.occupation(d));
        for k in 0..LANES {
            let term = super::INVERSE_TAU * transmission[k] * difference.value[k];
            sample.value[k] += term;
            sample.size[k] += term.abs();
        }
        if electrons.wanted.rounding {
            let s_rounding = electrons.block.s_rounding();
            for k in 0..LANES {
                let weight = super::INVERSE_TAU * difference.terms[k];
                sample.rounding[k] += 2.0 * weight * transmission[k].sqrt() * s_rounding[k];
            }
        }
    }
}
