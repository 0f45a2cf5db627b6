//! Meet the reference rates from study files, and check what must hold for the rotation rate of the preset.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use nanorotor::observables::{Method, RateOptions, Rates, Solver, rates};
use nanorotor::study::{PRESETS, Study};
use nanorotor::units::{HARTREE_IN_EV, TIME_IN_NANOSECONDS};
use serde_json::Value;

const THERMAL_ENERGY: f64 = 0.0272;

/// The preset with a load, a classical potential and an environment temperature that can be set.
fn preset() -> Study {
    let text = PRESETS[0]
        .1
        .replace("[molecule]", "load = \"0 eV\"\nU_cos2 = \"0 eV\"\nkT_solv = \"kT\"\n\n[molecule]")
        .replace("potential = \"0 eV\"", "potential = \"U_cos2*cos(2*theta)\"")
        .replace("load = \"0 eV\"\n\n[environment]", "load = \"load\"\n\n[environment]")
        .replace(
            "friction = \"xi_solv\"\nthermal_energy = \"kT\"",
            "friction = \"xi_solv\"\nthermal_energy = \"kT_solv\"",
        );
    Study::from_toml(&text, "preset with more parameters", None).unwrap()
}

fn rates_of(study: &Study) -> Rates {
    let resolved = study.resolve().unwrap();
    rates(&resolved.landscape().unwrap(), resolved.rotor.moment_of_inertia, &RateOptions::default()).unwrap()
}

/// R in revolutions per ns with some parameters set.
fn rotation_rate(set: &[(&str, &str)]) -> f64 {
    let study = set.iter().fold(preset(), |study, (name, value)| study.with(name, value).unwrap());
    rates_of(&study).rotation_rate.value / TIME_IN_NANOSECONDS
}

#[test]
fn reference_rates() {
    let reference: Value = serde_json::from_str(include_str!("reference/rates.json")).unwrap();
    for row in reference["rows"].as_array().unwrap() {
        let study = row["set"].as_object().unwrap().iter().fold(preset(), |study, (name, value)| {
            let unit = match name.as_str() {
                "phi" => "",
                "I" => " au",
                _ => " eV",
            };
            study.with(name, &format!("{value}{unit}")).unwrap()
        });
        let found = rates_of(&study);
        let expected = |name: &str| row[name].as_f64().unwrap();
        let rate = found.rotation_rate.value / TIME_IN_NANOSECONDS;
        let tolerance = (1e-6 * expected("rotation_rate_per_ns").abs()).max(1e-9);
        assert!((rate - expected("rotation_rate_per_ns")).abs() <= tolerance, "{row}: R = {rate}");
        let relative = |name: &str, value: f64, tolerance: f64| {
            assert!((value / expected(name) - 1.0).abs() <= tolerance, "{row}: {name} is {value}");
        };
        relative(
            "rotational_diffusion_rad2_per_ns",
            found.rotational_diffusion.value / TIME_IN_NANOSECONDS,
            1e-6,
        );
        // The reference takes barrier and largest temperature over its own grid of angles, ours lie between grid points too.
        let barrier = found.barrier * HARTREE_IN_EV / expected("barrier_eV") - 1.0;
        assert!((0.0..1e-6).contains(&(barrier + 1e-12)), "{row}: the barrier is off by {barrier}");
        let kinetic = 2.0 * found.mean_kinetic_energy.value * HARTREE_IN_EV / THERMAL_ENERGY;
        relative("mean_kinetic_kT_over_kT", kinetic, 1e-7);
        relative("max_T_eff_over_T", found.max_effective_temperature * HARTREE_IN_EV / THERMAL_ENERGY, 1e-3);
        // It also averages the whole torque, load included.
        let load = row["set"].get("load").map_or(0.0, |load| load.as_f64().unwrap() / HARTREE_IN_EV);
        assert!((found.mean_torque - load - expected("mean_torque_au")).abs() < 1e-14);
    }
}

#[test]
fn energy_is_conserved_and_the_heats_are_those_of_the_reference() {
    let found = rates_of(&preset());
    let scale = found.heat_to_environment.value.abs();
    assert!((scale / 3.688_548_072_9e-9 - 1.0).abs() < 1e-7, "{scale}");
    assert!(found.energy_balance.abs() < 1e-9 * scale);
    assert!((found.heat_to_environment.value + found.heat_to_electrons.value).abs() < 1e-6 * scale);
}

