//! Count over 1000 seeds how often the error bars of trajectories cover the truth that needs no trajectories.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking and say what they measured"
)]

mod problems;

use nanorotor::langevin::{Ensemble, Options, Tally};
use nanorotor::observables::directionality::{count_rate, directionality};
use nanorotor::observables::trajectories::{interval_factor, rotation_rate, rotational_diffusion};
use nanorotor::observables::{Estimate, RateOptions, rates};
use problems::tilted_washboard;

const SEEDS: u64 = 1000;
const TRAJECTORIES: usize = 16;

#[test]
fn intervals_of_a_tilted_washboard_cover_the_deterministic_truth() {
    let washboard = tilted_washboard();
    let exact = rates(&washboard, 1.0, &RateOptions::default()).unwrap();
    let tallies: Vec<Tally> = (0..SEEDS)
        .map(|seed| {
            // The step moves R and D_eff by less than a twentieth of the error of one run.
            let options = Options { trajectories: TRAJECTORIES, seed, ..Options::new(0.2) };
            let mut ensemble = Ensemble::new(&washboard, 1.0, &options).unwrap();
            ensemble.advance(8000).unwrap();
            ensemble.tally()
        })
        .collect();
    // Net counts are net turns, so with R the directionality needs ν alone, here from all seeds together: its error is a
    // thirtieth of that of one run.
    let counts = tallies.iter().map(|tally| count_rate(&tally.revolution, tally.time).value).sum::<f64>()
        / SEEDS as f64;
    let direction = 0.5 + exact.rotation_rate.value / (2.0 * counts);
    let known = [
        ("R", exact.rotation_rate.value),
        ("D_eff", exact.rotational_diffusion.value),
        ("directionality", direction),
        ("raw directionality", direction),
    ];
    let mut covered = [0_u32; 4];
    for tally in &tallies {
        let told = directionality(&tally.revolution, tally.time, exact.rotation_rate).unwrap();
        let found = [
            rotation_rate(tally),
            rotational_diffusion(tally).unwrap(),
            Estimate::new(told.value, told.error),
            Estimate::new(told.raw, told.raw_error),
        ];
        for ((covered, found), (_, truth)) in covered.iter_mut().zip(found).zip(known) {
            *covered += u32::from((found.value - truth).abs() < interval_factor(TRAJECTORIES) * found.error);
        }
    }
    // Of intervals that cover 95 %, chance leaves 92.2 to 97.8 % of a thousand but once in 16,000 tries.
    for ((name, truth), covered) in known.into_iter().zip(covered) {
        let share = f64::from(covered) / SEEDS as f64;
        println!("{name} = {truth:.5}: covered {share:.3}");
        assert!((0.922..=0.978).contains(&share), "{name}: {share}");
    }
}
