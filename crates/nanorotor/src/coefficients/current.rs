//! Give the integrand of the particle current out of each lead.
//!
//! | symbol | here      | unit               |
//! |--------|-----------|--------------------|
//! | I_c    | current   | electrons per a.u. of time |
//! | S      | `block.s` | 1                  |
//!
//! I_c = ∫ dω/2π [f_c − Σ_d |S_cd|² f_d] = Σ_d ∫ dω/2π |S_cd|² (f_c − f_d), electrons that leave the lead per unit time
//! (Landauer–Büttiker); the second form is exactly zero at equilibrium.

use super::electrons::Electrons;
use super::occupation;
use crate::scattering::{LANES, Lanes};

/// Add Σ_d |S_cd|² (f_c − f_d) / 2π for a channel c of the lead.
#[inline(always)]
pub(super) fn add(
    electrons: &Electrons<'_>,
    c: usize,
    value: &mut Lanes,
    size: &mut Lanes,
    cancelled: &mut Lanes,
) {
    let s_terms = electrons.block.s_terms();
    for d in 0..electrons.channels() {
        if electrons.same_lead(c, d) {
            continue;
        }
        let s = electrons.block.s_entry(c, d);
        let difference = occupation::difference(electrons.occupation(c), electrons.occupation(d));
        for k in 0..LANES {
            let square = s.re[k] * s.re[k] + s.im[k] * s.im[k];
            let term = super::INVERSE_TAU * square * difference.value[k];
            value[k] += term;
            size[k] += term.abs();
            cancelled[k] += 2.0 * super::INVERSE_TAU * difference.terms[k] * square.sqrt() * s_terms[k];
        }
    }
}
