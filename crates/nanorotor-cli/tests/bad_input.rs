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
        ("folder.toml", "cannot read folder.toml"),
        ("missing.toml", "cannot read missing.toml"),
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
        ("V=1e308 eV", "above the chemical potential of lead \"right\"", "set from outside: V = 1e308 eV"),
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
        &["--theta", "pi/4"],
        &["--theta", "1e300"],
        &["--theta", "-1e7"],
        &["--points", "0"],
        &["--points", "-1"],
        &["--points", "1e9"],
        &["--points", "99999999999"],
        &["--theta", "1", "--points", "3"],
        &["--format", "xml"],
        &["--units", "cgs"],
    ] {
        let run = folder.run(&[&["landscape", "preston2023"], arguments].concat());
        assert!(run.refused(2).starts_with("error: "), "{}", run.stderr);
        assert!(run.stderr.contains(arguments[0]), "{}", run.stderr);
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
        assert!(message.contains("interpolation in theta did not converge"), "{message}");
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
fn wrong_command_lines_are_told_how_to_go_on() {
    let folder = Folder::new();
    for arguments in [&["foo"][..], &["landscape"], &["check", "preston2023", "--plot", "a.svg"], &[]] {
        assert!(folder.run(arguments).refused(2).contains("Usage: nanorotor"));
    }
    let help = folder.run(&["--help"]);
    assert!(help.data().contains("Exit codes:") && help.stdout.contains("landscape"));
    assert!(folder.run(&["--version"]).data().starts_with("nanorotor "));
}