/// Energy integrals are asked for ten digits, so that no average of currents can have fifteen.
#[test]
fn powers_and_currents_have_the_errors_of_the_integrals() {
    let resolved = preset().resolve().unwrap();
    let landscape = resolved.landscape().unwrap();
    let found = rates(&landscape, resolved.rotor.moment_of_inertia, &resolved.rate_options()).unwrap();
    for (estimate, rate) in found.means.iter().map(|mean| mean.estimate).zip(landscape.averaged()) {
        assert!(estimate.error >= rate.at_rest.error() && estimate.error < 1e-7 * estimate.value.abs());
    }
    let power = found.electrical_power;
    assert!(power.error > 1e-14 * power.value && power.error < 1e-7 * power.value, "{power:?}");
}

#[test]
fn no_rotation_without_bias_or_without_chirality_for_any_levels() {
    for levels in [["0 eV", "0 eV"], ["0.8 eV", "-0.3 eV"]] {
        let set = |more: &[(&'static str, &'static str)]| {
            let mut all = vec![("E_1", levels[0]), ("E_2", levels[1])];
            all.extend_from_slice(more);
            rotation_rate(&all)
        };
        for still in
            [set(&[("V", "0 eV")]), set(&[("phi", "0")]), set(&[("phi", "pi/2")]), set(&[("phi", "-pi/2")])]
        {
            assert!(still.abs() < 1e-9, "{levels:?}: {still}");
        }
        let (right, left) = (set(&[("phi", "0.4")]), set(&[("phi", "-0.4")]));
        assert!((right + left).abs() < 1e-6 * left.abs(), "{levels:?}: {right} and {left}");
    }
}

#[test]
fn symmetries_of_levels_in_the_middle_of_the_bias() {
    let forward = rotation_rate(&[]);
    assert!((rotation_rate(&[("V", "-5 eV")]) / forward - 1.0).abs() < 1e-7);
    assert!(rotation_rate(&[("Gamma_R", "Gamma_L")]).abs() < 1e-9);
    let exchanged = rotation_rate(&[("Gamma_L", "0.136 eV"), ("Gamma_R", "0.272 eV")]);
    assert!((exchanged / forward + 1.0).abs() < 1e-7);
}

#[test]
fn exchanging_everything_left_and_right_turns_the_motor_round() {
    // R(Γ_L, Γ_R, E_1, E_2, V, φ) = −R(Γ_R, Γ_L, E_2, E_1, −V, φ) for any levels
    let one = rotation_rate(&[("E_1", "0.8 eV"), ("E_2", "-0.3 eV"), ("V", "4 eV"), ("phi", "-0.5")]);
    let other = rotation_rate(&[
        ("Gamma_L", "0.136 eV"),
        ("Gamma_R", "0.272 eV"),
        ("E_1", "-0.3 eV"),
        ("E_2", "0.8 eV"),
        ("V", "-4 eV"),
        ("phi", "-0.5"),
    ]);
    assert!(one.abs() > 0.01 && (one + other).abs() < 1e-6 * one.abs(), "{one} and {other}");
}

#[test]
fn rotation_grows_with_the_bias_and_the_barrier_falls_beyond_resonance() {
    // physics of Fig. 6: revolutions per ns for a band bottom at −10 eV
    let known = [("2 eV", 0.0076), ("2.5 eV", 0.0281), ("3 eV", 0.367), ("5 eV", 1.221)];
    for (bias, expected) in known {
        let found = rotation_rate(&[("V", bias)]);
        assert!((found / expected - 1.0).abs() < 0.01, "{bias}: {found}");
    }
    let barrier =
        |bias: &str| preset().with("V", bias).unwrap().resolve().unwrap().landscape().unwrap().barrier();
    let barriers: Vec<f64> = ["0 eV", "1 eV", "2 eV", "2.5 eV", "3 eV", "4 eV", "5 eV"].map(barrier).into();
    assert!(barriers[..4].is_sorted() && barriers[3..].is_sorted_by(|a, b| a > b), "{barriers:?}");
}

#[test]
fn a_load_stops_the_motor_and_turns_it_round() {
    let at = |load: f64| rates_of(&preset().with("load", &format!("{load} eV")).unwrap());
    let (free, held) = (at(0.0), at(1e-3));
    assert!(free.rotation_rate.value > 0.0 && held.rotation_rate.value < 0.0);
    assert_eq!(free.power.value, 0.0);
    // Linear response finds the stopping load to a few per cent; there the power changes sign.
    let slope = (held.rotation_rate.value - free.rotation_rate.value) / 1e-3;
    let stopping = -free.rotation_rate.value / slope;
    let before = at(0.5 * stopping);
    assert!(before.power.value > 0.0 && at(1.5 * stopping).power.value < 0.0);
}

