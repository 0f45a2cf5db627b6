//! Check what must hold for the electrons of any junction, over random ones.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::keldysh::Keldysh;
use common::{Trigonometric, trigonometric};
use nanorotor::coefficients::{Coefficients, Family, Integral, pumped_charge};
use nanorotor::junction::{Band, Frame, Geometry, Junction, Lead, Lorentzian, Matrix, Reference};
use nanorotor::scattering::Scattering;
use num_complex::Complex64;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

const FLOWS: [Family; 2] = [Family::Current, Family::Emissivity];

const BOTTOM: f64 = -2.0;

fn leads(potentials: &[f64], thermal_energy: f64) -> Vec<Lead> {
    let lead = |(c, &chemical_potential): (usize, &f64)| Lead {
        name: format!("lead {c}"),
        chemical_potential,
        thermal_energy,
    };
    potentials.iter().enumerate().map(lead).collect()
}

fn junction(molecule: &Trigonometric, leads: Vec<Lead>, band: Band) -> Junction {
    let owners = (0..leads.len()).collect();
    Junction::new(molecule.clone(), leads, owners, band, 1.0, std::f64::consts::TAU).unwrap()
}

fn close(name: &str, a: f64, b: f64, tolerance: f64) -> Result<(), TestCaseError> {
    prop_assert!((a - b).abs() <= tolerance, "{name}: {a} and {b} differ by {} > {tolerance}", (a - b).abs());
    Ok(())
}

fn molecules() -> impl Strategy<Value = Trigonometric> {
    (1..=3_usize, 1..=3_usize).prop_flat_map(|(n, m)| trigonometric(n, m, 1.0))
}

/// Whether every level is wider than the temperature and the distance to an exceptional point make it hard to follow.
fn well_coupled(scattering: &Scattering) -> bool {
    scattering.poles().iter().all(|z| z.im < -1e-3)
}

/// A basis U(θ) = V e^{iKθ} W of a molecule, with V and W constant and K of small whole numbers.
#[derive(Debug, Clone)]
struct Turned {
    molecule: Trigonometric,
    v: Matrix,
    turns: Vec<f64>,
    w: Matrix,
    /// Whether the connection is told.
    known: bool,
}

impl Geometry for Turned {
    fn frame(&self, theta: f64) -> nanorotor::Result<Frame> {
        let Frame { h, dh, w, dw } = self.molecule.frame(theta)?;
        let n = h.nrows();
        let phases = |derivative: bool| {
            Matrix::from_fn(n, n, |i, j| {
                let phase = Complex64::cis(self.turns[i] * theta);
                let factor = if derivative { Complex64::new(0.0, self.turns[i]) } else { 1.0.into() };
                if i == j { factor * phase } else { Complex64::default() }
            })
        };
        let (u, du) = (&self.v * phases(false) * &self.w, &self.v * phases(true) * &self.w);
        let half = du.adjoint() * &h * &u;
        let moving = Frame {
            h: u.adjoint() * &h * &u,
            dh: &half + half.adjoint() + u.adjoint() * &dh * &u,
            w: u.adjoint() * &w,
            dw: du.adjoint() * &w + u.adjoint() * &dw,
        };
        Ok(if self.known { moving.moving(&(u.adjoint() * &du)) } else { moving })
    }
}

/// The eigenvectors of a Hermitian matrix: some unitary matrix.
fn unitary(hermitian: &Matrix) -> Matrix {
    hermitian.self_adjoint_eigen(faer::Side::Lower).unwrap().U().to_owned()
}

