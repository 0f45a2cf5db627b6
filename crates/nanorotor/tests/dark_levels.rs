//! Check levels that couple to no lead, or to hardly any, against molecules without leads and against exact limits.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::TAU;

use faer::{Mat, Side};
use nanorotor::coefficients::{Coefficients, Family};
use nanorotor::error::Result;
use nanorotor::junction::{Band, Frame, Geometry, Junction, Lead, Matrix};
use nanorotor::landscape::Landscape;
use nanorotor::scattering::Scattering;
use num_complex::Complex64;
use proptest::prelude::*;

const EV: f64 = 1.0 / 27.211_386_245_988;
const KT: f64 = 0.025 * EV;
const FAMILIES: [Family; 3] = [Family::Current, Family::CurrentNoise, Family::Occupation];

fn leads(potentials: &[f64]) -> Vec<Lead> {
    let lead = |(i, &chemical_potential): (usize, &f64)| Lead {
        name: format!("lead {i}"),
        chemical_potential,
        thermal_energy: KT,
    };
    potentials.iter().enumerate().map(lead).collect()
}

fn junction(geometry: impl Geometry + 'static, potentials: &[f64]) -> Junction {
    let owners = (0..potentials.len()).collect();
    Junction::new(geometry, leads(potentials), owners, Band::Bottom(-20.0 * EV), 1.0, TAU).unwrap()
}

fn at(junction: &Junction, theta: f64) -> Result<Coefficients> {
    Coefficients::at(junction, theta, &FAMILIES)
}

/// h(θ) = h_0 + h_1 sin θ and w(θ) = w_0 + w_1 sin θ.
#[derive(Debug, Clone)]
struct Swing {
    h: [Matrix; 2],
    w: [Matrix; 2],
}

impl Geometry for Swing {
    fn frame(&self, theta: f64) -> Result<Frame> {
        let sum = |[rest, swing]: &[Matrix; 2]| rest + faer::Scale(Complex64::from(theta.sin())) * swing;
        let slope = |[_, swing]: &[Matrix; 2]| faer::Scale(Complex64::from(theta.cos())) * swing;
        Ok(Frame { h: sum(&self.h), dh: slope(&self.h), w: sum(&self.w), dw: slope(&self.w) })
    }
}

fn eigenvalues(h: &Matrix) -> Vec<f64> {
    h.self_adjoint_eigenvalues(Side::Lower).unwrap()
}

fn hermitian(entries: &[(f64, f64)], n: usize) -> Matrix {
    let at = |i: usize, j: usize| Complex64::new(entries[i * n + j].0, entries[i * n + j].1);
    Mat::from_fn(n, n, |i, j| 0.5 * (at(i, j) + at(j, i).conj()))
}

/// A unitary matrix from any numbers.
fn unitary(entries: &[(f64, f64)], n: usize) -> Matrix {
    hermitian(entries, n).self_adjoint_eigen(Side::Lower).unwrap().U().to_owned()
}

fn numbers(count: usize) -> impl Strategy<Value = Vec<(f64, f64)>> {
    proptest::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), count)
}

