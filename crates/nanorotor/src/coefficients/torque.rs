//! Give the integrand of the mean torque that the electrons exert.
//!
//! | symbol | here          | unit   |
//! |--------|---------------|--------|
//! | τ      | torque        | Ha/rad |
//! | Q      | `block.q`     | 1/rad  |
//! | f_c    | `filled`      | 1      |
//!
//! τ = Σ_c ∫ dω/2π f_c Q_cc, equation (A14) of Preston & Kosov (2023) in scattering form. It diverges with the depth of a wide
//! band: the integral starts at the band bottom.

use super::Sample;
use super::electrons::Electrons;
use crate::scattering::{LANES, Lanes};

/// Add Σ_c f_c Q_cc / 2π for energies above the band bottom.
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, omega: &Lanes, bottom: f64, sample: &mut Sample) {
    for c in 0..electrons.channels() {
        let q = electrons.block.q_entry(c, c);
        let f = &electrons.fermi(c).filled;
        for k in 0..LANES {
            let inside = if omega[k] >= bottom { super::INVERSE_TAU } else { 0.0 };
            let term = inside * f[k] * q.re[k];
            sample.value[k] += term;
            sample.size[k] += term.abs();
        }
    }
    if !electrons.wanted.rounding {
        return;
    }
    for c in 0..electrons.channels() {
        let f = &electrons.fermi(c).filled;
        for k in 0..LANES {
            let inside = if omega[k] >= bottom { super::INVERSE_TAU } else { 0.0 };
            sample.rounding[k] += inside * f[k] * electrons.block.q_rounding()[k];
        }
    }
}
