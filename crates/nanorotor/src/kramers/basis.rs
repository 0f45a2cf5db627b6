//! Expand periodic functions in the real Fourier basis 1, √2 cos φ, √2 sin φ, √2 cos 2φ, … with φ = 2πθ/L.
//!
//! The number of basis functions is always odd: an even number leaves one highest harmonic without its partner, which
//! ∂_θ maps to zero, and the stationary problem would have a spurious second solution.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2, TAU};

use faer::Mat;
use num_complex::Complex64;

use crate::periodic::Periodic;

/// A harmonic and its phase: basis function j is √2 cos kφ or √2 sin kφ, and 1 for j = 0.
fn harmonic(j: usize) -> (isize, bool) {
    (j.div_ceil(2).cast_signed(), j.is_multiple_of(2) && j > 0)
}

/// The coefficients f_j = (1/L) ∮ f b_j dθ of a function in the first `modes` basis functions.
pub(super) fn coefficients(f: &Periodic, modes: usize) -> Vec<f64> {
    (0..modes)
        .map(|j| {
            let (k, is_sine) = harmonic(j);
            let c = f.harmonic(k);
            match (j, is_sine) {
                (0, _) => c.re,
                (_, false) => SQRT_2 * c.re,
                (_, true) => -SQRT_2 * c.im,
            }
        })
        .collect()
}

/// The values of the basis functions at one angle.
pub(super) fn values(period: f64, modes: usize, theta: f64) -> Vec<f64> {
    (0..modes)
        .map(|j| {
            let (k, is_sine) = harmonic(j);
            let phase = TAU * k as f64 * theta / period;
            match (j, is_sine) {
                (0, _) => 1.0,
                (_, false) => SQRT_2 * phase.cos(),
                (_, true) => SQRT_2 * phase.sin(),
            }
        })
        .collect()
}

/// The function with the given coefficients.
pub(super) fn function(period: f64, coefficients: &[f64]) -> Periodic {
    let pair = |pair: &[f64]| Complex64::new(pair[0], -pair[1]) * FRAC_1_SQRT_2;
    let mut harmonics = vec![Complex64::new(coefficients[0], 0.0)];
    harmonics.extend(coefficients[1..].chunks_exact(2).map(pair));
    Periodic::from_harmonics(period, harmonics)
}

/// The matrix of multiplication by f, (1/L) ∮ b_i f b_j dθ, exact for every harmonic of f.
pub(super) fn multiplication(f: &Periodic, modes: usize) -> Mat<f64> {
    Mat::from_fn(modes, modes, |i, j| {
        let ((k, i_sine), (l, j_sine)) = (harmonic(i), harmonic(j));
        let (difference, sum) = (f.harmonic(k - l), f.harmonic(k + l));
        // 2 cos kφ cos lφ = cos(k−l)φ + cos(k+l)φ and its kin.
        let product = match (i_sine, j_sine) {
            (false, false) => difference.re + sum.re,
            (true, true) => difference.re - sum.re,
            (false, true) => difference.im - sum.im,
            (true, false) => -difference.im - sum.im,
        };
        let constant = |j: usize| if j == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        product * constant(i) * constant(j)
    })
}

/// The wave numbers 2πk/L of the pairs (√2 cos kφ, √2 sin kφ); ∂_θ maps the pair (a, b) to 2πk/L (b, −a).
pub(super) fn wave_numbers(period: f64, modes: usize) -> Vec<f64> {
    (1..=modes / 2).map(|k| TAU * k as f64 / period).collect()
}

/// y ← y + scale ∂_θ x.
pub(super) fn add_derivative(y: &mut [f64], scale: f64, x: &[f64], wave_numbers: &[f64]) {
    let pairs = y[1..].chunks_exact_mut(2).zip(x[1..].chunks_exact(2));
    for ((y, x), k) in pairs.zip(wave_numbers) {
        y[0] += scale * k * x[1];
        y[1] -= scale * k * x[0];
    }
}

/// y ← y + scale |∂_θ| x, where ∂_θ has only its sizes.
pub(super) fn add_derivative_sizes(y: &mut [f64], scale: f64, x: &[f64], wave_numbers: &[f64]) {
    let pairs = y[1..].chunks_exact_mut(2).zip(x[1..].chunks_exact(2));
    for ((y, x), k) in pairs.zip(wave_numbers) {
        y[0] += scale * k * x[1];
        y[1] += scale * k * x[0];
    }
}

/// y ← y + scale A x.
pub(super) fn add_product(y: &mut [f64], scale: f64, matrix: &Mat<f64>, x: &[f64]) {
    for (j, x) in x.iter().enumerate() {
        for (y, a) in y.iter_mut().zip(matrix.col_as_slice(j)) {
            *y += scale * a * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: f64 = 2.5;

    fn example(shift: f64, harmonics: usize) -> Periodic {
        Periodic::from_function(PERIOD, 2 * harmonics + 1, |t| ((TAU * t / PERIOD + shift).sin() + 0.3).exp())
    }

    #[test]
    fn coefficients_and_function_are_inverse() {
        let f = example(0.4, 6);
        let g = function(PERIOD, &coefficients(&f, 13));
        for theta in [0.0, 0.7, 2.1] {
            assert!((f.value(theta) - g.value(theta)).abs() < 1e-14);
        }
    }

    #[test]
    fn multiplication_is_that_of_the_functions() {
        let (f, g) = (example(0.4, 5), example(-1.0, 4));
        let modes = 2 * (5 + 4) + 1;
        let (matrix, g_coefficients) = (multiplication(&f, modes), coefficients(&g, modes));
        let product: Vec<f64> =
            (0..modes).map(|i| (0..modes).map(|j| matrix[(i, j)] * g_coefficients[j]).sum()).collect();
        let product = function(PERIOD, &product);
        for theta in [0.0, 0.7, 2.1] {
            assert!((product.value(theta) - f.value(theta) * g.value(theta)).abs() < 1e-13);
        }
    }

    #[test]
    fn derivative_is_that_of_the_function() {
        let f = example(0.4, 6);
        let mut y = coefficients(&Periodic::constant(PERIOD, 2.0), 13);
        add_derivative(&mut y, -3.0, &coefficients(&f, 13), &wave_numbers(PERIOD, 13));
        let (g, exact) = (function(PERIOD, &y), f.derivative());
        for theta in [0.0, 0.7, 2.1] {
            assert!((g.value(theta) - (2.0 - 3.0 * exact.value(theta))).abs() < 1e-12);
        }
    }
}
