//! Give the integrands of the noise of the currents, and of the noise that torque and currents share, at zero frequency.
//!
//! | symbol | here                | unit                                |
//! |--------|---------------------|-------------------------------------|
//! | S_ll′  | current noise       | electrons² per a.u. of time         |
//! | S_τl   | torque–current noise | Ha/rad                             |
//! | A^l    | `current_matrix`    | 1                                   |
//! | Q      | `block.q`           | 1/rad                               |
//!
//! Current and torque are Σ_ef a†_e A^l_ef a_f and Σ_ef a†_e Q_ef a_f in the electrons that arrive. Their two-sided noise,
//! ∫ dt ⟨½{δI_l(t), δI_l′(0)}⟩, is
//!
//! S_ll′ = ∫ dω/2π Σ_ef ½ [f_e (1 − f_f) + f_f (1 − f_e)] A^l_ef A^l′_fe,   S_τl with Q in the place of A^l,
//!
//! (M. Büttiker, Phys. Rev. B 46, 12485 (1992)); with Q twice it is D. Σ_l S_ll′ = 0. At equilibrium S_ll = 2 k_BT ∂I_l/∂μ_l, and
//! S_τl = k_BT (∂τ/∂μ_l − e_l), which needs a magnetic field.

use super::Sample;
use super::electrons::Electrons;
use super::fermi;
use crate::scattering::{ComplexLanes, LANES, Lanes};

/// Add the integrands of all pairs of leads, the first slowest.
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, samples: &mut [Sample]) {
    let leads = electrons.leads();
    for e in 0..electrons.channels() {
        for f in 0..electrons.channels() {
            let weight = weight(electrons, e, f);
            for one in 0..leads {
                for other in one..leads {
                    let (a, b) = (electrons.current_matrix(one, e, f), electrons.current_matrix(other, e, f));
                    let rounding = rounding(electrons);
                    add_product(
                        electrons,
                        &weight,
                        (a, &rounding),
                        (b, &rounding),
                        &mut samples[one * leads + other],
                    );
                }
            }
        }
    }
    for one in 0..leads {
        for other in 0..one {
            samples[one * leads + other] = samples[other * leads + one];
        }
    }
}

/// Add the integrands of the torque with the current of each lead.
#[inline(always)]
pub(super) fn add_with_torque(electrons: &Electrons<'_>, samples: &mut [Sample]) {
    for e in 0..electrons.channels() {
        for f in 0..electrons.channels() {
            let weight = weight(electrons, e, f);
            let q = (electrons.block.q_entry(e, f), electrons.block.q_rounding());
            for (lead, sample) in samples.iter_mut().enumerate() {
                let a = electrons.current_matrix(lead, e, f);
                add_product(electrons, &weight, q, (a, &rounding(electrons)), sample);
            }
        }
    }
}

/// ½ [f_e (1 − f_f) + f_f (1 − f_e)] / 2π.
#[inline(always)]
fn weight(electrons: &Electrons<'_>, e: usize, f: usize) -> Lanes {
    fermi::difference(electrons.fermi(e), electrons.fermi(f))
        .terms
        .map(|terms| 0.5 * super::INVERSE_TAU * terms)
}

/// The rounding error of any entry of A, at most, in units of ε: the columns of S have the length 1.
#[inline(always)]
fn rounding(electrons: &Electrons<'_>) -> Lanes {
    electrons.block.s_rounding().map(|rounding| 2.0 * (electrons.channels() as f64).sqrt() * rounding)
}

/// Add the weight times Re(a_ef b_fe) = Re(a_ef b*_ef): both are Hermitian.
#[inline(always)]
fn add_product(
    electrons: &Electrons<'_>,
    weight: &Lanes,
    (a, a_rounding): (&ComplexLanes, &Lanes),
    (b, b_rounding): (&ComplexLanes, &Lanes),
    sample: &mut Sample,
) {
    for k in 0..LANES {
        let term = weight[k] * (a.re[k] * b.re[k] + a.im[k] * b.im[k]);
        sample.value[k] += term;
        sample.size[k] += term.abs();
    }
    if electrons.wanted.rounding {
        let (a, b) = (a.size(), b.size());
        for k in 0..LANES {
            sample.rounding[k] += weight[k] * (a[k] * b_rounding[k] + b[k] * a_rounding[k]);
        }
    }
}