#[test]
fn rotation_against_the_dihedral_angle_has_the_known_extrema() {
    let magnitude = |phi: f64| rotation_rate(&[("phi", &format!("{phi}"))]).abs();
    let near = |from: f64, to: f64| (0..=10).map(move |k| from + (to - from) * f64::from(k) / 10.0);
    let highest = |from, to| near(from, to).map(magnitude).fold(0.0, f64::max);
    let lowest = |from, to| near(from, to).map(magnitude).fold(f64::INFINITY, f64::min);
    assert!((highest(0.78, 0.88) - 1.2247).abs() < 1e-3);
    assert!((lowest(1.00, 1.10) - 1.1957).abs() < 1e-3);
    assert!((highest(1.21, 1.31) - 1.2665).abs() < 1e-3);
}

#[test]
fn rotation_falls_over_six_decades_of_inertia_from_the_overdamped_limit() {
    let landscape = preset().resolve().unwrap().landscape().unwrap();
    let limit = nanorotor::overdamped::solve(&landscape, &nanorotor::overdamped::Options::default()).unwrap();
    let limit = limit.rotation_rate().0 / TIME_IN_NANOSECONDS;
    assert!((limit - 106.353_48).abs() < 1e-5, "{limit}");
    let at = |inertia: f64| {
        rates(&landscape, inertia, &RateOptions::default()).unwrap().rotation_rate.value / TIME_IN_NANOSECONDS
    };
    let known = [(450.0, 96.86), (45.0, 105.30), (4.5, 106.247), (0.45, 106.3428)];
    for (inertia, expected) in known {
        let found = at(inertia);
        assert!((found / expected - 1.0).abs() < 1e-4, "I = {inertia}: {found}");
    }
    // The approach is O(I): Richardson's extrapolation removes it.
    let extrapolated = (10.0 * at(0.45) - at(4.5)) / 9.0;
    assert!((extrapolated / limit - 1.0).abs() < 1e-6, "{extrapolated} against {limit}");
    let falling: Vec<f64> = (0..=6).map(|k| at(0.45 * 10_f64.powi(k))).collect();
    assert!(falling.is_sorted_by(|a, b| a > b && *b > 0.0), "{falling:?}");
}

fn solved(study: &Study, change: impl Fn(&mut Solver)) -> nanorotor::Result<Rates> {
    let resolved = study.resolve().unwrap();
    let mut options = resolved.rate_options();
    change(&mut options.solver);
    rates(&resolved.landscape().unwrap(), resolved.rotor.moment_of_inertia, &options)
}

fn by(method: Method) -> impl Fn(&mut Solver) {
    move |solver| solver.method = method
}

/// Every result with its error that two rates share, and the density at each angle.
fn assert_agree(a: &Rates, b: &Rates, what: &str) {
    let near = |name: &str, x: f64, y: f64, error: f64| {
        assert!((x - y).abs() <= error, "{what}: {name} is {x} and {y}, with errors of {error:.1e}");
    };
    let of = |rates: &Rates| {
        let mut all = vec![
            ("rotation_rate", rates.rotation_rate),
            ("rotational_diffusion", rates.rotational_diffusion),
            ("mean_kinetic_temperature", rates.mean_kinetic_temperature),
            ("mean_kinetic_energy", rates.mean_kinetic_energy),
            ("electrical_power", rates.electrical_power),
            ("heat_to_environment", rates.heat_to_environment),
            ("heat_to_electrons", rates.heat_to_electrons),
        ];
        all.extend(rates.mean("mean_current").into_iter().map(|current| ("mean_current", current)));
        all
    };
    for ((name, x), (_, y)) in of(a).into_iter().zip(of(b)) {
        near(name, x.value, y.value, x.error + y.error);
    }
    for j in 0..a.theta.len() {
        near("density", a.density[j], b.density[j], a.density_error[j] + b.density_error[j]);
        let errors = a.kinetic_temperature_error[j] + b.kinetic_temperature_error[j];
        if errors.is_finite() {
            near("kinetic temperature", a.kinetic_temperature[j], b.kinetic_temperature[j], errors);
        }
    }
}

