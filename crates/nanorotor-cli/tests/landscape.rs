//! Compare what `nanorotor landscape` prints with the reference, across formats and units.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use std::f64::consts::PI;
use std::process::Stdio;

use common::{Folder, keys, numbers, study, words};
use serde_json::Value;

const STUDIES: &[&str] =
    &["preston2023.toml", "wind.toml", "three_leads.toml", "blowtorch.toml", "blowtorch_table.toml"];

#[test]
fn json_has_the_names_and_the_units_of_the_contract() {
    let folder = Folder::new();
    let found = folder.run(&["landscape", "preston2023", "--theta", "0.3,1.0", "--format", "json"]).json();
    assert_eq!(numbers(&found["theta"]), [0.3, 1.0]);
    for (name, unit) in [
        ("theta", "rad"),
        ("torque", "eV/rad"),
        ("friction", "eV ps"),
        ("diffusion", "eV^2 ps"),
        ("potential", "eV"),
        ("effective_temperature", "eV"),
    ] {
        assert_eq!(numbers(&found[name]).len(), 2, "{name}");
        assert_eq!(found["units"][name], unit);
    }
    for (name, unit) in [("currents", "µA"), ("emissivity", "e/rad"), ("pumped_charge", "e/rad")] {
        assert_eq!(keys(&found[name]), ["left", "right"]);
        assert_eq!(numbers(&found[name]["left"]).len(), 2);
        assert_eq!(found["units"][name], unit);
    }
    for (name, unit) in
        [("heat_currents", "eV/ns"), ("heat_emissivity", "eV/rad"), ("torque_current_noise", "e eV/rad")]
    {
        assert_eq!(numbers(&found[name]["right"]).len(), 2);
        assert_eq!(found["units"][name], unit);
    }
    assert_eq!(found["units"]["current_noise"], "e^2/ns");
    let noise = |one: &str, other: &str| numbers(&found["current_noise"][one][other])[0];
    assert!((noise("left", "left") / noise("left", "right") + 1.0).abs() < 1e-9);
    let fano = noise("left", "left") / (numbers(&found["currents"]["left"])[0] * 1e3 / 0.160_217_663_4);
    assert!((numbers(&found["fano"]["left"])[0] / fano - 1.0).abs() < 1e-9);
    // One array a level, counted from 1.
    assert_eq!(found["level"], serde_json::json!([1, 2]));
    assert_eq!(found["occupations"].as_array().unwrap().len(), 2);
    assert_eq!(numbers(&found["occupations"][0]).len(), 2);
    assert!(found["mean_torque"].as_f64().unwrap().abs() < 1e-12);
    assert_eq!(found["units"]["mean_torque"], "eV/rad");
    // The same errors as beside a rate, and no digit of a torque that vanishes.
    let rate = folder.run(&["rate", "preston2023", "--format", "json"]).json();
    for name in ["barrier", "mean_torque"] {
        let error = &found["error_estimate"][name];
        assert!(error.as_f64().unwrap() > 0.0, "{name}");
        assert_eq!(error, &rate["error_estimate"][name], "{name}");
    }
    let table = folder.run(&["landscape", "preston2023"]).stdout;
    let line = table.lines().find(|line| line.starts_with("mean_torque")).unwrap();
    assert!(line.contains(" ± "), "{line}");
    assert!(found["band"].as_str().unwrap().contains("-10.000000 eV"));
    // The pumped charge is that of an equilibrium, which is named.
    let equilibrium = found["notes"]["pumped_charge"].as_str().unwrap();
    assert!(equilibrium.contains("0.000000 eV") && equilibrium.contains("0.027200 eV"), "{equilibrium}");
}

