//! Draw landscapes through the binary: the bytes are those of the format, and nothing is written that was refused.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Folder, study};

#[test]
fn figures_are_files_of_their_format_and_leave_the_data_alone() {
    let folder = Folder::new();
    let plain = folder.run(&["landscape", "preston2023", "--points=3"]);
    for (file, magic) in [
        ("a.svg", &b"<svg"[..]),
        ("a.pdf", b"%PDF-"),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("B.PNG", b"\x89PNG\r\n\x1a\n"),
    ] {
        let run = folder.run(&["landscape", "preston2023", "--points=3", "--plot", file]);
        assert_eq!(run.data(), plain.data());
        let bytes = std::fs::read(folder.path(file)).unwrap();
        let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap();
        let is_svg = file == "a.svg" && bytes.starts_with(b"<?xml");
        assert!(is_svg || bytes[start..].starts_with(magic), "{file}");
        assert!(bytes.len() > 5000);
    }
}

#[test]
fn every_study_can_be_drawn_in_both_unit_systems() {
    let folder = Folder::new();
    for (name, units, present, absent) in [
        ("three_leads.toml", "practical", &["tip", "µA", "eV ps", "torque (eV/rad)"][..], &["a.u."][..]),
        ("three_leads.toml", "atomic", &["tip", "a.u."], &["µA", "eV"]),
        ("wind.toml", "practical", &["left", "right", "µA"], &["a.u."]),
        ("blowtorch.toml", "atomic", &["a.u."], &["µA", "eV", "environment"]),
        ("blowtorch_table.toml", "practical", &["eV"], &["µA"]),
    ] {
        let study = study(name);
        let run = folder.run(&["landscape", &study, "--points=1", "--units", units, "--plot", "figure.svg"]);
        assert_eq!(run.code, 0, "{run:?}");
        let svg = std::fs::read_to_string(folder.path("figure.svg")).unwrap();
        for text in present {
            assert!(svg.contains(text), "{name}: {text} is missing");
        }
        for text in absent {
            assert!(!svg.contains(text), "{name}: {text} does not belong there");
        }
    }
}

#[test]
fn figures_that_cannot_be_written_are_refused_before_anything_is_computed() {
    let folder = Folder::new();
    // This study does not converge: had it been computed, the exit code would be 1.
    folder.write(
        "kink.toml",
        common::preset_with("potential = \"0 eV\"", "potential = \"0.1 eV * abs(sin(theta))\""),
    );
    for (file, expected) in [
        ("a.gif", "a.gif does not end in .svg, .pdf or .png"),
        ("figure", "figure does not end in .svg, .pdf or .png"),
        ("svg", "svg does not end in"),
        ("nowhere/a.svg", "cannot write nowhere/a.svg: there is no folder nowhere"),
        ("kink.toml/a.svg", "cannot write kink.toml/a.svg"),
    ] {
        let run = folder.run(&["landscape", "kink.toml", "--plot", file]);
        assert!(run.refused(2).contains(expected) && run.stderr.contains("help: "), "{}", run.stderr);
        assert!(!folder.path(file).exists());
    }
    std::fs::create_dir(folder.path("a.svg")).unwrap();
    let run = folder.run(&["landscape", "preston2023", "--points=1", "--plot", "a.svg"]);
    assert!(run.refused(2).contains("cannot write a.svg"), "{}", run.stderr);
}
