//! Take a study along with the files that it names: results can be computed again from their folder alone.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::fmt::Write;

use common::Folder;

/// A motor whose coefficients come from a table in another folder.
fn with_table(folder: &Folder) {
    std::fs::create_dir(folder.path("data")).unwrap();
    let mut table = String::from("theta [rad], torque [eV/rad], friction [eV ps], diffusion [eV^2 ps]\n");
    for j in 0..16 {
        let angle = std::f64::consts::TAU * f64::from(j) / 16.0;
        let (torque, diffusion) = (0.01 * angle.sin(), 5e-4 * (2.0 + (angle + 1.0).cos()));
        // Rounded as people print it.
        let _ = writeln!(table, "{angle:.4}, {torque:.9}, 1e-2, {diffusion:.12}");
    }
    folder.write("data/t.csv", table);
    folder.write(
        "motor.toml",
        "title = \"from a table\"\nparameters.F = \"1 meV\"\n[landscape]\ntable = \"data/t.csv\" # printed elsewhere\n\
         [rotor]\nperiod = \"2*pi\"\nmoment_of_inertia = \"1e-46 kg m^2\"\nload = \"F\"\n\
         [sweep]\nF = { values = [\"1 meV\", \"2 meV\"] }\n",
    );
}

#[test]
fn the_folder_of_a_run_has_the_tables_of_its_study() {
    let folder = Folder::new();
    with_table(&folder);
    folder.run(&["run", "motor.toml", "--out", "out"]).data();
    let kept = std::fs::read_to_string(folder.path("out/study.toml")).unwrap();
    assert!(kept.contains("table = \"t.csv\" # printed elsewhere"), "{kept}");
    // From there alone, also after the table has gone; a second run keeps all points and removes nothing.
    std::fs::rename(folder.path("data"), folder.path("gone")).unwrap();
    let again = folder.run(&["run", "out/study.toml", "--out", "out"]);
    assert!(again.data().starts_with("0 points computed, 2 kept"), "{again:?}");
    assert!(folder.path("out/t.csv").is_file());
    let checked = folder.run(&["check", "out/study.toml"]);
    assert!(checked.stdout.contains("equidistant angles, rounded to 5e-5 rad"), "{}", checked.stdout);
}

#[test]
fn merged_shards_and_the_best_motor_have_them_too() {
    let folder = Folder::new();
    with_table(&folder);
    for (shard, out) in [("1/2", "one"), ("2/2", "two")] {
        folder.run(&["run", "motor.toml", "--shard", shard, "--out", out]).data();
    }
    folder.run(&["merge", "one", "two", "--out", "all"]).data();
    let search = [
        "optimize",
        "motor.toml",
        "--maximize",
        "rotation_rate",
        "--over",
        "F=1 meV..3 meV",
        "--out",
        "best",
    ];
    let found = folder.run(&[&search[..], &["--evaluations", "10"]].concat());
    assert!(folder.path("best/best.toml").is_file(), "{found:?}");
    std::fs::rename(folder.path("data"), folder.path("gone")).unwrap();
    for study in ["one/study.toml", "all/study.toml", "best/best.toml"] {
        let run = folder.run(&["rate", study]);
        assert!(run.stdout.contains("rotation_rate"), "{study}: {run:?}");
    }
}

#[test]
fn a_table_that_is_not_of_the_run_is_not_replaced() {
    let folder = Folder::new();
    with_table(&folder);
    std::fs::create_dir(folder.path("out")).unwrap();
    folder.write("out/t.csv", "mine\n");
    let run = folder.run(&["run", "motor.toml", "--out", "out"]);
    assert!(run.refused(2).contains("t.csv was not written by nanorotor"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(folder.path("out/t.csv")).unwrap(), "mine\n");
}