#[test]
fn both_solvers_of_the_whole_equation_agree_and_auto_takes_the_cheaper() {
    for bias in ["1 eV", "3 eV", "5 eV"] {
        let study = preset().with("V", bias).unwrap().with("load", "1e-4 eV").unwrap();
        let [hermite, elements] =
            [Method::Hermite, Method::Elements].map(|method| solved(&study, by(method)).unwrap());
        assert_agree(&hermite, &elements, bias);
        assert!(elements.energy_balance.abs() < 1e-6 * elements.heat_to_environment.value.abs());
        assert_eq!((hermite.method, elements.method), (Method::Hermite, Method::Elements));
        let auto = solved(&study, |_| ()).unwrap();
        assert_eq!((auto.method, auto.rotation_rate), (Method::Hermite, hermite.rotation_rate), "{bias}");
    }
    // Hardly damped, Hermite functions would need thousands of levels.
    let light = preset().with("xi_solv", "0.05 au").unwrap();
    let found = solved(&light, |solver| solver.tolerance = 1e-6).unwrap();
    assert_eq!(found.method, Method::Elements);
    assert!(found.relative_error < 1e-6 && found.rotation_rate.error < 1e-4 * found.rotation_rate.value);
}

#[test]
fn the_limit_of_no_inertia_holds_within_its_error_and_is_refused_where_it_says_nothing() {
    let mut neglected = Vec::new();
    for friction in ["1000 au", "10000 au"] {
        let study = preset().with("xi_solv", friction).unwrap();
        let limit = solved(&study, by(Method::Overdamped)).unwrap();
        let exact = solved(&study, |solver| solver.tolerance = 1e-6).unwrap();
        for (name, x, y) in [
            ("R", limit.rotation_rate, exact.rotation_rate),
            ("D_eff", limit.rotational_diffusion, exact.rotational_diffusion),
            ("energy", limit.mean_kinetic_energy, exact.mean_kinetic_energy),
        ] {
            assert!((x.value - y.value).abs() <= x.error + y.error, "{friction}: {name} {x:?} {y:?}");
        }
        neglected.push(limit.relative_error);
    }
    // Of first order in I/X².
    assert!((neglected[0] / neglected[1] / 100.0 - 1.0).abs() < 0.1, "{neglected:?}");
    assert!(neglected[1] < 1e-3);
    let error = solved(&preset(), by(Method::Overdamped)).unwrap_err();
    assert!(error.to_string().contains("no inertia") && error.hint().contains("elements"), "{error}");
}

#[test]
fn what_is_less_accurate_than_asked_stands_with_its_larger_error() {
    let study = preset().with("xi_solv", "0.05 au").unwrap();
    let exact = solved(&study, |solver| solver.tolerance = 1e-6).unwrap();
    let found = solved(&study, |solver| {
        solver.method = Method::Elements;
        solver.tolerance = 1e-9;
        solver.memory_limit = 16_000_000;
    })
    .unwrap();
    assert!(found.relative_error > 1e-9 && found.relative_error < 1.0, "{}", found.relative_error);
    let (x, y) = (found.rotation_rate, exact.rotation_rate);
    assert!((x.value - y.value).abs() <= x.error + y.error, "{x:?} {y:?}");
    assert!(x.error > y.error);
}

#[test]
fn the_limit_of_weak_damping_holds_within_its_error() {
    let study = preset().with("xi_solv", "0.005 au").unwrap().with("load", "1e-7 eV").unwrap();
    let limit = solved(&study, by(Method::Weak)).unwrap();
    let exact = solved(&study, |solver| solver.tolerance = 1e-6).unwrap();
    assert_eq!((limit.method, exact.method), (Method::Weak, Method::Elements));
    assert!(limit.relative_error < 0.3 && exact.relative_error < 1e-6);
    for (name, x, y) in [
        ("R", limit.rotation_rate, exact.rotation_rate),
        ("D_eff", limit.rotational_diffusion, exact.rotational_diffusion),
        ("energy", limit.mean_kinetic_energy, exact.mean_kinetic_energy),
        ("current", limit.mean("mean_current")[0], exact.mean("mean_current")[0]),
    ] {
        assert!((x.value - y.value).abs() <= x.error + y.error, "{name} {x:?} {y:?}");
    }
    let error = solved(&preset().with("xi_solv", "100 au").unwrap(), by(Method::Weak)).unwrap_err();
    assert!(error.to_string().contains("not weak"), "{error}");
}

