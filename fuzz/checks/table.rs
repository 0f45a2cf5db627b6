//! Read a CSV file as the table of a study, and draw whatever is wrong with it.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use nanorotor::study::{Model, Study};

#[path = "../../crates/nanorotor-cli/src/drawn.rs"]
mod drawn;

/// A folder for the table: in memory where that is simple.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let folder = base.join(format!("nanorotor-fuzz-table-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
});

const STUDY: &str =
    "rotor = { period = \"2*pi\", moment_of_inertia = \"1 au\" }\nlandscape = { table = \"table.csv\" }\n";

/// Panic if something is wrong with it.
pub fn check(data: &[u8]) {
    fs::write(FOLDER.join("table.csv"), data).expect("a file can be written");
    match Study::from_toml(STUDY, "fuzz.toml", Some(&FOLDER)).and_then(|study| study.resolve()) {
        Ok(resolved) => {
            let Model::Landscape(model) = &resolved.model else { panic!("a table became a junction") };
            for profile in [&model.torque, &model.friction, &model.diffusion] {
                // A function through finite values may overflow between them, but has the period.
                let (a, b) = (profile.at(0.3), profile.at(0.3 + std::f64::consts::TAU));
                let size = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
                    .map(|t| profile.at(t).abs())
                    .into_iter()
                    .fold(a.abs(), f64::max);
                assert!(!(a - b).is_finite() || !size.is_finite() || (a - b).abs() <= 1e-6 * size, "{a} {b}");
            }
        }
        Err(error) => {
            assert!(!error.hint().is_empty(), "no hint: {error}");
            assert!(drawn::Drawn::error(&error).text().contains("help: "));
        }
    }
}
