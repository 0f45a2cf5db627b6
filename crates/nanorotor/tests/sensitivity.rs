//! Check how the mean velocity answers to small changes of torque, friction and diffusion.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::TAU;

use nanorotor::kramers::elements::{self, State};
use nanorotor::landscape::Landscape;
use nanorotor::periodic::Periodic;
use nanorotor::stationary::{Converged, Stationary};
use proptest::prelude::*;

fn cosine(constant: f64, size: f64, harmonic: f64, phase: f64) -> Periodic {
    Periodic::from_function(TAU, 64, |t| constant + size * (harmonic * t - phase).cos())
}

fn solved(landscape: &Landscape, tolerance: f64) -> Converged<State> {
    let options = elements::Options { tolerance, sensitivity: true, ..elements::Options::default() };
    elements::solve(landscape, 1.0, &options).unwrap().state
}

/// In equilibrium a push works the same at every angle, by Einstein's relation D_eff/(L k_BT), because no potential turns a rotor; and
/// friction with the noise that belongs to it does nothing.
#[test]
fn einstein_and_detailed_balance() {
    let thermal = 0.4;
    let friction = cosine(0.3, 0.15, 1.0, 0.7);
    let diffusion = friction.combine(2.0 * thermal, &friction, 0.0);
    let torque = cosine(0.0, 0.8, 1.0, 0.0).combine(1.0, &cosine(0.0, 0.3, 2.0, 1.0), 1.0);
    let found = solved(&Landscape::new(torque, friction, diffusion).unwrap(), 1e-9);
    let mobility = found.finer.rotational_diffusion() / (TAU * thermal);
    for theta in [0.0, 0.7, 1.9, 3.0, 4.4, 6.0] {
        let [force, friction, diffusion] = found.finer.sensitivity().unwrap().at(theta);
        assert!((force / mobility - 1.0).abs() < 1e-7, "{force} {mobility}");
        assert!((friction + 2.0 * thermal * diffusion).abs() < 1e-7 * friction.abs().max(mobility));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// Central differences of the mean velocity of motors with a drive and a temperature that varies.
    #[test]
    fn answers_are_central_differences(
        tilt in -0.4..0.4, barrier in 0.2..2.0, uneven in 0.0..0.6, damping in 0.05..2.0, phase in 0.0..TAU,
        of in proptest::array::uniform3((0.0..1.0, 1..=3_u8, 0.0..TAU)),
    ) {
        let torque = cosine(tilt, barrier, 1.0, 0.3);
        let friction = cosine(damping, 0.4 * damping, 1.0, phase);
        let diffusion = cosine(2.0 * damping, 2.0 * damping * uneven, 1.0, phase + 1.0);
        let changes = of.map(|(constant, harmonic, phase)| cosine(constant, 1.0, f64::from(harmonic), phase));
        let step = 2e-3;
        let at = |t: f64| {
            let landscape = Landscape::new(
                torque.combine(1.0, &changes[0], t),
                friction.combine(1.0, &changes[1], t * damping),
                diffusion.combine(1.0, &changes[2], t * damping),
            );
            solved(&landscape.unwrap(), 1e-9)
        };
        let velocity = |t: f64| at(t).finer.mean_velocity();
        let differences = [1.0, 2.0].map(|k| {
            (velocity(k * step) - velocity(-k * step)) / (2.0 * k * step)
        });
        // Of the fourth order.
        let expected = (4.0 * differences[0] - differences[1]) / 3.0;
        let scaled = |f: &Periodic| f.combine(damping, f, 0.0);
        let answer = |state: &State| {
            state.sensitivity().unwrap().answer([&changes[0], &scaled(&changes[1]), &scaled(&changes[2])])
        };
        let found = at(0.0);
        let (finer, coarser) = (answer(&found.finer), answer(&found.coarser));
        let error = 2.0 * (finer - coarser).abs() + 1e-2 * (expected - differences[0]).abs() + 1e-6 * expected.abs();
        prop_assert!((finer - expected).abs() <= error, "{finer} is not {expected}, {differences:?}, {coarser}");
    }
}
