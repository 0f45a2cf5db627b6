//! Check that electrical power, the power delivered and the heats belong together, the current that the rotation pumps included.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::f64::consts::TAU;

use common::{Trigonometric, trigonometric};
use nanorotor::coefficients::pumped_charge;
use nanorotor::junction::{Band, Frame, Geometry, Junction, Lead, Matrix};
use nanorotor::kramers::Watch;
use nanorotor::observables::{RateOptions, Rates, load_curve, rates};
use nanorotor::scattering::Scattering;
use nanorotor::study::Study;
use nanorotor::units::{
    CHARGE_IN_COULOMBS, HARTREE_IN_EV, INERTIA_IN_KG_M2, TIME_IN_NANOSECONDS, TIME_IN_SECONDS,
};
use nanorotor::{Landscape, Periodic, Result};
use num_complex::Complex64;
use proptest::prelude::*;

const THERMAL_ENERGY: f64 = 0.01;

fn leads(potentials: &[f64], thermal_energy: f64) -> Vec<Lead> {
    let lead = |(c, &chemical_potential): (usize, &f64)| Lead {
        name: format!("lead {c}"),
        chemical_potential,
        thermal_energy,
    };
    potentials.iter().enumerate().map(lead).collect()
}

/// The electrons of a junction and an environment of the same temperature as the leads.
fn landscape(
    geometry: impl Geometry + 'static,
    leads: &[Lead],
    friction: f64,
    potential: impl Fn(&Landscape) -> Periodic,
    load: f64,
) -> Landscape {
    let owners = (0..leads.len()).collect();
    let junction = Junction::new(geometry, leads.to_vec(), owners, Band::Bottom(-0.4), 1.0, TAU).unwrap();
    let electrons = Landscape::from_junction(&junction).unwrap();
    let potential = potential(&electrons);
    let constant = |value| Periodic::constant(TAU, value);
    electrons
        .with_environment(constant(friction), constant(2.0 * leads[0].thermal_energy * friction))
        .unwrap()
        .with_mechanics(potential, load)
        .unwrap()
}

/// A potential that takes most of the electrons' torsion away, so that the rotor gets across.
fn most_of_it(electrons: &Landscape) -> Periodic {
    electrons.torque().antiderivative().combine(0.9, &Periodic::constant(TAU, 0.0), 0.0)
}

fn rates_of(landscape: &Landscape, inertia: f64, leads: &[Lead]) -> Rates {
    rates(landscape, inertia, &RateOptions { leads: leads.to_vec(), ..RateOptions::default() }).unwrap()
}

/// What currents at a fixed angle dissipate in the leads, Σ_c μ_c ∮ p I_c dθ.
fn joule_heat(landscape: &Landscape, found: &Rates, leads: &[Lead]) -> f64 {
    let step = TAU / found.theta.len() as f64;
    let of = |current: &Periodic| -> f64 {
        found.theta.iter().zip(&found.density).map(|(theta, p)| step * p * current.value(*theta)).sum()
    };
    let currents = landscape.averaged().iter().filter(|of| of.quantity == "mean_current");
    leads.iter().zip(currents).map(|(lead, i)| lead.chemical_potential * of(&i.at_rest)).sum()
}

