//! Time the steps of trajectories on a landscape like that of Preston & Kosov (2023), counting on, one thread.
//!
//! Criterion prints elements per second: an element is one step of one trajectory.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails by panicking")]

use std::f64::consts::PI;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nanorotor::langevin::{Ensemble, Kernel, Options};
use nanorotor::{Landscape, Periodic};

const INERTIA: f64 = 4.5e5;
const DT: f64 = 500.0;

/// Barrier 0.0027 Ha, friction from 5 to 12, a diffusion with harmonics up to 50 that falls as e^{−0.46 k}.
fn preset_like() -> Landscape {
    let from = |f: &dyn Fn(f64) -> f64| Periodic::from_function(PI, 128, f);
    let peak = |theta: f64| {
        let r = 0.63_f64;
        (1.0 - r).powi(2) / (1.0 - 2.0 * r * (2.0 * theta).cos() + r * r)
    };
    let torque = from(&|theta| -0.0027 * (2.0 * theta).sin());
    let friction = from(&|theta| 7.0 * peak(theta - 0.9));
    let diffusion = from(&|theta| 0.03 * peak(theta - 0.8));
    Landscape::new(torque, friction, diffusion)
        .unwrap()
        .with_environment(Periodic::constant(PI, 5.0), Periodic::constant(PI, 0.01))
        .unwrap()
}

fn trajectories(c: &mut Criterion) {
    let landscape = preset_like();
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut group = c.benchmark_group("trajectories, one thread");
    group.sample_size(10);
    for kernel in Kernel::ALL {
        if !kernel.is_available() {
            continue;
        }
        let (trajectories, steps) = if kernel == Kernel::Reference { (32, 1 << 14) } else { (32, 1 << 17) };
        let options = Options { trajectories, kernel: Some(kernel), burn_in: Some(1000), ..Options::new(DT) };
        let mut ensemble = Ensemble::new(&landscape, INERTIA, &options).unwrap();
        ensemble.advance(1000).unwrap();
        group.throughput(Throughput::Elements(trajectories as u64 * steps));
        group.bench_function(kernel.name(), |b| {
            b.iter(|| one_thread.install(|| black_box(&mut ensemble).advance(steps).unwrap()));
        });
    }
    group.finish();

    let mut group = c.benchmark_group("trajectories, fastest kernel");
    group.sample_size(10);
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut ensemble = Ensemble::new(&landscape, INERTIA, &Options::new(DT)).unwrap();
        group.throughput(Throughput::Elements(1024 << 13));
        group.bench_function(format!("{threads} threads"), |b| {
            b.iter(|| pool.install(|| black_box(&mut ensemble).advance(1 << 13).unwrap()));
        });
    }
    group.finish();
}

criterion_group!(benches, trajectories);
criterion_main!(benches);
