//! Integrate the torque of the states that every lead fills, from the band bottom up.
//!
//! There f_c = 1 and Σ_c Q_cc = Tr Q, whose integral has a closed form in the eigenvalues of h_eff; near an exceptional point,
//! where their derivatives diverge, it is integrated like everything else.

use super::quadrature::{Integral, Samples, integrate, panels};
use crate::error::Result;
use crate::scattering::{Block, LANES, Lanes, Scattering};

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
    let mut trace = |omega: &Lanes, weight: &Lanes, samples: &mut Samples| -> Result<()> {
        scattering.evaluate(omega, false, &mut block)?;
        for c in 0..channels {
            let q = block.q_entry(c, c);
            for k in 0..LANES {
                let term = super::INVERSE_TAU * weight[k] * q.re[k];
                samples.value[0][k] += term;
                samples.size[0][k] += term.abs();
            }
        }
        Ok(())
    };
    let mut samples = Samples::new(1);
    let near = panels(&[bottom.max(far), top], scattering.poles());
    let mut total = integrate("torque of the filled states", &near, &mut samples, |omega, samples| {
        trace(omega, &[1.0; LANES], samples)
    })?[0];
    if bottom < far {
        // ω = 1/x, dω = dx/x²
        let inverse = [1.0 / far, if bottom.is_finite() { 1.0 / bottom } else { 0.0 }];
        let below =
            integrate("torque of the filled states", &panels(&inverse, &[]), &mut samples, |x, samples| {
                let (omega, weight) = (x.map(|x| 1.0 / x), x.map(|x| 1.0 / (x * x)));
                trace(&omega, &weight, samples)
            })?[0];
        total = total.plus(below);
    }
    Ok(total)
}
