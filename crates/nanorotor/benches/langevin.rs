//! Time trajectories of the preset of Preston & Kosov (2023) with counting on: every kernel, one thread and two, and a plain loop beside them.
//!
//! Criterion prints elements per second: an element is one step of one trajectory. That the plain loop solves the same
//! problem is checked before it is timed.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails by panicking")]
#![allow(clippy::print_stdout, reason = "a bench says what it compares")]

mod plain_loop;

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use nanorotor::Landscape;
use nanorotor::kramers::{self, solve};
use nanorotor::langevin::{Ensemble, Kernel, Options};
use nanorotor::stationary::Stationary;
use nanorotor::study::Study;
use plain_loop::{PlainLoop, Real};

const DT: f64 = 500.0;
const TRAJECTORIES: usize = 1024;

fn preset() -> (Landscape, f64) {
    let motor = Study::preset("preston2023").unwrap().resolve().unwrap();
    (motor.landscape().unwrap(), motor.rotor.moment_of_inertia)
}

fn kernels(group: &mut BenchmarkGroup<'_, WallTime>, landscape: &Landscape, inertia: f64) {
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
        let steps = if kernel == Kernel::Reference { 1 << 8 } else { 1 << 12 };
        group.throughput(Throughput::Elements(TRAJECTORIES as u64 * steps));
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let options = Options { trajectories: TRAJECTORIES, kernel: Some(kernel), ..Options::new(DT) };
            let mut ensemble = Ensemble::new(landscape, inertia, &options).unwrap();
            pool.install(|| ensemble.advance(1).unwrap());
            group.bench_function(format!("{kernel}, threads: {threads}"), |b| {
                b.iter(|| pool.install(|| black_box(&mut ensemble).advance(steps).unwrap()));
            });
        }
    }
}

/// The plain loop must find the kinetic temperature of the stationary density and count as often as the library.
fn check_plain_loop<T: Real>(landscape: &Landscape, inertia: f64) {
    let exact = solve(landscape, inertia, &kramers::Options::default()).unwrap();
    let exact_temperature = 2.0 * exact.finer.mean_kinetic_energy();
    let steps = 1 << 15;
    let options = Options { trajectories: TRAJECTORIES, ..Options::new(DT) };
    let mut ensemble = Ensemble::new(landscape, inertia, &options).unwrap();
    ensemble.advance(steps).unwrap();
    let counts = ensemble.tally().revolution;
    let counted: u64 = counts.forward.iter().chain(&counts.back).map(|&n| u64::from(n)).sum();

    let mut plain = PlainLoop::<T>::new(landscape, inertia, DT, TRAJECTORIES);
    plain.advance(ensemble.burn_in() as usize);
    let before = plain.measured().1;
    let samples = 32;
    let mut temperature = 0.0;
    for _ in 0..samples {
        plain.advance(steps as usize / samples);
        temperature += inertia * plain.measured().0 / samples as f64;
    }
    let moves = plain.measured().1 - before;
    println!(
        "plain loop: kinetic temperature {:.4} of the exact one, {moves} turns counted where the library counts {counted}",
        temperature / exact_temperature
    );
    // 32 768 nearly independent squares and 23 000 turns: 0.8 % and 1 % are one standard error.
    assert!((temperature / exact_temperature - 1.0).abs() < 0.03);
    assert!((moves as f64 / counted as f64 - 1.0).abs() < 0.05);
}

fn time_plain_loop<T: Real>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    precision: &str,
    landscape: &Landscape,
    inertia: f64,
) {
    check_plain_loop::<T>(landscape, inertia);
    let steps = 1 << 12;
    group.throughput(Throughput::Elements(TRAJECTORIES as u64 * steps));
    let mut plain = PlainLoop::<T>::new(landscape, inertia, DT, TRAJECTORIES);
    group.bench_function(format!("plain loop in {precision} precision, threads: 1"), |b| {
        b.iter(|| black_box(&mut plain).advance(steps as usize));
    });
}

fn trajectories(criterion: &mut Criterion) {
    let (landscape, inertia) = preset();
    let mut group = criterion.benchmark_group("trajectories of the preset");
    group.sample_size(10);
    kernels(&mut group, &landscape, inertia);
    time_plain_loop::<f64>(&mut group, "double", &landscape, inertia);
    time_plain_loop::<f32>(&mut group, "single", &landscape, inertia);
    group.finish();
}

criterion_group!(benches, trajectories);
criterion_main!(benches);
