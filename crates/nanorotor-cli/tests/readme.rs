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
    assert_eq!(study.lines().count(), 12);
    folder.run(&["check", "rotor.toml"]).data();
    // The rates that it states.
    for (bias, expected) in [("V=1.5 eV", 0.117_210), ("V=-1.5 eV", -0.236_862)] {
        let run = folder.run(&["rate", "rotor.toml", "--set", bias, "--format", "json"]);
        let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert!((found["rotation_rate"].as_f64().unwrap() - expected).abs() < 1e-6, "{bias}");
    }
    let run = folder.run(&["run", "rotor.toml"]);
    assert!(run.data().starts_with("123 points computed, 0 kept"), "{}", run.stdout);
    assert!(run.stdout.contains("rotation_rate.{svg,pdf,png,py,csv}"), "{}", run.stdout);
    // The mistake that it shows.
    folder.write("rotor.toml", study.replacen("\"V/2\"", "\"V_b/2\"", 1));
    let run = folder.run(&["rate", "rotor.toml"]);
    assert!(run.refused(2).contains("unknown parameter `V_b`") && run.stderr.contains("rotor.toml:8:42"));
}
