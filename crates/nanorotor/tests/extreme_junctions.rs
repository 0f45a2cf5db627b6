//! Check the electrons of random junctions at extremes against routes that share nothing with the library.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::keldysh::Keldysh;
use nanorotor::coefficients::{Coefficients, Family, Integral};
use nanorotor::junction::{Band, Frame, Junction, Lead, Matrix};
use nanorotor::landscape::Landscape;
use nanorotor::langevin::{self, Ensemble};
use nanorotor::periodic::Periodic;
use nanorotor::{kramers, overdamped};
use num_complex::Complex64;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

const FLOWS: [Family; 2] = [Family::Current, Family::Emissivity];

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
    let scalars = [("torque", found.torque), ("friction", found.friction), ("diffusion", found.diffusion)];
    let scalars = scalars.map(|(name, part)| (name.to_string(), part));
    let by_lead = |name: &'static str, parts: &[Integral]| -> Vec<(String, Integral)> {
        parts.iter().enumerate().map(|(c, part)| (format!("{name} {c}"), *part)).collect()
    };
    let leads = by_lead("current", found.of(Family::Current))
        .into_iter()
        .chain(by_lead("emissivity", found.of(Family::Emissivity)));
    scalars.into_iter().chain(leads).collect()
}

/// Whether two routes agree within what both state.
fn agree(name: &str, a: &Coefficients, b: &Coefficients, unit: f64) -> Result<(), TestCaseError> {
    for ((part, a), (_, b)) in parts(a).into_iter().zip(parts(b)) {
        // Friction and emissivities are no energies.
        let b = if part == "friction" || part.starts_with("emissivity") {
            (b.value, b.error)
        } else {
            (b.value / unit, b.error / unit)
        };
        prop_assert!((a.value - b.0).abs() <= a.error + b.1, "{name}, {part}: {a:?} {b:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_route_agrees_within_its_error(extreme in extremes(), shift in -0.1..0.1_f64) {
        let found = Coefficients::at(&extreme.junction(), 0.0, &FLOWS).unwrap();
        agree("direct solves", &found, &Coefficients::direct_at(&extreme.junction(), 0.0, &FLOWS).unwrap(), 1.0)?;
        agree("another unit", &found, &Coefficients::at(&extreme.with(2.9, 0.0).junction(), 0.0, &FLOWS).unwrap(), 2.9)?;
        agree("another zero", &found, &Coefficients::at(&extreme.with(1.0, shift).junction(), 0.0, &FLOWS).unwrap(), 1.0)?;
        prop_assert!(found.diffusion.value >= 0.0, "{:?}", found.diffusion);
        let (mu, thermal) = (extreme.leads[0].chemical_potential, extreme.leads[0].thermal_energy);
        if extreme.leads.iter().all(|l| l.chemical_potential == mu && l.thermal_energy == thermal) {
            let (d, x) = (found.diffusion, found.friction);
            let rest = d.value - 2.0 * thermal * x.value;
            prop_assert!(rest.abs() <= 1e-10 * d.value, "D and 2 k_BT X differ by {rest}: {found:?}");
        }
    }

    #[test]
    fn a_single_level_in_the_cold_and_in_the_heat_has_closed_forms(
        widths in proptest::array::uniform2(-10.0..0.0_f64), x in -3.0..3.0_f64, bias in 0.1..3.0_f64, slope in -0.1..0.1_f64,
    ) {
        let gammas = widths.map(|w| 1e-2 * 10.0_f64.powf(w));
        let gamma = gammas[0] + gammas[1];
        let at = |thermal_energy: f64, unit: f64| {
            let leads = [bias, -bias].iter().enumerate().map(|(c, v)| Lead {
                name: format!("lead {c}"), chemical_potential: 0.5 * unit * v, thermal_energy,
            }).collect();
            let one = |z: f64| Matrix::from_fn(1, 1, |_, _| z.into());
            let frame = Frame {
                h: one(x * unit), dh: one(slope),
                w: Matrix::from_fn(1, 2, |_, c| gammas[c].sqrt().into()), dw: Matrix::zeros(1, 2),
            };
            let bottom = Band::Bottom(-1e8 * unit);
            Coefficients::at(&Junction::new(frame, leads, vec![0, 1], bottom, 1.0, 1.0).unwrap(), 0.0, &FLOWS).unwrap()
        };
        let e = x * gamma;
        // Cold: k_BT = 1e-5 Γ leaves the Sommerfeld terms, of the order (k_BT/Γ)² times at most a few hundred.
        let cold = at(1e-5 * gamma, gamma);
        let edges = [0.5 * bias * gamma - e, -0.5 * bias * gamma - e].map(|d| 2.0 * d / gamma);
        let lorentzian = |y: f64| 1.0 / (1.0 + y * y);
        // ∫ dy/(1 + y²)² = (y/(1 + y²) + atan y)/2
        let fourth = |y: f64| 0.5 * (y * lorentzian(y) + y.atan());
        let pi = std::f64::consts::PI;
        let current = gammas[0] * gammas[1] * 2.0 / (gamma * 2.0 * pi) * (edges[0].atan() - edges[1].atan());
        let friction: f64 = (0..2).map(|c| slope.powi(2) * gammas[c] * gamma / (4.0 * pi)
            * (4.0 / gamma.powi(2) * lorentzian(edges[c])).powi(2)).sum();
        let diffusion = slope.powi(2) * gammas[0] * gammas[1] / (2.0 * pi) * 16.0 / gamma.powi(4) * 0.5 * gamma
            * (fourth(edges[0]) - fourth(edges[1]));
        // D has the thermal noise of each lead, 2 k_BT ξ_c, on top.
        let thermal: f64 = (0..2).map(|c| 1e-5 * gamma * slope.powi(2) * gammas[c].powi(2) / (2.0 * pi)
            * (4.0 / gamma.powi(2) * lorentzian(edges[c])).powi(2)).sum();
        let torque: f64 = (0..2).map(|c| -slope * gammas[c] / gamma
            * (edges[c].atan() + 0.5 * pi - (0.5 * gamma / (1e8 * gamma + e)).atan()) / pi).sum();
        for (name, a, b) in [
            ("current", cold.of(Family::Current)[0], current), ("friction", cold.friction, friction), ("torque", cold.torque, torque),
            ("diffusion", cold.diffusion, diffusion + thermal),
        ] {
            let sommerfeld = 1e-7 * a.size.max(b.abs());
            prop_assert!((a.value - b).abs() <= sommerfeld + a.error, "cold {name}: {a:?} {b}");
        }
        // Hot: Γ = 1e-7 k_BT or less, the level is occupied as the leads are at its energy, on the average.
        let heat = 1e7 * gamma.max(1e-8);
        let hot = at(heat, heat);
        let f = [0.5, -0.5].map(|v: f64| 1.0 / ((x - v * bias).exp() + 1.0));
        let sum = |term: &dyn Fn(usize) -> f64| term(0) + term(1);
        let torque = -slope * sum(&|c| gammas[c] / gamma * f[c]);
        let diffusion = 2.0 * slope.powi(2) / gamma.powi(3)
            * sum(&|c| gammas[c] * sum(&|d| gammas[d] * f[c] * (1.0 - f[d])));
        let friction = slope.powi(2) / gamma.powi(2) * sum(&|c| gammas[c] * f[c] * (1.0 - f[c])) / heat;
        let current = gammas[0] * gammas[1] / gamma * (f[0] - f[1]);
        for (name, a, b) in [
            ("torque", hot.torque, torque), ("diffusion", hot.diffusion, diffusion),
            ("friction", hot.friction, friction), ("current", hot.of(Family::Current)[0], current),
        ] {
            prop_assert!((a.value - b).abs() <= 1e-5 * a.size.max(b.abs()) + a.error, "hot {name}: {a:?} {b}");
        }
    }
}

#[test]
fn keldysh_wigner_agrees_within_both_errors() {
    let config = ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() };
    let compared = std::cell::Cell::new(0);
    TestRunner::new(config)
        .run(&extremes(), |extreme| {
            let found = Coefficients::at(&extreme.junction(), 0.0, &FLOWS).unwrap();
            let Extreme { h, w, leads, bottom } = &extreme;
            let second = Keldysh { h, w, leads, bottom: *bottom }.coefficients();
            for ((part, a), b) in parts(&found).into_iter().zip(second) {
                // It may not resolve a level, and says so.
                if b.error > 1e-3 * b.value.abs() {
                    continue;
                }
                prop_assert!((a.value - b.value).abs() <= a.error + b.error, "{part}: {a:?} {b:?}");
                compared.set(compared.get() + 1);
            }
            Ok(())
        })
        .unwrap();
    // Three parts a case.
    assert!(compared.get() >= 24, "only {} of 48 parts were resolved by both", compared.get());
}

