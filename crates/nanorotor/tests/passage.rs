//! Count passages without trajectories: against the rate, against exact limits and against trajectories.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::TAU;

use nanorotor::kramers::elements::{self, Options};
use nanorotor::observables::rates;
use nanorotor::results::{self, Point, SimulationOptions, Watch};
use nanorotor::stationary::Stationary;
use nanorotor::study::{Length, Study};
use nanorotor::units::TIME_IN_NANOSECONDS;
use nanorotor::{Landscape, Periodic};

fn landscape(force: impl Fn(f64) -> f64, friction: f64) -> Landscape {
    let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 31, f);
    Landscape::new(periodic(&force), periodic(&|_| friction), periodic(&|_| 2.0 * friction)).unwrap()
}

#[test]
fn net_counts_are_turns_wherever_the_counter_stands() {
    for (friction, tolerance, lattices) in [
        (3.0, 1e-6, &[(0.3, 1), (3.0, 1)][..]),
        (0.3, 1e-5, &[(0.3, 1), (3.0, 2)]),
        (0.01, 1e-4, &[(0.3, 1), (3.0, 1)]),
    ] {
        let options = Options { tolerance, ..Options::default() };
        let rotor = landscape(|t| 1.5 * t.sin() + 0.2 * friction.min(1.0), friction);
        let state = elements::solve(&rotor, 1.0, &options).unwrap().state;
        let (velocity, error) = state.measure(elements::State::mean_velocity);
        for &(origin, periods) in lattices {
            let found = elements::count(&rotor, 1.0, origin, periods, &options).unwrap();
            let ([forward, forward_error], [back, back_error]) =
                (<[f64; 2]>::from(found.forward), <[f64; 2]>::from(found.back));
            let net = velocity / (TAU * periods as f64);
            let allowed = forward_error + back_error + error;
            assert!((forward - back - net).abs() < allowed, "{friction} {origin} {periods}: {found:?} {net}");
            assert!(allowed < 3.0 * tolerance * forward, "{friction} {origin} {periods}: {found:?}");
        }
    }
}

#[test]
fn over_a_high_barrier_counts_are_hops_that_follow_a_tilt_as_they_spread() {
    let (barrier, tilt) = (16.0, 0.05);
    let rotor = landscape(|t| tilt - 0.5 * barrier * t.sin(), 1.0);
    let options = Options { tolerance: 1e-6, ..Options::default() };
    let found = elements::count(&rotor, 1.0, rotor.potential().minimum().0, 1, &options).unwrap();
    let state = elements::solve(&rotor, 1.0, &options).unwrap().state.finer;
    // Hops that come one by one spread as those of Poisson, and their numbers on and back differ by the Boltzmann factor of the work.
    // Flights over several periods at once spread more, and follow a tilt more by as much (Einstein's relation).
    let flights = state.rotational_diffusion() / (0.5 * TAU * TAU * (found.forward.0 + found.back.0));
    let balance = (found.forward.0 / found.back.0).ln() / (TAU * tilt);
    assert!(flights > 1.0 && flights < 1.01, "{flights}");
    assert!((balance / flights - 1.0).abs() < 5e-4, "{balance} {flights}");
}

#[test]
fn without_inertia_the_counts_are_those_of_the_exit_from_an_interval() {
    // A flat landscape with the drift v: a counter that starts in the middle of (−L, L) leaves it after (L/v) tanh(vL/2D), upwards
    // with the probability 1/(1 + e^(−vL/D)).
    let (friction, force) = (400.0, 0.3);
    let rotor = landscape(|_| force, friction);
    let options = Options { tolerance: 1e-6, ..Options::default() };
    let found = elements::count(&rotor, 1.0, 1.0, 1, &options).unwrap();
    let (v, d) = (force / friction, 1.0 / friction);
    let all = found.forward.0 + found.back.0;
    let up = found.forward.0 / all;
    assert!((up - 1.0 / (1.0 + (-v * TAU / d).exp())).abs() < 1e-2 * (1.0 - up), "{up}");
    // The end of the interval lies further away by Milne's length, 1.46 √(kT/I) I/X, a part of 6e-4.
    let time = TAU / v * (0.5 * v * TAU / d).tanh();
    assert!((all * time - 1.0).abs() < 3e-3, "{}", all * time);
}

#[test]
fn trajectories_count_as_often() {
    let of = |phi: &str| {
        let study = Study::preset("preston2023").unwrap().with("phi", phi).unwrap().resolve().unwrap();
        let landscape = study.landscape().unwrap();
        let mut options = study.rate_options();
        options.passage = true;
        options.solver.tolerance = 1e-5;
        let inertia = study.rotor.moment_of_inertia;
        let found = rates(&landscape, inertia, &options).unwrap().passage.unwrap().unwrap();
        let run = SimulationOptions {
            length: Length::TotalTime(4e3 / TIME_IN_NANOSECONDS),
            dt: Some(500.0),
            seed: 11,
            ..study.simulation_options()
        };
        let options = results::Options { simulation: Some(run), ..results::Options::default() };
        (found, Point::new(study).simulate(&options, Watch::default()).unwrap())
    };
    let (found, run) = of("-pi/4");
    for (exact, counted) in [(found.revolution, run.revolution.unwrap()), (found.hop, run.hop.unwrap())] {
        // Both from four standard errors: false alarms once in 8000 seeds.
        let directionality = exact.directionality();
        assert!(
            (directionality.value - counted.value).abs() < 4.0 * counted.error,
            "{directionality:?} {counted:?}"
        );
        let all = (exact.forward.value + exact.back.value) * run.total_time;
        let counts = (counted.forward + counted.back) as f64;
        assert!((counts - all).abs() < 4.0 * all.sqrt(), "{counts} {all}");
    }
    // The mirror image turns back, and both roads call that less than one half.
    let (mirrored, run) = of("pi/4");
    for (exact, counted, image) in [
        (mirrored.revolution, run.revolution.unwrap(), found.revolution),
        (mirrored.hop, run.hop.unwrap(), found.hop),
    ] {
        let directionality = exact.directionality();
        assert!(directionality.value < 0.5, "{directionality:?}");
        assert!(
            (directionality.value - counted.value).abs() < 4.0 * counted.error,
            "{directionality:?} {counted:?}"
        );
        for (there, here) in [(exact.forward, image.back), (exact.back, image.forward)] {
            assert!((there.value - here.value).abs() <= there.error + here.error, "{there:?} {here:?}");
        }
    }
}
