//! Give the integrand of the mean torque that the electrons exert.
//!
//! | symbol | here          | unit   |
//! |--------|---------------|--------|
//! | τ      | torque        | Ha/rad |
//! | Q      | `block.q`     | 1/rad  |
//! | f_c    | `filled`      | 1      |
//!
//! τ = Σ_c ∫ dω/2π f_c Q_cc, equation (A14) of Preston & Kosov (2023) in scattering form. It diverges with the depth of a wide
//! band: the integral starts at the band bottom. Measured from that of the junction in equilibrium, τ − τ_ref = Σ_c ∫ dω/2π (f_c − f_ref) Q_cc
//! lives where the leads are neither all full nor all empty, and no band ends there.

use super::Sample;
use super::electrons::Electrons;
use super::fermi::{self, Fermi};
use crate::scattering::{LANES, Lanes};

/// Add Σ_c (f_c − f_ref) Q_cc / 2π.
#[inline(always)]
pub(super) fn add_from_reference(electrons: &Electrons<'_>, reference: &Fermi, sample: &mut Sample) {
    for c in 0..electrons.channels() {
        let q = electrons.block.q_entry(c, c);
        let difference = fermi::difference(electrons.fermi(c), reference);
        for k in 0..LANES {
            let term = super::INVERSE_TAU * difference.value[k] * q.re[k];
            sample.value[k] += term;
            sample.size[k] += term.abs();
        }
        if electrons.wanted.rounding {
            for k in 0..LANES {
                let weight = super::INVERSE_TAU * difference.terms[k];
                sample.rounding[k] += weight * electrons.block.q_rounding()[k];
            }
        }
    }
}

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
