//! Drive `nanorotor rate` and `nanorotor simulate` as a user would.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Folder, keys, numbers, preset_with, study, words};

#[test]
fn rate_has_the_names_and_the_units_of_the_contract() {
    let folder = Folder::new();
    let found = folder.run(&["rate", "preston2023", "--format", "json"]).json();
    for (name, unit) in [
        ("rotation_rate", "revolutions/ns"),
        ("rotational_diffusion", "rad^2/ns"),
        ("barrier", "eV"),
        ("mean_kinetic_temperature", "eV"),
        ("mean_kinetic_energy", "eV"),
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
fn sensitivities_tell_why_the_motor_turns() {
    let folder = Folder::new();
    let asked = ["sensitivity", "preston2023", "--parameters", "phi,Gamma_L", "--plot", "why.svg"];
    let found = folder.run(&[&asked[..], &["--format", "json"]].concat()).json();
    assert_eq!(found["units"]["torque_sensitivity"], "1/(ns eV)");
    assert_eq!(found["units"]["derivative"], "revolutions/ns");
    assert_eq!(keys(&found["derivative"]), ["phi", "Gamma_L"]);
    let rate = |set: &str| {
        let run = folder.run(&["rate", "preston2023", "--format", "json", "--set", set]);
        run.json()["rotation_rate"].as_f64().unwrap()
    };
    for (name, value, step, unit) in
        [("phi", -std::f64::consts::FRAC_PI_4, 1e-3, ""), ("Gamma_L", 0.272, 1e-4, " eV")]
    {
        let at = |x: f64| rate(&format!("{name}={x}{unit}"));
        let difference = (at(value + step) - at(value - step)) / (2.0 * step);
        let derivative = found["derivative"][name].as_f64().unwrap();
        let error = found["error_estimate"][format!("derivative.{name}")]
            .as_f64()
            .unwrap_or_else(|| found["error_estimate"]["derivative"][name].as_f64().unwrap());
        assert!(error < 1e-4 * derivative.abs().max(1.0), "{derivative} ± {error}");
        assert!(
            (derivative - difference).abs() < 1e-3 * difference.abs() + 1e-5,
            "{derivative} {difference}"
        );
    }
    // An isothermal motor without wind or load rests.
    let left = &found["remaining_rate"];
    assert!((left["nothing"].as_f64().unwrap() - 1.221_094_423_716).abs() < 1e-8);
    assert!(left["uneven temperature"].as_f64().unwrap().abs() < 1e-9);
    assert!(folder.path("why.svg").exists());
    let table = folder.run(&asked);
    assert!(
        table.data().contains("elasticity[phi]") && table.data().lines().count() < 50,
        "{}",
        table.data()
    );
    // Angles on request, in the table alone: the picture keeps the whole period.
    let picture = std::fs::read(folder.path("why.svg")).unwrap();
    let table = folder.run(&[&asked[..], &["--theta", "0.3,1.0"]].concat());
    assert!(table.data().contains("torque_sensitivity"), "{}", table.data());
    assert_eq!(std::fs::read(folder.path("why.svg")).unwrap(), picture);
    let error = folder.run(&["sensitivity", "preston2023", "--parameters", "ph"]);
    assert_eq!(error.code, 2);
    assert!(error.stderr.contains("did you mean `phi`?"), "{}", error.stderr);
}

#[test]
fn a_load_stalls_the_motor_where_rate_says_so() {
    let folder = Folder::new();
    let found = folder.run(&["load", "preston2023", "--format", "json", "--plot", "load.svg"]).json();
    let value = |name: &str| found[name].as_f64().unwrap();
    let error = |name: &str| found["error_estimate"][name].as_f64().unwrap();
    for (name, unit) in [("load", "eV/rad"), ("stall_torque", "eV/rad"), ("maximum_power", "eV/ns")] {
        assert_eq!(found["units"][name], unit);
    }
    let stall = value("stall_torque");
    assert!(stall > 0.0 && error("stall_torque") < 1e-5 * stall, "{stall}");
    let (loads, rates) = (numbers(&found["load"]), numbers(&found["rotation_rate"]));
    assert!(loads.len() == 21 && loads[0] == 0.0 && (loads[20] / stall - 1.25).abs() < 1e-9);
    assert!((rates[0] - 1.221_094_423_716).abs() < 1e-8 && rates.is_sorted_by(|a, b| a > b), "{rates:?}");
    assert!(value("maximum_efficiency") < 1.0 && value("efficiency_at_maximum_power") > 0.0);
    assert_eq!(found["status"], "converged");
    let figure = std::fs::read_to_string(folder.path("load.svg")).unwrap();
    assert!(figure.contains("efficiency"), "{figure}");

    // As `rate` has it under the same loads.
    let text = |name: &str, load: f64| {
        let text = preset_with("load = \"0 eV\"", &format!("load = \"{load:e} eV\""));
        folder.write(name, &text);
        folder.run(&["rate", name, "--format", "json"]).json()
    };
    let delta = 1e-3 * stall;
    let [below, above] =
        [-delta, delta].map(|delta| text("loaded.toml", stall + delta)["rotation_rate"].as_f64().unwrap());
    assert!(below > 0.0 && above < 0.0 && (below / above + 1.0).abs() < 1e-2, "{below} {above}");
    let most = text("most.toml", value("load_at_maximum_power"));
    assert!((most["power"].as_f64().unwrap() - value("maximum_power")).abs() <= error("maximum_power"));
    assert!(
        (most["efficiency"].as_f64().unwrap() - value("efficiency_at_maximum_power")).abs()
            <= error("efficiency_at_maximum_power")
    );

    // Loads of one's own, in a table, in CSV and in atomic units.
    let chosen = ["load", "most.toml", "--loads", "-1 ueV:2 ueV:4", "--tolerance", "1e-4"];
    let table = folder.run(&chosen);
    assert!(table.data().contains("stall_torque") && table.data().contains("the loads take the place"));
    assert!(table.data().lines().any(|line| line.trim_start().starts_with("load ")), "{}", table.data());
    let csv = folder.run(&[&chosen[..], &["--format", "csv"]].concat());
    let rows: Vec<&str> = csv.data().lines().filter(|line| !line.starts_with('#')).collect();
    assert!(
        rows.len() == 5 && rows[0].starts_with("load (eV/rad),rotation_rate (revolutions/ns)"),
        "{rows:?}"
    );
    let atomic = folder.run(&[&chosen[..], &["--format", "json", "--units", "atomic"]].concat()).json();
    assert!((numbers(&atomic["load"])[3] * 27.211_386_245_988 / 2e-6 - 1.0).abs() < 1e-12);
    assert!((atomic["stall_torque"].as_f64().unwrap() * 27.211_386_245_988 / stall - 1.0).abs() < 1e-3);
    for (loads, says) in
        [("1", "not an energy per rad with its unit"), ("0 eV:1 ns:3", "not an energy per rad")]
    {
        let run = folder.run(&["load", "preston2023", "--loads", loads]);
        assert!(run.refused(2).contains(says), "{run:?}");
    }
}

#[test]
fn trajectories_follow_negative_friction_and_say_beforehand_where_to_but_no_runaway() {
    let folder = Folder::new();
    // The electrons of two levels that cross drive the rotor; a small torque tells its directions apart.
    let junction = r#"
        molecule.hamiltonian = [["0.5 eV*sin(theta)", "0.2 eV"], ["0.2 eV", "-0.5 eV*sin(theta)"]]
        band.bottom = "-10 eV"
        rotor = { period = "2*pi", moment_of_inertia = "1.15e-45 kg m^2", load = "-5e-3 eV" }
        environment = { friction = "5e-4 eV ps", thermal_energy = "300 K" }
        rate.tolerance = 1e-4
        lead = [
          { name = "l", chemical_potential = "1 eV", thermal_energy = "300 K", channel = [{ broadening = "0.1 eV", site = 1, amplitude = "1" }] },
          { name = "r", chemical_potential = "-1 eV", thermal_energy = "300 K", channel = [{ broadening = "0.1 eV", site = 2, amplitude = "1" }] },
        ]"#;
    folder.write("junction.toml", junction);
    let simulate = [
        "simulate",
        "junction.toml",
        "--time",
        "400 ns",
        "--trajectories",
        "64",
        "--seed",
        "3",
        "--format",
        "json",
    ];
    let run = folder.run(&simulate);
    assert!(
        run.code == 0 && run.stderr.contains("a limit cycle: without noise the rotor turns or rests"),
        "{run:?}"
    );
    let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    // One in sixteen thousand is further off.
    assert!(found["z_score"].as_f64().unwrap().abs() < 4.0, "{run:?}");
    let rate = found["rotation_rate"]["value"].as_f64().unwrap();
    assert!(rate > 5.0 * found["rotation_rate"]["error"].as_f64().unwrap(), "{rate}");
    assert_eq!(found["validity"]["friction"]["standing"], "questionable");
    let runaway = "landscape = { torque = \"0.01 eV*sin(theta)\", friction = \"-1e-4 eV ps - 1e-3 eV ps*cos(theta)\", diffusion = \"1e-4 eV^2 ps\" }\n\
        rotor = { period = \"2*pi\", moment_of_inertia = \"1e-45 kg m^2\" }\n";
    folder.write("runaway.toml", runaway);
    for command in ["rate", "simulate"] {
        let run = folder.run(&[command, "runaway.toml"]);
        assert!(run.code == 1 && words(&run.stderr).contains("the velocity grows without bound"), "{run:?}");
    }
}

#[test]
fn at_one_temperature_the_rotor_has_it_at_every_angle_however_fast_it_turns() {
    let folder = Folder::new();
    // Without a bias; then a ring that a torque drives at 41 revolutions per ns, most of whose kinetic energy is that of the drift.
    let ring = "landscape = { torque = \"0.1 eV\", friction = \"1e-3 eV ps\", diffusion = \"5.44e-5 eV^2 ps\" }\n\
        rotor = { period = \"2*pi\", moment_of_inertia = \"1e-4 eV ps^2\", potential = \"0.02 eV*cos(theta)\" }\n";
    folder.write("ring.toml", ring).write("rest.toml", preset_with("V = \"5 eV\"", "V = 0"));
    for (study, drifts) in [("rest.toml", false), ("ring.toml", true)] {
        let found = folder.run(&["rate", study, "--format", "json"]).json();
        let (temperature, error) =
            (numbers(&found["kinetic_temperature"]), numbers(&found["kinetic_temperature_error"]));
        let mean = found["mean_kinetic_temperature"].as_f64().unwrap();
        let energy = found["mean_kinetic_energy"].as_f64().unwrap();
        if drifts {
            assert!(energy > 5.0 * mean, "{energy} {mean}");
            assert!(temperature.iter().all(|t| (t / 0.0272 - 1.0).abs() < 0.2), "{temperature:?}");
        } else {
            assert!((mean - 0.0272).abs() < 1e-9 && (energy - 0.5 * mean).abs() < 1e-9, "{energy} {mean}");
            for (t, error) in temperature.iter().zip(&error) {
                assert!((t - 0.0272).abs() <= error.max(1e-12), "{t} ± {error}");
            }
        }
    }
}

#[test]
fn efficiency_counts_heat_where_temperatures_differ_and_says_so() {
    let folder = Folder::new();
    let loaded = preset_with("load = \"0 eV\"", "load = \"1e-6 eV\"");
    let bath = "friction = \"xi_solv\"\nthermal_energy = \"kT\"";
    assert!(loaded.contains(bath));
    let warmer = |factor: &str| loaded.replace(bath, &bath.replace("kT", &format!("kT*{factor}")));
    let lead = loaded.replacen("thermal_energy = \"kT\"", "thermal_energy = \"1.01*kT\"", 1);
    // The environment gives nothing to speak of, the left lead takes heat: only the electrical power is drawn.
    for (text, note) in [
        (loaded.clone(), None),
        (warmer("(1 + 1e-12)"), None),
        (warmer("1.001"), Some("leads and environment differ in temperature")),
        (lead, Some("leads and environment differ in temperature")),
        (warmer("(1 + 0.1*cos(2*theta))"), Some("the environment has no one temperature")),
    ] {
        folder.write("motor.toml", &text);
        let found = folder.run(&["rate", "motor.toml", "--format", "json"]).json();
        let (power, drawn) = (found["power"].as_f64().unwrap(), found["electrical_power"].as_f64().unwrap());
        let table = folder.run(&["rate", "motor.toml"]);
        if note.is_some_and(|note| note.contains("no one")) {
            assert!(found["efficiency"].is_null(), "{text}");
        } else {
            let efficiency = found["efficiency"].as_f64().unwrap();
            assert!((efficiency * drawn / power - 1.0).abs() < 1e-4, "{efficiency} {text}");
        }
        assert!(found["entropy_production"].as_f64().unwrap() > 0.0);
        assert_eq!(
            table.data().contains(note.unwrap_or("differ in temperature")),
            note.is_some(),
            "{table:?}"
        );
    }
}

#[test]
fn rate_prints_the_answer_and_the_curve_on_request() {
    let folder = Folder::new();
    let run = folder.run(&["rate", "preston2023"]);
    let text = run.data();
    assert!(text.starts_with("rotation_rate ") && text.lines().count() < 50, "{text}");
    assert!(!text.contains("density") && !text.contains("\ntheta"), "{text}");
    let asked = ["rate", "preston2023", "--theta", "0.3,-1.0"];
    let shown = folder.run(&asked);
    assert!(shown.data().starts_with(text), "the answer is the same");
    let curve = shown.data()[text.len()..].lines().skip(1).collect::<Vec<_>>();
    assert!(curve.len() == 2 + 2 && curve[0].contains("density") && curve[2].contains("0.3"), "{curve:?}");
    let found = folder.run(&[&asked[..], &["--format", "json"]].concat()).json();
    assert_eq!(numbers(&found["theta"]), [0.3, -1.0]);
    let shift = std::f64::consts::PI - 1.0;
    let same = ["rate", "preston2023", "--format", "json", &format!("--theta={shift}")];
    let same = folder.run(&same).json();
    assert!((numbers(&found["density"])[1] - numbers(&same["density"])[0]).abs() < 1e-12);
    assert_eq!(table(&folder.run(&["rate", "preston2023", "--format", "csv"]).stdout).len(), 256 + 1);
}

/// The rows of CSV, the headings first; lines that begin with # are remarks.
fn table(csv: &str) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new().comment(Some(b'#')).has_headers(false).from_reader(csv.as_bytes());
    reader.into_deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn csv_has_the_same_columns_whoever_writes_it() {
    let folder = Folder::new();
    let sweep = "[compute]\nwhat = [\"rate\", \"simulate\"]\n[sweep]\nV = { values = [\"5 eV\"] }\n\
                 [simulate]\ntotal_time = \"200 ns\"\ndt = \"1000 au\"\nseed = 7\n";
    folder.write("motor.toml", common::preset() + sweep);
    folder.run(&["run", "motor.toml", "--out", "out"]).data();
    let whole = table(&std::fs::read_to_string(folder.path("out/results.csv")).unwrap());
    let value = |rows: &[Vec<String>], heading: &str| {
        let column = rows[0].iter().position(|found| found == heading);
        column.map(|column| rows[1][column].clone())
    };
    for (command, more) in [("rate", &[][..]), ("simulate", &["--time", "200 ns", "--dt", "1000 au"])] {
        let run = folder.run(&[&[command, "preston2023", "--format", "csv"], more].concat());
        let rows = table(&run.stdout);
        for heading in &rows[0] {
            let of_angle =
                ["theta ", "density", "kinetic_temperature"].iter().any(|name| heading.starts_with(name));
            let found = value(&whole, heading);
            assert_eq!(found.is_none(), of_angle, "{command}: {heading}");
            if command == "rate" && !of_angle {
                assert_eq!(value(&rows, heading), found, "{heading}");
            }
        }
        assert_eq!(value(&rows, "status").as_deref(), Some("converged"));
        assert!(run.stdout.contains("# band: wide band from"), "{}", run.stdout);
    }
}

#[test]
fn validity_has_one_layout() {
    let folder = Folder::new();
    folder.write("motor.toml", common::preset() + "[sweep]\nV = { values = [\"1 eV\", \"5 eV\"] }\n");
    let block = |arguments: &[&str]| {
        let run = folder.run(arguments);
        let (_, after) = run.stdout.split_once("\nvalidity\n").unwrap();
        after.lines().take_while(|line| line.starts_with("  ")).map(String::from).collect::<Vec<_>>()
    };
    let without_one = |mut lines: Vec<String>, name: &str| {
        let at = lines.iter().position(|line| line.starts_with(name)).unwrap();
        lines.remove(at);
        lines
    };
    // `check` alone tells what a basis that moves would change, and the rate alone when its direction is sure.
    let checked = without_one(block(&["check", "preston2023"]), "  basis ");
    assert!(checked.len() > 7, "{checked:?}");
    assert_eq!(without_one(block(&["rate", "preston2023"]), "  certainty "), checked);
    assert_eq!(block(&["landscape", "preston2023", "--points=2"]), checked);
    let short = ["simulate", "preston2023", "--time", "200 ns", "--dt", "1000 au"];
    assert_eq!(block(&short), checked);
    let swept = block(&["run", "motor.toml"]);
    assert!(swept.len() >= 5, "{swept:?}");
    for line in swept.iter().chain(&checked) {
        let (name, rest) = (line[2..18].trim(), &line[18..]);
        let standing = rest.split(": ").next().unwrap();
        assert!(["holds", "questionable", "fails"].contains(&standing) && !name.is_empty(), "{line}");
    }
    assert!(swept.iter().any(
        |line| line.starts_with("  adiabaticity ") && line.contains("of 2 points; adiabatic_ratio from")
    ));
}

#[test]
fn what_does_not_converge_is_null_with_a_status_and_exit_code_1() {
    let folder = Folder::new();
    // Electronic friction alone, a millionth of the solvent's: too little for Hermite functions.
    let light = ["rate", "preston2023", "--set", "xi_solv=0", "--format", "json"];
    let run = folder.run(&[&light[..], &["--method", "hermite"]].concat());
    assert_eq!(run.code, 1);
    let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(found["rotation_rate"].is_null() && found["mean_current"]["left"].is_null());
    assert!(found["status"].as_str().unwrap().contains(": no rotation rate"));
    // What the landscape alone tells is there all the same.
    assert!((found["barrier"].as_f64().unwrap() - 0.074_464_455).abs() < 1e-8);
    // Elements answer; asked for more than there is, with the error they have.
    for (tolerance, code) in [("1e-6", 0), ("1e-12", 1)] {
        let run = folder.run(&[&light[..], &["--tolerance", tolerance]].concat());
        assert_eq!(run.code, code, "{run:?}");
        let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let rate = found["rotation_rate"].as_f64().unwrap();
        let error = found["error_estimate"]["rotation_rate"].as_f64().unwrap();
        assert!((rate - 0.22).abs() < 0.01 + error && error < 0.02, "{rate} ± {error}");
        assert!(found["method"].as_str().unwrap().starts_with("elements"), "{}", found["method"]);
        let is_less = found["status"].as_str().unwrap().contains("not converged to the tolerance");
        assert_eq!(is_less, code == 1, "{}", found["status"]);
        // How long trajectories would take is said in words too.
        let time = found["averaging_time"].as_f64().unwrap();
        let shown = if time < 1e6 { format!("{time:.6}") } else { format!("{time:.6e}") };
        let words = format!("they would have to run for {shown} ns, all together, to tell R to 5 % of it");
        assert_eq!(found["trajectories"].as_str(), (code == 1).then_some(words.as_str()), "{found}");
    }
}

#[test]
fn every_study_turns_to_the_accuracy_that_is_asked_for() {
    let folder = Folder::new();
    for name in ["preston2023", "wind", "three_leads", "blowtorch", "blowtorch_table"] {
        // Some have a sweep, of which a note tells.
        let run = folder.run(&["rate", &study(&format!("{name}.toml")), "--format", "json"]);
        let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(found["status"], "converged", "{name}");
        let (rate, error) = (&found["rotation_rate"], &found["error_estimate"]["rotation_rate"]);
        let (rate, error) = (rate.as_f64().unwrap(), error.as_f64().unwrap());
        // More than a turn in a microsecond, so that there is something to see.
        assert!(rate.abs() > 1e-3 && error < 1e-6 * rate.abs(), "{name}: {rate} ± {error}");
    }
}

#[test]
fn passages_are_counted_on_request() {
    let folder = Folder::new();
    let asked = ["rate", "preston2023", "--passage", "--tolerance", "1e-5", "--format", "json"];
    let found = folder.run(&asked).json();
    let number = |name: &str| found[name].as_f64().unwrap();
    // From the counts of trajectories: 0.510 383 ± 0.000 039.
    assert!((number("revolution_directionality") - 0.510_426).abs() < 2e-6);
    let net = number("revolution_rate_forward") - number("revolution_rate_back");
    assert!((net - number("rotation_rate")).abs() < 1e-4);
    // Two hops to a turn.
    assert!(
        (number("hop_rate_forward") - number("hop_rate_back") - 2.0 * number("rotation_rate")).abs() < 1e-4
    );
    let all = number("hop_rate_forward") + number("hop_rate_back");
    assert!((number("mean_time_to_hop") * all - 1.0).abs() < 1e-12);
    assert!(found["error_estimate"]["hop_directionality"].as_f64().unwrap() < 1e-4);
    assert_eq!(
        (&found["units"]["hop_rate_back"], &found["units"]["mean_time_to_hop"]),
        (&"1/ns".into(), &"ns".into())
    );
    assert!(folder.run(&["rate", "preston2023", "--format", "json"]).json()["hop_rate_back"].is_null());
}

#[test]
fn how_the_rate_is_found_is_said_in_the_study_and_on_the_command_line() {
    let folder = Folder::new();
    let method = |file: &str, more: &[&str]| {
        let found = folder.run(&[&["rate", file, "--format", "json"], more].concat()).json();
        found["method"].as_str().unwrap().split(' ').next().unwrap().to_owned()
    };
    assert_eq!(method("preston2023", &[]), "hermite");
    assert_eq!(method("preston2023", &["--method", "elements", "--tolerance", "1e-5"]), "elements");
    let text = preset_with(
        "[environment]",
        "[rate]\nmethod = \"elements\"\ntolerance = 1e-5\nmemory = \"500 MB\"\n\n[environment]",
    );
    folder.write("motor.toml", text);
    assert_eq!(method("motor.toml", &[]), "elements");
    assert_eq!(method("motor.toml", &["--method", "hermite"]), "hermite");
    for (wrong, expected) in [
        ("method = \"elephants\"", "did you mean `elements`"),
        ("methd = \"elements\"", "unknown key `methd` in [rate]"),
        ("tolerance = 0", "between 1e-12 and 0.1"),
        ("tolerance = \"1e-6\"", "without quotes"),
        ("memory = 2", "memory is not a text in quotes"),
        ("memory = \"2\"", "memory has a unit"),
    ] {
        folder
            .write("wrong.toml", preset_with("[environment]", &format!("[rate]\n{wrong}\n\n[environment]")));
        let run = folder.run(&["rate", "wrong.toml"]);
        assert!(run.refused(2).contains(expected), "{wrong}: {}", run.stderr);
    }
    for (wrong, expected) in [
        (["--method", "elephants"], "did you mean `elements`"),
        (["--tolerance", "2"], "between 1e-12 and 0.1"),
        (["--memory", "much"], "memory"),
    ] {
        let run = folder.run(&["rate", "preston2023", wrong[0], wrong[1]]);
        assert!(run.refused(2).contains(expected), "{wrong:?}: {}", run.stderr);
    }
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
    let turns = std::fs::read_to_string(folder.path("turns.svg")).unwrap();
    assert!(turns.contains("<svg"));
}

#[test]
fn negative_friction_has_one_exit_code_in_all_commands() {
    let folder = Folder::new();
    let study = "landscape = { torque = \"0.01 eV*sin(theta)\", friction = \"-1e-3 eV ps\", diffusion = \"1e-4 eV^2 ps\" }\n\
                 rotor = { period = \"2*pi\", moment_of_inertia = \"4.5e5 au\" }\n";
    folder.write("unstable.toml", study);
    for arguments in [
        &["rate", "unstable.toml"][..],
        &["simulate", "unstable.toml", "--time", "1 ns"],
        &["run", "unstable.toml"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stderr.contains("friction"), "{}", run.stderr);
    }
}

#[test]
fn what_is_uncertain_is_carried_to_any_quantity_and_drawn() {
    let folder = Folder::new();
    let text = r#"
[parameters]
U0 = "20 meV"
T0 = "20 meV"
phi = 0.7
[landscape]
torque = "U0*sin(theta)"
friction = "100 au"
diffusion = "200 au*T0*(1 + 0.3*cos(theta + phi))"
[rotor]
period = "2*pi"
moment_of_inertia = "1e7 au"
[uncertain]
phi = "0.05"
U0 = { uniform = ["19 meV", "21 meV"] }
"#;
    folder.write("unsure.toml", text);
    let asked =
        ["rate", "unsure.toml", "--uncertain", "--samples", "16", "--of", "all", "--of", "U0*rotation_rate"];
    let json = folder.run(&[&asked[..], &["--format", "json", "--plot", "band.svg"]].concat()).json();
    let of = &json["quantities"];
    let all = ["rotational_diffusion", "power", "efficiency", "certainty_time", "U0*rotation_rate"];
    assert_eq!(keys(of), all);
    let time = &of["certainty_time"];
    assert_eq!((&time["unit"], &time["missing_samples"]), (&"ns".into(), &0.into()));
    let number = |name: &str| time[name].as_f64().unwrap();
    assert!(number("propagated_deviation") > 0.0 && number("lower_bound") < number("upper_bound"));
    assert!(time["variance_share"][time["blame"].as_str().unwrap()].as_f64().unwrap() >= 0.5);
    assert!(of["efficiency"]["value"].is_null());
    assert!(std::fs::read_to_string(folder.path("band.svg")).unwrap().contains("<svg"));
    let told = folder.run(&asked);
    assert!(
        told.data().contains("\ncertainty_time\n") && told.data().contains("variance from"),
        "{}",
        told.data()
    );
    folder.run(&[&asked[..], &["--format", "csv"]].concat()).refused(2);
    folder.run(&["rate", "unsure.toml", "--of", "power"]).refused(2);
    // Derivatives of the same quantities.
    let why = ["sensitivity", "unsure.toml", "--of", "all", "--parameters", "phi", "--format", "json"];
    let found = folder.run(&why).json();
    assert_eq!(keys(&found["derivatives"]), [&["rotation_rate"][..], &all[..4]].concat());
    let sure = &found["derivatives"]["certainty_time"]["phi"];
    assert!(sure["error"].as_f64().unwrap() > 0.0 && sure["step"].as_f64().unwrap() > 0.0);
    assert!(found["derivatives"]["efficiency"]["phi"]["missing"].is_string());
}