#[test]
fn stated_errors_stay_small_where_digits_can_be_had() {
    let config = ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() };
    let count = || (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let (others, emissivities) = (count(), count());
    // Parts of one case go together, so that fresh cases would miss the limits by chance: these are always the same.
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&extremes(), |extreme| {
            for (name, found) in parts(&Coefficients::at(&extreme.junction(), 0.0, &FLOWS).unwrap()) {
                let (all, exact) = if name.starts_with("emissivity") { &emissivities } else { &others };
                all.set(all.get() + 1);
                exact.set(exact.get() + i32::from(found.error <= 1e-8 * found.size));
            }
            Ok(())
        })
        .unwrap();
    let (all, exact) = (others.0.get(), others.1.get());
    assert!(10 * exact >= 8 * all, "{exact} of {all}");
    // A lead that hardly couples gives an emissivity far below what the strong ones round off.
    let (all, exact) = (emissivities.0.get(), emissivities.1.get());
    assert!(10 * exact >= 5 * all, "{exact} of {all} emissivities");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_of_basis_that_turns_with_theta_exerts_no_torque(extreme in extremes(), x in matrix(3, 3), turn in -3.0..3.0_f64) {
        // h′ = i[X, h] and w′ = iXw: Q = 0, and its terms cancel. A small true part beside them must keep its digits or say so.
        let n = extreme.h[0].nrows();
        let i = Complex64::i() * 10.0_f64.powf(turn);
        let x = Matrix::from_fn(n, n, |j, k| 0.5 * (x[(j, k)] + x[(k, j)].conj()));
        let h = &extreme.h[0];
        let turned = |h: Matrix, w: Matrix| {
            let zero = extreme.w[2].clone();
            Extreme { h: [extreme.h[0].clone(), h], w: [extreme.w[0].clone(), w, zero], ..extreme.clone() }
        };
        let commutator = faer::Scale(i) * (&x * h - h * &x);
        // Hermitian to the last bit.
        let commutator = Matrix::from_fn(n, n, |j, k| 0.5 * (commutator[(j, k)] + commutator[(k, j)].conj()));
        let dw = faer::Scale(i) * (&x * &extreme.w[0]);
        let still = match Coefficients::at(&turned(commutator.clone(), dw.clone()).junction(), 0.0, &FLOWS) {
            // More levels than channels: one that no lead sees may turn as well.
            Err(error) if error.to_string().contains("coupled to no lead") => return Ok(()),
            found => found.unwrap(),
        };
        for (name, part) in parts(&still).into_iter().take(3) {
            prop_assert!(part.value.abs() <= part.error, "{name}: {part:?}");
        }
        let alone = Coefficients::at(&extreme.junction(), 0.0, &FLOWS).unwrap();
        let both = turned(commutator + &extreme.h[1], dw + &extreme.w[1]);
        let both = Coefficients::at(&both.junction(), 0.0, &FLOWS).unwrap();
        // What is of the first order in the velocity notices that the basis moves.
        let first_order = |name: &str| name == "friction" || name.starts_with("emissivity");
        for ((name, a), (_, b)) in parts(&alone).into_iter().zip(parts(&both)).filter(|((name, _), _)| !first_order(name)) {
            prop_assert!((a.value - b.value).abs() <= a.error + b.error, "{name}: {a:?} {b:?}");
        }
    }

    #[test]
    fn two_channels_of_one_lead_are_two_leads_that_are_equal(extreme in extremes()) {
        let mut leads = extreme.leads.clone();
        if leads.len() > 1 {
            (leads[1].chemical_potential, leads[1].thermal_energy) = (leads[0].chemical_potential, leads[0].thermal_energy);
            let apart = Extreme { leads: leads.clone(), ..extreme.clone() };
            let apart = Coefficients::at(&apart.junction(), 0.0, &FLOWS).unwrap();
            leads.remove(1);
            let frame = Frame { h: extreme.h[0].clone(), dh: extreme.h[1].clone(), w: extreme.w[0].clone(), dw: extreme.w[1].clone() };
            let owners = (0..=leads.len()).map(|c: usize| c.saturating_sub(1)).collect();
            let junction = Junction::new(frame, leads, owners, Band::Bottom(extreme.bottom), 1.0, 1.0).unwrap();
            let one = Coefficients::at(&junction, 0.0, &FLOWS).unwrap();
            for ((name, a), (_, b)) in parts(&apart).into_iter().zip(parts(&one)).take(3) {
                prop_assert!((a.value - b.value).abs() <= a.error + b.error, "{name}: {a:?} {b:?}");
            }
            let [first, second] = [apart.of(Family::Current)[0], apart.of(Family::Current)[1]];
            let rest = first.value + second.value - one.of(Family::Current)[0].value;
            prop_assert!(rest.abs() <= first.error + second.error + one.of(Family::Current)[0].error, "{rest}");
        }
    }
}

