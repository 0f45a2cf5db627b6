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
use super::occupation;
use crate::scattering::LANES;

/// Add Σ_c (−∂_ω f_c) [Q²]_cc / 4π, with [Q²]_cc = Σ_d |Q_cd|².
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, sample: &mut Sample) {
    for c in 0..electrons.channels() {
        let slope = &electrons.occupation(c).slope;
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
/// [`difference`]: super::occupation::difference
#[inline(always)]
pub(super) fn add_out_of_equilibrium(electrons: &Electrons<'_>, sample: &mut Sample) {
    let m = electrons.channels();
    for c in 1..m {
        if electrons.same_lead(0, c) {
            continue;
        }
        let difference = occupation::difference(electrons.occupation(c), electrons.occupation(0));
        for d in 0..m {
            // S′_dc = i Σ_e S_de Q_ec
            let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
            for e in 0..m {
                let (s, q) = (electrons.block.s_entry(d, e), electrons.block.q_entry(e, c));
                for k in 0..LANES {
                    re[k] -= s.re[k] * q.im[k] + s.im[k] * q.re[k];
                    im[k] += s.re[k] * q.re[k] - s.im[k] * q.im[k];
                }
            }
            let b = electrons.block.b_entry(d, c);
            for k in 0..LANES {
                let term =
                    2.0 * super::INVERSE_TAU * (re[k] * b.im[k] - im[k] * b.re[k]) * difference.value[k];
                sample.value[k] += term;
                sample.size[k] += term.abs();
            }
            if electrons.wanted.rounding {
                let block = &electrons.block;
                let (b, mut q_column) = (b.size(), [0.0; LANES]);
                for e in 0..m {
                    for (sum, square) in q_column.iter_mut().zip(block.q_square(e, c)) {
                        *sum += square.sqrt();
                    }
                }
                for k in 0..LANES {
                    let weight = 2.0 * super::INVERSE_TAU * difference.terms[k];
                    // S is unitary, so that a row of it adds up to √M at most.
                    let of_s_prime =
                        (m as f64).sqrt() * block.q_rounding()[k] + block.s_rounding()[k] * q_column[k];
                    let size = re[k].abs() + im[k].abs();
                    sample.rounding[k] += weight * (size * block.b_rounding()[k] + b[k] * of_s_prime);
                }
            }
        }
    }
}
