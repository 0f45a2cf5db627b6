//! Feed the binary with what it cannot use: the message names place, cause and remedy, the exit code is 1 or 2.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Folder, preset_with, study, words};

/// The message of a study that is the preset with one text replaced.
fn told(from: &str, to: &str) -> String {
    let folder = Folder::new();
    folder.write("motor.toml", preset_with(from, to));
    let checked = folder.run(&["check", "motor.toml"]);
    // Both commands refuse it alike.
    assert_eq!(folder.run(&["landscape", "motor.toml"]).refused(2), checked.refused(2));
    checked.stderr
}

#[test]
fn a_mistake_is_shown_with_its_file_its_line_a_caret_and_a_hint() {
    let message = told("Gamma_R = \"Gamma_L/2\"", "Gamma_R = \"Gama_L/2\"");
    let lines: Vec<&str> = message.lines().map(str::trim).collect();
    assert_eq!(lines[0], "× unknown parameter `Gama_L`");
    assert!(lines[1].contains("[motor.toml:11:12]"), "{message}");
    let at = lines.iter().position(|line| *line == "11 │ Gamma_R = \"Gama_L/2\"").unwrap();
    // The mark begins under the name.
    let column = |line: usize, text: &str| {
        let line = message.lines().nth(line).unwrap();
        line[..line.find(text).unwrap()].chars().count()
    };
    assert_eq!(column(at, "Gama_L"), column(at + 1, "─"));
    assert!(
        message.contains("not defined") && message.contains("help: did you mean `Gamma_L`?"),
        "{message}"
    );
}

#[test]
fn plausible_mistakes_are_answered_with_what_to_write() {
    for (from, to, hint) in [
        ("V = \"5 eV\"", "V = 5 eV", "text stands in quotes"),
        ("V = \"5 eV\"", "V = \"5 V\"", "\"5 eV\" is the bias of 5 V"),
        ("V = \"5 eV\"", "V = \"5eV\"", "write \"5 eV\""),
        ("A = 0.95", "A = 0,95", "write decimals with a point"),
        ("cos(2*theta)", "cos(2theta)", "write \"2*theta\""),
        ("cos(2*theta)", "cos(2*θ)", "write theta"),
        ("[[lead]]\nname = \"right\"", "[lead]\nname = \"right\"", "each lead begins with [[lead]]"),
        ("[\"v\", \"E_2\"]", "[\"-v\", \"E_2\"]", "entry (j, i) is the complex conjugate of entry (i, j)"),
        ("period = \"pi\"", "period = 180", "write for example \"pi\""),
        ("site = 2", "site = 3", "sites count from 1 to 2"),
        ("cite = [\"preston2023\"]", "cite = \"preston2023\"", "write for example [\"preston2023\"]"),
        ("kT = \"0.0272 eV\"", "kT = \"0 K\"", "temperatures are absolute"),
    ] {
        let message = told(from, to);
        assert!(message.contains("[motor.toml:") && message.contains("help: "), "{message}");
        assert!(words(&message).contains(hint), "{message}");
    }
}

#[test]
fn files_that_are_no_studies() {
    let folder = Folder::new();
    folder.write("empty.toml", "").write("bytes.toml", (0..=255).cycle().take(3000).collect::<Vec<u8>>());
    folder.write("text.toml", "The quick brown fox\n").write("nul.toml", [0u8; 64]);
    std::fs::create_dir(folder.path("folder.toml")).unwrap();
    for (file, expected) in [
        ("empty.toml", "the study has no [molecule]"),
        ("bytes.toml", "cannot read bytes.toml: not UTF-8 text"),
        ("text.toml", "text.toml:1:"),
        ("nul.toml", "nul.toml:1:"),
        ("folder.toml", "folder.toml is a folder, not a study file"),
        ("missing.toml", "cannot read missing.toml"),
        ("empty", "help: did you mean `empty.toml`?"),
        ("txt.toml", "help: did you mean `text.toml`?"),
        ("preston2032", "help: did you mean `preston2023`?"),
    ] {
        for command in ["landscape", "check", "cite"] {
            let run = folder.run(&[command, file]);
            assert!(run.refused(2).contains(expected), "{file}: {}", run.stderr);
            assert!(run.stderr.contains("help: "), "{}", run.stderr);
        }
    }
}