/// One site of energy 0.01 Ha between two leads under bias, and other levels of these energies, each with its coupling to both.
fn beside(others: &[(f64, f64)]) -> Extreme {
    let n = 1 + others.len();
    let diagonal = |first: f64, others: &dyn Fn(usize) -> f64| {
        Matrix::from_fn(n, n, |i, j| {
            if i == j && i == 0 {
                first.into()
            } else if i == j {
                others(i - 1).into()
            } else {
                Complex64::default()
            }
        })
    };
    let w = |first: f64, swing: f64| {
        Matrix::from_fn(n, 2, |i, c| {
            let size = if i == 0 { first } else { swing * others[i - 1].1 };
            // Other levels couple to the leads in ways of their own.
            Complex64::from(if c == 0 { size } else { size * (0.5 + 0.3 * i as f64) })
        })
    };
    Extreme {
        h: [diagonal(0.01, &|i| others[i].0), diagonal(0.02, &|_| 0.0)],
        w: [w(0.05, 1.0), w(0.02, 0.3), w(0.0, 0.0)],
        leads: [0.03, -0.01]
            .map(|chemical_potential| Lead { name: "lead".into(), chemical_potential, thermal_energy: 1e-3 })
            .to_vec(),
        bottom: -1.0,
    }
}

/// What may be lost of a part: the terms of an emissivity are products of three matrices, which cancel where B vanishes.
fn digits(name: &str) -> f64 {
    if name.starts_with("emissivity") { 1e-8 } else { 1e-9 }
}

