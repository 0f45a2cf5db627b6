//! Check the overdamped limit against exact values, and that no other reading of the noise reaches them.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod problems;

use std::f64::consts::TAU;

use nanorotor::Landscape;
use nanorotor::overdamped::{Options, solve};
use problems::{blowtorch, motor, tilted_washboard};

/// Exact mean velocities of the overdamped blowtorch: without and with a friction that depends on the angle.
const EXACT: [(f64, f64); 2] = [(0.0, -0.224_376_664_41), (0.5, -0.179_943_107_85)];

/// ⟨u⟩ of dθ = a dt + sqrt(2B) dW (Ito) by quadrature: with q = B p, q′ = (a/B) q − J.
fn by_quadrature(drift: impl Fn(f64) -> f64, diffusivity: impl Fn(f64) -> f64) -> f64 {
    let n = 40_000;
    let h = TAU / f64::from(n);
    // Ψ = ∫ a/B and ∫ e^{−Ψ}, each by Simpson's rule on half steps.
    let ratio = |t: f64| drift(t) / diffusivity(t);
    let (mut psi, mut integral) = (0.0_f64, 0.0);
    let mut q = vec![(0.0, 0.0)];
    for j in 0..n {
        let t = h * f64::from(j);
        let half = h / 12.0 * (2.5 * ratio(t) + 4.0 * ratio(t + 0.5 * h) - 0.5 * ratio(t + h));
        let whole = h / 6.0 * (ratio(t) + 4.0 * ratio(t + 0.5 * h) + ratio(t + h));
        integral += h / 6.0 * ((-psi).exp() + 4.0 * (-psi - half).exp() + (-psi - whole).exp());
        psi += whole;
        q.push((psi, integral));
    }
    // q = e^Ψ (q_0 − J ∫e^{−Ψ}) is periodic with q_0 = ∫_0^L e^{−Ψ} for J = 1 − e^{−Ψ(L)}: nothing is divided by
    // zero.
    let current = -(-psi).exp_m1();
    let density = |(j, (psi, part)): (usize, &(f64, f64))| {
        psi.exp() * (integral - current * part) / diffusivity(h * j as f64)
    };
    let mass: f64 = q[1..].iter().enumerate().map(|(j, q)| h * density((j + 1, q))).sum();
    current * TAU / mass
}

/// The drift F/X, X′ and the rest of a landscape as functions.
fn parts(landscape: &Landscape) -> [impl Fn(f64) -> f64 + use<>; 4] {
    let derivative = landscape.total_friction().derivative();
    [
        landscape.force().clone(),
        landscape.total_friction().clone(),
        landscape.total_diffusion().clone(),
        derivative,
    ]
    .map(|f| move |t: f64| f.value(t))
}

#[test]
fn blowtorch_turns_as_it_must() {
    for (modulation, exact) in EXACT {
        let solved = solve(&blowtorch(modulation), &Options::default()).unwrap();
        assert!((solved.mean_velocity.0 - exact).abs() < 1e-11, "{:?} {exact}", solved.mean_velocity);
        assert!(solved.mean_velocity.1 < 1e-10);
        assert!((solved.rotation_rate().0 * TAU - exact).abs() < 1e-11);
    }
}

#[test]
fn only_the_noise_induced_drift_is_right() {
    for (modulation, exact) in EXACT {
        let [f, x, d, dx] = parts(&blowtorch(modulation));
        let derivative = blowtorch(modulation).total_diffusion().derivative();
        let diffusivity = |t: f64| 0.5 * d(t) / x(t).powi(2);
        let bare = |t: f64| f(t) / x(t);
        let right = by_quadrature(|t| bare(t) - 0.5 * dx(t) * d(t) / x(t).powi(3), diffusivity);
        assert!((right - exact).abs() < 1e-9, "{right} {exact}");
        // Stratonovich: the Ito drift gains half the derivative of the squared amplitude, B′/2.
        let slope = |t: f64| 0.5 * derivative.value(t) / x(t).powi(2) - d(t) * dx(t) / x(t).powi(3);
        let ito = by_quadrature(bare, diffusivity);
        let stratonovich = by_quadrature(|t| bare(t) + 0.5 * slope(t), diffusivity);
        assert!((stratonovich - exact).abs() > 1e-3, "Stratonovich gives {stratonovich}, exact {exact}");
        // With constant friction the noise-induced drift vanishes and Ito is right.
        assert_eq!((ito - exact).abs() > 1e-3, modulation > 0.0, "Ito gives {ito}, exact {exact}");
    }
}

#[test]
fn quadrature_agrees_for_a_tilt_and_for_the_motor() {
    for landscape in [tilted_washboard(), blowtorch(0.9)] {
        let [f, x, d, dx] = parts(&landscape);
        let drift = |t: f64| f(t) / x(t) - 0.5 * dx(t) * d(t) / x(t).powi(3);
        let quadrature = by_quadrature(drift, |t| 0.5 * d(t) / x(t).powi(2));
        let solved = solve(&landscape, &Options::default()).unwrap().mean_velocity.0;
        assert!((solved / quadrature - 1.0).abs() < 1e-8, "{solved} {quadrature}");
    }
    let rotation = solve(&motor(), &Options::default()).unwrap();
    assert!(rotation.mean_velocity.1 < 1e-9 * rotation.mean_velocity.0.abs());
}

#[test]
fn stated_errors_cover_the_true_ones() {
    for (modulation, exact) in EXACT {
        let rough =
            solve(&blowtorch(modulation), &Options { tolerance: 1e-3, ..Options::default() }).unwrap();
        assert!((rough.mean_velocity.0 - exact).abs() <= rough.mean_velocity.1 + 1e-11);
    }
}
