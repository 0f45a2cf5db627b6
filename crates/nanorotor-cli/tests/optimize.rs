//! Optimise with the real program: kill it, go on, and run what it wrote.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::process::Stdio;

use common::{Folder, keys, words};
use serde_json::Value;

/// A blowtorch whose optimum is known: phi = pi/2 (crates/nanorotor/tests/design.rs derives it).
const BLOWTORCH: &str = r#"
[parameters]
U0 = "2e-6 eV"      # small
T0 = "20 meV"
a = 0.4
phi = "pi/10"       # to be found
[landscape]
torque = "U0*sin(theta)"
friction = "100 au"
diffusion = "200 au*T0*(1 + a*cos(theta + phi))"
[rotor]
period = "2*pi"
moment_of_inertia = "1e-3 au"
[rate]
method = "overdamped"
"#;

const SEARCH: [&str; 8] =
    ["optimize", "b.toml", "--maximize", "rotation_rate", "--over", "phi=-3..3", "--over", "a=0.1..0.9"];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("b.toml", BLOWTORCH);
    folder
}

#[test]
fn a_killed_search_goes_on_and_ends_at_the_same_bits() {
    let folder = folder();
    let with = |out: &'static str| [&SEARCH[..], &["--out", out]].concat();
    let files = ["best.toml", "search.csv", "optimum.json"];
    let read = |out: &str| files.map(|name| std::fs::read(folder.path(&format!("{out}/{name}"))).unwrap());
    folder.run(&[&with("whole")[..], &["--jobs", "1"]].concat()).data();
    let all = nanorotor::sweep::Store::existing(&folder.path("whole")).unwrap().len().unwrap();
    let mut last = 0;
    for kill in 1..=5 {
        let mut command = folder.command(&with("killed"));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Points are what progress is measured in, not time.
        while child.try_wait().unwrap().is_none() {
            let store = nanorotor::sweep::Store::existing(&folder.path("killed"));
            if store.and_then(|store| store.len()).is_ok_and(|points| points >= kill * all / 8) {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!folder.path("killed/best.toml").is_file(), "it was done before it was killed");
        let now = nanorotor::sweep::Store::existing(&folder.path("killed")).unwrap().len().unwrap();
        assert!(now >= last && now < all, "{now} of {last} and {all} points");
        last = now;
    }
    folder.run(&with("killed")).data();
    assert_eq!(read("killed"), read("whole"));
    // Done is done: nothing is computed again, and nothing changes.
    folder.run(&with("killed")).data();
    assert_eq!(read("killed"), read("whole"));
}

#[test]
fn the_best_study_runs_and_gives_what_was_promised() {
    let folder = folder();
    let search = [
        &SEARCH[..],
        &["--subject-to", "a < 0.8 + 0*rotation_rate*T0/U0/rotation_rate", "--out", "o", "--format", "json"],
    ];
    let report: Value = folder.run(&search.concat()).json();
    assert_eq!(
        keys(&report),
        [
            "objectives",
            "parameters",
            "constraints",
            "flatness",
            "evaluations",
            "refused",
            "best_evaluation",
            "converged",
            // Without inertia there is no adjoint solution.
            "no_derivatives"
        ]
    );
    let objective = &report["objectives"][0];
    assert_eq!((&objective["unit"], &objective["sense"]), (&"revolutions/ns".into(), &"maximize".into()));
    assert!(objective["before"].as_f64().unwrap() < objective["value"].as_f64().unwrap());
    let phi = report["parameters"]["phi"]["value"].as_f64().unwrap();
    assert!((phi - std::f64::consts::FRAC_PI_2).abs() < 1e-3, "{phi}");
    assert_eq!(report["constraints"][0]["active"], true);
    let best = std::fs::read_to_string(folder.path("o/best.toml")).unwrap();
    // Comments and all that was not sought stay.
    assert!(
        best.contains("U0 = \"2e-6 eV\"      # small\n") && best.contains("       # to be found\n"),
        "{best}"
    );
    let rate = folder.run(&["rate", "o/best.toml", "--format", "json"]).json();
    assert_eq!(rate["rotation_rate"], objective["value"]);
    let search = std::fs::read_to_string(folder.path("o/search.csv")).unwrap();
    assert!(search.starts_with("evaluation,stage,phi,a,rotation_rate [revolutions/ns],"), "{search}");
    assert_eq!(search.lines().count() as u64, 1 + report["evaluations"].as_u64().unwrap());
    // Another search in the same folder is refused, unless it shall take its place.
    let other = ["optimize", "b.toml", "--minimize", "rotation_rate", "--over", "phi=-3..3", "--out", "o"];
    assert!(folder.run(&other).refused(2).contains("another search"));
    folder.run(&[&other[..], &["--replace"]].concat());
}

#[test]
fn the_folder_of_a_search_is_not_that_of_a_sweep() {
    let folder = folder();
    let table = |heat: f64| {
        let row = |j: i32| {
            let theta = f64::from(j) * std::f64::consts::TAU / 16.0;
            format!("{theta}, {}, 1e-3, {}\n", 1e-3 * theta.sin(), 5e-5 * (1.0 + heat * theta.cos()))
        };
        let rows: String = (0..16).map(row).collect();
        format!("theta [rad], torque [eV/rad], friction [eV ps], diffusion [eV^2 ps]\n{rows}")
    };
    let study = "parameters.I = \"1e-3 eV ps^2\"\nlandscape.table = \"t.csv\"\n\
                 rotor = { period = \"2*pi\", moment_of_inertia = \"I\" }\n";
    folder.write("t.toml", study).write("t.csv", table(0.2));
    let over = ["--over", "I=1e-4 eV ps^2..1e-3 eV ps^2", "--evaluations", "10", "--starts", "1"];
    let search = [&["optimize", "t.toml", "--maximize", "rotational_diffusion"][..], &over, &["--out", "o"]];
    folder.run(&search.concat());
    let files = || ["best.toml", "search.csv", "optimum.json"].map(|name| folder.path(&format!("o/{name}")));
    let before = files().map(|path| std::fs::read(path).unwrap());
    for sweep in [
        &["run", "t.toml", "--out", "o"][..],
        &["run", "t.toml", "--out", "o", "--shard", "1/2"],
        &["export", "o"],
        &["merge", "o", "--out", "merged"],
    ] {
        let told = words(folder.run(sweep).refused(2));
        assert!(told.contains("o/store.sqlite holds the points of a search"), "{sweep:?}: {told}");
    }
    // A table that was changed makes another study of the same text.
    folder.write("t.csv", table(0.3));
    assert!(folder.run(&search.concat()).refused(2).contains("another search"));
    assert_eq!(files().map(|path| std::fs::read(path).unwrap()), before);
    assert!(!folder.path("merged").exists());
    let run = folder.run(&["run", "t.toml", "--out", "o", "--replace"]);
    assert!(run.code == 0 && run.stderr.contains("note: removed from o"), "{run:?}");
    assert!(files().iter().all(|path| !path.exists()));
}

#[test]
fn mistakes_are_told_and_end_with_2() {
    let folder = folder();
    let told =
        |arguments: &[&str]| words(folder.run(&[&["optimize", "b.toml"], arguments].concat()).refused(2));
    let over = ["--over", "phi=-3..3"];
    let with = |more: &[&str]| told(&[&over[..], more].concat());
    assert!(with(&[]).contains("nothing to maximize or minimize"));
    assert!(told(&["--maximize", "rotation_rate"]).contains("--over"));
    assert!(with(&["--maximize", "rotation_rat"]).contains("did you mean `rotation_rate`"));
    assert!(
        with(&["--maximize", "power", "--minimize", "rotation_rate", "--minimize", "T0*power"])
            .contains("3 objectives")
    );
    let pictured = ["--maximize", "power", "--plot", "front.gif"];
    assert!(with(&pictured).contains("does not end in .svg"));
    assert!(with(&["--maximize", "rotation_rate + power"]).contains("do not add"));
    let rate = ["--maximize", "rotation_rate"];
    assert!(with(&[&rate[..], &["--subject-to", "power < 1 uA"]].concat()).contains("do not compare"));
    assert!(with(&[&rate[..], &["--subject-to", "mean_current[left] < 1 uA"]].concat()).contains("no lead"));
    assert!(with(&[&rate[..], &["--over", "T0=1..2"]].concat()).contains("needs a unit"));
    assert!(with(&[&rate[..], &["--over", "a=0...1"]].concat()).contains("three dots"));
    let twice = with(&[&rate[..], &["--minimize", "rotation_rate", "--over", "a=0..1"]].concat());
    assert!(twice.contains("both objectives are `rotation_rate`"), "{twice}");
    assert!(with(&[&rate[..], &["--over", "nothing=1..2"]].concat()).contains("unknown parameter"));
}

#[test]
fn two_objectives_give_a_front_with_its_files_and_figure() {
    let folder = folder();
    let text = BLOWTORCH
        .replace("[landscape]", "load = \"0 eV\"\n[landscape]")
        .replace("[rate]", "load = \"load\"\n[rate]");
    folder.write("loaded.toml", &text);
    let both = ["optimize", "loaded.toml", "--maximize", "rotation_rate", "--maximize", "power"];
    let over = ["--over", "phi=0.3..3", "--over", "load=0 eV..1e-6 eV"];
    let how =
        ["--evaluations", "750", "--search", "local", "--starts", "1", "--front-points", "6", "--out", "f"];
    let search = [&both[..], &over, &how, &["--format", "json", "--plot", "front.svg"]].concat();
    let report: Value = folder.run(&search).json();
    assert_eq!(
        keys(&report),
        ["objectives", "parameters", "constraints", "front", "before", "evaluations", "refused", "unsettled"]
    );
    let front = report["front"].as_array().unwrap();
    let values = |k: usize| -> Vec<f64> { front.iter().map(|p| p["values"][k].as_f64().unwrap()).collect() };
    assert!(front.len() >= 4 && values(0).is_sorted_by(|a, b| a > b), "{:?}", values(0));
    assert!(values(1).is_sorted(), "{:?}", values(1));
    // The table of the front holds rows of the table of all points.
    let read = |name: &str| std::fs::read_to_string(folder.path(&format!("f/{name}"))).unwrap();
    let all = read("search.csv");
    assert_eq!(read("front.csv").lines().count(), 1 + front.len());
    assert!(read("front.csv").lines().all(|row| all.lines().any(|known| known == row)));
    assert!(std::fs::read_to_string(folder.path("front.svg")).unwrap().contains("<svg"));
    // Again, from the store: the same bits, now in lines to read.
    let files = || ["front.csv", "search.csv", "front.json"].map(read);
    let before = files();
    let again = folder.run(&[&both[..], &over, &how].concat());
    let told = again.data();
    assert!(told.contains("(before)") && told.contains("front.json"), "{told}");
    assert_eq!(files(), before);
    // What another search leaves takes their place.
    let single =
        [&SEARCH[..], &["--evaluations", "60", "--out", "f", "--replace", "--plot", "s.pdf"]].concat();
    folder.run(&single);
    assert!(folder.path("s.pdf").is_file() && !folder.path("f/front.csv").exists());
}