/// Friction at one temperature with a spike of 4.5 mrad. Without a potential D_eff = k_BT/⟨X⟩ at any inertia, because I u + ∫X dθ
/// is what the noise adds up to.
#[test]
fn a_narrow_spike_of_friction_has_a_rate() {
    let found = |inertia: &str| {
        let spike = "1e-2 eV ps*(1 + 100*exp(-50000*(1 - cos(theta - 0.123))))";
        let text = format!(
            "[landscape]\ntorque = \"0 eV\"\nfriction = \"{spike}\"\ndiffusion = \"2*25 meV*{spike}\"\n\
             [rotor]\nperiod = \"2*pi\"\nmoment_of_inertia = \"{inertia} kg m^2\"\n"
        );
        let rates = rates_of(&Study::from_toml(&text, "spike.toml", None).unwrap());
        assert!(rates.relative_error <= 1e-8, "{inertia}: {}", rates.relative_error);
        assert!(rates.rotation_rate.error > 0.0);
        rates.rotational_diffusion.value / TIME_IN_NANOSECONDS
    };
    // I_0(50000) e^−50000, by its asymptotic series.
    let x = 50_000.0_f64;
    let bessel = (1.0 + 1.0 / (8.0 * x) + 9.0 / (128.0 * x * x)) / (std::f64::consts::TAU * x).sqrt();
    let exact = 25e-3 / (1e-2 * (1.0 + 100.0 * bessel)) * 1e3;
    for inertia in ["1e-51", "1e-46"] {
        let found = found(inertia);
        assert!((found / exact - 1.0).abs() < 1e-8, "{inertia}: {found} {exact}");
    }
}

/// What is stated as the accuracy holds the errors that are stated beside it.
#[test]
fn the_accuracy_is_that_of_the_errors() {
    let text = r#"
        [landscape]
        torque = "0 eV"
        friction = "1e-2 eV ps"
        diffusion = "2*0.025852 eV*1e-2 eV ps*(1 + 0.3*sin(theta))"
        [rotor]
        period = "2*pi"
        moment_of_inertia = "1e-46 kg m^2"
        potential = "0.4 eV*cos(theta)"
    "#;
    let study = Study::from_toml(text, "deep.toml", None).unwrap();
    let found = solved(&study, by(Method::Hermite)).unwrap();
    let of = |estimate: &nanorotor::observables::Estimate| estimate.error / estimate.value.abs();
    let stated = |rates: &Rates| {
        let hops = 1e-3 * rates.rotational_diffusion.value / std::f64::consts::TAU.powi(2);
        let of_rate = rates.rotation_rate.error / (rates.rotation_rate.value.abs() + hops);
        of(&rates.rotational_diffusion).max(of(&rates.mean_kinetic_energy)).max(of_rate)
    };
    let is_told = |rates: &Rates| (stated(rates) / rates.relative_error - 1.0).abs() < 1e-3;
    assert!(stated(&found) > 1e-6 && is_told(&found), "{} {}", found.relative_error, stated(&found));
    let auto = solved(&study, by(Method::Auto)).unwrap();
    assert!(auto.converged && auto.relative_error < 1e-7, "{}", auto.relative_error);
    assert!(is_told(&auto), "{} {}", auto.relative_error, stated(&auto));
    // Elements: where resolution limits them, and where the errors of the coefficients do.
    let elements = |tolerance: f64| {
        move |solver: &mut Solver| {
            solver.method = Method::Elements;
            solver.tolerance = tolerance;
        }
    };
    for tolerance in [1e-3, 1e-6, 1e-9] {
        let found = solved(&study, elements(tolerance)).unwrap();
        assert!(is_told(&found), "{tolerance}: {} {}", found.relative_error, stated(&found));
    }
    // A torque without work but for a ten-thousandth of it: what its integrals lose is 1e-7 of the rate.
    let benzene = Study::preset("benzene").unwrap().with_solver(|solver| solver.tolerance = 1e-8);
    let point = benzene.resolve().unwrap();
    let found =
        rates(&point.landscape().unwrap(), point.rotor.moment_of_inertia, &point.rate_options()).unwrap();
    let relative = of(&found.rotation_rate);
    assert!(relative > 1e-8 && found.relative_error > 0.5 * relative, "{relative} {}", found.relative_error);
    assert!(!found.converged);
}