/// The integrals of both agree, all families included.
fn same_electrons(a: &Coefficients, b: &Coefficients, families: &[Family]) -> Result<(), TestCaseError> {
    let agree = |name: &str, a: &Integral, b: &Integral| {
        close(name, a.value, b.value, a.error + b.error + 1e-11 * (a.size + b.size))
    };
    agree("torque", &a.torque, &b.torque)?;
    agree("friction", &a.friction, &b.friction)?;
    agree("diffusion", &a.diffusion, &b.diffusion)?;
    for family in families {
        for (a, b) in a.of(*family).iter().zip(b.of(*family)) {
            agree(family.name(), a, b)?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing depends on the basis, however it moves, as long as its connection is known. Occupations are those of other levels.
    #[test]
    fn a_basis_may_move(
        (molecule, v, w) in (2..=3_usize, 2..=3_usize).prop_flat_map(|(n, m)| {
            (trigonometric(n, m, 1.0), trigonometric(n, 1, 1.0), trigonometric(n, 1, 1.0))
        }),
        turns in proptest::array::uniform3(-3..=3_i32), theta in 0.0..6.0,
        mu in proptest::array::uniform3(-0.05..0.05),
    ) {
        let leads = leads(&mu[..molecule.w[0].ncols()], 0.004);
        let at_rest = junction(&molecule, leads.clone(), Band::Bottom(BOTTOM));
        prop_assume!(well_coupled(&Scattering::new(&at_rest.frame(theta).unwrap()).unwrap()));
        let families: Vec<Family> = Family::ALL.into_iter().filter(|f| *f != Family::Occupation).collect();
        let expected = Coefficients::at(&at_rest, theta, &families).unwrap();
        let turned = |known: bool| {
            let turned = Turned {
                molecule: molecule.clone(),
                v: unitary(&v.h[0]),
                turns: turns.map(f64::from).to_vec(),
                w: unitary(&w.h[0]),
                known,
            };
            let owners = (0..leads.len()).collect();
            let band = Band::Bottom(BOTTOM);
            let junction = Junction::new(turned, leads.clone(), owners, band, 1.0, std::f64::consts::TAU);
            Coefficients::at(&junction.unwrap(), theta, &families).unwrap()
        };
        same_electrons(&turned(true), &expected, &families)?;
        // Without the connection torque and diffusion are the same still.
        let unknown = turned(false);
        close("torque", unknown.torque.value, expected.torque.value, 1e-10 * expected.torque.size)?;
        close("diffusion", unknown.diffusion.value, expected.diffusion.value, 1e-10 * expected.diffusion.size)?;
    }

    /// Measured from an equilibrium the torque is the difference of two torques, and does not know where the band ends.
    #[test]
    fn a_torque_from_equilibrium_does_not_know_the_band_bottom(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
        reference in -0.05..0.05, thermal_energy in 0.002..0.006,
    ) {
        let leads = leads(&mu[..molecule.w[0].ncols()], 0.004);
        let whole = junction(&molecule, leads.clone(), Band::Bottom(BOTTOM));
        prop_assume!(well_coupled(&Scattering::new(&whole.frame(theta).unwrap()).unwrap()));
        let state = Reference::Equilibrium { chemical_potential: reference, thermal_energy };
        let resting: Vec<Lead> = leads
            .iter()
            .map(|lead| Lead { chemical_potential: reference, thermal_energy, ..lead.clone() })
            .collect();
        let at = |junction: Junction| Coefficients::at(&junction, theta, &FLOWS).unwrap();
        let measured = |bottom: f64| {
            let junction = junction(&molecule, leads.clone(), Band::Bottom(bottom));
            at(junction.with_reference(state).unwrap())
        };
        let (shallow, deep) = (measured(-0.2), measured(-20.0));
        // A bottom where the leads are not all full divides a panel there, which changes the rounding.
        same_electrons(&shallow, &deep, &FLOWS)?;
        let (out, rest) =
            (at(whole.clone()), at(junction(&molecule, resting.clone(), Band::Bottom(BOTTOM))));
        let tolerance = out.torque.error + rest.torque.error + deep.torque.error + 1e-13 * out.torque.size;
        close("torque", deep.torque.value, out.torque.value - rest.torque.value, tolerance)?;
        same_electrons(
            &at(whole.with_reference(Reference::None).unwrap()), &out, &FLOWS,
        )?;
        let none = at(junction(&molecule, resting, Band::Bottom(BOTTOM)).with_reference(state).unwrap());
        prop_assert_eq!(none.torque.value, 0.0);
    }

    /// Hardly coupled to its leads, a molecule with its levels far from them has the torque of the isolated one: nothing is left.
    #[test]
    fn a_torque_from_the_isolated_molecule_vanishes_with_the_coupling(
        molecule in (2..=4_usize, 2..=3_usize).prop_flat_map(|(n, m)| trigonometric(n, m, 1.0)),
        theta in 0.0..6.0, occupied in 1..=2_usize,
    ) {
        let frame = molecule.frame(theta).unwrap();
        let levels: Vec<f64> = frame.h.self_adjoint_eigenvalues(faer::Side::Lower).unwrap();
        let gap = levels[occupied.min(levels.len() - 1)] - levels[occupied.min(levels.len() - 1) - 1];
        prop_assume!(gap > 0.03);
        let middle = levels[occupied.min(levels.len() - 1)] - 0.5 * gap;
        let still = |coupling: f64| {
            let scaled = |m: &Matrix| faer::Scale(Complex64::from(coupling)) * m;
            Frame { w: scaled(&frame.w), dw: scaled(&frame.dw), ..frame.clone() }
        };
        let left = |coupling: f64| {
            let leads = leads(&vec![middle; frame.channels()], gap / 200.0);
            let owners = (0..leads.len()).collect();
            let junction =
                Junction::new(still(coupling), leads, owners, Band::Bottom(-20.0), 2.0, 1.0).unwrap();
            let junction = junction.with_reference(Reference::Molecule { occupied_below: middle }).unwrap();
            Coefficients::at(&junction, 0.0, &FLOWS).unwrap().torque
        };
        // What is left is of second order in the coupling.
        let (strong, weak) = (left(1e-2), left(1e-3));
        close("torque", weak.value, 1e-2 * strong.value, 1e-3 * strong.value.abs() + weak.error + 1e-14 * weak.size)?;
        prop_assert!(weak.value.abs() <= 1e-4 * weak.size, "{weak:?}");
    }

    #[test]
    fn scattering_equals_keldysh_wigner(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
    ) {
        let ([h, dh], w) = molecule.jets(theta);
        let leads = leads(&mu[..w[0].ncols()], 0.004);
        let junction = junction(&molecule, leads.clone(), Band::Bottom(BOTTOM));
        prop_assume!(well_coupled(&Scattering::new(&junction.frame(theta).unwrap()).unwrap()));
        let found = Coefficients::at(&junction, theta, &FLOWS).unwrap();
        let second = Keldysh { h: &[h, dh], w: &w, leads: &leads, bottom: BOTTOM }.coefficients();
        for (name, a, b) in [
            ("torque", found.torque, second[0]),
            ("friction", found.friction, second[1]),
            ("diffusion", found.diffusion, second[2]),
        ] {
            close(name, a.value, b.value, 1e-9 * a.size + b.error)?;
        }
    }

    #[test]
    fn eigenvectors_and_direct_solves_agree(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
    ) {
        let m = molecule.w[0].ncols();
        let junction = junction(&molecule, leads(&mu[..m], 0.003), Band::Bottom(BOTTOM));
        let (a, b) = (Coefficients::at(&junction, theta, &FLOWS).unwrap(), Coefficients::direct_at(&junction, theta, &FLOWS).unwrap());
        close("torque", a.torque.value, b.torque.value, 2e-10 * a.torque.size)?;
        close("friction", a.friction.value, b.friction.value, 2e-10 * a.friction.size)?;
        close("diffusion", a.diffusion.value, b.diffusion.value, 2e-10 * a.diffusion.size)?;
        for (i, j) in a.of(Family::Current).iter().zip(b.of(Family::Current)) {
            close("current", i.value, j.value, 2e-10 * i.size)?;
        }
        for (i, j) in a.of(Family::Emissivity).iter().zip(b.of(Family::Emissivity)) {
            close("emissivity", i.value, j.value, 2e-10 * i.size)?;
        }
    }

    #[test]
    fn emissivities_add_to_the_growth_of_the_charge(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
    ) {
        let ([h, dh], w) = molecule.jets(theta);
        let leads = leads(&mu[..w[0].ncols()], 0.004);
        let junction = junction(&molecule, leads.clone(), Band::Bottom(BOTTOM));
        prop_assume!(well_coupled(&Scattering::new(&junction.frame(theta).unwrap()).unwrap()));
        let found = Coefficients::at(&junction, theta, &FLOWS).unwrap().of(Family::Emissivity).to_vec();
        let (sum, size) = found.iter().fold((0.0, 0.0), |(sum, size), e| (sum + e.value, size + e.size));
        let slope = Keldysh { h: &[h, dh], w: &w, leads: &leads, bottom: BOTTOM }.charge_slope();
        close("growth of the charge", sum, slope.value, 1e-9 * size + slope.error)?;
    }

    #[test]
    fn emissivities_do_not_depend_on_the_lead_they_refer_to(
        molecule in trigonometric(3, 3, 1.0), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
        thermal in proptest::array::uniform3(0.002..0.006),
    ) {
        // They refer to the lead of the first channel.
        let at = |order: [usize; 3]| {
            let turned = |m: &Matrix| Matrix::from_fn(3, 3, |i, c| m[(i, order[c])]);
            let molecule = Trigonometric { h: molecule.h.clone(), w: molecule.w.each_ref().map(turned) };
            let leads = order.map(|c| Lead {
                name: format!("lead {c}"), chemical_potential: mu[c], thermal_energy: thermal[c],
            });
            Coefficients::at(&junction(&molecule, leads.to_vec(), Band::Bottom(BOTTOM)), theta, &FLOWS).unwrap().of(Family::Emissivity).to_vec()
        };
        let (first, second, third) = (at([0, 1, 2]), at([1, 2, 0]), at([2, 0, 1]));
        for c in 0..3 {
            let (a, b, d) = (first[c], second[(c + 2) % 3], third[(c + 1) % 3]);
            close("second lead", a.value, b.value, 4e-10 * (a.size + b.size))?;
            close("third lead", a.value, d.value, 4e-10 * (a.size + d.size))?;
        }
    }

    #[test]
    fn scattering_matrix_is_unitary_and_q_is_its_logarithmic_derivative(
        molecule in molecules(), theta in 0.0..6.0, omega in -0.2..0.2_f64,
    ) {
        let m = molecule.w[0].ncols();
        let at = |theta: f64| Scattering::new(&molecule.frame(theta).unwrap()).unwrap().matrices(omega, m).unwrap();
        let (s, q) = at(theta);
        let unit = Matrix::identity(m, m);
        prop_assert!((s.adjoint() * &s - &unit).norm_max() < 1e-11);
        prop_assert!((&q - q.adjoint()).norm_max() < 1e-11 * q.norm_max());
        // Q = −i S†∂_θS; a five-point difference is a check here, never a route.
        let step = 1e-4;
        let s_at = |k: f64| at(theta + k * step).0;
        let difference = (s_at(-2.0) - s_at(2.0)) + faer::Scale(Complex64::from(8.0)) * (s_at(1.0) - s_at(-1.0));
        let derivative = faer::Scale(Complex64::from(1.0 / (12.0 * step))) * difference;
        let logarithmic = faer::Scale(-Complex64::i()) * (s.adjoint() * derivative);
        prop_assert!((logarithmic - &q).norm_max() < 1e-6 * (1.0 + q.norm_max().powi(3)));
    }

    #[test]
    fn diffusion_is_positive_and_currents_add_to_zero(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
    ) {
        let m = molecule.w[0].ncols();
        let found = Coefficients::at(&junction(&molecule, leads(&mu[..m], 0.003), Band::Bottom(BOTTOM)), theta, &FLOWS).unwrap();
        prop_assert!(found.diffusion.value >= 0.0);
        let sum: f64 = found.of(Family::Current).iter().map(|i| i.value).sum();
        let size: f64 = found.of(Family::Current).iter().map(|i| i.size).sum();
        close("sum of currents", sum, 0.0, 1e-10 * size)?;
    }

    #[test]
    fn equilibrium_obeys_the_fluctuation_dissipation_theorem(
        molecule in molecules(), theta in 0.0..6.0, mu in -0.05..0.05, thermal_energy in 0.0005..0.02,
    ) {
        let m = molecule.w[0].ncols();
        let leads = leads(&[mu; 3][..m], thermal_energy);
        let found = Coefficients::at(&junction(&molecule, leads.clone(), Band::Bottom(BOTTOM)), theta, &FLOWS).unwrap();
        close("D", found.diffusion.value, 2.0 * thermal_energy * found.friction.value, 1e-10 * found.diffusion.value)?;
        prop_assert!(found.of(Family::Current).iter().all(|i| i.value == 0.0));
        // Leads that differ by next to nothing take the way of those that differ.
        let mut nearly = leads.clone();
        nearly[m - 1].chemical_potential += 1e-9 * thermal_energy;
        let nearly = Coefficients::at(&junction(&molecule, nearly, Band::Bottom(BOTTOM)), theta, &FLOWS).unwrap();
        let pumped = pumped_charge(&junction(&molecule, leads, Band::Bottom(BOTTOM)), theta).unwrap();
        for ((emissivity, pumped), nearly) in found.of(Family::Emissivity).iter().zip(pumped).zip(nearly.of(Family::Emissivity)) {
            close("pumped charge", emissivity.value, pumped.value, 1e-10 * pumped.size)?;
            close("pumped charge, nearly", nearly.value, pumped.value, 1e-6 * (nearly.size + pumped.size))?;
        }
    }

    #[test]
    fn torque_follows_the_logarithm_of_the_band_depth(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
    ) {
        let m = molecule.w[0].ncols();
        let leads = leads(&mu[..m], 0.003);
        let torque = |bottom: f64| {
            Coefficients::at(&junction(&molecule, leads.clone(), Band::Bottom(bottom)), theta, &FLOWS).unwrap().torque
        };
        // ∂_θ tr Γ = 2 Re tr w†w′
        let frame = molecule.frame(theta).unwrap();
        let product = frame.w.adjoint() * &frame.dw;
        let slope = 2.0 * (0..m).map(|c| product[(c, c)].re).sum::<f64>();
        // The next order of ln(B + z) is z/B with Σ_j z_j′ z_j = tr(Y h_eff), and the one after it at most ‖Y‖ ‖h_eff‖²/B².
        let half_i = Complex64::new(0.0, 0.5);
        let h_eff = &frame.h - faer::Scale(half_i) * (&frame.w * frame.w.adjoint());
        let w_dw = &frame.w * frame.dw.adjoint();
        let y = &frame.dh - faer::Scale(half_i) * (&w_dw + w_dw.adjoint());
        let product = &y * &h_eff;
        let next = (0..product.nrows()).map(|i| product[(i, i)].im).sum::<f64>() / std::f64::consts::PI;
        let law = |b: f64| slope * 10.0_f64.ln() / std::f64::consts::TAU + 0.9 * next / b;
        for b in [1e3, 1e4] {
            let (deep, shallow) = (torque(-10.0 * b), torque(-b));
            let rest = y.norm_l2() * h_eff.norm_l2().powi(2) / (b * b);
            close("logarithm", deep.value - shallow.value, law(b), rest + deep.error + shallow.error)?;
        }
        // and nothing else depends on it
        let at = |bottom: f64| Coefficients::at(&junction(&molecule, leads.clone(), Band::Bottom(bottom)), theta, &FLOWS).unwrap();
        let (a, b) = (at(-1.0), at(-5.0));
        prop_assert_eq!((a.friction, a.diffusion, a.of(Family::Current)), (b.friction, b.diffusion, b.of(Family::Current)));
    }

    #[test]
    fn lorentzian_bands_tend_to_the_wide_band(
        molecule in trigonometric(2, 2, 1.0), theta in 0.0..6.0, bias in -0.05..0.05,
    ) {
        let [leads, resting] = [bias, 0.0].map(|bias| leads(&[0.5 * bias, -0.5 * bias], 0.003));
        let wide = Coefficients::at(&junction(&molecule, leads.clone(), Band::Bottom(BOTTOM)), theta, &FLOWS).unwrap();
        prop_assume!(well_coupled(&Scattering::new(&molecule.frame(theta).unwrap()).unwrap()));
        let wide_resting = Coefficients::at(&junction(&molecule, resting.clone(), Band::Bottom(BOTTOM)), theta, &FLOWS).unwrap();
        let errors = [1e3, 1e4].map(|half_width| {
            let band = Band::Lorentzian(vec![Lorentzian { center: 0.01, half_width }; 2]);
            let found = Coefficients::at(&junction(&molecule, leads.clone(), band.clone()), theta, &FLOWS).unwrap();
            let at_rest = Coefficients::at(&junction(&molecule, resting.clone(), band), theta, &FLOWS).unwrap();
            [
                found.friction.value - wide.friction.value,
                found.diffusion.value - wide.diffusion.value,
                found.of(Family::Current)[0].value - wide.of(Family::Current)[0].value,
                (found.torque.value - at_rest.torque.value) - (wide.torque.value - wide_resting.torque.value),
            ]
        });
        let sizes = [wide.friction.size, wide.diffusion.size, wide.of(Family::Current)[0].size, wide.torque.size];
        for ((a, b), size) in errors[0].iter().zip(errors[1]).zip(sizes) {
            prop_assert!(a.abs() < 2e-2 * size + 1e-12, "{errors:?} {sizes:?}");
            prop_assert!(b.abs() < 0.15 * a.abs() + 1e-8 * size + 1e-12, "{errors:?} {sizes:?}");
        }
    }

    #[test]
    fn work_per_turn_is_conjugate_to_pumped_charge(molecule in trigonometric(2, 2, 0.0)) {
        // d(∮τ dθ)/dV at V = 0 equals ∮dn_left for real h and w (Onsager).
        let points = 64;
        let turn = |f: &dyn Fn(f64) -> f64| -> f64 {
            let step = std::f64::consts::TAU / f64::from(points);
            (0..points).map(|j| step * f(step * f64::from(j))).sum()
        };
        let weakest = (0..points).map(|j| {
            let frame = molecule.frame(std::f64::consts::TAU * f64::from(j) / f64::from(points)).unwrap();
            Scattering::new(&frame).unwrap().poles().iter().map(|z| -z.im).fold(f64::INFINITY, f64::min)
        }).fold(f64::INFINITY, f64::min);
        prop_assume!(weakest > 5e-4);
        let biased = |bias: f64| junction(&molecule, leads(&[0.5 * bias, -0.5 * bias], 0.02), Band::Bottom(BOTTOM));
        let work = |bias: f64| {
            let junction = biased(bias);
            turn(&|theta| Coefficients::at(&junction, theta, &FLOWS).unwrap().torque.value)
        };
        let step = 1e-3;
        let slope = (8.0 * (work(step) - work(-step)) - (work(2.0 * step) - work(-2.0 * step))) / (12.0 * step);
        let resting = biased(0.0);
        let pumped = turn(&|theta| pumped_charge(&resting, theta).unwrap()[0].value);
        let back = turn(&|theta| pumped_charge(&resting, theta).unwrap()[1].value);
        close("work and charge", slope, pumped, 1e-5 * (1.0 + pumped.abs()))?;
        close("what leaves one lead enters the other", back, -pumped, 1e-9)?;
    }

    #[test]
    fn mixing_the_channels_of_a_lead_changes_nothing(
        molecule in trigonometric(2, 3, 1.0), theta in 0.0..6.0, angle in 0.0..6.0_f64, phase in 0.0..6.0,
    ) {
        // Channels 1 and 2 belong to one lead, so any unitary mixture of them is as good.
        let (s, c) = angle.sin_cos();
        let mut unitary = Matrix::identity(3, 3);
        unitary[(1, 1)] = c.into();
        unitary[(2, 2)] = c.into();
        unitary[(1, 2)] = s * Complex64::cis(phase);
        unitary[(2, 1)] = -s * Complex64::cis(-phase);
        let mixed = Trigonometric { h: molecule.h.clone(), w: molecule.w.clone().map(|w| w * &unitary) };
        let build = |molecule: &Trigonometric| {
            Junction::new(molecule.clone(), leads(&[0.04, -0.03], 0.003), vec![0, 1, 1], Band::Bottom(BOTTOM), 1.0, 6.3)
        };
        let a = Coefficients::at(&build(&molecule).unwrap(), theta, &FLOWS).unwrap();
        let b = Coefficients::at(&build(&mixed).unwrap(), theta, &FLOWS).unwrap();
        close("torque", a.torque.value, b.torque.value, 4e-10 * a.torque.size)?;
        close("friction", a.friction.value, b.friction.value, 4e-10 * (a.friction.size + b.friction.size))?;
        close("diffusion", a.diffusion.value, b.diffusion.value, 4e-10 * a.diffusion.size)?;
        close("current", a.of(Family::Current)[0].value, b.of(Family::Current)[0].value, 4e-10 * a.of(Family::Current)[0].size)?;
        for (i, j) in a.of(Family::Emissivity).iter().zip(b.of(Family::Emissivity)) {
            close("emissivity", i.value, j.value, 4e-10 * (i.size + j.size))?;
        }
    }
}

#[test]
fn spin_doubles_every_coefficient() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let molecule = trigonometric(2, 2, 1.0).new_tree(&mut runner).unwrap().current();
    let with = |spin: f64| {
        let leads = leads(&[0.03, -0.03], 0.003);
        let junction =
            Junction::new(molecule.clone(), leads, vec![0, 1], Band::Bottom(BOTTOM), spin, 6.3).unwrap();
        let c = Coefficients::at(&junction, 0.4, &FLOWS).unwrap();
        let pumped = pumped_charge(&junction, 0.4).unwrap();
        [
            c.torque.value,
            c.friction.value,
            c.diffusion.value,
            c.of(Family::Current)[0].value,
            c.of(Family::Emissivity)[0].value,
            pumped[0].value,
        ]
    };
    for (one, two) in with(1.0).into_iter().zip(with(2.0)) {
        assert_eq!(2.0 * one, two);
    }
}

/// Two levels with broadenings that differ by 4v + `gap`: an exceptional point at gap 0.
fn exceptional(gap: f64) -> Trigonometric {
    let v = 0.01;
    let [strong, weak] = [4.0 * v + 0.01 + gap, 0.01].map(f64::sqrt);
    let build = |entries: [f64; 4]| Matrix::from_fn(2, 2, |i, j| entries[2 * i + j].into());
    Trigonometric {
        h: [build([0.0, v, v, 0.0]), build([0.0; 4]), build([0.003, 0.0, 0.0, -0.001])],
        w: [build([strong, 0.0, 0.0, weak]), build([0.0; 4]), build([0.02, 0.0, 0.0, -0.01])],
    }
}

#[test]
fn exceptional_points_are_passed_without_loss() {
    // At θ = 0 the couplings are those of `exceptional`, with derivatives of h and w that do not vanish.
    let leads = || leads(&[0.02, -0.02], 0.003);
    let at = |gap: f64| {
        Coefficients::at(&junction(&exceptional(gap), leads(), Band::Bottom(-1.0)), 0.0, &FLOWS).unwrap()
    };
    let centre = at(0.0);
    assert!(!Scattering::new(&exceptional(0.0).frame(0.0).unwrap()).unwrap().is_spectral());
    assert!(Scattering::new(&exceptional(1e-2).frame(0.0).unwrap()).unwrap().is_spectral());
    for gap in [1e-3, 1e-5, 1e-7, 1e-9, 1e-11] {
        let junction = junction(&exceptional(gap), leads(), Band::Bottom(-1.0));
        let (chosen, direct) = (at(gap), Coefficients::direct_at(&junction, 0.0, &FLOWS).unwrap());
        for (a, b, at_centre) in [
            (chosen.torque, direct.torque, centre.torque),
            (chosen.friction, direct.friction, centre.friction),
            (chosen.diffusion, direct.diffusion, centre.diffusion),
        ] {
            assert!((a.value - b.value).abs() <= 2e-10 * b.size, "gap {gap}: {a:?} {b:?}");
            assert!(
                (a.value - at_centre.value).abs() <= (200.0 * gap + 2e-10) * a.size,
                "gap {gap}: {a:?} {at_centre:?}"
            );
        }
    }
}

#[test]
fn a_cut_far_below_a_lorentzian_band_errs_by_its_inverse_square() {
    // The direct route integrates a Lorentzian band down to −∞ by quadrature, the eigenvectors give it in closed form.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let molecule = trigonometric(2, 2, 1.0).new_tree(&mut runner).unwrap().current();
    let bands = vec![Lorentzian { center: 0.02, half_width: 0.3 }; 2];
    let leads = leads(&[0.03, -0.03], 0.003);
    let junction = junction(&molecule, leads, Band::Lorentzian(bands));
    let (a, b) = (
        Coefficients::at(&junction, 0.7, &FLOWS).unwrap(),
        Coefficients::direct_at(&junction, 0.7, &FLOWS).unwrap(),
    );
    assert!((a.torque.value - b.torque.value).abs() <= 2e-10 * b.torque.size);
    let frame = junction.frame(0.7).unwrap();
    let scattering = Scattering::new(&frame).unwrap();
    let error = |k: f64| {
        let cut = scattering.filled_torque(-0.3 * k, -0.2).unwrap().value;
        (cut - scattering.filled_torque(f64::NEG_INFINITY, -0.2).unwrap().value).abs()
    };
    let ratio = error(20.0) / error(40.0);
    assert!((ratio - 4.0).abs() < 0.3, "halving the distance multiplies the error by {ratio}, not by 4");
}

#[test]
fn a_moving_level_without_any_lead_is_refused_and_a_still_one_is_ignored() {
    let build = |moving: f64| {
        let m = |entries: [f64; 4]| Matrix::from_fn(2, 2, |i, j| entries[2 * i + j].into());
        Trigonometric {
            h: [m([0.01, 0.0, 0.0, 0.02]), m([0.0; 4]), m([0.003, 0.0, 0.0, moving])],
            w: [m([0.1, 0.08, 0.0, 0.0]), m([0.0; 4]), m([0.03, 0.0, 0.0, 0.0])],
        }
    };
    let at = |moving: f64| {
        Coefficients::at(
            &junction(&build(moving), leads(&[0.03, -0.03], 0.003), Band::Bottom(-1.0)),
            0.0,
            &FLOWS,
        )
    };
    assert!(at(0.001).is_err_and(|e| e.to_string().contains("coupled to no lead")));
    let still = at(0.0).unwrap();
    let one = |m: &Matrix| m.submatrix(0, 0, 1, m.ncols()).to_owned();
    let alone = Trigonometric {
        h: build(0.0).h.map(|m| m.submatrix(0, 0, 1, 1).to_owned()),
        w: build(0.0).w.each_ref().map(one),
    };
    let junction = junction(&alone, leads(&[0.03, -0.03], 0.003), Band::Bottom(-1.0));
    let alone = Coefficients::at(&junction, 0.0, &FLOWS).unwrap();
    for (a, b) in
        [(still.torque, alone.torque), (still.friction, alone.friction), (still.diffusion, alone.diffusion)]
    {
        assert!((a.value - b.value).abs() <= 1e-10 * b.size, "{a:?} {b:?}");
    }
}