#[test]
fn pseudorandom_bytes_never_panic() {
    let folder = Folder::new();
    let preset = std::fs::read(study("preston2023.toml")).unwrap();
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..60 {
        // The preset with some bytes changed, and cut off somewhere.
        let mut text = preset.clone();
        for _ in 0..3 {
            let at = next(text.len());
            text[at] = next(256) as u8;
        }
        text.truncate(text.len() - next(text.len() / 4));
        folder.write("noise.toml", text);
        let run = folder.run(&["landscape", "noise.toml", "--points", "1"]);
        assert!([0, 1, 2].contains(&run.code) && !run.stderr.contains("panicked"), "{run:?}");
        assert_eq!(run.stdout.is_empty(), run.code != 0);
    }
}

#[test]
fn values_from_outside_that_are_refused() {
    let folder = Folder::new();
    for (set, expected, hint) in [
        ("V", "--set V has no =", "write --set NAME=VALUE"),
        ("=3", "--set =3 has no name before =", "write --set NAME=VALUE"),
        ("W=3", "unknown parameter `W`", "known are V, phi"),
        ("gamma_L=3", "unknown parameter `gamma_L`", "did you mean `Gamma_L`?"),
        ("V=", "the formula ends too early", "complete it"),
        ("V=3 ns", "`V` is an energy, not a time", "write for example \"0.5 eV\""),
        ("V=3 volt", "unknown unit `volt`", ""),
        ("V=nan", "unknown parameter `nan`", ""),
        ("V=1e999", "the number is too large", "numbers end at 1.8e308"),
        ("V=100 eV", "above the chemical potential of lead \"right\"", "set from outside: V = 100 eV"),
        ("V=1e308 eV", "is 5e307 eV, more than any rotor has", "set from outside: V = 1e308 eV"),
        ("W=−1", "unknown parameter `W`", ""),
        ("V=3", "`V` is an energy and needs a unit", "write \"3 eV\" or \"3 au\""),
        ("A=theta", "", ""),
        ("Gamma_R=3", "`Gamma_R` is an energy and needs a unit", "write \"3 eV\" or \"3 au\""),
        ("kT=-1 eV", "thermal_energy of lead \"left\" is -1 eV", "set from outside: kT = -1 eV"),
        ("I=0", "moment_of_inertia of [rotor]", "write for example"),
        ("V=V", "defined in a circle", "a value of its own"),
    ] {
        let run = folder.run(&["landscape", "preston2023", "--points=1", "--set", set]);
        if set == "A=theta" {
            // Not periodic: whatever is said, it is about the period.
            assert!(run.refused(2).contains("period"), "{}", run.stderr);
            continue;
        }
        let words = words(run.refused(2));
        assert!(
            words.contains(expected) && words.contains("help:") && words.contains(hint),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn angles_and_points_that_are_none() {
    let folder = Folder::new();
    for arguments in [
        &["--theta", "nan"][..],
        &["--theta", "inf"],
        &["--theta", ""],
        &["--theta", "0.3,"],
        &["--theta", "pi/theta"],
        &["--theta", "1 eV"],
        &["--theta", "0.3;1.0"],
        &["--theta", "1e300"],
        &["--theta", "-1e7"],
        &["--points", "0"],
        &["--points", "-1"],
        &["--points", "1e9"],
        &["--points", "99999999999"],
        &["--points", "1e3"],
        &["--theta", "1", "--points", "3"],
        &["--format", "xml"],
        &["--units", "cgs"],
    ] {
        let run = folder.run(&[&["landscape", "preston2023"], arguments].concat());
        assert!(run.refused(2).starts_with("error: "), "{}", run.stderr);
        assert!(run.stderr.contains(arguments[0]), "{}", run.stderr);
    }
    // A minus sign first, look-alikes, units and formulas are no trouble.
    for command in ["landscape", "rate"] {
        let of = |theta: &str| {
            let run = folder.run(&[command, "preston2023", "--format", "json", "--theta", theta]);
            run.json()["theta"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(of("-0.3,1.0"), [-0.3, 1.0]);
        assert_eq!(of("−0.3, 1.0"), [-0.3, 1.0]);
        let [right, quarter] = of("90 deg,pi/4")[..] else { panic!("two angles") };
        assert!((right - std::f64::consts::FRAC_PI_2).abs() < 1e-15, "{right}");
        assert!((quarter - std::f64::consts::FRAC_PI_4).abs() < 1e-15, "{quarter}");
    }
    assert!(
        folder
            .run(&["landscape", "preston2023", "--theta", "1e300"])
            .stderr
            .contains("take whole turns away")
    );
}

#[test]
fn a_kink_in_theta_is_computed_but_does_not_converge() {
    let folder = Folder::new();
    folder
        .write("kink.toml", preset_with("potential = \"0 eV\"", "potential = \"0.1 eV * abs(sin(theta))\""));
    for command in ["landscape", "check"] {
        let run = folder.run(&[command, "kink.toml"]);
        let message = words(run.refused(1));
        assert!(message.contains("of its maximum on 16384 points: no interpolation in theta"), "{message}");
        assert!(
            message.contains("classical potential") && message.contains("help: look for a kink"),
            "{message}"
        );
    }
    // A kink in a coupling is named by what it spoils.
    folder.write("kink.toml", preset_with("amplitude = \"1 + ", "amplitude = \"abs(sin(theta)) + 1 + "));
    let run = folder.run(&["landscape", "kink.toml", "--theta", "0.3"]);
    let words = words(run.refused(1));
    let named = ["torque", "friction", "diffusion", "current of lead"];
    assert!(named.iter().any(|name| words.contains(&format!("tail of the {name}"))), "{words}");
    // Nothing of it needs citing to converge.
    assert_eq!(folder.run(&["cite", "kink.toml"]).code, 0);
}

#[test]
fn a_minus_sign_that_toml_does_not_know_is_told_to_stand_in_quotes() {
    let folder = Folder::new();
    folder.write("minus.toml", preset_with("A = 0.95", "A = −0.95"));
    let message = words(folder.run(&["check", "minus.toml"]).refused(2));
    assert!(message.contains("only texts in quotes may have a minus sign"), "{message}");
    folder.write("quoted.toml", preset_with("A = 0.95", "A = \"−0.95\""));
    assert!(folder.run(&["check", "quoted.toml"]).data().contains("-0.95"));
}

#[test]
fn what_the_physics_refuses_has_one_exit_code_in_all_commands() {
    let folder = Folder::new();
    let given = |friction: &str| {
        format!(
            "parameters = {{ s = 1 }}\n\
             landscape = {{ torque = \"s*0.01 eV*sin(theta)\", friction = \"{friction}\", diffusion = \"1e-4 eV^2 ps\" }}\n\
             rotor = {{ period = \"2*pi\", moment_of_inertia = \"4.5e5 au\" }}\nsweep.s = {{ values = [1, 2] }}\n"
        )
    };
    let dark = preset_with("amplitude = \"1 + ", "amplitude = \"0*sin(theta) + 0*(1 + ")
        .replacen("cos(2*theta) - 1)\"", "cos(2*theta) - 1))\"", 1)
        .replace("E_1 = \"0 eV\"", "E_1 = \"0.1 eV*cos(2*theta)\"")
        .replace("v = \"1.25 eV\"", "v = \"0 eV\"");
    folder.write("dark.toml", dark);
    folder.write("unbraked.toml", given("-1e-3 eV ps")).write("free.toml", given("0 eV ps"));
    for (file, matter, refused_before_dynamics) in [
        ("dark.toml", "depends on theta but is coupled to no lead", true),
        ("unbraked.toml", "friction is ", false),
        ("free.toml", "friction is ", false),
    ] {
        let simulate = ["simulate", file, "--time", "0.1 ns", "--trajectories", "32"];
        let commands =
            [&["check", file][..], &["landscape", file], &["rate", file], &simulate, &["run", file]];
        for (i, command) in commands.into_iter().enumerate() {
            let run = folder.run(command);
            if i < 2 && !refused_before_dynamics {
                assert_eq!(run.code, 0, "{command:?} {}", run.stderr);
                continue;
            }
            assert_eq!(run.code, 1, "{command:?} {}", run.stderr);
            let words = words(&run.stderr);
            assert!(words.contains(matter) && !words.contains("did not converge"), "{command:?} {words}");
        }
    }
}

#[test]
fn wrong_command_lines_are_told_how_to_go_on() {
    let folder = Folder::new();
    for arguments in [&["foo"][..], &["landscape"], &["check", "preston2023", "--plot", "a.svg"], &[]] {
        assert!(folder.run(arguments).refused(2).contains("Usage: nanorotor"));
    }
    for (arguments, advice) in [
        (&["run", "preston2023", "--plot", "a.svg"][..], "`run` draws its figures into its folder by itself"),
        (&["run", "preston2023", "--threads", "2"], "--jobs does that, in optimize, run, reproduce"),
        (&["run", "preston2023", "-j", "2"], "--jobs does that, in optimize, run, reproduce"),
        (&["run", "preston2023", "--seed", "3"], "`run` takes it from [simulate] of the study"),
        (&["rate", "preston2023", "V=3 eV"], "parameters are set with --set V=3 eV"),
        (&["rate", "preston2023", "--V=3"], "parameters of a study are set with --set, as in --set V=VALUE"),
        (
            &["rate", "preston2023", "--set", "V=3", "eV"],
            "put what has a space in quotes, as in --set V=\"3 eV\"",
        ),
        (&["landscape", "preston2023", "--theta", "0.3", "1.0"], "separate angles by commas"),
        (&["simulate", "preston2023", "--time", "100ns"], "write \"100 ns\""),
        (&["simulate", "preston2023", "--time", "100"], "write \"100 ns\" or \"100 au\""),
        (&["simulate", "preston2023", "--time", "1 eV"], "`eV` is an energy, not a time"),
        (&["simulate", "preston2023", "--time", "1e-20 ns"], "no step is as short as 1e-12 ns"),
        (&["simulate", "preston2023", "--seed", "1.5"], "not a whole number"),
        (&["simulate", "preston2023", "--trajectories", "1e3"], "not a whole number; write 1000"),
        (&["run", "preston2023", "--jobs", "0"], "not a whole number from 1 to 1024"),
        (&["run", "preston2023", "--jobs", "1e9"], "not a whole number from 1 to 1024"),
        (&["run", "preston2023", "--jobs", "-1"], "not a whole number from 1 to 1024"),
        (&["run", "preston2023", "--shard", "1/9999999"], "9999999 shards are too many"),
    ] {
        let run = folder.run(arguments);
        assert!(run.refused(2).contains(advice), "{}", run.stderr);
        assert!(!run.stderr.contains("tip: to pass"), "{}", run.stderr);
    }
    let help = folder.run(&["--help"]);
    assert!(help.data().contains("Exit codes:") && help.stdout.contains("landscape"));
    assert!(folder.run(&["--version"]).data().starts_with("nanorotor "));
}

#[test]
fn a_molecule_needs_the_python_package() {
    let folder = Folder::new();
    for (python, said) in
        [("no-such-python", "cannot start no-such-python"), ("cargo", "cargo has no package nanorotor")]
    {
        let mut command = folder.command(&["molecule", "biphenyl.xyz", "--axis", "0,6"]);
        let done = command.env("NANOROTOR_PYTHON", python).output().unwrap();
        let message = words(&String::from_utf8(done.stderr).unwrap());
        assert_eq!(done.status.code(), Some(2), "{message}");
        assert!(
            message.contains(said) && message.contains("name its Python in NANOROTOR_PYTHON"),
            "{message}"
        );
    }
}
