//! Drive `nanorotor rate` and `nanorotor simulate` as a user would.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Folder, keys, numbers};

#[test]
fn rate_has_the_names_and_the_units_of_the_contract() {
    let folder = Folder::new();
    let found = folder.run(&["rate", "preston2023", "--format", "json"]).json();
    for (name, unit) in [
        ("rotation_rate", "revolutions/ns"),
        ("rotational_diffusion", "rad^2/ns"),
        ("barrier", "eV"),
        ("mean_kinetic_temperature", "eV"),
        ("max_effective_temperature", "eV"),
        ("mean_torque", "eV/rad"),
        ("power", "eV/ns"),
        ("electrical_power", "eV/ns"),
        ("heat_to_environment", "eV/ns"),
        ("heat_to_electrons", "eV/ns"),
    ] {
        assert!(found[name].is_number(), "{name}");
        assert_eq!(found["units"][name], unit);
    }
    assert!((found["rotation_rate"].as_f64().unwrap() - 1.221_094_423_716).abs() < 1e-8);
    assert!((found["rotational_diffusion"].as_f64().unwrap() - 2_447.136_007_876).abs() < 1e-4);
    // Nothing is lifted without a load.
    assert!(found["efficiency"].is_null());
    assert_eq!(keys(&found["mean_current"]), ["left", "right"]);
    for name in ["theta", "density", "kinetic_temperature"] {
        assert_eq!(numbers(&found[name]).len(), 256, "{name}");
    }
    assert!(found["hermite_levels"].is_u64() && found["fourier_modes"].as_u64().unwrap() % 2 == 1);
    assert!(found["error_estimate"]["rotation_rate"].as_f64().unwrap() < 1e-7);
    assert_eq!(found["status"], "converged");
    assert!(found["band"].as_str().unwrap().contains("-10.000000 eV"));
}

#[test]
fn what_does_not_converge_is_null_with_a_status_and_exit_code_1() {
    let folder = Folder::new();
    // Electronic friction alone, a millionth of the solvent's.
    let run =
        folder.run(&["rate", "preston2023", "--set", "xi_solv=0", "--set", "I=1e9 au", "--format", "json"]);
    assert_eq!(run.code, 1);
    let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(found["rotation_rate"].is_null() && found["mean_current"]["left"].is_null());
    assert!(found["status"].as_str().unwrap().contains("did not converge"));
    // What the landscape alone tells is there all the same.
    assert!((found["barrier"].as_f64().unwrap() - 0.074_464_455).abs() < 1e-8);
}

const SHORT: [&str; 8] = ["--time", "200 ns", "--dt", "1000 au", "--seed", "7", "--format", "json"];

#[test]
fn simulate_has_the_contract_and_agrees_with_rate() {
    let folder = Folder::new();
    let found = folder.run(&[&["simulate", "preston2023"][..], &SHORT].concat()).json();
    // A false alarm once in 16000.
    assert!(found["z_score"].as_f64().unwrap().abs() < 4.0);
    for name in ["rotation_rate", "rotational_diffusion"] {
        assert_eq!(keys(&found[name]), ["value", "error"]);
    }
    for (lattice, expected) in [("revolution", 0.5104), ("hop", 0.5076)] {
        let direction = &found["directionality"][lattice];
        assert_eq!(keys(direction), ["value", "error", "raw", "raw_error", "forward", "back"]);
        let (value, error) = (direction["value"].as_f64().unwrap(), direction["error"].as_f64().unwrap());
        assert!((value - expected).abs() < 4.0 * error + 5e-5, "{lattice}: {value} ± {error}");
        let (raw, raw_error) = (direction["raw"].as_f64().unwrap(), direction["raw_error"].as_f64().unwrap());
        assert!((raw - value).abs() < 4.0 * raw_error, "{lattice}: {raw} ± {raw_error}");
    }
    assert!(found["steps_per_second"].as_f64().unwrap() > 0.0 && found["kernel"].is_string());
    assert!((found["counter_origin"].as_f64().unwrap() - 0.168_735).abs() < 1e-5);
}

#[test]
fn equal_seeds_give_equal_bits_and_others_do_not() {
    let folder = Folder::new();
    let run = |more: &[&str]| {
        let mut found = folder.run(&[&["simulate", "preston2023"][..], &SHORT, more].concat()).json();
        // The only number that depends on the clock.
        found["steps_per_second"] = serde_json::Value::Null;
        found
    };
    let one = run(&["--kernel", "portable"]);
    assert_eq!(one, run(&["--kernel", "portable"]));
    let other = folder
        .run(&[
            "simulate",
            "preston2023",
            "--time",
            "200 ns",
            "--dt",
            "1000 au",
            "--seed",
            "8",
            "--kernel",
            "portable",
            "--format",
            "json",
        ])
        .json();
    assert_ne!(one["rotation_rate"], other["rotation_rate"]);
}

#[test]
fn a_run_too_short_says_how_long_it_would_have_to_be() {
    let folder = Folder::new();
    let run =
        folder.run(&["simulate", "preston2023", "--time", "0.5 ns", "--dt", "1000 au", "--format", "json"]);
    assert_eq!(run.code, 1);
    let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(found["rotational_diffusion"]["value"].is_null());
    assert!(found["status"].as_str().unwrap().contains("would do"));
}

#[test]
fn bad_input_is_refused_with_exit_code_2() {
    let folder = Folder::new();
    for arguments in [
        &["simulate", "preston2023", "--time", "5"][..],
        &["simulate", "preston2023", "--time", "5 eV"],
        &["simulate", "preston2023", "--time", "-1 ns"],
        &["simulate", "preston2023", "--kernel", "fastest"],
        &["simulate", "preston2023", "--trajectories", "0"],
        &["simulate", "preston2023", "--plot", "a.gif"],
        &["rate", "preston2023", "--plot", "a.gif"],
        &["rate", "preston2023", "--set", "I=-1 au"],
        &["rate", "nobody"],
    ] {
        folder.run(arguments).refused(2);
    }
}

#[test]
fn pictures_are_written() {
    let folder = Folder::new();
    folder.run(&["rate", "preston2023", "--plot", "rate.pdf"]).data();
    folder
        .run(&["simulate", "preston2023", "--time", "200 ns", "--dt", "1000 au", "--plot", "turns.svg"])
        .data();
    assert!(std::fs::read(folder.path("rate.pdf")).unwrap().starts_with(b"%PDF"));
    assert!(std::fs::read_to_string(folder.path("turns.svg")).unwrap().contains("<svg"));
}
