//! Hold the page on the study file against the keys that are read.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use nanorotor::Study;

/// A study with every section; a key that nobody knows comes after one of the marks.
const STUDY: &str = r#"#
[parameters]
V = "1 eV"
[molecule]#
hamiltonian = [["0 eV"]]
[[lead]]#
name = "left"
chemical_potential = "V"
thermal_energy = "300 K"
lorentzian = { #center = "0 eV", half_width = "1 eV" }
channel = [{ #broadening = "0.1 eV", site = 1, amplitude = "1" }]
[[lead]]
name = "right"
chemical_potential = "-V"
thermal_energy = "300 K"
chain = { #center = "0 eV", hopping = "1 eV" }
channel = [{ broadening = "0.1 eV", site = 1, amplitude = "1" }]
[rotor]#
period = "pi"
moment_of_inertia = "1e-45 kg m^2"
[environment]#
friction = "1e-3 eV ps"
thermal_energy = "300 K"
[compute]#
[rate]#
[simulate]#
[sweep]
V = { #from = "0 eV", to = "1 eV", points = 2 }
"#;

#[test]
fn every_key_is_on_the_page() {
    let page = include_str!("../../../docs/study-file.md");
    let without_marks = |text: &str| text.replace('#', "");
    Study::from_toml(&without_marks(STUDY), "all sections", None).unwrap();
    let mut keys = 0;
    for (at, _) in STUDY.match_indices('#') {
        let (before, after) = (without_marks(&STUDY[..at]), without_marks(&STUDY[at + 1..]));
        // In an inline table, or on a line of its own.
        let text = if before.ends_with("{ ") {
            format!("{before}qqqqqqqqqq = 1, {after}")
        } else {
            format!("{before}\nqqqqqqqqqq = 1\n{after}")
        };
        let error = Study::from_toml(&text, "unknown key", None).unwrap_err();
        let known = error.hint().strip_prefix("known here are ").unwrap_or_else(|| panic!("{error}\n{text}"));
        for key in known.split(", ") {
            keys += 1;
            let stated = [format!("`{key}`"), format!("[{key}]"), format!("{key} = ")];
            assert!(
                stated.iter().any(|stated| page.contains(stated)),
                "`{key}` is not in docs/study-file.md"
            );
        }
    }
    assert!(keys > 50, "the test sees {keys} keys only");
}
