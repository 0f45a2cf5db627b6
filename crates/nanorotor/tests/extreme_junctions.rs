//! Check the electrons of random junctions at extremes against routes that share nothing with the library.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::keldysh::Keldysh;
use nanorotor::coefficients::{Coefficients, Integral};
use nanorotor::junction::{Band, Frame, Junction, Lead, Matrix};
use num_complex::Complex64;
use proptest::prelude::*;

const EV: f64 = 1.0 / 27.211_386_245_988;

/// A junction at one angle: h, h′ and w, w′, w″.
#[derive(Debug, Clone)]
struct Extreme {
    h: [Matrix; 2],
    w: [Matrix; 3],
    leads: Vec<Lead>,
    bottom: f64,
}

impl Extreme {
    fn junction(&self) -> Junction {
        let frame = Frame {
            h: self.h[0].clone(),
            dh: self.h[1].clone(),
            w: self.w[0].clone(),
            dw: self.w[1].clone(),
        };
        let owners = (0..self.leads.len()).collect();
        Junction::new(frame, self.leads.clone(), owners, Band::Bottom(self.bottom), 1.0, 1.0).unwrap()
    }

    /// The same with every energy multiplied by `unit`, every rate and the zero of energy moved by `shift`.
    fn with(&self, unit: f64, shift: f64) -> Self {
        let n = self.h[0].nrows();
        let scaled = |m: &Matrix, factor: f64| faer::Scale(Complex64::from(factor)) * m;
        let mut h = self.h.each_ref().map(|m| scaled(m, unit));
        for i in 0..n {
            h[0][(i, i)] += shift;
        }
        Self {
            h,
            w: self.w.each_ref().map(|m| scaled(m, unit.sqrt())),
            leads: self
                .leads
                .iter()
                .map(|lead| Lead {
                    name: lead.name.clone(),
                    chemical_potential: unit * lead.chemical_potential + shift,
                    thermal_energy: unit * lead.thermal_energy,
                })
                .collect(),
            bottom: unit * self.bottom + shift,
        }
    }
}

fn number(size: f64) -> impl Strategy<Value = f64> {
    (-size..size).boxed()
}

fn matrix(n: usize, m: usize) -> impl Strategy<Value = Matrix> {
    proptest::collection::vec((number(1.0), number(1.0)), n * m).prop_map(move |entries| {
        Matrix::from_fn(n, m, |i, j| Complex64::new(entries[i * m + j].0, entries[i * m + j].1))
    })
}

/// Couplings Γ from 1e-12 to 1 Ha, unequal between leads and levels; levels up to 0.1 Ha, some degenerate.
fn extremes() -> impl Strategy<Value = Extreme> {
    let exponents = (
        proptest::array::uniform3(-3.0..0.0_f64),
        proptest::array::uniform3(-3.0..0.0_f64),
        -4.0..-1.0_f64,
        -4.0..0.0_f64,
    );
    (1..=3_usize, 1..=3_usize, exponents).prop_flat_map(|(n, m, (rows, columns, hopping, thermal))| {
        let h = proptest::array::uniform2(matrix(n, n));
        let w = proptest::array::uniform3(matrix(n, m));
        let potentials = prop_oneof![
            Just([0.0; 3]),
            proptest::array::uniform3(number(0.05)),
            proptest::array::uniform3(number(2.0)),
        ];
        let bottom = prop_oneof![0.001..0.1_f64, 1.0..100.0];
        let ratios = prop_oneof![Just([0.0; 3]), proptest::array::uniform3(0.0..3.0_f64)];
        (h, w, potentials, bottom, ratios, any::<bool>(), -0.1..0.1_f64).prop_map(
            move |(h, w, potentials, depth, ratios, degenerate, level)| {
                let size = 10.0_f64.powf(hopping);
                let h = h.map(|a| {
                    Matrix::from_fn(n, n, |i, j| {
                        if degenerate && i == j {
                            Complex64::from(0.0)
                        } else {
                            0.5 * size * (a[(i, j)] + a[(j, i)].conj())
                        }
                    })
                });
                let mut h = h;
                for i in 0..n {
                    h[0][(i, i)] += level;
                }
                let w =
                    w.map(|a| Matrix::from_fn(n, m, |i, c| 10.0_f64.powf(rows[i] + columns[c]) * a[(i, c)]));
                let leads: Vec<Lead> = (0..m)
                    .map(|c| Lead {
                        name: format!("lead {c}"),
                        chemical_potential: potentials[c],
                        thermal_energy: EV * 10.0_f64.powf((thermal + ratios[c]).min(0.0)),
                    })
                    .collect();
                let lowest = leads.iter().map(|l| l.chemical_potential).fold(f64::INFINITY, f64::min);
                let bottom = lowest.min(level - 2.0 * size) - depth;
                Extreme { h, w, leads, bottom }
            },
        )
    })
}

