//! Correct for the layer of energies around the highest top, to the order of the square root of the damping.
//!
//! | symbol | here        | meaning                                                     |
//! |--------|-------------|-------------------------------------------------------------|
//! | S      | `noise`     | A_a of one passage at the energy of the top                 |
//! | ℓ      | `width`     | c sqrt(2S): how far beyond the top f is extrapolated to its value in the wells |
//! | c      | `EXTRAPOLATION` | c = −(1/π) ∫_0^∞ ln[tanh(k²/4)/(k²/4)] dk/k² = η(1/2)/√π, η(s) = Σ_n (−1)^{n+1}/n^s |
//!
//! Between two visits of the top the energy changes by a Gaussian of variance 2S. A rotor that comes back below the top turns
//! round, one above it goes on. So the difference of f₊ and f₋ obeys a Wiener–Hopf equation with the kernel
//! of a Gaussian, as in the turnover theory of escape (Mel'nikov & Meshkov, J. Chem. Phys. 85, 1018 (1986); Büttiker, Harris &
//! Landauer, Phys. Rev. B 28, 1268 (1983) before them): it vanishes at the distance ℓ below the top. A wind w moves f_± by the
//! factors exp(±ℓ w L/S), and a flux (G₊ − G₋)/2 over the top adds 2ℓ ((G₊ − G₋)/2)²/(S f/Z) to D_eff.

use super::graph::{Graph, Layer};

/// c.
pub(super) const EXTRAPOLATION: f64 = 0.341_277_513_720_652;

/// ℓ in kT_0.
pub(super) fn width(graph: &Graph<'_>) -> f64 {
    EXTRAPOLATION * (2.0 * graph.at_top.noise).sqrt()
}

/// The layer of one top.
pub(super) fn layer(graph: &Graph<'_>) -> Layer {
    let (width, noise) = (width(graph), graph.at_top.noise);
    if noise <= 0.0 {
        return Layer::default();
    }
    Layer { jump: width * graph.rotor.wind * graph.rotor.period / noise, resistance: 2.0 * width / noise }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weak::gauss::Gauss;
    use std::f64::consts::PI;

    #[test]
    fn the_constant_is_its_integral() {
        // With k = e^y the integrand decays to both sides.
        let integrand = |k: f64| {
            let x = 0.25 * k * k;
            // ln(tanh x/x) = −x²/3 + 7x⁴/90 − … at small x.
            let ln = if x < 1e-3 { -x * x / 3.0 + 7.0 * x.powi(4) / 90.0 } else { (x.tanh() / x).ln() };
            -ln / (PI * k * k)
        };
        let rule = Gauss::new(12);
        let panel = |low: f64| -> f64 {
            let point = |(x, w): (&f64, &f64)| {
                let k = (low + 0.25 * (x + 1.0)).exp();
                0.25 * w * k * integrand(k)
            };
            rule.abscissas.iter().zip(&rule.weights).map(point).sum()
        };
        let integral: f64 = (-40..80).map(|j| panel(0.5 * f64::from(j))).sum();
        assert!((integral / EXTRAPOLATION - 1.0).abs() < 1e-11, "{integral}");
    }
}