fn block_diagonal(a: &Matrix, b: &Matrix) -> Matrix {
    let n = a.nrows();
    Mat::from_fn(n + b.nrows(), n + b.nrows(), |i, j| match (i < n, j < n) {
        (true, true) => a[(i, j)],
        (false, false) => b[(i - n, j - n)],
        _ => Complex64::default(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_molecule_without_leads_feels_the_slope_of_its_filled_levels(
        n in 1..=5_usize, entries in proptest::array::uniform2(numbers(25)), theta in 0.0..TAU,
    ) {
        // Levels on either side of a gap, all above the bottom.
        let far = |i: usize| Complex64::from(if i.is_multiple_of(2) { 0.4 } else { -0.4 });
        let gap = Mat::from_fn(n, n, |i, j| if i == j { far(i) } else { Complex64::default() });
        let small = |entries: &[(f64, f64)]| faer::Scale(Complex64::from(0.05)) * hermitian(entries, n);
        let h = [gap + small(&entries[0]), small(&entries[1])];
        let none = || Matrix::zeros(n, 2);
        let molecule = Swing { h, w: [none(), none()] };
        let junction = junction(molecule.clone(), &[0.01, -0.01]);
        let found = at(&junction, theta).unwrap();
        let energy = |theta: f64| -> f64 {
            eigenvalues(&molecule.frame(theta).unwrap().h).into_iter().filter(|e| *e < 0.0).sum()
        };
        let step = 1e-4;
        let slope = (energy(theta + step) - energy(theta - step)) / (2.0 * step);
        prop_assert!((found.torque.value + slope).abs() < 1e-7, "{} {slope}", found.torque.value);
        let charge: f64 = found.of(Family::Occupation).iter().map(|n| n.value).sum();
        prop_assert!((charge - (n / 2) as f64).abs() < 1e-8, "{charge}");
        prop_assert!(found.friction.value == 0.0 && found.diffusion.value == 0.0);
    }

    #[test]
    fn dark_levels_in_any_basis_add_their_own_torque(
        dark in 1..=3_usize, degenerate in any::<bool>(), basis in numbers(25),
        bright in proptest::array::uniform2(numbers(4)), of_dark in proptest::array::uniform2(numbers(9)),
        couplings in proptest::array::uniform2(numbers(4)), theta in 0.0..TAU,
    ) {
        let n = 2 + dark;
        let scaled = |x: f64, m: Matrix| faer::Scale(Complex64::from(x)) * m;
        let h_bright = [scaled(0.1, hermitian(&bright[0], 2)), scaled(0.02, hermitian(&bright[1], 2))];
        // Dark levels far below and far above the leads; some of one energy with each other, one with a level that couples.
        let own = eigenvalues(&h_bright[0])[0];
        let h_dark = [
            Mat::from_fn(dark, dark, |i, j| Complex64::from(match (i == j, degenerate, i) {
                (false, ..) => 0.0,
                (true, false, _) => -0.5 + 0.9 * i as f64,
                (true, true, 2) => own,
                (true, true, _) => -0.6,
            })),
            // What lies near the leads stands still.
            Mat::from_fn(dark, dark, |i, j| if degenerate && (i == 2 || j == 2) {
                Complex64::default()
            } else {
                0.02 * hermitian(&of_dark[1], dark)[(i, j)]
            }),
        ];
        let w = couplings.map(|entries| {
            Mat::from_fn(2, 2, |i, j| 0.2 * Complex64::new(entries[2 * i + j].0, entries[2 * i + j].1))
        });
        let u = unitary(&basis, n);
        let turned = |a: &Matrix, b: &Matrix| {
            let h = &u * block_diagonal(a, b) * u.adjoint();
            Mat::from_fn(n, n, |i, j| 0.5 * (h[(i, j)] + h[(j, i)].conj()))
        };
        let lifted = |w: &Matrix| {
            u.as_ref() * Mat::from_fn(n, 2, |i, c| if i < 2 { w[(i, c)] } else { Complex64::default() })
        };
        let whole = Swing {
            h: [turned(&h_bright[0], &h_dark[0]), turned(&h_bright[1], &h_dark[1])],
            w: [lifted(&w[0]), lifted(&w[1])],
        };
        let alone = Swing { h: h_bright.clone(), w: w.clone() };
        let bright = Scattering::new(&alone.frame(theta).unwrap()).unwrap();
        prop_assume!(bright.poles().len() == 2 && bright.poles().iter().all(|z| z.im < -1e-4));
        let potentials = [0.02, -0.01];
        let (whole, alone) = (junction(whole, &potentials), junction(alone, &potentials));
        let scattering = Scattering::new(&whole.frame(theta).unwrap()).unwrap();
        prop_assert_eq!(scattering.dark().len(), dark);
        let (found, expected) = (at(&whole, theta).unwrap(), at(&alone, theta).unwrap());
        let direct = Coefficients::direct_at(&whole, theta, &FAMILIES).unwrap();
        let isolated = &h_dark[0] + scaled(theta.sin(), h_dark[1].clone());
        let isolated = isolated.self_adjoint_eigen(Side::Lower).unwrap();
        let slopes = isolated.U().adjoint() * (&h_dark[1] * isolated.U());
        let filled = (0..dark).filter(|&i| isolated.S()[i].re < -0.3);
        let own_torque = -filled.map(|i| slopes[(i, i)].re * theta.cos()).sum::<f64>();
        for found in [found, direct] {
            let agree = |a: f64, b: f64| (a - b).abs() < 1e-9;
            prop_assert!(agree(found.torque.value, expected.torque.value + own_torque), "{:?}", found.torque);
            prop_assert!(agree(found.friction.value, expected.friction.value), "{:?}", found.friction);
            prop_assert!(agree(found.diffusion.value, expected.diffusion.value), "{:?}", found.diffusion);
            for family in [Family::Current, Family::CurrentNoise] {
                for (a, b) in found.of(family).iter().zip(expected.of(family)) {
                    prop_assert!(agree(a.value, b.value), "{family:?}: {a:?} {b:?}");
                }
            }
        }
    }
}

/// A ring of six with the hopping −2.5 eV between a lead on one site and one on the site opposite; all of its sites swing by 0.3 eV.
fn benzene(height: f64) -> Swing {
    let next = |i: usize, j: usize| (i + 1) % 6 == j || (j + 1) % 6 == i;
    let h = Mat::from_fn(6, 6, |i, j| {
        Complex64::from(if i == j {
            height
        } else if next(i, j) {
            -2.5 * EV
        } else {
            0.0
        })
    });
    let swing = Mat::from_fn(6, 6, |i, j| Complex64::from(if i == j { 0.3 * EV } else { 0.0 }));
    let w = Mat::from_fn(6, 2, |i, c| Complex64::from(if i == 3 * c { (0.2 * EV).sqrt() } else { 0.0 }));
    Swing { h: [h, swing], w: [w, Matrix::zeros(6, 2)] }
}

#[test]
fn benzene_has_one_dark_level_on_either_side_and_only_the_lower_one_counts() {
    let junction = junction(benzene(0.0), &[0.5 * EV, -0.5 * EV]);
    let found = at(&junction, 0.4).unwrap();
    let scattering = Scattering::new(&junction.frame(0.4).unwrap()).unwrap();
    let mut dark: Vec<_> = scattering.dark().to_vec();
    dark.sort_by(|a, b| a.energy.total_cmp(&b.energy));
    let shift = 0.3 * EV * 0.4_f64.sin();
    assert_eq!(dark.len(), 2);
    for (level, energy) in dark.iter().zip([-2.5, 2.5]) {
        assert!((level.energy - shift - energy * EV).abs() < 1e-13);
        assert!((level.slope - 0.3 * EV * 0.4_f64.cos()).abs() < 1e-13);
        // Nodes at the sites of the leads, a quarter on each of the others.
        for (i, weight) in level.weights.iter().enumerate() {
            assert!((weight - if i % 3 == 0 { 0.0 } else { 0.25 }).abs() < 1e-13, "{i}: {weight}");
        }
    }
    let charge: f64 = found.of(Family::Occupation).iter().map(|n| n.value).sum();
    assert!((charge - 3.0).abs() < 0.1, "half filling but for the bias: {charge}");
    let direct = Coefficients::direct_at(&junction, 0.4, &FAMILIES).unwrap();
    assert!((found.torque.value - direct.torque.value).abs() < 1e-10);
    // Every site swings alike: the torque is the swing times the charge, but for what the bottom cuts.
    let whole = -0.3 * EV * 0.4_f64.cos() * charge;
    assert!((found.torque.value - whole).abs() < 0.02 * whole.abs(), "{} {whole}", found.torque.value);
}

#[test]
fn a_dark_level_in_the_window_is_refused_with_its_weights_and_what_to_do() {
    for (height, potentials) in [(2.5, [0.5, -0.5]), (2.6, [0.0, 0.0]), (2.3, [0.0, -1.0])] {
        let junction = junction(benzene(height * EV), &potentials.map(|mu| mu * EV));
        let error = at(&junction, 0.0).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("coupled to no lead"), "{text}");
        for level in [2, 3, 5, 6] {
            assert!(text.contains(&format!("25 % on level {level}")), "{text}");
        }
        assert!(error.hint().contains("couple one of these levels"), "{}", error.hint());
    }
}

/// Widths from 1e-2 to 1e-30 eV.
fn widths() -> impl Iterator<Item = f64> {
    (4..=60).map(|i| EV * 10.0_f64.powf(-0.5 * f64::from(i)))
}

/// A level that couples well to a lead of its own, and another one at `energy` that moves by 0.3 eV/rad, with `width`, of which the
/// first lead has three tenths and the second one the rest; both in a basis turned by `angle`. θ mixes them too.
fn beside(energy: f64, width: f64, angle: f64, mixing: f64) -> Swing {
    let (c, s) = (angle.cos(), angle.sin());
    let turn = Mat::from_fn(2, 2, |i, j| Complex64::from([[c, -s], [s, c]][i][j]));
    let turned = |h: [[f64; 2]; 2]| {
        let h = &turn * Mat::from_fn(2, 2, |i, j| Complex64::from(h[i][j])) * turn.adjoint();
        Mat::from_fn(2, 2, |i, j| 0.5 * (h[(i, j)] + h[(j, i)].conj()))
    };
    let h = turned([[0.2 * EV, 0.0], [0.0, energy]]);
    let swing = turned([[0.1 * EV, mixing], [mixing, 0.3 * EV]]);
    let rows = [[0.0, 0.0, (0.1 * EV).sqrt()], [(0.3 * width).sqrt(), (0.7 * width).sqrt(), 0.0]];
    let w = &turn * Mat::from_fn(2, 3, |i, c| Complex64::from(rows[i][c]));
    Swing { h: [h, swing], w: [w, Matrix::zeros(2, 3)] }
}

fn values(found: &Coefficients) -> Vec<(String, f64, f64)> {
    let scalars = [("torque", found.torque), ("friction", found.friction), ("diffusion", found.diffusion)];
    let families = FAMILIES.iter().flat_map(|&family| {
        found.of(family).iter().enumerate().map(move |(i, of)| (format!("{family:?} {i}"), *of))
    });
    scalars
        .into_iter()
        .map(|(name, of)| (name.to_owned(), of))
        .chain(families)
        .map(|(name, of)| (name, of.value, of.error))
        .collect()
}

#[test]
fn a_level_outside_the_window_goes_dark_continuously() {
    for angle in [0.0, 0.7] {
        let with = |width: f64| {
            at(&junction(beside(-2.5 * EV, width, angle, 0.05 * EV), &[0.3 * EV, -0.1 * EV, 0.0]), 0.0)
                .unwrap()
        };
        let dark = with(0.0);
        assert!((dark.of(Family::Occupation)[1].value) > 0.4);
        for width in widths() {
            for ((name, a, error), (_, b, _)) in values(&with(width)).into_iter().zip(values(&dark)) {
                // Currents and noise interfere with the amplitude, the root of the width.
                let change = 3.0 * (width / EV).sqrt() * b.abs().max(1e-3) + 3.0 * width;
                assert!((a - b).abs() <= change + error + 1e-12, "{name} at {width:e}: {a} {b}");
                assert!(error < 1e-7, "{name} at {width:e}: {error}");
            }
        }
    }
}

#[test]
fn a_narrow_level_in_the_window_has_the_occupation_of_its_widths_or_is_refused() {
    let (energy, slope) = (0.1 * EV, 0.3 * EV);
    let potentials = [0.15 * EV, -0.5 * EV, 0.0];
    let f = potentials.map(|mu| 1.0 / (((energy - mu) / KT).exp() + 1.0));
    let parts = [0.3, 0.7];
    let sum = |term: &dyn Fn(usize) -> f64| term(0) + term(1);
    let filled = sum(&|c| parts[c] * f[c]);
    let mut answered = 0;
    for angle in [0.0, 0.7] {
        // What the other level does alone.
        let alone = |width: f64| {
            let mut swing = beside(energy, width, 0.0, 0.0);
            swing.h = swing.h.map(|h| h.submatrix(0, 0, 1, 1).to_owned());
            swing.w = swing.w.map(|w| w.submatrix(0, 0, 1, 3).to_owned());
            at(&junction(swing, &potentials), 0.0).unwrap()
        };
        let bright = alone(0.0);
        for width in widths().filter(|width| *width < 1e-6 * EV) {
            let found = match at(&junction(beside(energy, width, angle, 0.0), &potentials), 0.0) {
                Ok(found) => found,
                Err(error) => {
                    assert!(
                        width < 1.1e-12 * EV && error.to_string().contains("coupled to no lead"),
                        "{width:e}"
                    );
                    continue;
                }
            };
            answered += 1;
            let friction = slope.powi(2) / width / KT * sum(&|c| parts[c] * f[c] * (1.0 - f[c]));
            let diffusion =
                2.0 * slope.powi(2) / width * sum(&|c| parts[c] * sum(&|d| parts[d] * f[c] * (1.0 - f[d])));
            let current = width * parts[0] * parts[1] * (f[0] - f[1]);
            for (name, part, expected, size) in [
                ("torque", found.torque, bright.torque.value - slope * filled, slope),
                ("friction", found.friction, friction, friction),
                ("diffusion", found.diffusion, diffusion, diffusion),
                ("current", found.of(Family::Current)[0], current, current),
            ] {
                // What the width of the level adds, and what the amplitudes lost in the basis.
                let digits = (10.0 * width / KT + 1e-8) * size;
                assert!((part.value - expected).abs() < digits, "{name} at {width:e}: {part:?} {expected}");
                assert!(part.error <= 1e-6 * part.size, "{name} at {width:e}: {part:?}");
            }
        }
    }
    assert!(answered >= 24, "{answered}");
}

#[test]
fn levels_that_are_dark_at_one_angle_alone_leave_no_mark_there() {
    let mut swing = beside(-2.5 * EV, 0.1 * EV, 0.0, 0.05 * EV);
    // The second level couples as sin θ.
    swing.w[1] = Mat::from_fn(2, 3, |i, c| if i == 1 { swing.w[0][(i, c)] } else { Complex64::default() });
    swing.w[0] = Mat::from_fn(2, 3, |i, c| if i == 0 { swing.w[0][(i, c)] } else { Complex64::default() });
    let junction = junction(swing, &[0.3 * EV, -0.1 * EV, 0.0]);
    let dark = values(&at(&junction, 0.0).unwrap());
    for i in 2..=30 {
        let theta = 10.0_f64.powf(-0.5 * f64::from(i));
        for ((name, a, error), (_, b, _)) in values(&at(&junction, theta).unwrap()).into_iter().zip(&dark) {
            assert!(
                (a - b).abs() <= 3.0 * theta * b.abs().max(1e-3) + error + 1e-12,
                "{name} at {theta:e}: {a} {b}"
            );
        }
    }
}

#[test]
fn a_dark_level_that_crosses_a_chemical_potential_between_the_angles_of_the_grid_is_found() {
    let cold = |height: f64| {
        let leads = [0.1, -0.1].map(|mu| Lead {
            name: "lead".into(),
            chemical_potential: mu * EV,
            thermal_energy: 1e-4 * EV,
        });
        let band = Band::Bottom(-20.0 * EV);
        Junction::new(benzene(height * EV), leads.to_vec(), vec![0, 1], band, 1.0, TAU).unwrap()
    };
    // From −0.21 to 0.39 eV, and from −2.4 to −1.8 eV.
    let error = Landscape::from_junction(&cold(2.5 + 0.09)).unwrap_err();
    assert!(error.to_string().contains("coupled to no lead"), "{error}");
    Landscape::from_junction(&cold(0.4)).unwrap();
}
