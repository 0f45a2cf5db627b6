//! Give the integrands of the particle current and of the heat current out of each lead.
//!
//! | symbol | here                | unit                       |
//! |--------|---------------------|----------------------------|
//! | I_c    | current             | electrons per a.u. of time |
//! | J_c    | heat current        | Ha per a.u. of time        |
//! | S      | `block.s`           | 1                          |
//!
//! I_c = ∫ dω/2π [f_c − Σ_d |S_cd|² f_d] = Σ_d ∫ dω/2π |S_cd|² (f_c − f_d), electrons that leave the lead per unit time
//! (Landauer–Büttiker); the second form is exactly zero at equilibrium. Each of them takes the heat ω − μ_c away from the lead:
//! J_c = Σ_d ∫ dω/2π (ω − μ_c) |S_cd|² (f_c − f_d).

use super::Sample;
use super::electrons::{Carried, Electrons};
use super::fermi;
use crate::scattering::LANES;

/// Add the integrand of every channel to the sample of its lead.
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, what: Carried, samples: &mut [Sample]) {
    for c in 0..electrons.channels() {
        let lead = electrons.lead(c);
        let carried = electrons.carried(what, lead);
        let sample = &mut samples[lead];
        for d in 0..electrons.channels() {
            if electrons.same_lead(c, d) {
                continue;
            }
            let transmission = electrons.block.s_entry(c, d).square();
            let difference = fermi::difference(electrons.fermi(c), electrons.fermi(d));
            for k in 0..LANES {
                let term = super::INVERSE_TAU * transmission[k] * difference.value[k] * carried[k];
                sample.value[k] += term;
                sample.size[k] += term.abs();
            }
            if electrons.wanted.rounding {
                let s_rounding = electrons.block.s_rounding();
                for k in 0..LANES {
                    let weight = super::INVERSE_TAU * difference.terms[k] * carried[k].abs();
                    sample.rounding[k] += 2.0 * weight * transmission[k].sqrt() * s_rounding[k];
                }
            }
        }
    }
}
