//! Collect small rotors whose answers are known, for tests and benches.
#![allow(dead_code, reason = "each test uses some of the problems")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::f64::consts::{PI, TAU};

use nanorotor::{Landscape, Periodic};

/// A rotor of period 2π from its torque, friction and temperature, with at most 15 harmonics.
pub(crate) fn rotor(
    torque: impl Fn(f64) -> f64,
    friction: impl Fn(f64) -> f64,
    temperature: impl Fn(f64) -> f64,
) -> Landscape {
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 31, f);
    Landscape::new(
        periodic(&torque),
        periodic(&friction),
        periodic(&|theta| 2.0 * temperature(theta) * friction(theta)),
    )
    .unwrap()
}

/// U = (1 − cos θ)/2 at the temperature 1.
pub(crate) fn washboard(friction: f64) -> Landscape {
    rotor(|theta| -0.5 * theta.sin(), |_| friction, |_| 1.0)
}

/// U = 2 cos θ − θ at the temperature and the friction 1.
pub(crate) fn tilted_washboard() -> Landscape {
    rotor(|theta| 2.0 * theta.sin() + 1.0, |_| 1.0, |_| 1.0)
}

/// The potential 2 cos θ heated on one flank, T = 1 + 0.75 (1 + sin θ), with the friction 1 + modulation cos θ.
pub(crate) fn blowtorch(modulation: f64) -> Landscape {
    rotor(
        |theta| 2.0 * theta.sin(),
        move |theta| 1.0 + modulation * theta.cos(),
        |theta| 1.0 + 0.75 * (1.0 + theta.sin()),
    )
}

/// A landscape of the size and smoothness of the molecular motor of Preston & Kosov (2023) at 5 V, about 50 harmonics
/// in its diffusion (atomic units, moment of inertia 4.5e5).
pub(crate) fn motor() -> Landscape {
    // r^k is how the harmonics of the motor's diffusion fall.
    let peak = |theta: f64, r: f64| (1.0 - r * r) / (1.0 - 2.0 * r * (2.0 * theta).cos() + r * r) - 1.0;
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(PI, 129, f).truncated(1e-17);
    let torque = periodic(&|theta| 2.7e-3 * (2.0 * theta + 0.4).sin() + 5.4e-4 * (4.0 * theta).sin());
    let friction = periodic(&|theta| 1.4e-3 + 8e-4 * peak(theta + 0.8, 0.2));
    let diffusion =
        periodic(&|theta| 2.8e-3 + 2.2e-3 * peak(theta + 0.6, 0.25) + 1e-4 * peak(theta + 0.1, 0.64));
    let constant = |value| Periodic::constant(PI, value);
    Landscape::new(torque, friction, diffusion)
        .unwrap()
        .with_environment(constant(5.0), constant(10.0 * MOTOR_TEMPERATURE))
        .unwrap()
}

/// k_BT of the environment of [`motor`] (Ha).
pub(crate) const MOTOR_TEMPERATURE: f64 = 1e-3;

/// The moment of inertia of [`motor`].
pub(crate) const MOTOR_INERTIA: f64 = 4.5e5;
