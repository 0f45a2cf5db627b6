//! Count over 1000 seeds how often the error bars of trajectories cover the truth that needs no trajectories.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking and say what they measured"
)]

mod problems;

use nanorotor::Landscape;
use nanorotor::langevin::{Counts, Ensemble, Options, Tally};
use nanorotor::observables::directionality::directionality;
use nanorotor::observables::trajectories::{interval_factor, rotation_rate, rotational_diffusion};
use nanorotor::observables::{Estimate, RateOptions, rates};
use problems::{rotor, tilted_washboard};

const SEEDS: u64 = 1000;
const TRAJECTORIES: usize = 16;

/// What is covered: the name, the truth, of how many runs and in which share of them.
type Covered = [(&'static str, f64, u32, f64); 4];

fn covered(washboard: &Landscape) -> Covered {
    let exact = rates(washboard, 1.0, &RateOptions::default()).unwrap();
    let tallies: Vec<Tally> = (0..SEEDS)
        .map(|seed| {
            // The step moves R and D_eff by less than a twentieth of the error of one run.
            let options = Options { trajectories: TRAJECTORIES, seed, ..Options::new(0.2) };
            let mut ensemble = Ensemble::new(washboard, 1.0, &options).unwrap();
            ensemble.advance(8000).unwrap();
            ensemble.tally()
        })
        .collect();
    // From the counts of all seeds together: the error is a thirtieth of that of one run.
    let pooled = |pick: fn(&Tally) -> &Vec<u32>| tallies.iter().flat_map(pick).copied().collect::<Vec<u32>>();
    let counts = Counts {
        lattice: tallies[0].revolution.lattice,
        forward: pooled(|tally| &tally.revolution.forward),
        back: pooled(|tally| &tally.revolution.back),
    };
    let direction = directionality(&counts, tallies[0].time, exact.rotation_rate).unwrap().value;
    let known = [
        ("R", exact.rotation_rate.value),
        ("D_eff", exact.rotational_diffusion.value),
        ("directionality", direction),
        ("raw directionality", direction),
    ];
    let mut covered = [0_u32; 4];
    let mut told = [0_u32; 4];
    for tally in &tallies {
        let direction = directionality(&tally.revolution, tally.time, exact.rotation_rate).unwrap();
        let found = [
            Some(rotation_rate(tally)),
            // Some runs call themselves too short to say.
            rotational_diffusion(tally).ok(),
            Some(Estimate::new(direction.value, direction.error)),
            Some(Estimate::new(direction.raw, direction.raw_error)),
        ];
        for (k, found) in found.into_iter().enumerate() {
            let Some(found) = found else { continue };
            told[k] += 1;
            assert!(k < 2 || (0.0..=1.0).contains(&found.value), "{found:?}");
            assert!(k != 2 || (0.0..=1.0 + 1e-12).contains(&(found.value + found.error)), "{found:?}");
            let half = interval_factor(TRAJECTORIES) * found.error;
            covered[k] += u32::from((found.value - known[k].1).abs() < half);
        }
    }
    std::array::from_fn(|k| {
        let (name, truth) = known[k];
        let share = f64::from(covered[k]) / f64::from(told[k]);
        println!("{name} = {truth:.5}: covered {share:.3} of {}", told[k]);
        (name, truth, told[k], share)
    })
}

#[test]
fn intervals_of_a_washboard_cover_the_deterministic_truth() {
    let washboard = rotor(|theta| 0.1 - 0.5 * theta.sin(), |_| 1.0, |_| 1.0);
    // Of intervals that cover 95 %, chance leaves 92.2 to 97.8 % of a thousand but once in 16,000 tries.
    for (name, _, told, share) in covered(&washboard) {
        assert!((0.922..=0.978).contains(&share), "{name}: {share}");
        assert!(told > 900, "{name}: told by {told} of {SEEDS} runs");
    }
}

/// Directionality from a half to one: a rotor at rest, weak and strong tilts, and one that hardly turns back, of which half the runs
/// have no count back at all.
#[test]
fn directionality_is_covered_from_a_half_to_one() {
    let tilted = |tilt: f64| rotor(move |theta| tilt - 0.5 * theta.sin(), |_| 1.0, |_| 1.0);
    let light = rotor(|theta| 0.06 - 0.5 * theta.sin(), |_| 0.2, |_| 1.0);
    let mut last = 0.0;
    for landscape in [tilted(0.0), light, tilted(0.3), tilted(0.6), tilted_washboard()] {
        for (name, truth, _, share) in covered(&landscape) {
            assert!(share >= 0.922, "{name}: {share}");
            if name == "directionality" {
                assert!(truth > last, "{truth} after {last}");
                last = truth;
                // Where some counts go back in every run the interval is no wider than it must be.
                assert!(!(0.51..0.97).contains(&truth) || share <= 0.978, "{truth}: {share}");
            }
            assert!(name != "raw directionality" || truth < 0.999 || share > 0.978, "{truth} {share}");
        }
    }
    assert!(last > 0.999, "{last}");
}
