//! Run the study that the README shows.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::Folder;

#[test]
fn the_study_of_the_readme_turns() {
    let readme = include_str!("../../../README.md");
    let study = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = Folder::new();
    folder.write("my_motor.toml", study);
    folder.run(&["check", "my_motor.toml"]).data();
    folder.run(&["landscape", "my_motor.toml", "--plot", "motor.pdf"]).data();
    let found = folder.run(&["rate", "my_motor.toml", "--set", "V=3 eV", "--format", "json"]).json();
    assert!(found["rotation_rate"].as_f64().unwrap() > 0.0);
    // The mistake that the README shows.
    folder.write("my_motor.toml", study.replacen("\"V/2\"", "\"U/2\"", 1));
    let message = folder.run(&["rate", "my_motor.toml"]);
    assert!(message.refused(2).contains("unknown parameter `U`"));
}