#[test]
fn dark_spectators_change_nothing() {
    let alone = Coefficients::at(&beside(&[]).junction(), 0.0, &FLOWS).unwrap();
    for energies in [&[0.05][..], &[0.05, 0.05], &[0.01, 0.01, 0.2]] {
        let others: Vec<_> = energies.iter().map(|&energy| (energy, 0.0)).collect();
        let watched = Coefficients::at(&beside(&others).junction(), 0.0, &FLOWS).unwrap();
        for ((name, a), (_, b)) in parts(&alone).into_iter().zip(parts(&watched)) {
            assert!((a.value - b.value).abs() <= a.error + b.error + 1e-13 * a.size, "{name}: {a:?} {b:?}");
            assert!(b.error <= digits(&name) * b.size, "{name}: {b:?}");
        }
    }
}

#[test]
fn levels_close_to_each_other_and_far_from_the_window_keep_their_digits() {
    for gap in [1e-2_f64, 1e-3, 1e-4, 1e-5, 1e-6] {
        let coupling = (0.1 * gap).sqrt();
        let junction = beside(&[(-0.3, coupling), (-0.3 + gap, coupling)]).junction();
        let (found, direct) = (
            Coefficients::at(&junction, 0.0, &FLOWS).unwrap(),
            Coefficients::direct_at(&junction, 0.0, &FLOWS).unwrap(),
        );
        for ((name, a), (_, b)) in parts(&found).into_iter().zip(parts(&direct)) {
            assert!((a.value - b.value).abs() <= a.error + b.error, "gap {gap}, {name}: {a:?} {b:?}");
            assert!(a.error <= digits(&name) * a.size, "gap {gap}, {name}: {a:?}");
        }
    }
}

/// One level, one lead, nothing but w′ and h′.
fn lone(coupling: f64, derivative: f64, moving: f64, mu: f64) -> Junction {
    let one = |z: f64| Matrix::from_fn(1, 1, |_, _| Complex64::from(z));
    let frame = Frame { h: one(0.02), dh: one(moving), w: one(coupling), dw: one(derivative) };
    let lead = Lead { name: "lead".into(), chemical_potential: mu, thermal_energy: 0.01 };
    Junction::new(frame, vec![lead], vec![0], Band::Bottom(-1.0), 1.0, 1.0).unwrap()
}

