//! Name the files that belong together.

use std::path::{Path, PathBuf};

/// The file of the table over theta that belongs to `path`: `results_theta.csv` beside `results.csv`.
pub(super) fn theta_path(path: &Path) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_os_string();
    name.push("_theta");
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_over_theta_stands_beside() {
        assert_eq!(theta_path(Path::new("a.b/run.csv")), Path::new("a.b/run_theta.csv"));
        assert_eq!(theta_path(Path::new("run")), Path::new("run_theta"));
    }
}
