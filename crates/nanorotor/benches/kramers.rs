//! Measure the stationary solution with D_eff and refinement: the preset from a ready landscape, other rotors, and the cost against damping.
//!
//! One core. Before a weakly damped rotor is timed, its answer is compared with one on a larger basis; what is refused is printed, not timed.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "benches fail by panicking; the macros write the main function"
)]
#![allow(clippy::print_stdout, reason = "a bench says what it compares")]

#[path = "../tests/problems/mod.rs"]
mod problems;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use nanorotor::kramers::{HermiteState, Options, Resolution, elements, solve};
use nanorotor::stationary::{Converged, Stationary};
use nanorotor::study::Study;
use nanorotor::{Landscape, overdamped};
use problems::{MOTOR_INERTIA, motor, washboard};

fn bench(criterion: &mut Criterion) {
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (preset, inertia) = preset();
    criterion.bench_function("kramers/preset", |b| {
        b.iter(|| one_core.install(|| solve(&preset, inertia, &Options::default()).unwrap()));
    });
    let motor = motor();
    criterion.bench_function("kramers/motor", |b| {
        b.iter(|| solve(&motor, MOTOR_INERTIA, &Options::default()).unwrap());
    });
    let washboard = washboard(0.1);
    criterion.bench_function("kramers/washboard 0.1", |b| {
        b.iter(|| solve(&washboard, 1.0, &Options::default()).unwrap());
    });
    for damping in [1e-2, 1e-4] {
        let weak = problems::washboard(damping);
        let options = elements::Options { parallel: false, ..elements::Options::default() };
        criterion.bench_function(&format!("elements/washboard {damping:e}"), |b| {
            b.iter(|| elements::solve(&weak, 1.0, &options).unwrap());
        });
    }
    criterion.bench_function("overdamped/motor", |b| {
        b.iter(|| overdamped::solve(&motor, &overdamped::Options::default()).unwrap());
    });
}

fn preset() -> (Landscape, f64) {
    let motor = Study::preset("preston2023").unwrap().resolve().unwrap();
    (motor.landscape().unwrap(), motor.rotor.moment_of_inertia)
}

/// The same rotor at the same temperatures, its friction and noise divided by `weaker`.
fn with_damping(landscape: &Landscape, weaker: f64) -> Landscape {
    let scaled = |f: &nanorotor::Periodic| f.combine(1.0 / weaker, f, 0.0);
    Landscape::new(landscape.torque().clone(), scaled(landscape.friction()), scaled(landscape.diffusion()))
        .unwrap()
        .with_environment(scaled(landscape.environment_friction()), scaled(landscape.environment_diffusion()))
        .unwrap()
}

/// How far R and D_eff are from those of a basis with half as many modes and levels again.
fn distance(landscape: &Landscape, inertia: f64, found: &Converged<HermiteState>) -> (f64, f64) {
    let Resolution { fourier_modes, hermite_levels } = found.finer.resolution();
    let start = Resolution { fourier_modes: fourier_modes * 3 / 2, hermite_levels: hermite_levels * 3 / 2 };
    let options = Options { start: Some(start), memory_limit: 1 << 32, ..Options::default() };
    let larger = solve(landscape, inertia, &options).unwrap().finer;
    let relative =
        |quantity: fn(&HermiteState) -> f64| (quantity(&found.finer) / quantity(&larger) - 1.0).abs();
    (relative(HermiteState::rotation_rate), relative(HermiteState::rotational_diffusion))
}

fn against_damping(criterion: &mut Criterion) {
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (preset, inertia) = preset();
    let mut group = criterion.benchmark_group("damping");
    group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_secs(1));
    for weaker in [1.0, 3.0, 10.0, 30.0, 100.0] {
        let slower = with_damping(&preset, weaker);
        for (name, landscape, inertia) in
            [("friction", &slower, inertia), ("inertia", &preset, inertia * weaker)]
        {
            let name = format!("X/I / {weaker} by {name}");
            let solve = || one_core.install(|| solve(landscape, inertia, &Options::default()));
            match solve() {
                Ok(found) => {
                    let (rate, diffusion) = distance(landscape, inertia, &found);
                    let Resolution { fourier_modes, hermite_levels } = found.finer.resolution();
                    println!(
                        "{name}: {fourier_modes} modes, {hermite_levels} levels, R {:.9e} ± {:.0e}, \
                         R differs by {rate:.1e} and D_eff by {diffusion:.1e} from a larger basis",
                        found.rotation_rate().0,
                        found.rotation_rate().1,
                    );
                    // Eight digits: ten times the tolerance, or what R loses where it nearly vanishes against diffusion.
                    assert!(
                        diffusion < 1e-7
                            && rate
                                < 1e-7_f64
                                    .max(10.0 * found.rotation_rate().1 / found.rotation_rate().0.abs())
                    );
                    group.bench_function(name, |b| b.iter(|| solve().unwrap()));
                }
                Err(refusal) => println!("{name}: refused, {refusal}"),
            }
        }
    }
    group.finish();
}

criterion_group!(benches, bench, against_damping);
criterion_main!(benches);
