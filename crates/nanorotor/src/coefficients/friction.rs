//! Give the integrand of the electronic friction, all first-order terms kept.
//!
//! | symbol  | here               | unit  |
//! |---------|--------------------|-------|
//! | ξ       | friction           | ħ     |
//! | S, Q, B | `block.{s, q, b}`  | 1, 1/rad, 1/(Ha rad) |
//! | −∂_ω f_c | `slope`           | 1/Ha  |
//!
//! ξ = Σ_c ∫ dω/4π (−∂_ω f_c) [Q²]_cc + Σ_c ∫ dω/2π f_c Im[S′†B − B†S′]_cc with S′ = iSQ, equations (A15) and (A16) of Preston &
//! Kosov (2023) in scattering form. Σ_c Im[S′†B − B†S′]_cc = 0 at every energy, so f_c − f_ref may stand for f_c: the second
//! term lives where the leads differ and is absent at equilibrium.

use super::Sample;
use super::electrons::Electrons;
use super::fermi;
use crate::scattering::LANES;

/// Add Σ_c (−∂_ω f_c) [Q²]_cc / 4π, with [Q²]_cc = Σ_d |Q_cd|².
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, sample: &mut Sample) {
    for c in 0..electrons.channels() {
        let slope = &electrons.fermi(c).slope;
        for d in 0..electrons.channels() {
            let square = electrons.block.q_square(c, d);
            for k in 0..LANES {
                let term = 0.5 * super::INVERSE_TAU * slope[k] * square[k];
                sample.value[k] += term;
                sample.size[k] += term;
            }
            if electrons.wanted.rounding {
                let q_rounding = electrons.block.q_rounding();
                for k in 0..LANES {
                    sample.rounding[k] += super::INVERSE_TAU * slope[k] * square[k].sqrt() * q_rounding[k];
                }
            }
        }
    }
}

/// Add Σ_c (f_c − f_ref) 2 Im[S′†B]_cc / 2π, with f_ref that of the first channel and the difference as in [`difference`].
///
/// [`difference`]: super::fermi::difference
#[inline(always)]
pub(super) fn add_out_of_equilibrium(electrons: &Electrons<'_>, sample: &mut Sample) {
    let m = electrons.channels();
    for c in 1..m {
        if electrons.same_lead(0, c) {
            continue;
        }
        let difference = fermi::difference(electrons.fermi(c), electrons.fermi(0));
        for d in 0..m {
            let (s_prime, b) = (electrons.s_prime(d, c), electrons.block.b_entry(d, c));
            for k in 0..LANES {
                let turn = s_prime.re[k] * b.im[k] - s_prime.im[k] * b.re[k];
                let term = 2.0 * super::INVERSE_TAU * turn * difference.value[k];
                sample.value[k] += term;
                sample.size[k] += term.abs();
            }
            if electrons.wanted.rounding {
                let (b, b_rounding) = (b.size(), electrons.block.b_rounding());
                let (s_prime, s_prime_rounding) = (s_prime.size(), electrons.s_prime_rounding(c));
                for k in 0..LANES {
                    let weight = 2.0 * super::INVERSE_TAU * difference.terms[k];
                    sample.rounding[k] += weight * (s_prime[k] * b_rounding[k] + b[k] * s_prime_rounding[k]);
                }
            }
        }
    }
}
