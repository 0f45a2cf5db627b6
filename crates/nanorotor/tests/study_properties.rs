//! Throw arbitrary, mutated, deep and huge studies at the reader: it answers, and never panics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::time::Instant;

use nanorotor::Error;
use nanorotor::expression::Formula;
use nanorotor::study::{Model, PRESETS, Study};
use nanorotor::units::HARTREE_IN_EV;
use proptest::prelude::*;

/// Read and resolve; an error must be one that can be drawn.
fn survives(text: &str) -> bool {
    match Study::from_toml(text, "f.toml", None).and_then(|study| study.resolve()) {
        Ok(_) => true,
        Err(Error::Study(error)) => {
            assert!(!error.message.is_empty() && !error.hint.is_empty());
            for (span, _) in &error.labels {
                assert!(error.text.get(span.clone()).is_some(), "{span:?} is not in the text");
            }
            let _ = error.to_string();
            false
        }
        Err(other) => panic!("{other}"),
    }
}

fn preset() -> &'static str {
    PRESETS[0].1
}

/// The message of the error of a text.
fn message(text: &str) -> String {
    match Study::from_toml(text, "f.toml", None).and_then(|study| study.resolve()) {
        Ok(_) => "no error".into(),
        Err(error) => error.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text(text in "\\PC*") {
        survives(&text);
    }

    #[test]
    fn a_preset_with_a_piece_replaced(at: prop::sample::Index, length in 0usize..30, piece in "[ -~µ\n]{0,12}") {
        let boundaries: Vec<usize> = preset().char_indices().map(|(i, _)| i).collect();
        let start = at.index(boundaries.len());
        let end = (start + length).min(boundaries.len() - 1);
        let text = format!("{}{piece}{}", &preset()[..boundaries[start]], &preset()[boundaries[end]..]);
        survives(&text);
    }

    #[test]
    fn a_preset_with_lines_exchanged(a: prop::sample::Index, b: prop::sample::Index) {
        let mut lines: Vec<&str> = preset().lines().collect();
        let (a, b) = (a.index(lines.len()), b.index(lines.len()));
        lines.swap(a, b);
        survives(&lines.join("\n"));
    }

    #[test]
    fn a_preset_with_any_value_of_any_parameter(
        name in prop::sample::select(vec!["V", "phi", "A", "Gamma_L", "Gamma_R", "v", "kT", "band_bottom", "I", "nobody"]),
        value in prop_oneof![
            "[ -~]{0,20}",
            "[0-9.e-]{1,6} (eV|K|ns|au|kg m\\^2)",
            "(V|phi|A|Gamma_L|theta|pi|1|0)[-+*/^](V|v|kT|theta|2|0)",
            any::<f64>().prop_map(|x| x.to_string()),
        ],
    ) {
        let study = Study::preset("preston2023").unwrap();
        if let Ok(study) = study.with(name, &value) {
            let _ = study.resolve();
        }
        let _ = survives(&preset().replacen("\"5 eV\"", &format!("{value:?}"), 1));
    }

    #[test]
    fn any_number_of_atomic_units(value in prop_oneof![any::<f64>(), -1.0..400.0]) {
        let study = Study::preset("preston2023").unwrap();
        match study.with_value("Gamma_L", value) {
            Ok(study) => {
                let resolved = study.resolve();
                // A molecule has no broadening above 10 keV.
                let is_possible = (0.0..=1e4 / HARTREE_IN_EV).contains(&value);
                prop_assert!(resolved.is_ok() == is_possible, "{resolved:?}");
            }
            Err(_) => prop_assert!(!value.is_finite()),
        }
    }

    #[test]
    fn the_table_of_a_landscape(torque in "[ -~]{0,30}", period in "[ -~]{0,10}") {
        survives(&format!(
            "[landscape]\ntorque = {torque:?}\nfriction = \"1 au\"\ndiffusion = \"2 au\"\n[rotor]\nperiod = {period:?}\nmoment_of_inertia = \"1 au\"\n"
        ));
    }
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{a=", "}"), ("[[", "]]"), ("a.", "b")] {
        for depth in [100, 10_000, 100_000] {
            let text = format!("[molecule]\nhamiltonian = {}1{}\n", open.repeat(depth), close.repeat(depth));
            assert!(!survives(&text));
        }
    }
    assert!(!survives(&"[a.".repeat(50_000)));
    assert!(!survives(&format!("{}b = 1\n", "a.".repeat(50_000))));
    for formula in ["(".repeat(15_000), "-".repeat(15_000), "sin(".repeat(4_000)] {
        let text = preset().replacen("\"1.25 eV\"", &format!("\"{formula}\""), 1);
        assert!(message(&text).contains("nested too deeply"));
    }
}

