//! Check what must hold for heat, noise and occupations of any junction, over random ones.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::f64::consts::TAU;

use common::{Trigonometric, trigonometric};
use nanorotor::coefficients::{Coefficients, Family};
use nanorotor::junction::{Band, Frame, Geometry, Junction, Lead, Lorentzian, Matrix};
use nanorotor::scattering::Scattering;
use num_complex::Complex64;
use proptest::prelude::*;

const BOTTOM: f64 = -2.0;

fn leads(potentials: &[f64], thermal: &[f64]) -> Vec<Lead> {
    let lead = |(c, (&chemical_potential, &thermal_energy)): (usize, (&f64, &f64))| Lead {
        name: format!("lead {c}"),
        chemical_potential,
        thermal_energy,
    };
    potentials.iter().zip(thermal).enumerate().map(lead).collect()
}

fn junction(molecule: &Trigonometric, leads: Vec<Lead>, band: Band) -> Junction {
    let owners = (0..leads.len()).collect();
    Junction::new(molecule.clone(), leads, owners, band, 1.0, TAU).unwrap()
}

fn close(name: &str, a: f64, b: f64, tolerance: f64) -> Result<(), TestCaseError> {
    prop_assert!((a - b).abs() <= tolerance, "{name}: {a} and {b} differ by {} > {tolerance}", (a - b).abs());
    Ok(())
}

fn molecules() -> impl Strategy<Value = Trigonometric> {
    (1..=3_usize, 2..=3_usize).prop_flat_map(|(n, m)| trigonometric(n, m, 1.0))
}

fn well_coupled(molecule: &Trigonometric) -> bool {
    (0..32).all(|j| {
        let frame = molecule.frame(TAU * f64::from(j) / 32.0).unwrap();
        Scattering::new(&frame).unwrap().poles().iter().all(|z| z.im < -1e-3)
    })
}

