//! Leave results in a folder as files, each whole or not there.

use std::path::{Path, PathBuf};

use nanorotor::export;
use nanorotor::results::Results;
use nanorotor::sweep::{Layout, Store};
use nanorotor_figures::{Format, NamedFigure};

use crate::arguments::FileKind;
use crate::failure::Failure;

/// The files of some kinds; their names come back.
pub(crate) fn export(
    folder: &Path,
    store: &Store,
    layout: &Layout,
    results: &Results,
    kinds: &[FileKind],
) -> Result<Vec<PathBuf>, Failure> {
    let mut provenance = store.runs()?.pop().map_or_else(Vec::new, |run| run.0);
    provenance.push(("study_text".into(), layout.text.clone()));
    let mut files = Vec::new();
    for kind in kinds {
        files.extend(match kind {
            FileKind::Netcdf => export::netcdf(results, &provenance, &folder.join("results.nc"))?,
            FileKind::Csv => export::csv(results, &folder.join("results.csv"))?,
            FileKind::Parquet => parquet(results, &folder.join("results.parquet"))?,
        });
    }
    Ok(files)
}

#[cfg(feature = "parquet")]
fn parquet(results: &Results, path: &Path) -> Result<Vec<PathBuf>, Failure> {
    Ok(export::parquet(results, path)?)
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Results, _: &Path) -> Result<Vec<PathBuf>, Failure> {
    Err(Failure::Usage {
        what: "this program was built without Parquet".into(),
        hint: "build it with `cargo build --release --features parquet`, or take netcdf or csv".into(),
    })
}

/// A figure as SVG, PDF and PNG, and as a matplotlib script with its data; all their names come back as one.
pub(crate) fn figure(folder: &Path, named: &NamedFigure) -> Result<PathBuf, Failure> {
    let place = |extension: &str| folder.join(format!("{}.{extension}", named.name));
    let write = |extension: &str, bytes: &[u8]| export::write_file(&place(extension), bytes);
    for (extension, format) in [("svg", Format::Svg), ("pdf", Format::Pdf), ("png", Format::Png)] {
        write(extension, &named.figure.render(format)?)?;
    }
    let matplotlib = named.figure.matplotlib(&named.name)?;
    write("py", matplotlib.script.as_bytes())?;
    write("csv", matplotlib.data.as_bytes())?;
    Ok(place("{svg,pdf,png,py,csv}"))
}

/// The names of files, one a line, as they will stand when they have moved from one folder to another.
pub(crate) fn listed(files: &[PathBuf], from: &Path, to: &Path) -> String {
    let place = |file: &PathBuf| file.strip_prefix(from).map_or_else(|_| file.clone(), |name| to.join(name));
    files.iter().map(|file| place(file).display().to_string() + "\n").collect()
}