#[test]
fn a_narrow_level_far_below_the_chemical_potential_still_counts() {
    // 50 k_BT below: ξ = h′² f(1 − f)/(Γ k_BT), while off resonance only the tail (Γ/Δ)⁴ would be left.
    let gamma = 1e-8_f64;
    let found = Coefficients::at(&lone(gamma.sqrt(), 0.0, 0.1, 0.52), 0.0, &FLOWS).unwrap();
    let tail = 0.01 * (-50.0_f64).exp() / (gamma * 0.01);
    let at_mu = 0.01 * gamma * gamma / (4.0 * std::f64::consts::PI * 0.5_f64.powi(4));
    let friction = tail + at_mu;
    assert!((found.friction.value - friction).abs() < 0.05 * friction, "{} {friction}", found.friction.value);
    let rest = found.diffusion.value - 0.02 * found.friction.value;
    assert!(rest.abs() <= 1e-10 * found.diffusion.value);
}

#[test]
fn a_level_that_is_dark_at_this_angle_alone_is_refused_with_the_cause() {
    for (derivative, moving) in [(0.1, 0.0), (0.0, 0.1), (0.1, 0.1)] {
        let error = Coefficients::at(&lone(0.0, derivative, moving, 0.0), 0.0, &FLOWS).unwrap_err();
        assert!(error.to_string().contains("coupled to no lead"), "{error}");
        let error = Coefficients::direct_at(&lone(0.0, derivative, moving, 0.0), 0.0, &FLOWS).unwrap_err();
        assert!(error.to_string().contains("coupled to no lead"), "{error}");
    }
    let still = Coefficients::at(&lone(0.0, 0.0, 0.0, 0.0), 0.0, &FLOWS).unwrap();
    assert_eq!((still.torque.value, still.friction.value, still.diffusion.value), (0.0, 0.0, 0.0));
}

#[test]
fn exceptional_points_and_their_neighbourhood_agree_with_keldysh_wigner() {
    let m = |e: [f64; 4]| Matrix::from_fn(2, 2, |i, j| Complex64::from(e[2 * i + j]));
    for gap in [0.0, 1e-12, 1e-9, 1e-6, 1e-3] {
        let (v, weak) = (0.01, 0.002_f64);
        let extreme = Extreme {
            h: [m([0.0, v, v, 0.0]), m([0.003, 0.001, 0.001, -0.002])],
            w: [
                m([(4.0 * v + weak + gap).sqrt(), 0.0, 0.0, weak.sqrt()]),
                m([0.02, 0.0, 0.0, -0.01]),
                m([0.0; 4]),
            ],
            leads: [0.02, -0.02]
                .map(|chemical_potential| Lead {
                    name: "lead".into(),
                    chemical_potential,
                    thermal_energy: 1e-3,
                })
                .to_vec(),
            bottom: -0.1,
        };
        let found = Coefficients::at(&extreme.junction(), 0.0, &FLOWS).unwrap();
        let Extreme { h, w, leads, bottom } = &extreme;
        let second = Keldysh { h, w, leads, bottom: *bottom }.coefficients();
        for ((part, a), b) in parts(&found).into_iter().zip(second) {
            assert!((a.value - b.value).abs() <= a.error + b.error, "gap {gap}, {part}: {a:?} {b:?}");
            let limit = 1e-6 * a.size;
            assert!(a.error <= limit && b.error <= limit, "gap {gap}, {part}: {a:?} {b:?}");
        }
    }
}

#[test]
fn friction_that_vanishes_or_is_negative_is_refused_by_every_road() {
    let function = |f: &dyn Fn(f64) -> f64| Periodic::from_function(std::f64::consts::TAU, 33, f);
    for (mean, swing) in [(0.0, 0.0), (-1.0, 0.0), (0.5, 1.0)] {
        let (torque, friction) = (function(&f64::sin), function(&|t| mean + swing * t.cos()));
        let landscape = Landscape::new(torque, friction, function(&|_| 1e-3)).unwrap();
        for error in [
            kramers::solve(&landscape, 100.0, &kramers::Options::default()).unwrap_err(),
            overdamped::solve(&landscape, &overdamped::Options::default()).unwrap_err(),
        ] {
            assert!(error.to_string().contains("total friction is"), "{error}");
        }
        // Trajectories may cross a stretch of negative friction, but not live in it.
        if swing == 0.0 {
            let error = Ensemble::new(&landscape, 100.0, &langevin::Options::new(0.1)).err().unwrap();
            assert!(error.to_string().contains("friction"), "{error}");
        }
    }
}