#[test]
fn every_row_of_the_reference_is_met_through_set() {
    let folder = Folder::new();
    let reference = include_str!("../../nanorotor/tests/reference/coefficients.json");
    let reference: Value = serde_json::from_str(reference).unwrap();
    // One run for each set of values; its angles together.
    let rows = reference["rows"].as_array().unwrap();
    let mut checked = 0;
    for group in rows.chunk_by(|a, b| a["set"] == b["set"]) {
        let angles: Vec<String> = group.iter().map(|row| row["theta"].to_string()).collect();
        let theta = format!("--theta={}", angles.join(","));
        let mut arguments = vec!["landscape", "preston2023", "--format=json", "--units=atomic", &theta];
        // The preset has one temperature; a row with one for each lead needs a study of its own.
        let mut text = std::fs::read_to_string(study("preston2023.toml")).unwrap();
        let mut set = Vec::new();
        for (name, value) in group[0]["set"].as_object().unwrap() {
            if let Some(side) = name.strip_prefix("kT_") {
                let lead = if side == "L" { "name = \"left\"" } else { "name = \"right\"" };
                let (head, tail) = text.split_once(lead).unwrap();
                let own = tail.replacen("\"kT\"", &format!("\"{value} eV\""), 1);
                text = format!("{head}{lead}{own}");
                arguments[1] = "own.toml";
            } else {
                let unit = if name == "phi" || name == "A" { "" } else { " eV" };
                set.push(format!("--set={name}={value}{unit}"));
            }
        }
        folder.write("own.toml", text);
        arguments.extend(set.iter().map(String::as_str));
        let found = folder.run(&arguments).json();
        for (i, row) in group.iter().enumerate() {
            for (values, name) in [
                (&found["torque"], "torque"),
                (&found["friction"], "friction"),
                (&found["diffusion"], "diffusion"),
                (&found["currents"]["left"], "current_left"),
            ] {
                let (value, expected) = (values[i].as_f64().unwrap(), row[name].as_f64().unwrap());
                let tolerance = (1e-8 * expected.abs()).max(1e-13);
                assert!((value - expected).abs() <= tolerance, "{name}: {value} at {row}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 4 * rows.len());
    assert!(rows.len() > 40);
}

#[test]
fn practical_units_are_atomic_ones_times_the_factors() {
    // 1 Ha = 27.211386245988 eV, 1 au of time = 2.4188843265864e-5 ps, e per au of time = 6623.618 µA.
    let (hartree, picoseconds) = (27.211_386_245_988, 2.418_884_326_586_4e-5);
    let factors = [
        ("theta", 1.0),
        ("torque", hartree),
        ("friction", hartree * picoseconds),
        ("diffusion", hartree * hartree * picoseconds),
        ("potential", hartree),
        ("effective_temperature", hartree),
        ("currents", 6_623.618_237_510),
        ("emissivity", 1.0),
        ("pumped_charge", 1.0),
        ("mean_torque", hartree),
    ];
    let folder = Folder::new();
    let study = study("three_leads.toml");
    let printed =
        |units| folder.run(&["landscape", &study, "--points=5", "--format=json", "--units", units]).json();
    let (practical, atomic) = (printed("practical"), printed("atomic"));
    assert_eq!(keys(&practical), keys(&atomic));
    assert_eq!(atomic["units"]["torque"], "Ha/rad");
    let flat = |value: &Value| -> Vec<f64> {
        match value {
            Value::Object(leads) => leads.values().flat_map(numbers).collect(),
            Value::Array(_) => numbers(value),
            other => vec![other.as_f64().unwrap()],
        }
    };
    for (name, factor) in factors {
        let (practical, atomic) = (flat(&practical[name]), flat(&atomic[name]));
        assert!(!atomic.is_empty());
        for (p, a) in practical.iter().zip(&atomic) {
            assert!((p - a * factor).abs() <= 1e-9 * p.abs(), "{name}: {p} and {a}");
        }
    }
}

#[test]
fn points_cover_the_period_without_its_end() {
    let folder = Folder::new();
    for (arguments, points) in
        [(&["landscape", "preston2023"][..], 256), (&["landscape", "preston2023", "--points", "7"], 7)]
    {
        let found = folder.run(&[arguments, &["--format", "json"]].concat()).json();
        let theta = numbers(&found["theta"]);
        assert_eq!(theta.len(), points);
        for (j, angle) in theta.iter().enumerate() {
            assert!((angle - PI * j as f64 / points as f64).abs() < 1e-14);
        }
        assert_eq!(numbers(&found["torque"]).len(), points);
    }
}

#[test]
fn csv_equals_json() {
    let folder = Folder::new();
    for name in ["three_leads.toml", "blowtorch.toml"] {
        let study = study(name);
        let arguments = ["landscape", &study, "--points", "9", "--format"];
        let json = folder.run(&[&arguments[..], &["json"]].concat()).json();
        let csv = folder.run(&[&arguments[..], &["csv"]].concat());
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(csv.data().as_bytes());
        let headers = reader.headers().unwrap().clone();
        let rows: Vec<Vec<String>> = reader.deserialize().map(|row| row.unwrap()).collect();
        assert_eq!(rows.len(), 9);
        let mut over_theta = 0;
        for (column, header) in headers.iter().enumerate() {
            let texts: Vec<&str> = rows.iter().map(|row| row[column].as_str()).collect();
            if header == "status" {
                assert_eq!(texts, ["converged"; 9]);
                continue;
            }
            let (name, unit) =
                header.strip_suffix(')').and_then(|h| h.split_once(" (")).unwrap_or((header, ""));
            let parts = name.strip_suffix(']').and_then(|name| name.split_once('['));
            let (name, member) = parts.unwrap_or((name, ""));
            let base = name.strip_suffix("_error").unwrap_or(name);
            assert_eq!(json["units"][base].as_str().unwrap_or_default(), unit);
            let of = if base == name { &json[name] } else { &json["error_estimate"][base] };
            // Names of leads one in the other; levels count from 1.
            let expected = member.split(", ").filter(|part| !part.is_empty()).fold(of, |at, part| {
                if at.is_object() { &at[part] } else { &at[part.parse::<usize>().unwrap() - 1] }
            });
            let values: Vec<f64> = texts.iter().map(|text| text.parse().unwrap()).collect();
            if expected.is_array() {
                over_theta += 1;
                assert_eq!(values, numbers(expected), "{header}");
            } else {
                // What does not depend on the angle is a column too, repeated.
                assert_eq!(values, [expected.as_f64().unwrap(); 9], "{header}");
            }
        }
        // Nothing over theta is missing, and the band stands above.
        let columns: usize = json
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| {
                !["units", "notes", "validity", "level", "error_estimate"].contains(&name.as_str())
            })
            .map(|(_, value)| arrays(value))
            .sum();
        assert_eq!(over_theta, columns);
        assert!(headers.iter().any(|header| header == "mean_torque (eV/rad)"), "{headers:?}");
        assert!(csv.stdout.starts_with("# ") && csv.stdout.contains("# band: "), "{}", csv.stdout);
    }
}

#[test]
fn a_spectrum_has_its_resonances_and_the_currents_of_its_transmissions() {
    let folder = Folder::new();
    let arguments =
        ["spectrum", "preston2023", "--theta", "0.3", "--set", "V=0.4 eV", "--set", "kT=0.0002 eV"];
    let found = folder
        .run(&[&arguments[..], &["--energies", "-0.25 eV:0.25 eV:501", "--format", "json"]].concat())
        .json();
    let energies = numbers(&found["energy"]);
    assert!(energies.len() == 501 && energies[0] == -0.25 && (energies[500] - 0.25).abs() < 1e-12);
    assert_eq!(
        (&found["units"]["energy"], &found["units"]["local_density_of_states"]),
        (&"eV".into(), &"1/eV".into())
    );
    // Leads first, then angles, then energies.
    let transmission =
        |k: usize, one: &str, other: &str| found["transmission"][one][other][0][k].as_f64().unwrap();
    assert_eq!(numbers(&found["local_density_of_states"][1][0]).len(), 501);
    // Σ T = 1 for every channel.
    assert!((transmission(100, "left", "left") + transmission(100, "left", "right") - 1.0).abs() < 1e-12);
    // The current at low temperature is the integral over the bias window, e²/h = 38.7404 µS.
    let step = energies[1] - energies[0];
    let window = |k: usize| {
        if (energies[k].abs() - 0.2).abs() < 1e-9 { 0.5 } else { f64::from(energies[k].abs() < 0.2) }
    };
    let integral: f64 = (0..501).map(|k| step * window(k) * transmission(k, "left", "right")).sum();
    let point = [
        "landscape",
        "preston2023",
        "--theta",
        "0.3",
        "--set",
        "V=0.4 eV",
        "--set",
        "kT=0.0002 eV",
        "--format",
        "json",
    ];
    let current = folder.run(&point).json()["currents"]["left"][0].as_f64().unwrap();
    assert!((current / (38.740_458_65 * integral) - 1.0).abs() < 1e-4, "{current} {integral}");
    let levels: Vec<f64> = (0..2).map(|level| numbers(&found["level_energy"][level])[0]).collect();
    assert!(levels.len() == 2 && (levels[0] + levels[1]).abs() < 1e-9 && levels[1] > 1.2, "{levels:?}");
    // Chosen energies follow each resonance; a figure of few angles is of cuts, of many a map.
    let chosen = folder.run(&[&arguments[..], &["--plot", "cut.svg", "--format", "json"]].concat()).json();
    assert!(
        chosen["energies"].as_str().unwrap().contains("every resonance resolved"),
        "{}",
        chosen["energies"]
    );
    let highest = numbers(&chosen["transmission"]["left"]["right"][0]).into_iter().fold(0.0, f64::max);
    let at_resonance = format!("--energies={} eV", levels[1]);
    let peak = folder.run(&[&arguments[..], &[&at_resonance, "--format", "json"]].concat()).json();
    let peak = peak["transmission"]["left"]["right"][0][0].as_f64().unwrap();
    assert!(highest > 0.99 * peak, "{highest} {peak}");
    folder.run(&["spectrum", "preston2023", "--plot", "map.svg"]);
    let text = |name: &str| std::fs::read_to_string(folder.path(name)).unwrap();
    assert!(text("cut.svg").contains("right to left") && !text("cut.svg").contains("μ"));
    assert!(text("map.svg").contains("right to left") && text("map.svg").contains("μ"));
    for (arguments, says) in [
        (["spectrum", "preston2023", "--energies", "1"], "not an energy with its unit"),
        (["spectrum", "preston2023", "--energies", "0 eV:1 eV:1"], "--energies"),
        (["spectrum", "preston2023", "--energies", "1 eV,2 ns"], "not an energy with its unit"),
    ] {
        let run = folder.run(&arguments);
        assert!(run.refused(2).contains(says), "{run:?}");
    }
    let run = folder.run(&["spectrum", &study("blowtorch.toml")]);
    assert!(words(run.refused(2)).contains("no electrons"), "{run:?}");
}

/// How many arrays of numbers there are.
fn arrays(value: &Value) -> usize {
    match value {
        Value::Array(members) if members.iter().any(Value::is_array) => members.iter().map(arrays).sum(),
        Value::Array(_) => 1,
        Value::Object(members) => members.values().map(arrays).sum(),
        _ => 0,
    }
}

#[test]
fn the_table_is_aligned() {
    let folder = Folder::new();
    let run = folder.run(&["landscape", &study("three_leads.toml"), "--points", "11"]);
    let (tables, head): (Vec<&str>, Vec<&str>) =
        run.data().split("\n\n").partition(|part| part.trim_start().starts_with("theta "));
    let head = head.join("\n");
    assert!(head.contains("mean_torque") && head.contains("band: wide band from -10.000000 eV"), "{head}");
    // Every line ends in the same column, and so does every cell: numbers stand under their heading.
    let ends = |line: &str| -> Vec<usize> {
        let cells: Vec<char> = line.chars().chain([' ', ' ']).collect();
        (1..cells.len() - 1)
            .filter(|&i| cells[i] == ' ' && cells[i + 1] == ' ' && cells[i - 1] != ' ')
            .collect()
    };
    let mut columns = 0;
    for table in &tables {
        let lines: Vec<&str> = table.lines().collect();
        let rows = &lines[lines.len() - 11..];
        assert!((13..=14).contains(&lines.len()), "{table}");
        let names = ends(lines[0]);
        columns += names.len() - 1;
        for line in &lines[1..] {
            assert!(ends(line).iter().all(|end| names.contains(end)), "{table}");
        }
        assert!(lines.iter().all(|line| line.chars().count() <= 120), "{table}");
        assert!(rows.iter().all(|line| line.split_whitespace().count() == names.len()));
    }
    // Scalars at an angle; of leads, pairs of leads and levels.
    let levels = 3;
    assert_eq!(columns, 7 + 7 * 3 + 9 + levels);
    let all = tables.join("\n");
    assert!(["left", "right", "tip", "left, tip"].iter().all(|lead| all.contains(lead)), "{all}");
}

#[test]
fn every_study_runs_and_names_its_band() {
    let folder = Folder::new();
    for name in STUDIES {
        let study = study(name);
        for format in ["table", "csv", "json"] {
            let run = folder.run(&["landscape", &study, "--points", "3", "--format", format]);
            assert_eq!(run.code, 0, "{run:?}");
            let swept = *name == "wind.toml";
            assert_eq!(run.stderr.is_empty(), !swept, "{}", run.stderr);
            assert!(run.stdout.contains("band"), "{name} {format}");
        }
    }
}

#[test]
fn a_study_of_formulas_has_no_currents() {
    let folder = Folder::new();
    let given =
        folder.run(&["landscape", &study("blowtorch.toml"), "--format=json", "--units=atomic"]).json();
    assert!(given.get("currents").is_none() && given.get("pumped_charge").is_none());
    for (j, theta) in numbers(&given["theta"]).into_iter().enumerate() {
        let near = |name: &str, expected: f64| {
            assert!((given[name][j].as_f64().unwrap() - expected).abs() < 1e-12, "{name} at {theta}");
        };
        near("torque", 2.0 * theta.sin());
        near("friction", 1.0 + 0.5 * theta.cos());
        near("effective_temperature", 1.0 + 0.75 * (1.0 + theta.sin()));
        near("potential", 2.0 * theta.cos() + 2.0);
    }
    let table = folder.run(&["landscape", &study("blowtorch_table.toml"), "--format=json", "--units=atomic"]);
    for (a, b) in numbers(&given["diffusion"]).iter().zip(numbers(&table.json()["diffusion"])) {
        assert!((a - b).abs() < 1e-9);
    }
}

#[test]
fn equilibrium_obeys_fluctuation_and_dissipation() {
    let folder = Folder::new();
    let found = folder
        .run(&[
            "landscape",
            "preston2023",
            "--set",
            "V=0",
            "--set",
            "E_1=0.4 eV",
            "--points=32",
            "--format=json",
        ])
        .json();
    let (friction, diffusion) = (numbers(&found["friction"]), numbers(&found["diffusion"]));
    let largest = diffusion.iter().copied().fold(0.0, f64::max);
    assert!(largest > 0.0);
    for (friction, diffusion) in friction.iter().zip(&diffusion) {
        assert!((diffusion - 2.0 * 0.0272 * friction).abs() <= 1e-10 * diffusion, "{diffusion} {friction}");
    }
    assert!(numbers(&found["effective_temperature"]).iter().all(|kt| (kt - 0.0272).abs() < 1e-12));
    assert!(numbers(&found["currents"]["left"]).iter().all(|current| current.abs() < 1e-9));
}

#[test]
fn parameters_are_set_in_any_unit_and_the_last_word_counts() {
    let folder = Folder::new();
    let printed = |set: &[&str]| {
        let set: Vec<&str> = set.iter().flat_map(|set| ["--set", set]).collect();
        folder
            .run(&[&["landscape", "preston2023", "--theta=0.3", "--format=csv"], &set[..]].concat())
            .data()
            .to_string()
    };
    let expected = printed(&["V=3 eV", "phi=0.4"]);
    assert_eq!(printed(&["phi = 0.4", "V = 3000 meV"]), expected);
    assert_eq!(printed(&["V=1 eV", "phi=0.4", "V=3 eV"]), expected);
    assert_ne!(printed(&["V=3 eV"]), expected);
    // What depends on a parameter follows it.
    assert_eq!(printed(&["Gamma_L=0.3 eV"]), printed(&["Gamma_L=0.3 eV", "Gamma_R=0.15 eV"]));
}

#[test]
fn a_sweep_is_ignored_with_a_note() {
    let folder = Folder::new();
    let wind = study("wind.toml");
    let run = folder.run(&["landscape", &wind, "--points=2", "--format=json"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.stderr, "note: this command works at one point and ignores [sweep] (V, load)\n");
    assert!(serde_json::from_str::<Value>(&run.stdout).is_ok());
    // An axis that is set is none any more.
    let run = folder.run(&["landscape", &wind, "--points=2", "--set", "V=3 eV"]);
    assert_eq!(run.stderr, "note: this command works at one point and ignores [sweep] (load)\n");
    assert_eq!(folder.run(&["landscape", &wind, "--points=2", "--set=V=3 eV", "--set=load=0"]).stderr, "");
}

#[test]
fn presets_are_found_from_anywhere_and_a_file_comes_first() {
    let folder = Folder::new();
    let run = |study: &str| folder.run(&["landscape", study, "--theta=0.7"]).data().to_string();
    let preset = run("preston2023");
    assert_eq!(preset, run(&study("preston2023.toml")));
    std::fs::create_dir(folder.path("preston2023")).unwrap();
    assert_eq!(preset, run("preston2023"));
    std::fs::remove_dir(folder.path("preston2023")).unwrap();
    folder.write("preston2023", common::preset_with("V = \"5 eV\"", "V = \"2 eV\""));
    assert_ne!(preset, run("preston2023"));
}

#[test]
fn angles_may_lie_anywhere_in_reach() {
    let folder = Folder::new();
    let torque = |theta: &str| {
        numbers(&folder.run(&["landscape", "preston2023", "--format=json", theta]).json()["torque"])
    };
    let all = torque("--theta=0.3, -2.841592653589793,314.459265358979312");
    assert!((all[0] - all[1]).abs() < 1e-12 && (all[0] - all[2]).abs() < 1e-11, "{all:?}");
    assert_eq!(torque("--theta=-2.841592653589793")[0], all[1]);
}

#[test]
fn whoever_stops_reading_stops_the_program_quietly() {
    let folder = Folder::new();
    for arguments in [
        &["landscape", "preston2023", "--points", "3000"][..],
        &["check", "preston2023"],
        &["cite", "preston2023"],
    ] {
        let mut child =
            folder.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
    }
    // Nor does it matter that nobody reads what went wrong.
    let mut child = folder
        .command(&["check", "nowhere.toml"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}
