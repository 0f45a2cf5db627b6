//! Run the studies that the README and the tutorial show.
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

#[test]
fn the_motor_of_the_tutorial_turns_as_it_says() {
    let page = include_str!("../../../docs/tutorial.md");
    let study = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = Folder::new();
    folder.write("motor.toml", study);
    let checked = folder.run(&["check", "motor.toml"]);
    for stated in page.lines().filter(|line| line.contains("questionable:")) {
        let stated = stated.trim_end_matches('…').trim_end();
        assert!(checked.data().contains(stated), "{stated}\n{}", checked.stdout);
    }
    let rate = |values: &[&str]| {
        let mut line = vec!["rate", "motor.toml", "--format", "json"];
        line.extend(values.iter().flat_map(|value| ["--set", value]));
        let found: serde_json::Value = serde_json::from_str(&folder.run(&line).stdout).unwrap();
        found["rotation_rate"].as_f64().unwrap()
    };
    let read = |text: &str, name: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().next().unwrap().parse().unwrap()
    };
    let forward = read(page, "rotation_rate ");
    for (values, expected) in
        [(&[][..], forward), (&["phi=0"], 0.0), (&["phi=pi/4"], -forward), (&["V=-4 eV"], forward)]
    {
        assert!((rate(values) - expected).abs() < 1e-7, "{values:?}: {}", rate(values));
    }
    // What its section on causes says.
    let why = folder.run(&["sensitivity", "motor.toml"]);
    for cause in ["nothing", "uneven friction", "uneven temperature"] {
        let name = format!("remaining_rate[{cause}] ");
        assert!((read(&why.stdout, &name) - read(page, &name)).abs() < 1e-7, "{cause}\n{}", why.stdout);
    }
}
