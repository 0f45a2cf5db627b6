//! Run the study that the README shows.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::Folder;

#[test]
fn the_study_of_the_readme_turns() {
    let readme = include_str!("../../../README.md");
    let study = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = Folder::new();
    folder.write("rotor.toml", study);
    folder.run(&["check", "rotor.toml"]).data();
    // The rates that it states.
    for (bias, expected) in [("V=1.5", 0.117_210), ("V=-1.5", -0.236_862)] {
        let found = folder.run(&["rate", "rotor.toml", "--set", bias, "--format", "json"]).json();
        assert!((found["rotation_rate"].as_f64().unwrap() - expected).abs() < 1e-6, "{bias}");
    }
    // The mistake that it shows.
    folder.write("rotor.toml", study.replacen("\"V/2\"", "\"V_b/2\"", 1));
    let run = folder.run(&["rate", "rotor.toml"]);
    assert!(run.refused(2).contains("unknown parameter `V_b`") && run.stderr.contains("rotor.toml:10:23"));
}