#[test]
fn huge_matrices_are_refused_before_they_are_read() {
    let start = Instant::now();
    let row = format!("[{}]", vec!["0"; 1000].join(","));
    let matrix = format!("[{}]", vec![row.as_str(); 1000].join(","));
    let text = preset().replacen("[[\"E_1\", \"v\"], [\"v\", \"E_2\"]]", &matrix, 1);
    assert!(message(&text).ends_with("the hamiltonian has 1000 rows"), "{}", message(&text));
    assert!(start.elapsed().as_secs() < 60);
    let sweep =
        format!("{}\n[sweep]\nV = {{ from = 0, to = \"1 eV\", points = 9223372036854775807 }}\n", preset());
    assert!(message(&sweep).contains("points"));
    let product: String =
        ["V", "phi", "A", "v"].iter().fold(format!("{}\n[sweep]\n", preset()), |text, name| {
            text + &format!("{name} = {{ from = 0, to = \"0.2 au\", points = 1000 }}\n")
        });
    assert!(message(&product).contains("too many points"), "{}", message(&product));
}

#[test]
fn a_matrix_of_the_largest_size_is_read() {
    let n = 256;
    let row = |i: usize| {
        let entries: Vec<&str> =
            (0..n).map(|j| if i.abs_diff(j) == 1 { "\"v*cos(2*theta)\"" } else { "0" }).collect();
        format!("[{}]", entries.join(","))
    };
    let matrix: Vec<String> = (0..n).map(row).collect();
    let text =
        preset().replacen("[[\"E_1\", \"v\"], [\"v\", \"E_2\"]]", &format!("[{}]", matrix.join(",")), 1);
    let Model::Junction(junction) = Study::from_toml(&text, "f", None).unwrap().resolve().unwrap().model
    else {
        panic!("no junction")
    };
    assert_eq!(junction.hamiltonian.len(), n);
}

#[test]
fn long_chains_of_parameters_are_followed_and_long_circles_found() {
    let chain = |n: usize, last: &str| {
        let links: Vec<String> = (0..n).map(|i| format!("p{i} = \"p{}\"\n", i + 1)).collect();
        format!("{}p{n} = \"{last}\"\n", links.concat())
    };
    let with = |parameters: &str| preset().replacen("V = \"5 eV\"", &format!("V = \"p0\"\n{parameters}"), 1);
    assert!(survives(&with(&chain(2000, "1 eV"))));
    let circle = message(&with(&chain(2000, "p7")));
    assert!(circle.contains("in a circle: p7 → p8"), "{circle}");
}

#[test]
fn formulas_that_overflow_are_refused_by_name() {
    for (from, to, expected) in [
        (
            "1 + A/2*(cos(2*theta) - 1)",
            "exp(1000*cos(2*theta))",
            "the amplitude of channel 1 of lead \\\"left\\\" is inf",
        ),
        ("A = 0.95", "A = \"sqrt(-1)\"", "`A` is NaN"),
        ("I = \"4.5e5 au\"", "I = \"1e300 au * 1e300\"", "`I` is inf"),
    ] {
        let found = message(&preset().replacen(from, to, 1));
        assert!(found.contains(&expected.replace('\\', "")), "{found}");
    }
    let formula: Formula = "exp(1000)*0 + theta".parse().unwrap();
    assert!(!formula.at(1.0).is_finite());
}
