//! Rotors of several traps per period: against one trap alone, across the barrier from which traps are told apart, and in their answers.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::f64::consts::TAU;

use nanorotor::kramers::elements::{self, Options, Refined, State};
use nanorotor::kramers::{self};
use nanorotor::stationary::{Converged, Stationary};
use nanorotor::{Landscape, Periodic};

/// A blowtorch on a washboard of period 2π with some wind, given over as many of its periods as asked for.
fn washboard(barrier: f64, damping: f64, periods: u32) -> Landscape {
    let length = TAU * f64::from(periods);
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(length, 32 * periods as usize, f);
    let force = periodic(&|t| 0.02 + 0.5 * barrier * t.sin());
    let friction = periodic(&|t| damping * (1.0 + 0.3 * (t + 1.0).cos()));
    let diffusion =
        periodic(&|t| 2.0 * damping * (1.0 + 0.3 * (t + 1.0).cos()) * (1.0 + 0.1 * (t - 0.5).sin()));
    Landscape::new(force, friction, diffusion).unwrap()
}

fn solve(landscape: &Landscape, tolerance: f64) -> Refined {
    let options = Options { tolerance, sensitivity: true, ..Options::default() };
    elements::solve(landscape, 1.0, &options).unwrap()
}

fn motion<S: Stationary>(state: &Converged<S>) -> [(f64, f64); 2] {
    [state.measure(S::mean_velocity), state.measure(S::rotational_diffusion)]
}

fn agree(some: [(f64, f64); 2], others: [(f64, f64); 2]) {
    for ((value, error), (expected, its)) in some.into_iter().zip(others) {
        assert!(
            (value - expected).abs() <= 3.0 * (error + its),
            "{value:e} ± {error:e}, {expected:e} ± {its:e}"
        );
    }
}

/// Two equal traps hop as one does, at weak damping too, where a hop may go on for many periods; and a push, a drag or heat
/// at one of them does a share of what it does at all.
#[test]
fn equal_traps_do_what_one_does() {
    for (barrier, damping, periods) in [(16.0, 0.4, 2), (15.0, 3e-3, 2)] {
        let one = solve(&washboard(barrier, damping, 1), 1e-4);
        let all = solve(&washboard(barrier, damping, periods), 1e-4);
        assert!(one.converged && all.converged, "{damping}: {} {}", one.error, all.error);
        agree(motion(&all.state), motion(&one.state));
        let (of_one, of_all) =
            (one.state.finer.sensitivity().unwrap(), all.state.finer.sensitivity().unwrap());
        let changes = |periods: u32| {
            let change = |phase: f64| {
                let length = TAU * f64::from(periods);
                Periodic::from_function(length, 8 * periods as usize, move |t| 1.0 + (t - phase).cos())
            };
            [change(0.3), change(2.0), change(4.0)]
        };
        let (single, several) = (changes(1), changes(periods));
        for k in 0..3 {
            let answer = |of: &elements::Sensitivity<'_>, changes: &[Periodic; 3]| {
                let mut only = changes.each_ref().map(|f| f.combine(0.0, f, 0.0));
                only[k] = changes[k].clone();
                of.answer(only.each_ref())
            };
            let (expected, found) = (answer(&of_one, &single), answer(&of_all, &several));
            assert!(
                (found - expected).abs() < 1e-2 * expected.abs(),
                "{damping} {k}: {found:e} {expected:e}"
            );
        }
    }
}

/// Traps are told apart from twelve kT on. On either side Hermite functions find the same, and nothing jumps.
#[test]
fn nothing_jumps_where_traps_begin() {
    let (mut logarithms, mut compared) = (Vec::new(), 0);
    for k in 0..9 {
        let barrier = 10.0 + 0.5 * f64::from(k);
        let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 32, f);
        let force = periodic(&|t| 0.1 + barrier * (2.0 * t).sin() + 0.4 * (t - 1.0).sin());
        let motor = Landscape::new(force, periodic(&|_| 0.7), periodic(&|t| 1.4 + 0.2 * t.sin())).unwrap();
        let found = solve(&motor, 1e-6);
        let hermite = kramers::Options { tolerance: 1e-6, ..kramers::Options::default() };
        assert!(found.converged, "{barrier}: {}", found.error);
        // On a coarse basis rounding stops some of them.
        if let Ok(other) = kramers::solve(&motor, 1.0, &hermite) {
            agree(motion(&found.state), motion(&other));
            compared += 1;
        }
        logarithms.push(found.state.finer.rotational_diffusion().ln());
    }
    assert!(compared >= 5, "{compared}");
    // ln D is smooth in the barrier: its third differences fall as the cube of the step.
    for four in logarithms.windows(4) {
        let third = four[3] - 3.0 * four[2] + 3.0 * four[1] - four[0];
        assert!(third.abs() < 1e-3, "{logarithms:?}");
    }
}

/// Passages of a lattice of whole periods are the same, however many traps the period is said to hold.
#[test]
fn passages_between_traps_do_not_depend_on_the_period_given() {
    let options = Options { tolerance: 1e-3, ..Options::default() };
    let count = |periods: u32, lattice: usize| {
        elements::count(&washboard(14.0, 0.4, periods), 1.0, 3.0, lattice, &options).unwrap()
    };
    let (one, two) = (count(1, 2), count(2, 1));
    let both = |counts: &elements::CountRates| [counts.forward, counts.back];
    agree(both(&two), both(&one));
    for (value, error) in both(&two) {
        assert!(error < 1e-2 * value, "{value:e} ± {error:e}");
    }
    // They make up the current.
    let (velocity, error) = solve(&washboard(14.0, 0.4, 1), 1e-6).state.measure(State::mean_velocity);
    let (forward, back) = (one.forward, one.back);
    let current = (forward.0 - back.0) * 2.0 * TAU;
    assert!((current - velocity).abs() <= 3.0 * (error + 2.0 * TAU * (forward.1 + back.1)), "{current:e}");
}
