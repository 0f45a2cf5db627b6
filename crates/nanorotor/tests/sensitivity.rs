//! Check how the mean velocity answers to small changes of torque, friction and diffusion.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::TAU;

use nanorotor::kramers;
use nanorotor::kramers::elements::{self, State};
use nanorotor::landscape::Landscape;
use nanorotor::periodic::Periodic;
use nanorotor::quantity::Task;
use nanorotor::results::{
    Options, Point, SensitivityOptions, Watch, rate_and_gradient, sensitivity_results, uncertain_results,
};
use nanorotor::stationary::{Converged, Stationary};
use nanorotor::study::Study;
use nanorotor::units::{Dimension, Quantity};
use proptest::prelude::*;

fn cosine(constant: f64, size: f64, harmonic: f64, phase: f64) -> Periodic {
    Periodic::from_function(TAU, 64, |t| constant + size * (harmonic * t - phase).cos())
}

fn solved(landscape: &Landscape, tolerance: f64) -> Converged<State> {
    let options = elements::Options { tolerance, sensitivity: true, ..elements::Options::default() };
    elements::solve(landscape, 1.0, &options).unwrap().state
}

/// In equilibrium a push works the same at every angle, by Einstein's relation D_eff/(L k_BT), because no potential turns a rotor; and
/// friction with the noise that belongs to it does nothing.
#[test]
fn einstein_and_detailed_balance() {
    let thermal = 0.4;
    let friction = cosine(0.3, 0.15, 1.0, 0.7);
    let diffusion = friction.combine(2.0 * thermal, &friction, 0.0);
    let torque = cosine(0.0, 0.8, 1.0, 0.0).combine(1.0, &cosine(0.0, 0.3, 2.0, 1.0), 1.0);
    let found = solved(&Landscape::new(torque, friction, diffusion).unwrap(), 1e-9);
    let mobility = found.finer.rotational_diffusion() / (TAU * thermal);
    for theta in [0.0, 0.7, 1.9, 3.0, 4.4, 6.0] {
        let [force, friction, diffusion] = found.finer.sensitivity().unwrap().at(theta);
        assert!((force / mobility - 1.0).abs() < 1e-7, "{force} {mobility}");
        assert!((friction + 2.0 * thermal * diffusion).abs() < 1e-7 * friction.abs().max(mobility));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// Central differences of the mean velocity of motors with a drive and a temperature that varies.
    #[test]
    fn answers_are_central_differences(
        tilt in -0.4..0.4, barrier in 0.2..2.0, uneven in 0.0..0.6, damping in 0.05..2.0, phase in 0.0..TAU,
        of in proptest::array::uniform3((0.0..1.0, 1..=3_u8, 0.0..TAU)),
    ) {
        let torque = cosine(tilt, barrier, 1.0, 0.3);
        let friction = cosine(damping, 0.4 * damping, 1.0, phase);
        let diffusion = cosine(2.0 * damping, 2.0 * damping * uneven, 1.0, phase + 1.0);
        let changes = of.map(|(constant, harmonic, phase)| cosine(constant, 1.0, f64::from(harmonic), phase));
        let step = 2e-3;
        let at = |t: f64| {
            let landscape = Landscape::new(
                torque.combine(1.0, &changes[0], t),
                friction.combine(1.0, &changes[1], t * damping),
                diffusion.combine(1.0, &changes[2], t * damping),
            );
            solved(&landscape.unwrap(), 1e-9)
        };
        let velocity = |t: f64| at(t).finer.mean_velocity();
        let differences = [1.0, 2.0].map(|k| {
            (velocity(k * step) - velocity(-k * step)) / (2.0 * k * step)
        });
        // Of the fourth order.
        let expected = (4.0 * differences[0] - differences[1]) / 3.0;
        let scaled = |f: &Periodic| f.combine(damping, f, 0.0);
        let answer = |state: &State| {
            state.sensitivity().unwrap().answer([&changes[0], &scaled(&changes[1]), &scaled(&changes[2])])
        };
        let found = at(0.0);
        let (finer, coarser) = (answer(&found.finer), answer(&found.coarser));
        let error = 2.0 * (finer - coarser).abs() + 1e-2 * (expected - differences[0]).abs() + 1e-6 * expected.abs();
        prop_assert!((finer - expected).abs() <= error, "{finer} is not {expected}, {differences:?}, {coarser}");
    }
}

/// R of a study, in atomic units, from the whole way through landscape and solver.
fn rate(study: &Study) -> f64 {
    let results = Point::new(study.resolve().unwrap())
        .compute(Task::Rate, &Options::default(), Watch::default())
        .unwrap();
    results.get("rotation_rate").unwrap().values[0]
}

/// Every derivative of the rate is its central difference, within the error that is stated and that of the difference. Stated errors
/// are no larger than `useful` of the derivative.
fn are_central_differences(study: &Study, names: &[&str], useful: f64) {
    let study = study.clone().with_solver(|solver| solver.tolerance = 1e-10);
    let resolved = study.resolve().unwrap();
    let options = SensitivityOptions {
        parameters: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..SensitivityOptions::default()
    };
    let results = sensitivity_results(&study, &options, kramers::Watch::default()).unwrap();
    let (found, rate_here) =
        (results.get("derivative").unwrap(), results.get("rotation_rate").unwrap().values[0]);
    assert!((rate_here / rate(&study) - 1.0).abs() < 1e-9);
    for (k, name) in names.iter().enumerate() {
        let parameter = resolved.parameters.iter().find(|p| p.name == *name).unwrap();
        let value = parameter.value.at(0.0).value;
        let unit = Quantity::new(1.0, parameter.unit.clone()).value();
        let is_energy = parameter.dimension.matches(Dimension::ENERGY);
        let step = if is_energy { 5e-5 } else { 3e-3 * value.abs().max(0.3) };
        let difference = |h: f64| {
            let at = |x: f64| rate(&study.with_value(name, x).unwrap());
            (at(value + h) - at(value - h)) / (2.0 * h) * unit
        };
        let (fine, coarse) = (difference(step), difference(2.0 * step));
        let expected = (4.0 * fine - coarse) / 3.0;
        let own = results.errors.iter().find(|(key, _)| *key == format!("derivative.{name}")).unwrap().1;
        let error = own + 0.1 * (expected - fine).abs() + 1e-6 * expected.abs();
        assert!(
            (found.values[k] - expected).abs() <= error,
            "{name}: {} ± {own} is not {expected} ({fine}, {coarse})",
            found.values[k]
        );
        // The stated error is of use.
        assert!(
            own <= useful * expected.abs() + 1e-3 * useful * rate_here.abs(),
            "{name}: {expected} ± {own}"
        );
    }
}

#[test]
fn derivatives_by_the_parameters_of_the_preset_are_central_differences_of_the_rate() {
    let study = Study::preset("preston2023").unwrap();
    let study = study.with("V", "2 eV").unwrap().with("E_1", "0.2 eV").unwrap();
    let names = ["V", "phi", "A", "Gamma_L", "E_1", "E_2", "v", "kT", "xi_solv", "I"];
    are_central_differences(&study, &names, 1e-3);
}

/// The same for motors of other bias, angle, levels, coupling and friction.
#[test]
fn derivatives_of_other_motors_are_central_differences_of_the_rate() {
    let motors = [
        ["1.37 eV", "-1.21", "-0.283 eV", "0.154 eV", "13.7 au"],
        ["3.46 eV", "-0.47", "0.119 eV", "0.331 eV", "3.9 au"],
    ];
    for motor in motors {
        let set = ["V", "phi", "E_1", "Gamma_L", "xi_solv"].into_iter().zip(motor);
        let study = set.fold(Study::preset("preston2023").unwrap(), |study, (name, value)| {
            study.with(name, value).unwrap()
        });
        are_central_differences(&study, &["phi", "Gamma_L"], 0.1);
    }
}

/// A gradient costs one adjoint solution, whatever the number of parameters.
#[test]
fn twelve_derivatives_take_as_many_solutions_as_one() {
    let study = Study::preset("preston2023").unwrap();
    let solutions = |names: &[String]| {
        let count = std::sync::atomic::AtomicUsize::new(0);
        let told = |_: kramers::Progress| {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        };
        let never = std::sync::atomic::AtomicBool::new(false);
        let (_, gradient) = rate_and_gradient(&study, names, kramers::Watch::new(&never, &told)).unwrap();
        assert_eq!(gradient.len(), names.len());
        count.into_inner()
    };
    let all: Vec<String> = study.parameter_names().map(Into::into).collect();
    assert_eq!(all.len(), 12);
    let one = solutions(&all[..1]);
    assert!(one > 0 && solutions(&all) == one, "{one}");
}

/// What drives a motor adds up to all of it: without them it is in equilibrium, and does not turn.
#[test]
fn without_its_causes_a_motor_rests() {
    let study = Study::preset("preston2023").unwrap().with("E_1", "0.3 eV").unwrap();
    let results =
        sensitivity_results(&study, &SensitivityOptions::default(), kramers::Watch::default()).unwrap();
    let left = &results.get("remaining_rate").unwrap().values;
    let whole = results.get("rotation_rate").unwrap().values[0];
    assert!((left[0] / whole - 1.0).abs() < 1e-7);
    // The load is none: taking it away does nothing. Without the wind nothing is left.
    assert!((left[2] / whole).abs() > 1e-3 && (left[3] / whole).abs() < 1e-8, "{left:?}");
    assert_eq!(left[3], left[4]);
}

/// The preset with parameters that are not known for sure.
fn uncertain(lines: &str) -> Study {
    let preset = Study::preset("preston2023").unwrap();
    Study::from_toml(&format!("{}\n[uncertain]\n{lines}\n", preset.text()), "uncertain", None).unwrap()
}

/// For small deviations samples agree with derivatives, within the sampling error that is stated; the shares add up to one.
#[test]
fn small_uncertainties_are_carried_by_derivatives() {
    let study = uncertain("V = \"0.01 eV\"\nkT = { uniform = [\"0.0271 eV\", \"0.0273 eV\"] }");
    let found = uncertain_results(&study, Some(16), kramers::Watch::default()).unwrap();
    let value = |name: &str| found.get(name).unwrap().values[0];
    let error = |name: &str| found.errors.iter().find(|(key, _)| key == name).unwrap().1;
    let (propagated, sampled) = (value("propagated_deviation"), value("sampled_deviation"));
    let allowed = 4.0 * error("sampled_deviation") + error("propagated_deviation") + 1e-3 * propagated;
    assert!((propagated - sampled).abs() <= allowed, "{propagated} {sampled} {allowed}");
    assert!(value("nonlinearity") < 1e-2, "{}", value("nonlinearity"));
    let shares = &found.get("variance_share").unwrap().values;
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12 && shares.iter().all(|s| *s > 0.0));
    let rate_here = value("rotation_rate");
    assert!((rate_here / rate(&study) - 1.0).abs() < 1e-7);
    assert!(value("lower_bound") < rate_here && rate_here < value("upper_bound"));
}
