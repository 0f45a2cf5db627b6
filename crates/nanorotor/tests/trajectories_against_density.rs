//! Hold trajectories of the preset study against the stationary Klein–Kramers density, which knows no noise.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking and say what they measured"
)]

use std::sync::atomic::AtomicBool;

use nanorotor::Landscape;
use nanorotor::kramers::{self, HermiteState};
use nanorotor::langevin::{Ensemble, Options};
use nanorotor::observables::directionality::{count_rate, directionality};
use nanorotor::observables::trajectories::{choose_dt, rotation_rate, rotational_diffusion};
use nanorotor::observables::{Estimate, RateOptions, rates};
use nanorotor::stationary::Stationary;
use nanorotor::study::Study;
use nanorotor::units::TIME_IN_NANOSECONDS;

/// The landscape and the moment of inertia of the preset.
fn preset() -> (Landscape, f64) {
    let resolved = Study::preset("preston2023").unwrap().resolve().unwrap();
    (resolved.landscape().unwrap(), resolved.rotor.moment_of_inertia)
}

/// Fixed seeds; with new ones, one such comparison in 16,000 would fail.
fn assert_agree(what: &str, found: Estimate, exact: Estimate) {
    let z = found.z_score(&exact);
    println!("{what}: {:.6e} ± {:.1e} against {:.6e}, z = {z:.2}", found.value, found.error, exact.value);
    assert!(z.abs() < 4.0, "{what}: z = {z:.2}");
}

#[test]
fn rates_and_directionality_agree() {
    let (landscape, inertia) = preset();
    let exact = rates(&landscape, inertia, &RateOptions::default()).unwrap();
    let start = std::time::Instant::now();
    let mut ensemble = Ensemble::new(&landscape, inertia, &Options::new(500.0)).unwrap();
    ensemble.advance(1_000_000).unwrap();
    println!("{:.1} s", start.elapsed().as_secs_f64());
    let tally = ensemble.tally();

    let rate = rotation_rate(&tally);
    assert_agree("R", rate, exact.rotation_rate);
    assert!(rate.error < 0.1 * rate.value, "{rate:?}");
    let diffusion = rotational_diffusion(&tally).unwrap();
    assert_agree("D_eff", diffusion, exact.rotational_diffusion);
    assert!(diffusion.error < 0.01 * diffusion.value, "{diffusion:?}");

    let turns = count_rate(&tally.revolution, tally.time);
    let turns = Estimate::new(turns.value / TIME_IN_NANOSECONDS, turns.error / TIME_IN_NANOSECONDS);
    assert_agree("ν of revolutions per ns", turns, Estimate::new(58.5, 0.05));
    for (what, counts, expected) in [("2π", &tally.revolution, 0.5104), ("π", &tally.hop, 0.5076)] {
        let found = directionality(counts, tally.time, exact.rotation_rate).unwrap();
        println!("Dir {what}: {found:?}");
        // Half of the last digit that is known.
        assert_agree(
            &format!("Dir {what}"),
            Estimate::new(found.value, found.error),
            Estimate::new(expected, 5e-5 / 3.0),
        );
        let raw = Estimate::new(found.raw, found.raw_error);
        assert_agree(&format!("raw Dir {what}"), raw, Estimate::new(found.value, found.error));
    }
}

#[test]
fn the_chosen_time_step_is_short_enough_and_cheap() {
    let (landscape, inertia) = preset();
    let run_time = 4e11;
    let start = std::time::Instant::now();
    let options = Options { seed: 5, ..Options::new(f64::NAN) };
    let chosen =
        choose_dt(&landscape, inertia, &options, run_time, &AtomicBool::new(false), &mut |_| ()).unwrap();
    let cost = chosen.steps as f64 * chosen.dt / run_time;
    println!(
        "dt = {:.0}, shift {:.2}, {:.1} s, {:.1} % of the run",
        chosen.dt,
        chosen.shift,
        start.elapsed().as_secs_f64(),
        100.0 * cost
    );
    assert!((250.0..2000.0).contains(&chosen.dt), "{}", chosen.dt);
    assert!(cost < 0.15, "{cost}");
    let measured = [chosen.dt, 0.25 * chosen.dt].map(|dt| {
        let mut ensemble = Ensemble::new(&landscape, inertia, &Options::new(dt)).unwrap();
        ensemble.advance((run_time / dt) as u64 / 1024).unwrap();
        let tally = ensemble.tally();
        [
            rotation_rate(&tally),
            rotational_diffusion(&tally).unwrap(),
            count_rate(&tally.revolution, tally.time),
            count_rate(&tally.hop, tally.time),
        ]
    });
    for (what, k) in [("R", 0), ("D_eff", 1), ("ν of revolutions", 2), ("ν of hops", 3)] {
        assert_agree(&format!("{what} at dt and dt/4"), measured[0][k], measured[1][k]);
    }
}

