//! Measure the stationary solution with D_eff and refinement on a landscape like that of the molecular motor.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "benches fail by panicking; the macros write the main function"
)]

#[path = "../tests/problems/mod.rs"]
mod problems;

use criterion::{Criterion, criterion_group, criterion_main};
use nanorotor::kramers::{Options, solve};
use nanorotor::overdamped;
use problems::{MOTOR_INERTIA, motor, washboard};

fn bench(criterion: &mut Criterion) {
    let motor = motor();
    criterion.bench_function("kramers/motor", |b| {
        b.iter(|| solve(&motor, MOTOR_INERTIA, &Options::default()).unwrap());
    });
    let washboard = washboard(0.1);
    criterion.bench_function("kramers/washboard 0.1", |b| {
        b.iter(|| solve(&washboard, 1.0, &Options::default()).unwrap());
    });
    criterion.bench_function("overdamped/motor", |b| {
        b.iter(|| overdamped::solve(&motor, &overdamped::Options::default()).unwrap());
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