fn well_coupled(molecule: &Trigonometric) -> bool {
    (0..32).all(|j| {
        let frame = molecule.frame(TAU * f64::from(j) / 32.0).unwrap();
        Scattering::new(&frame).unwrap().poles().iter().all(|z| z.im < -5e-4)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn electrical_power_becomes_power_and_heat(
        molecule in (2..=3_usize).prop_flat_map(|m| trigonometric(2, m, 0.0)),
        mu in proptest::array::uniform3(-1.0..1.0_f64), load in -1.0..1.0_f64,
    ) {
        prop_assume!(well_coupled(&molecule));
        let m = molecule.w[0].ncols();
        // All forces scale with λ. Powers are of the order λ², and what the heats of the leads have beside the Joule heat is λ³.
        let rest = |scale: f64| {
            let potentials = mu.map(|mu| 0.02 + 0.01 * scale * mu);
            let leads = leads(&potentials[..m], THERMAL_ENERGY);
            let landscape = landscape(molecule.clone(), &leads, 3.0, most_of_it, 0.002 * scale * load);
            let found = rates_of(&landscape, 1e3, &leads);
            let joule = joule_heat(&landscape, &found, &leads);
            let heat = found.heat_to_environment.value + found.heat_to_electrons.value;
            let rest = found.electrical_power.value - found.power.value - heat - joule;
            let pumped = found.electrical_power.value - joule;
            (rest.abs() / scale.powi(2), pumped.abs().max(found.power.value.abs()) / scale.powi(2))
        };
        let ((far, _), (near, size)) = (rest(0.4), rest(0.1));
        // A quarter is expected; the old sum without the pumped current left all of `size`.
        prop_assert!(near < 0.1 * size, "{near:e} of {size:e}");
        prop_assert!(near < 0.6 * far + 1e-3 * size, "{near:e} {far:e} of {size:e}");
    }

    #[test]
    fn at_one_temperature_no_more_power_is_delivered_than_drawn(
        molecule in (1..=3_usize, 2..=3_usize).prop_flat_map(|(n, m)| trigonometric(n, m, 1.0)),
        mu in proptest::array::uniform3(-0.03..0.03_f64), load in -0.004..0.004_f64, friction in 1.0..10.0_f64,
    ) {
        prop_assume!(well_coupled(&molecule));
        let leads = leads(&mu[..molecule.w[0].ncols()], THERMAL_ENERGY);
        let landscape = landscape(molecule, &leads, friction, most_of_it, load);
        let found = rates_of(&landscape, 1e3, &leads);
        let rest = found.electrical_power.value - found.power.value;
        prop_assert!(rest >= -found.electrical_power.error - found.power.error, "{found:?}");
        prop_assert!(found.efficiency.is_none_or(|efficiency| efficiency.value < 1.0));
        // k_BT σ is what is lost.
        let entropy = found.entropy_production.unwrap();
        let off = THERMAL_ENERGY * entropy.value - rest;
        let error = THERMAL_ENERGY * entropy.error + found.electrical_power.error + found.power.error;
        prop_assert!(off.abs() <= error + 1e-9 * found.electrical_power.value.abs(), "{off:e} ± {error:e}");
    }

    /// Leads and environment of any temperature: what the leads give is the work of the torque, and no entropy is lost.
    #[test]
    fn heat_currents_close_the_balance_of_energy_and_entropy(
        molecule in (1..=3_usize, 2..=3_usize).prop_flat_map(|(n, m)| trigonometric(n, m, 1.0)),
        mu in proptest::array::uniform3(-0.03..0.03_f64), thermal in proptest::array::uniform3(0.004..0.015_f64),
        load in -0.004..0.004_f64, friction in 1.0..10.0_f64,
    ) {
        prop_assume!(well_coupled(&molecule));
        let mut leads = leads(&mu[..molecule.w[0].ncols()], 0.0);
        leads.iter_mut().zip(thermal).for_each(|(lead, thermal)| lead.thermal_energy = thermal);
        // The environment has the temperature of the first lead.
        let landscape = landscape(molecule, &leads, friction, most_of_it, load);
        let found = rates_of(&landscape, 1e3, &leads);
        let heat = found.mean("mean_heat_current");
        let given: f64 = heat.iter().map(|heat| heat.value).sum::<f64>() + found.electrical_power.value;
        let work = TAU * found.rotation_rate.value * landscape.mean_torque();
        let size: f64 = heat.iter().map(|heat| heat.value.abs()).sum();
        let error: f64 = heat.iter().map(|heat| heat.error).sum::<f64>() + found.electrical_power.error;
        prop_assert!((given - work).abs() <= error + 1e-9 * size, "{given:e} {work:e} ± {error:e}");
        let entropy = found.entropy_production.unwrap();
        prop_assert!(entropy.value >= -entropy.error, "{entropy:?}");
    }
}

/// A junction without bias between a warm and a cold lead turns against a load, and keeps below Carnot's efficiency.
#[test]
fn a_heat_engine_keeps_below_carnot() {
    let motor = |load: &str| {
        let text = format!(
            r#"
            molecule.hamiltonian = [["0.04 eV + 0.03 eV*cos(theta)", "0.02 eV"], ["0.02 eV", "0.04 eV + 0.03 eV*sin(theta)"]]
            band.bottom = "-10 eV"
            rotor = {{ period = "2*pi", moment_of_inertia = "1e-44 kg m^2", load = "{load}" }}
            environment = {{ friction = "1e-5 eV ps", thermal_energy = "300 K" }}
            lead = [
              {{ name = "warm", chemical_potential = "0 eV", thermal_energy = "450 K", channel = [{{ broadening = "0.03 eV", site = 1, amplitude = "1" }}] }},
              {{ name = "cold", chemical_potential = "0 eV", thermal_energy = "300 K", channel = [{{ broadening = "0.03 eV", site = 2, amplitude = "1" }}] }},
            ]"#
        );
        let resolved = Study::from_toml(&text, "engine", None).unwrap().resolve().unwrap();
        let landscape = resolved.landscape().unwrap();
        rates(&landscape, resolved.rotor.moment_of_inertia, &resolved.rate_options()).unwrap()
    };
    let idle = motor("0 eV");
    assert!(idle.efficiency.is_none() && idle.rotation_rate.value.abs() > idle.rotation_rate.error);
    let sign = if idle.rotation_rate.value > 0.0 { "" } else { "-" };
    let loaded = motor(&format!("{sign}1e-7 eV"));
    assert!(loaded.power.value > 0.0, "{:?}", loaded.power);
    let efficiency = loaded.efficiency.unwrap();
    assert!(efficiency.value > 0.0 && efficiency.value < 1.0 / 3.0, "{efficiency:?}");
    // The warm lead gives the heat, its half of the heat of friction taken off.
    let drawn = loaded.mean("mean_heat_current")[0].value - 0.5 * loaded.heat_to_electrons.value;
    assert!((efficiency.value - loaded.power.value / drawn).abs() <= efficiency.error);
}

#[test]
fn a_pump_that_a_load_turns_at_zero_bias_drives_a_current() {
    let text = r#"
        molecule.hamiltonian = [["0.15 eV*cos(theta)", "0.1 eV"], ["0.1 eV", "0.15 eV*sin(theta)"]]
        band.bottom = "-10 eV"
        rotor = { period = "2*pi", moment_of_inertia = "1e-46 kg m^2", load = "-0.02 eV" }
        environment = { friction = "3e-3 eV ps", thermal_energy = "300 K" }
        lead = [
          { name = "left", chemical_potential = "0.05 eV", thermal_energy = "300 K", channel = [{ broadening = "0.1 eV", site = 1, amplitude = "1" }] },
          { name = "right", chemical_potential = "0.05 eV", thermal_energy = "300 K", channel = [{ broadening = "0.1 eV", site = 2, amplitude = "1" }] },
        ]"#;
    let resolved = Study::from_toml(text, "pump", None).unwrap().resolve().unwrap();
    let found =
        rates(&resolved.landscape().unwrap(), resolved.rotor.moment_of_inertia, &resolved.rate_options())
            .unwrap();
    assert!((found.rotation_rate.value / TIME_IN_NANOSECONDS - 1.0513).abs() < 1e-4);
    let microamperes = |current: f64| current * CHARGE_IN_COULOMBS / TIME_IN_SECONDS * 1e6;
    for (lead, expected) in [(0, -6.008e-5), (1, 6.008e-5)] {
        let current = microamperes(found.mean("mean_current")[lead].value);
        assert!((current / expected - 1.0).abs() < 1e-4, "{current}");
    }
    // As many electrons as the turns pump: 0.3567 a turn.
    let electrons = resolved.electrons().unwrap();
    let junction = electrons.junction().unwrap();
    let turn = (0..128).map(|j| pumped_charge(junction, TAU * f64::from(j) / 128.0).unwrap()[0].value);
    let turn = turn.sum::<f64>() * TAU / 128.0;
    assert!((turn + 0.3567).abs() < 1e-4, "{turn}");
    assert!((found.mean("mean_current")[0].value / (found.rotation_rate.value * turn) - 1.0).abs() < 1e-9);
    // The bias is zero, so that nothing is drawn, and what the load gives becomes heat.
    let heat = found.heat_to_environment.value + found.heat_to_electrons.value;
    assert!(found.electrical_power.value.abs() < 1e-12 * heat);
    assert!((found.power.value + heat).abs() < 1e-9 * heat);
}

/// Eighteen sites under a potential that slides along them by three sites a turn, and carries one electron along.
#[derive(Debug)]
struct Thouless;

impl Geometry for Thouless {
    fn frame(&self, theta: f64) -> Result<Frame> {
        let n = 18;
        let (depth, hopping, coupling) =
            (1.0 / HARTREE_IN_EV, 0.4 / HARTREE_IN_EV, (0.8 / HARTREE_IN_EV).sqrt());
        let phase = |i: usize| TAU * i as f64 / 3.0 - theta;
        let h = |i: usize, j: usize| match i.abs_diff(j) {
            0 => depth * phase(i).cos(),
            1 => hopping,
            _ => 0.0,
        };
        let end = |i: usize, c: usize| i == c * (n - 1);
        Ok(Frame {
            h: Matrix::from_fn(n, n, |i, j| h(i, j).into()),
            dh: Matrix::from_fn(n, n, |i, j| {
                if i == j { (depth * phase(i).sin()).into() } else { Complex64::default() }
            }),
            w: Matrix::from_fn(n, 2, |i, c| if end(i, c) { coupling.into() } else { Complex64::default() }),
            dw: Matrix::zeros(n, 2),
        })
    }
}

#[test]
fn a_thouless_chain_loses_little_beside_its_friction() {
    let electronvolt = 1.0 / HARTREE_IN_EV;
    let thermal_energy = 300.0 * 8.617_333_262e-5 * electronvolt;
    let bias = 0.2 * electronvolt;
    let leads = leads(&[-0.6 * electronvolt + 0.5 * bias, -0.6 * electronvolt - 0.5 * bias], thermal_energy);
    // A counterweight takes away what the ends of the chain do to the rotor: the wind alone is left.
    let counterweight = |electrons: &Landscape| electrons.torque().antiderivative();
    let bare = landscape(Thouless, &leads, 1.0, counterweight, 0.0);
    let stall = bare.mean_torque();
    // One electron a turn falls through the bias.
    assert!((stall * TAU / bias - 1.0).abs() < 1e-2, "{}", stall * TAU / bias);
    let picosecond = 1e-3 / TIME_IN_NANOSECONDS;
    let inertia = 1e-48 / INERTIA_IN_KG_M2;
    let braked = |friction: f64| {
        let friction = friction * electronvolt * picosecond;
        let constant = |value| Periodic::constant(TAU, value);
        bare.clone().with_environment(constant(friction), constant(2.0 * thermal_energy * friction)).unwrap()
    };
    let at = |share: f64, friction: f64| {
        let landscape = braked(friction).with_load(share * stall);
        let found = rates_of(&landscape, inertia, &leads);
        (found.efficiency.unwrap().value, joule_heat(&landscape, &found, &leads) / found.power.value)
    };
    // One half of what is drawn brakes, and the current at a fixed angle is lost.
    let (efficiency, joule) = at(0.5, 0.29);
    assert!((efficiency - 0.47).abs() < 0.01, "{efficiency}");
    assert!((efficiency * (2.0 + joule) - 1.0).abs() < 5e-3, "{efficiency} {joule}");
    // As one call finds it: a straight line, so that most power goes to half the load that stalls it.
    let options = RateOptions { leads: leads.clone(), ..RateOptions::default() };
    let curve = load_curve(&braked(0.29), inertia, Some(&[]), &options, Watch::default()).unwrap();
    assert!((curve.stall_torque.unwrap().value / stall - 1.0).abs() < 1e-3);
    let power = curve.power.unwrap();
    assert!((power.load.value / stall - 0.5).abs() < 2e-3, "{power:?}");
    assert!((power.efficiency.unwrap().value - efficiency).abs() < 3e-3, "{power:?}");
    // Near the stall load friction is all that is lost, and the less the less of it there is.
    let near = [1e-1, 1e-2, 1e-3].map(|friction| at(0.99, friction).0);
    assert!(near.is_sorted() && near[2] > 0.97 && near[2] < 1.0, "{near:?}");
}