/// The probability of a cell in angle and velocity by Gauss and Legendre's rule of five points in each direction.
fn probability(state: &HermiteState, angles: [f64; 2], velocities: [f64; 2]) -> f64 {
    let rule = [
        (0.0, 0.568_888_888_888_888_9),
        (0.538_469_310_105_683, 0.478_628_670_499_366_5),
        (-0.538_469_310_105_683, 0.478_628_670_499_366_5),
        (0.906_179_845_938_664, 0.236_926_885_056_189_1),
        (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    ];
    let at = |[a, b]: [f64; 2], x: f64| 0.5 * (a + b) + 0.5 * (b - a) * x;
    let area = 0.25 * (angles[1] - angles[0]) * (velocities[1] - velocities[0]);
    let mut sum = 0.0;
    for (x, v) in rule {
        for (y, w) in rule {
            sum += v * w * state.density_at(at(angles, x), at(velocities, y));
        }
    }
    area * sum
}

#[test]
fn angles_and_velocities_are_distributed_as_the_density_says() {
    let (landscape, inertia) = preset();
    let state = kramers::solve(&landscape, inertia, &kramers::Options::default()).unwrap().finer;
    let trajectories = 1 << 16;
    let start = std::time::Instant::now();
    let options = Options { trajectories, seed: 11, ..Options::new(500.0) };
    let mut ensemble = Ensemble::new(&landscape, inertia, &options).unwrap();
    // The burn-in alone: one angle and one velocity of each trajectory, all independent.
    ensemble.advance(0).unwrap();
    println!("{:.1} s, {} steps each", start.elapsed().as_secs_f64(), ensemble.burn_in());
    let samples = || ensemble.angles().into_iter().zip(ensemble.velocities());

    let period = landscape.period();
    let speed = (2.0 * state.mean_kinetic_energy() / inertia).sqrt();
    let (columns, rows, widest) = (24, 16, 2.6);
    let edge_angle = |a: usize| ensemble.origin() + period * a as f64 / columns as f64;
    let edge_speed = |s: usize| speed * widest * (2.0 * s as f64 / rows as f64 - 1.0);
    let mut seen = vec![0.0; columns * rows];
    let mut outside = trajectories as f64;
    for (theta, u) in samples() {
        let column = ((theta - ensemble.origin()) / period * columns as f64) as usize;
        let row = (u / (speed * widest) + 1.0) * 0.5 * rows as f64;
        if (0.0..rows as f64).contains(&row) {
            seen[column.min(columns - 1) * rows + row as usize] += 1.0;
            outside -= 1.0;
        }
    }
    // Cells in which fewer than ten are expected are taken together with what lies outside.
    let (mut chi_squared, mut cells, mut expected_outside) = (0.0, 0, trajectories as f64);
    for a in 0..columns {
        for s in 0..rows {
            let expected = trajectories as f64
                * probability(&state, [edge_angle(a), edge_angle(a + 1)], [edge_speed(s), edge_speed(s + 1)]);
            let found = seen[a * rows + s];
            if expected < 10.0 {
                outside += found;
            } else {
                expected_outside -= expected;
                chi_squared += (found - expected).powi(2) / expected;
                cells += 1;
            }
        }
    }
    chi_squared += (outside - expected_outside).powi(2) / expected_outside;
    // Wilson & Hilferty: a normal number; beyond 3.1 for one seed in a thousand.
    let freedom = f64::from(cells);
    let z = ((chi_squared / freedom).cbrt() - (1.0 - 2.0 / (9.0 * freedom))) / (2.0 / (9.0 * freedom)).sqrt();
    println!(
        "chi squared {chi_squared:.1} in {cells} cells, {outside} outside for {expected_outside:.1}, z = {z:.2}"
    );
    assert!(z < 3.1 && cells > 150, "{chi_squared} in {cells} cells");

    // Kolmogorov and Smirnov for the angles alone: √n D beyond 1.95 for one seed in a thousand.
    let density = state.density();
    let integral = density.offset(-density.mean()).antiderivative();
    let cumulative = |theta: f64| {
        integral.value(theta) - integral.value(ensemble.origin())
            + (theta - ensemble.origin()) * density.mean()
    };
    let mut angles = ensemble.angles();
    angles.sort_by(f64::total_cmp);
    let n = angles.len() as f64;
    let distance = angles.iter().enumerate().fold(0.0_f64, |largest, (i, &theta)| {
        let p = cumulative(theta);
        largest.max(p - i as f64 / n).max((i + 1) as f64 / n - p)
    });
    println!("Kolmogorov and Smirnov: {:.3}", n.sqrt() * distance);
    assert!(n.sqrt() * distance < 1.95);
}