/// ∮ f dθ, by a rule that is exact far beyond the harmonics of these junctions.
fn turn(f: impl Fn(f64) -> f64) -> f64 {
    const POINTS: u32 = 512;
    (0..POINTS).map(|j| f(TAU * f64::from(j) / f64::from(POINTS))).sum::<f64>() * TAU / f64::from(POINTS)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn direct_solves_give_the_same(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
        thermal in proptest::array::uniform3(0.002..0.006), half_width in 0.1..1.0,
    ) {
        let m = molecule.w[0].ncols();
        let lorentzian = Band::Lorentzian(vec![Lorentzian { center: 0.05, half_width }; m]);
        for band in [Band::Bottom(BOTTOM), lorentzian] {
            let junction = junction(&molecule, leads(&mu[..m], &thermal[..m]), band);
            prop_assume!(well_coupled(&molecule));
            let (a, b) = (
                Coefficients::at(&junction, theta, &Family::ALL).unwrap(),
                Coefficients::direct_at(&junction, theta, &Family::ALL).unwrap(),
            );
            for family in Family::ALL {
                prop_assert_eq!(a.of(family).len(), family.members(&junction));
                prop_assert_eq!(a.of(family).len(), family.labels(&junction).len());
                for (a, b) in a.of(family).iter().zip(b.of(family)) {
                    close(family.name(), a.value, b.value, a.error + b.error + 1e-12 * a.size)?;
                }
            }
        }
    }

    /// Σ_c (J_c + μ_c I_c) = 0, Σ_d S_cd = 0, and no junction lowers the entropy of its leads.
    #[test]
    fn currents_conserve_energy_and_charge_and_make_entropy(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
        thermal in proptest::array::uniform3(0.002..0.01),
    ) {
        let m = molecule.w[0].ncols();
        let leads = leads(&mu[..m], &thermal[..m]);
        let found = Coefficients::at(&junction(&molecule, leads.clone(), Band::Bottom(BOTTOM)), theta, &Family::ALL).unwrap();
        let (current, heat, noise) = (found.of(Family::Current), found.of(Family::HeatCurrent), found.of(Family::CurrentNoise));
        let energy: f64 = (0..m).map(|c| heat[c].value + leads[c].chemical_potential * current[c].value).sum();
        let size: f64 = (0..m).map(|c| heat[c].size + leads[c].chemical_potential.abs() * current[c].size).sum();
        close("energy", energy, 0.0, 1e-9 * size)?;
        let (entropy, size) = (0..m).fold((0.0, 0.0), |(entropy, size), c| {
            (entropy - heat[c].value / leads[c].thermal_energy, size + heat[c].size / leads[c].thermal_energy)
        });
        prop_assert!(entropy >= -1e-9 * size, "{entropy}");
        for c in 0..m {
            let row = &noise[c * m..(c + 1) * m];
            let size: f64 = row.iter().map(|s| s.size).sum();
            close("charge", row.iter().map(|s| s.value).sum(), 0.0, 1e-9 * size)?;
            prop_assert!(row[c].value > 0.0);
            for d in 0..m {
                prop_assert_eq!(row[d], noise[d * m + c]);
            }
        }
        let torque = found.of(Family::TorqueCurrentNoise);
        close("torque", torque.iter().map(|s| s.value).sum(), 0.0, 1e-9 * torque.iter().map(|s| s.size).sum::<f64>())?;
        // Cauchy and Schwarz: the matrix of all noise is positive.
        for c in 0..m {
            let (cross, own) = (torque[c].value, noise[c * (m + 1)].value);
            prop_assert!(cross * cross <= (1.0 + 1e-9) * own * found.diffusion.value);
        }
    }

    /// Johnson and Nyquist, and what torque and currents share where a magnetic field lets them.
    #[test]
    fn noise_at_equilibrium_is_that_of_the_response(
        molecule in molecules(), theta in 0.0..6.0, mu in -0.03..0.03, thermal in 0.003..0.01,
    ) {
        prop_assume!(well_coupled(&molecule));
        let m = molecule.w[0].ncols();
        let at = |moved: usize, by: f64| {
            let mut potentials = vec![mu; m];
            potentials[moved] += by;
            let leads = leads(&potentials, &vec![thermal; m]);
            Coefficients::at(&junction(&molecule, leads, Band::Bottom(BOTTOM)), theta, &Family::ALL).unwrap()
        };
        let found = at(0, 0.0);
        let step = 0.05 * thermal;
        for c in 0..m {
            // Five points: the error is of the fourth order in the step.
            let slope = |of: &dyn Fn(&Coefficients) -> f64| {
                let difference = |by: f64| of(&at(c, by)) - of(&at(c, -by));
                (8.0 * difference(step) - difference(2.0 * step)) / (12.0 * step)
            };
            let noise = found.of(Family::CurrentNoise)[c * (m + 1)];
            let response = slope(&|of| of.of(Family::Current)[c].value);
            close("Johnson–Nyquist", noise.value, 2.0 * thermal * response, 2e-5 * noise.size)?;
            let shared = found.of(Family::TorqueCurrentNoise)[c];
            let response = slope(&|of| of.torque.value) - found.of(Family::Emissivity)[c].value;
            close("torque", shared.value, thermal * response, 2e-5 * shared.size)?;
        }
    }

    /// Over a turn Σ_c (heat + μ_c charge) pumped out of the leads is the work of the torque.
    #[test]
    fn pumped_energy_is_the_work_of_the_torque(
        molecule in trigonometric(2, 2, 1.0), mu in proptest::array::uniform2(-0.05..0.05),
        thermal in proptest::array::uniform2(0.004..0.01),
    ) {
        prop_assume!(well_coupled(&molecule));
        let leads = leads(&mu, &thermal);
        let junction = junction(&molecule, leads.clone(), Band::Bottom(BOTTOM));
        let families = [Family::Emissivity, Family::HeatEmissivity];
        let energy = |found: &Coefficients| -> f64 {
            let (charge, heat) = (found.of(Family::Emissivity), found.of(Family::HeatEmissivity));
            (0..2).map(|c| heat[c].value + leads[c].chemical_potential * charge[c].value).sum()
        };
        let at = |theta: f64| Coefficients::at(&junction, theta, &families).unwrap();
        let (pumped, work) = (turn(|theta| energy(&at(theta))), turn(|theta| at(theta).torque.value));
        let size = turn(|theta| at(theta).torque.size);
        close("work", pumped, work, 1e-8 * size)?;
    }

    /// What leaves the leads when the rotor turns is what the levels gain.
    #[test]
    fn emissivities_add_to_the_growth_of_the_occupations(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.05..0.05),
        thermal in proptest::array::uniform3(0.003..0.01),
    ) {
        prop_assume!(well_coupled(&molecule));
        // With couplings at rest all the charge of the molecule sits on its levels, whatever the bands are.
        let still = Trigonometric { w: [molecule.w[0].clone(), 0.0 * &molecule.w[1], 0.0 * &molecule.w[2]], ..molecule };
        let m = still.w[0].ncols();
        let junction = junction(&still, leads(&mu[..m], &thermal[..m]), Band::Bottom(-200.0));
        let charge = |theta: f64| -> f64 {
            let found = Coefficients::at(&junction, theta, &[Family::Occupation]).unwrap();
            found.of(Family::Occupation).iter().map(|n| n.value).sum()
        };
        let step = 3e-3;
        let difference = |by: f64| charge(theta + by) - charge(theta - by);
        let growth = (8.0 * difference(step) - difference(2.0 * step)) / (12.0 * step);
        let found = Coefficients::at(&junction, theta, &[Family::Emissivity]).unwrap();
        let emissivity = found.of(Family::Emissivity);
        let (sum, size) = emissivity.iter().fold((0.0, 0.0), |(sum, size), e| (sum + e.value, size + e.size));
        // The bottom of the band cuts some 1e-3 of a level off, and little of its growth.
        close("growth", sum, growth, 1e-5 * size + 1e-8)?;
    }

    #[test]
    fn levels_are_empty_above_all_leads_and_full_below(
        molecule in molecules(), theta in 0.0..6.0, mu in proptest::array::uniform3(-0.02..0.02), half_width in 0.1..1.0,
    ) {
        let m = molecule.w[0].ncols();
        let total = |shift: f64| -> f64 {
            let mut shifted = molecule.clone();
            shifted.h[0] = &shifted.h[0] + Matrix::from_fn(shifted.h[0].nrows(), shifted.h[0].nrows(), |i, j| {
                Complex64::from(if i == j { shift } else { 0.0 })
            });
            let band = Band::Lorentzian(vec![Lorentzian { center: shift, half_width }; m]);
            let junction = junction(&shifted, leads(&mu[..m], &vec![0.004; m]), band);
            let found = Coefficients::at(&junction, theta, &[Family::Occupation]).unwrap();
            assert!(found.of(Family::Occupation).iter().all(|n| (-1e-9..1.0 + 1e-9).contains(&n.value)));
            found.of(Family::Occupation).iter().map(|n| n.value).sum()
        };
        prop_assume!(well_coupled(&molecule));
        let levels = molecule.h[0].nrows() as f64;
        prop_assert!(total(50.0) < 0.01 * levels && total(-50.0) > 0.99 * levels);
    }
}

