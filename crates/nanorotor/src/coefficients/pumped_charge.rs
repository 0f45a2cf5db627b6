//! Give the integrand of the charge that a turn of the rotor pumps out of each lead at equilibrium.
//!
//! | symbol   | here          | unit              |
//! |----------|---------------|-------------------|
//! | dn_c/dθ  | pumped charge | electrons per rad |
//! | S, Q     | `block.{s, q}` | 1, 1/rad         |
//!
//! dn_c/dθ = ∫ dω/2π (−∂_ω f) Im[S′S†]_cc = ∫ dω/2π (−∂_ω f) [S Q S†]_cc: electrons that leave the lead into the molecule per
//! radian, with the sign of the current (P. W. Brouwer, Phys. Rev. B 58, R10135 (1998)).

use super::Sample;
use super::electrons::Electrons;
use crate::scattering::LANES;

/// Add (−∂_ω f) [S Q S†]_cc / 2π for a channel c of the lead.
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, c: usize, sample: &mut Sample) {
    let m = electrons.channels();
    let slope = &electrons.occupation(c).slope;
    for e in 0..m {
        // [S Q]_ce [S†]_ec, of which the real part remains
        let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
        for d in 0..m {
            let (s, q) = (electrons.block.s_entry(c, d), electrons.block.q_entry(d, e));
            for k in 0..LANES {
                re[k] += s.re[k] * q.re[k] - s.im[k] * q.im[k];
                im[k] += s.re[k] * q.im[k] + s.im[k] * q.re[k];
            }
        }
        let s = electrons.block.s_entry(c, e);
        if electrons.wanted.rounding {
            // [S Q]_ce errs by √M times the error of Q and by that of S times a column of Q.
            let (block, size) = (&electrons.block, s.size());
            for k in 0..LANES {
                let column: f64 = (0..m).map(|d| block.q_square(d, e)[k].sqrt()).sum();
                let of_product = (m as f64).sqrt() * block.q_rounding()[k] + block.s_rounding()[k] * column;
                let of_s = (re[k].abs() + im[k].abs()) * block.s_rounding()[k];
                sample.rounding[k] += super::INVERSE_TAU * slope[k] * (size[k] * of_product + of_s);
            }
        }
        for k in 0..LANES {
            let term = super::INVERSE_TAU * slope[k] * (re[k] * s.re[k] + im[k] * s.im[k]);
            sample.value[k] += term;
            sample.size[k] += term.abs();
        }
    }
}
