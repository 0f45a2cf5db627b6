//! Compute the sweep of a study in memory and write what came of it: `sweep_to_files STUDY FOLDER`.
//!
//! The folder gets `results.nc`, `results.csv` and `results_theta.csv`; with the feature `parquet` also `results.parquet` and
//! `results_theta.parquet`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example talks on the terminal")]

use std::path::Path;
use std::process::ExitCode;

use nanorotor::export;
use nanorotor::study::Study;
use nanorotor::sweep::compute;

fn run(study: &str, folder: &Path) -> nanorotor::Result<()> {
    let results = compute(&Study::load(study)?)?;
    let provenance = [("source".to_string(), concat!("nanorotor ", env!("CARGO_PKG_VERSION")).to_string())];
    let mut files = export::netcdf(&results, &provenance, &folder.join("results.nc"))?;
    files.extend(export::csv(&results, &folder.join("results.csv"))?);
    #[cfg(feature = "parquet")]
    files.extend(export::parquet(&results, &folder.join("results.parquet"))?);
    for file in files {
        println!("{}", file.display());
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [study, folder] = &arguments[..] else {
        eprintln!("usage: sweep_to_files STUDY FOLDER");
        return ExitCode::from(2);
    };
    match run(study, Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}\nhint: {}", error.hint());
            ExitCode::from(2)
        }
    }
}
