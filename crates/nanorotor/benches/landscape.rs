//! Time one angle and whole landscapes of the preset, and of a chain of 16 levels between its couplings.
#![allow(missing_docs, clippy::unwrap_used, reason = "benchmarks are not documented and fail by panicking")]

use criterion::{Criterion, criterion_group, criterion_main};
use nanorotor::coefficients::{Coefficients, Family};
use nanorotor::junction::{Band, Frame, Geometry, Junction, Lead, Matrix};
use nanorotor::units::HARTREE_IN_EV;
use nanorotor::{Landscape, Result};
use num_complex::Complex64;

/// The preset of Preston & Kosov (2023) with a chain of `sites` levels instead of two.
#[derive(Debug)]
struct Chain {
    sites: usize,
}

impl Geometry for Chain {
    fn frame(&self, theta: f64) -> Result<Frame> {
        let (n, v, a, phi) = (self.sites, 1.25 / HARTREE_IN_EV, 0.95, -std::f64::consts::FRAC_PI_4);
        let coupling = |broadening: f64, angle: f64| {
            let root = (broadening / HARTREE_IN_EV).sqrt();
            (root * (1.0 + 0.5 * a * ((2.0 * angle).cos() - 1.0)), -root * a * (2.0 * angle).sin())
        };
        let (left, right) = (coupling(0.272, theta), coupling(0.136, theta + phi));
        let at_ends = |left: f64, right: f64| {
            Matrix::from_fn(n, 2, |i, c| match (i, c) {
                (0, 0) => Complex64::from(left),
                (i, 1) if i == n - 1 => Complex64::from(right),
                _ => Complex64::default(),
            })
        };
        Ok(Frame {
            h: Matrix::from_fn(n, n, |i, j| Complex64::from(if i.abs_diff(j) == 1 { v } else { 0.0 })),
            dh: Matrix::zeros(n, n),
            w: at_ends(left.0, right.0),
            dw: at_ends(left.1, right.1),
        })
    }
}

fn chain(sites: usize) -> Junction {
    let lead = |name: &str, volts: f64| Lead {
        name: name.into(),
        chemical_potential: volts / HARTREE_IN_EV,
        thermal_energy: 0.0272 / HARTREE_IN_EV,
    };
    let band = Band::Bottom(-10.0 / HARTREE_IN_EV);
    let leads = vec![lead("left", 2.5), lead("right", -2.5)];
    Junction::new(Chain { sites }, leads, vec![0, 1], band, 1.0, std::f64::consts::PI).unwrap()
}

fn landscapes(criterion: &mut Criterion) {
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let whole = |junction: &Junction| one_core.install(|| Landscape::from_junction(junction).unwrap());
    let (preset, chain_16) = (chain(2), chain(16));
    let one_angle = |families: &[Family]| Coefficients::at(&preset, 0.3, families).unwrap();
    criterion.bench_function("one angle, preset, currents", |b| b.iter(|| one_angle(&[Family::Current])));
    criterion.bench_function("one angle, preset, all", |b| b.iter(|| one_angle(&Family::ALL)));
    criterion.bench_function("landscape, preset, one core", |b| b.iter(|| whole(&preset)));
    let mut group = criterion.benchmark_group("chains");
    group.sample_size(10);
    group.bench_function("landscape, N = 16, one core", |b| b.iter(|| whole(&chain_16)));
    let chain_64 = chain(64);
    group.bench_function("landscape, N = 64, all cores", |b| {
        b.iter(|| Landscape::from_junction(&chain_64).unwrap());
    });
    group.finish();
}

criterion_group!(benches, landscapes);
criterion_main!(benches);