fn parts(found: &Coefficients) -> Vec<(String, Integral)> {
    let names = ["torque", "friction", "diffusion"].map(String::from);
    let currents = (0..found.currents.len()).map(|c| format!("current {c}"));
    names
        .into_iter()
        .chain(currents)
        .zip(
            [found.torque, found.friction, found.diffusion].into_iter().chain(found.currents.iter().copied()),
        )
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn explore(extreme in extremes(), shift in -0.1..0.1_f64) {
        let label = |e: &Extreme| { let sc = nanorotor::scattering::Scattering::new(&e.junction().frame(0.0).unwrap()); let (p, k) = sc.map_or((vec![], 0.0), |s| (s.poles().iter().map(|z| format!("{:.1e} {:.1e}", z.re, z.im)).collect(), s.condition())); format!("N {} M {} kT {:.1e} poles {p:?} k {k:.2}", e.h[0].nrows(), e.w[0].ncols(), e.leads[0].thermal_energy) };
        let found = match Coefficients::at(&extreme.junction(), 0.0) {
            Ok(found) => found,
            Err(e) => { println!("REFUSED {} {e} | {}", label(&extreme), e.hint()); return Ok(()); }
        };
        let direct = Coefficients::direct_at(&extreme.junction(), 0.0);
        let unit = Coefficients::at(&extreme.with(2.9, 0.0).junction(), 0.0);
        let shifted = Coefficients::at(&extreme.with(1.0, shift).junction(), 0.0);
        let compare = |name: &str, other: nanorotor::Result<Coefficients>, units: [f64; 3]| {
            let other = match other {
                Ok(other) => other,
                Err(e) => { println!("REFUSED {name} {} {e} | {}", label(&extreme), e.hint()); return; }
            };
            for (k, ((part, a), (_, b))) in parts(&found).into_iter().zip(parts(&other)).enumerate() {
                let u = units.get(k).copied().unwrap_or(units[0]);
                let ratio = (a.value - b.value / u).abs() / (a.error + b.error / u);
                if ratio > 1.0 { println!("RATIO {ratio:9.2e} {name:8} {part} rel {:9.2e} err {:9.2e} size {:9.2e} {}", (a.value - b.value/u)/a.size, a.error/a.size, a.size, label(&extreme)); }
            }
        };
        compare("direct", direct, [1.0; 3]);
        compare("unit", unit, [2.9, 1.0, 2.9]);
        compare("shift", shifted, [1.0; 3]);
        let t = std::time::Instant::now();
        let second = Keldysh { h: &extreme.h, w: &extreme.w, leads: &extreme.leads, bottom: extreme.bottom }.coefficients();
        let t = t.elapsed().as_secs_f64();
        for ((part, a), b) in parts(&found).into_iter().zip(second) {
            let ratio = (a.value - b.value).abs() / (a.error + b.error);
            if ratio > 100.0 { println!("CASE {extreme:?}"); } println!("{}KELDYSH {ratio:9.2e} {part} rel {:9.2e} err {:9.2e} second {:9.2e} size {:9.2e} {} {t:.2}s", if ratio > 1.0 {"BAD "} else {""}, (a.value - b.value)/a.size, a.error/a.size, b.error/a.size, a.size, label(&extreme));
        }
    }
}
