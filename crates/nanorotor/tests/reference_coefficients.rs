//! Meet the reference numbers for the preset: coefficients, Lorentzian bands and pumped charge, through study files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use nanorotor::coefficients::{Coefficients, Family, pumped_charge};
use nanorotor::junction::Junction;
use nanorotor::study::{PRESETS, Study};
use serde_json::Value;

const FLOWS: [Family; 2] = [Family::Current, Family::Emissivity];

fn reference(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The preset with the values of a reference row; `kT_L` and `kT_R` are not parameters of it and are edited in.
fn junction(set: &Value, edit: impl Fn(String) -> String) -> Junction {
    let mut text = PRESETS[0].1.to_string();
    for (side, name) in [("kT_L", "left"), ("kT_R", "right")] {
        if let Some(value) = set.get(side).and_then(Value::as_f64) {
            let at = text.find(&format!("name = \"{name}\"")).unwrap();
            let (head, tail) = text.split_at(at);
            text = format!(
                "{head}{}",
                tail.replacen("thermal_energy = \"kT\"", &format!("thermal_energy = \"{value} eV\""), 1)
            );
        }
    }
    let mut study = Study::from_toml(&edit(text), "reference", None).unwrap();
    for (name, value) in set.as_object().unwrap() {
        if !name.starts_with("kT_") {
            let value = value.as_f64().unwrap();
            let text = if name == "phi" { value.to_string() } else { format!("{value} eV") };
            study = study.with(name, &text).unwrap();
        }
    }
    study.resolve().unwrap().electrons().unwrap().junction().unwrap().clone()
}

fn close(name: &str, row: &Value, found: f64, expected: &str) {
    let expected = row[expected].as_f64().unwrap();
    let tolerance = 1e-8 * expected.abs() + 1e-13;
    assert!((found - expected).abs() <= tolerance, "{name}: {found} instead of {expected} at {row}");
}

#[test]
fn coefficients_of_the_preset() {
    let reference = reference(include_str!("reference/coefficients.json"));
    for row in reference["rows"].as_array().unwrap() {
        let found =
            Coefficients::at(&junction(&row["set"], |text| text), row["theta"].as_f64().unwrap(), &FLOWS)
                .unwrap();
        close("torque", row, found.torque.value, "torque");
        close("friction", row, found.friction.value, "friction");
        close("diffusion", row, found.diffusion.value, "diffusion");
        close("current", row, found.of(Family::Current)[0].value, "current_left");
    }
}

#[test]
fn coefficients_with_lorentzian_bands() {
    let reference = reference(include_str!("reference/lorentzian.json"));
    for row in reference["rows"].as_array().unwrap() {
        let half_width = row["W"].as_f64().unwrap();
        let edit = |text: String| {
            let lorentzian =
                format!("lorentzian = {{ center = \"0 eV\", half_width = \"{half_width} eV\" }}\nname =");
            text.replace("[band]\nbottom = \"band_bottom\"\n", "")
                .replace("band_bottom = \"-10 eV\"", "")
                .lines()
                .map(|line| {
                    if line.trim_start().starts_with("# our choice") || line.trim_start().starts_with("# ") {
                        ""
                    } else {
                        line
                    }
                })
                .collect::<Vec<_>>()
                .join("\n")
                .replace("name =", &lorentzian)
        };
        let found =
            Coefficients::at(&junction(&row["set"], edit), row["theta"].as_f64().unwrap(), &FLOWS).unwrap();
        close("torque", row, found.torque.value, "torque");
        close("friction", row, found.friction.value, "friction_scattering");
        close("diffusion", row, found.diffusion.value, "diffusion");
        // The reference itself says that its currents are rounding noise at zero bias: 1e-12 there.
        if row["set"]["V"] == 0.0 {
            assert_eq!(found.of(Family::Current)[0].value, 0.0);
        } else {
            close("current", row, found.of(Family::Current)[0].value, "current");
        }
    }
}

#[test]
fn charge_pumped_at_equilibrium() {
    let reference = reference(include_str!("reference/pumped_charge.json"));
    for row in reference["rows"].as_array().unwrap() {
        let found =
            pumped_charge(&junction(&row["set"], |text| text), row["theta"].as_f64().unwrap()).unwrap();
        close("left", row, found[0].value, "dn_left_dtheta");
    }
}
