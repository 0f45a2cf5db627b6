//! Integrate the torque of the states that every lead fills, from the band bottom up.
//!
//! There f_c = 1 and Σ_c Q_cc = Tr Q, whose integral has a closed form in the eigenvalues of h_eff; near an exceptional point,
//! where their derivatives diverge, it is integrated like everything else.

use super::quadrature::{Integral, Sample, integrate, panels};
use crate::error::Result;
use crate::scattering::{Block, LANES, Lanes, Scattering, Wanted};

/// ∫ dω/2π Tr Q from `bottom` (which may be −∞) to `top`.
pub(super) fn filled_torque(
    scattering: &Scattering,
    channels: usize,
    bottom: f64,
    top: f64,
) -> Result<Integral> {
    match scattering.filled_torque(bottom, top) {
        Some(found) => Ok(Integral::closed_form(found.value, found.size, found.rounding)),
        None => by_quadrature(scattering, channels, bottom, top),
    }
}

/// The same by quadrature; below ten times the largest energy of the molecule in the variable 1/ω, which reaches −∞.
fn by_quadrature(scattering: &Scattering, channels: usize, bottom: f64, top: f64) -> Result<Integral> {
    let reach = scattering.poles().iter().map(|z| z.norm()).fold(top.abs(), f64::max);
    let far = -10.0 * reach;
    let mut block = Block::new(channels);
    let mut trace = |omega: &Lanes, weight: &Lanes, rounding: bool, samples: &mut [Sample]| -> Result<()> {
        scattering.evaluate(omega, Wanted { first_order: false, rounding }, &mut block)?;
        for c in 0..channels {
            let q = block.q_entry(c, c);
            for k in 0..LANES {
                let term = super::INVERSE_TAU * weight[k] * q.re[k];
                samples[0].value[k] += term;
                samples[0].size[k] += term.abs();
            }
            if rounding {
                for k in 0..LANES {
                    samples[0].rounding[k] += super::INVERSE_TAU * weight[k] * block.q_rounding()[k];
                }
            }
        }
        Ok(())
    };
    let near = panels(&[bottom.max(far), top], scattering.poles());
    let mut total = integrate("torque of the filled states", &near, 1, |omega, rounding, samples| {
        trace(omega, &[1.0; LANES], rounding, samples)
    })?[0];
    if bottom < far {
        // ω = 1/x, dω = dx/x²
        let inverse = [1.0 / far, if bottom.is_finite() { 1.0 / bottom } else { 0.0 }];
        let below =
            integrate("torque of the filled states", &panels(&inverse, &[]), 1, |x, rounding, samples| {
                let (omega, weight) = (x.map(|x| 1.0 / x), x.map(|x| 1.0 / (x * x)));
                trace(&omega, &weight, rounding, samples)
            })?[0];
        total = total.plus(below);
    }
    Ok(total)
}
