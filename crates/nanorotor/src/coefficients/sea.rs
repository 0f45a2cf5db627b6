//! Integrate over the states that every lead fills, from the band bottom up: their torque and what they put into the levels.
//!
//! There f_c = 1, and Σ_c Q_cc = Tr Q and Σ_c |(Gw)_ic|² = −2 Im G_ii have integrals in closed form in the eigenvalues of h_eff;
//! near an exceptional point, where their derivatives diverge, they are integrated like everything else.

use super::quadrature::{Integral, Sample, integrate, panels};
use crate::error::Result;
use crate::scattering::{Block, Energies, LANES, Lanes, Scattering, Wanted};

/// ∫ dω/2π Tr Q from `bottom` (which may be −∞) to `top`.
pub(super) fn filled_torque(
    scattering: &Scattering,
    channels: usize,
    bottom: f64,
    top: f64,
) -> Result<Integral> {
    if let Some(found) = scattering.filled_torque(bottom, top) {
        return Ok(Integral::closed_form(found.value, found.size, found.rounding));
    }
    let mut block = Block::new(channels);
    let trace = |omega: &Lanes, weight: &Lanes, rounding: bool, samples: &mut [Sample]| -> Result<()> {
        scattering.evaluate(
            &Energies::at(*omega),
            Wanted { rounding, ..Wanted::NOTHING_ELSE },
            &mut block,
        )?;
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
    let all = by_quadrature("torque of the filled states", scattering, 1, bottom, top, trace)?;
    Ok(all[0])
}

/// ∫ dω/2π Σ_c |(Gw)_ic|² from `bottom` (which may be −∞) to `top` for the first `levels` levels.
pub(super) fn filled_levels(
    scattering: &Scattering,
    channels: usize,
    levels: usize,
    bottom: f64,
    top: f64,
) -> Result<Vec<Integral>> {
    if let Some(found) = scattering.filled_levels(levels, bottom, top) {
        return Ok(found.into_iter().map(|i| Integral::closed_form(i.value, i.size, i.rounding)).collect());
    }
    let mut block = Block::new(channels);
    let densities = |omega: &Lanes, weight: &Lanes, rounding: bool, samples: &mut [Sample]| -> Result<()> {
        scattering.evaluate(
            &Energies::at(*omega),
            Wanted { rounding, levels: true, ..Wanted::NOTHING_ELSE },
            &mut block,
        )?;
        for (i, sample) in samples.iter_mut().enumerate() {
            for c in 0..channels {
                let square = block.gw_entry(i, c).square();
                for k in 0..LANES {
                    sample.value[k] += super::INVERSE_TAU * weight[k] * square[k];
                    if rounding {
                        let error = 2.0 * square[k].sqrt() * block.gw_rounding()[k];
                        sample.rounding[k] += super::INVERSE_TAU * weight[k] * error;
                    }
                }
            }
            sample.size = sample.value;
        }
        Ok(())
    };
    by_quadrature("occupation by the filled states", scattering, levels, bottom, top, densities)
}

/// Integrals by quadrature; below ten times the largest energy of the molecule in the variable 1/ω, which reaches −∞.
fn by_quadrature(
    quantity: &'static str,
    scattering: &Scattering,
    count: usize,
    bottom: f64,
    top: f64,
    mut integrand: impl FnMut(&Lanes, &Lanes, bool, &mut [Sample]) -> Result<()>,
) -> Result<Vec<Integral>> {
    let reach = scattering.poles().iter().map(|z| z.norm()).fold(top.abs(), f64::max);
    let far = -10.0 * reach;
    let near = panels(&[bottom.max(far), top], scattering.poles(), &[]);
    let mut totals = integrate(quantity, &near, count, |energies, rounding, samples| {
        integrand(&energies.absolute(), &[1.0; LANES], rounding, samples)
    })?;
    if bottom < far {
        // ω = 1/x, dω = dx/x²
        let inverse = [1.0 / far, if bottom.is_finite() { 1.0 / bottom } else { 0.0 }];
        let below = integrate(quantity, &panels(&inverse, &[], &[]), count, |x, rounding, samples| {
            let x = x.offset;
            let (omega, weight) = (x.map(|x| 1.0 / x), x.map(|x| 1.0 / (x * x)));
            integrand(&omega, &weight, rounding, samples)
        })?;
        for (total, below) in totals.iter_mut().zip(below) {
            *total = total.plus(below);
        }
    }
    Ok(totals)
}