/// One level between two leads with couplings Γ_L and Γ_R.
fn one_level(energy: f64, broadening: [f64; 2]) -> Frame {
    let one = |value: f64| Matrix::from_fn(1, 1, |_, _| Complex64::from(value));
    Frame {
        h: one(energy),
        dh: one(0.0),
        w: Matrix::from_fn(1, 2, |_, c| Complex64::from(broadening[c].sqrt())),
        dw: Matrix::from_fn(1, 2, |_, _| Complex64::default()),
    }
}

/// F → ∫T(1 − T)/∫T as T → 0: 1 for a tunnel junction, ½ for a symmetric level in a wide window, and what the formula says between.
#[test]
fn fano_factors_have_their_limits() {
    let fano = |frame: Frame, bias: f64, thermal: f64| {
        let leads = leads(&[0.5 * bias, -0.5 * bias], &[thermal; 2]);
        let junction = Junction::new(frame, leads, vec![0, 1], Band::Bottom(-9.0), 1.0, 1.0).unwrap();
        let found = Coefficients::at(&junction, 0.0, &Family::ALL).unwrap();
        found.of(Family::CurrentNoise)[0].value / found.of(Family::Current)[0].value.abs()
    };
    assert!((fano(one_level(1.0, [1e-4, 1e-4]), 0.1, 1e-5) - 1.0).abs() < 1e-6);
    // The window ends 1000 widths away: tails of the order of 1e-3.
    assert!((fano(one_level(0.0, [1e-3, 1e-3]), 2.0, 1e-5) - 0.5).abs() < 1e-3);
    let (left, right) = (3e-3_f64, 1e-3_f64);
    let expected = (left * left + right * right) / (left + right).powi(2);
    assert!((fano(one_level(0.0, [left, right]), 4.0, 1e-5) - expected).abs() < 2e-3);
}

/// One level at k_BT → 0: n = ½ + (1/π) arctan((μ − ε)/(Γ/2)), less what the band does not hold.
#[test]
fn the_occupation_of_one_level_is_the_arctangent() {
    let (energy, half_width, bottom) = (0.03, 0.02, -3.0);
    for mu in [-0.5_f64, 0.0, 0.03, 0.06, 0.7] {
        let junction = Junction::new(
            one_level(energy, [half_width; 2]),
            leads(&[mu; 2], &[1e-6; 2]),
            vec![0, 1],
            Band::Bottom(bottom),
            2.0,
            1.0,
        )
        .unwrap();
        let part = |omega: f64| ((omega - energy) / half_width).atan() / std::f64::consts::PI;
        let found = Coefficients::at(&junction, 0.0, &[Family::Occupation]).unwrap();
        let occupation = found.of(Family::Occupation)[0];
        let expected = 2.0 * (part(mu) - part(bottom));
        assert!((occupation.value - expected).abs() < 1e-8, "{} {expected}", occupation.value);
        assert!(occupation.error < 1e-9);
    }
}
