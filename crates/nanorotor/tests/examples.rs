//! Run the examples, so that what they show stays true.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../examples/landscape.rs"]
mod landscape;
#[path = "../examples/own_study.rs"]
mod own_study;
#[path = "../examples/rate.rs"]
mod rate;
#[path = "../examples/sweep.rs"]
mod sweep;
#[path = "../examples/washboard.rs"]
mod washboard;

use nanorotor::{Error, Study};

#[test]
fn all_run() {
    for example in [rate::main, own_study::main, landscape::main, washboard::main, sweep::main] {
        example().unwrap();
    }
}

#[test]
fn a_number_has_the_error_of_its_lead() {
    let found = Study::preset("preston2023").unwrap().rate().unwrap();
    let (left, noise) = ("mean_current[left]", "mean_current_noise[left, right]");
    for (name, own) in [(left, "mean_current.left"), (noise, "mean_current_noise.left.right")] {
        let number = found.number(name).unwrap();
        let stated = found.errors.iter().find(|(name, _)| name == own).unwrap().1;
        let relative = stated / found.get(name.split('[').next().unwrap()).unwrap().values[0].abs();
        assert!((number.error.unwrap() / number.value.abs() / relative - 1.0).abs() < 1e-6, "{name}");
    }
    assert_eq!(found.number(left).unwrap().unit, "µA");
}

#[test]
fn a_wrong_name_is_told_the_right_one() {
    let error = Study::preset("wind").unwrap().rate().unwrap().number("rotation_rat").unwrap_err();
    assert!(matches!(error, Error::Model { .. }));
    assert!(error.hint().contains("rotation_rate"), "{}", error.hint());
}

#[test]
fn what_has_no_answer_is_an_error() {
    // Nothing brakes this rotor.
    let text = "parameters = {}\nlandscape = { torque = \"1e-3 eV\", friction = \"-1e-3 eV ps\", \
                diffusion = \"1e-4 eV^2 ps\" }\nrotor = { period = \"2*pi\", moment_of_inertia = \"1e-45 kg m^2\" }\n";
    let study = Study::from_toml(text, "runaway", None).unwrap();
    assert!(matches!(study.rate(), Err(Error::NotConverged { .. })));
    study.landscape().unwrap();
}
