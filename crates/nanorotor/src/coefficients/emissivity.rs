//! Give the integrands of the emissivities, the electrons and the heat that leave each lead because the rotor turns.
//!
//! | symbol        | here                     | unit              |
//! |---------------|--------------------------|-------------------|
//! | e_c           | emissivity               | electrons per rad |
//! | S, B, ∂_ωS    | `block.{s, b, s_slope}`  | 1, 1/(Ha rad), 1/Ha |
//! | S′ = ∂_θS     | `s_prime`                | 1/rad             |
//! | f_d, −∂_ω f_d | `filled`, `slope`        | 1, 1/Ha           |
//!
//! I_c → I_c + θ′ e_c to the first order in the velocity, also where the leads differ,
//!
//! e_c = ∫ dω/2π (−∂_ω f_r) Im[S′S†]_cc − Σ_d ∫ dω/2π 2 Re[S*_cd S⁽¹⁾_cd] (f_d − f_r),   S⁽¹⁾ = −w†G ∂_θ(Gw),
//!
//! with f_r of any lead (M. Moskalets and M. Büttiker, Phys. Rev. B 72, 035324 (2005)). S⁽¹⁾ = B + (i/2) ∂_ωS′, and an
//! integration by parts leaves nothing beyond what the friction needs but ∂_ωS:
//!
//! e_c = Σ_d ∫ dω/2π { (−∂_ω f_d) Im[S*_cd S′_cd] − (f_d − f_r) (2 Re[S*_cd B_cd] + Im[∂_ωS*_cd S′_cd]) }.
//!
//! At equilibrium the first term alone remains, the charge that a slow turn pumps (P. W. Brouwer, Phys. Rev. B 58, R10135
//! (1998)). Σ_c e_c is what the charge of the molecule grows by per radian.
//!
//! This integrand, unlike that of the first form, is the spectrum of the electrons by the energy ω at which they leave: their
//! distribution in channel c is, in the order of θ′, what the Moyal product S ∗ f ∗ S† makes of the fillings. So they take the heat
//! e_c with ω − μ_c under the integral out of the lead. Over a turn Σ_c ∮ dθ ∫ dω ω (the integrand) is the work ∮ τ dθ.

use super::Sample;
use super::electrons::{Carried, Electrons};
use super::fermi;
use crate::scattering::LANES;

/// Add the integrand of every channel to the sample of its lead; f_r is that of the first channel.
///
/// The second term is left out where the first order is not wanted: at equilibrium.
#[inline(always)]
pub(super) fn add(electrons: &Electrons<'_>, what: Carried, samples: &mut [Sample]) {
    let m = electrons.channels();
    let (block, wanted) = (&electrons.block, electrons.wanted);
    for d in 0..m {
        let slope = &electrons.fermi(d).slope;
        let difference = (wanted.first_order && !electrons.same_lead(0, d))
            .then(|| fermi::difference(electrons.fermi(d), electrons.fermi(0)));
        for c in 0..m {
            let lead = electrons.lead(c);
            let carried = electrons.carried(what, lead);
            let sample = &mut samples[lead];
            let (s, s_prime) = (block.s_entry(c, d), electrons.s_prime(c, d));
            for k in 0..LANES {
                let turn = s.re[k] * s_prime.im[k] - s.im[k] * s_prime.re[k];
                let term = super::INVERSE_TAU * slope[k] * turn * carried[k];
                sample.value[k] += term;
                sample.size[k] += term.abs();
            }
            if let Some(difference) = &difference {
                let (b, s_slope) = (block.b_entry(c, d), block.s_slope_entry(c, d));
                for k in 0..LANES {
                    let of_b = 2.0 * (s.re[k] * b.re[k] + s.im[k] * b.im[k]);
                    let of_slope = s_slope.re[k] * s_prime.im[k] - s_slope.im[k] * s_prime.re[k];
                    let weight = super::INVERSE_TAU * difference.value[k] * carried[k];
                    sample.value[k] -= weight * (of_b + of_slope);
                    sample.size[k] += (weight * of_b).abs() + (weight * of_slope).abs();
                }
            }
            if wanted.rounding {
                let (s, s_prime) = (s.size(), s_prime.size());
                let (s_rounding, s_prime_rounding) = (block.s_rounding(), electrons.s_prime_rounding(d));
                for k in 0..LANES {
                    let of_turn = s[k] * s_prime_rounding[k] + s_prime[k] * s_rounding[k];
                    let weight = super::INVERSE_TAU * slope[k] * carried[k].abs();
                    sample.rounding[k] += weight * of_turn;
                }
                if let Some(difference) = &difference {
                    let (b, s_slope) = (block.b_entry(c, d).size(), block.s_slope_entry(c, d).size());
                    let (b_rounding, s_slope_rounding) = (block.b_rounding(), block.s_slope_rounding());
                    for k in 0..LANES {
                        let of_b = 2.0 * (s[k] * b_rounding[k] + b[k] * s_rounding[k]);
                        let of_slope = s_slope[k] * s_prime_rounding[k] + s_prime[k] * s_slope_rounding[k];
                        let weight = super::INVERSE_TAU * difference.terms[k] * carried[k].abs();
                        sample.rounding[k] += weight * (of_b + of_slope);
                    }
                }
            }
        }
    }
}
