//! Keep the rooms in order: data flows one way, and no room knows one to its right.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from left to right; rooms of one row do not know each other.
const ROWS: &[&[&str]] = &[
    &["error"],
    &["units", "instructions"],
    &["quantity"],
    &["periodic"],
    &["expression"],
    &["junction"],
    &["scattering"],
    &["coefficients"],
    &["landscape"],
    &["stationary"],
    &["kramers", "overdamped", "weak", "langevin"],
    &["observables"],
    &["study"],
    &["results"],
    &["sweep", "export"],
    &["design", "reproduction"],
];

fn row(room: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&room))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn arrows_only_point_right() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut arrows = 0;
    for file in files(&source) {
        let relative = file.strip_prefix(&source).unwrap();
        let own = relative.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        if own == "lib" {
            continue;
        }
        let own_row = row(own).unwrap_or_else(|| panic!("{own} is in no row of ROWS: give it its place"));
        for line in fs::read_to_string(&file).unwrap().lines() {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let room: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                // What lib.rs re-exports at the root counts as the room it comes from.
                let room = match room.as_str() {
                    "Error" | "Result" => "error",
                    "Periodic" => "periodic",
                    "Landscape" => "landscape",
                    "Study" => "study",
                    "Measure" | "Results" | "Status" => "results",
                    other => other,
                };
                if room == own || room.is_empty() {
                    continue;
                }
                let Some(other) = row(room) else { continue };
                arrows += 1;
                if other >= own_row {
                    wrong.push(format!("{}: {}", relative.display(), line.trim()));
                }
            }
        }
    }
    assert!(arrows > 20, "the test has lost sight of the imports");
    assert!(wrong.is_empty(), "a room knows one to its right:\n{}", wrong.join("\n"));
}
