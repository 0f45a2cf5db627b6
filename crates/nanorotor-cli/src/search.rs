//! Search for the best motor, in a folder that a later search goes on from, or in memory.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use nanorotor::Result;
use nanorotor::design::{Optimum, Options, Problem, Progress, optimize};
use nanorotor::export::{Earlier, Publication, write_file};
use nanorotor::quantity::System;
use nanorotor::study::Study;
use nanorotor::sweep::Store;

use crate::output::optimum;

/// The study with the best parameters, all points of the search, and what was found.
pub(crate) const FILES: [&str; 3] = ["best.toml", "search.csv", "optimum.json"];

/// What a search has found.
#[derive(Debug)]
pub struct Found {
    /// Its points.
    pub optimum: Optimum,
    /// The study with the best parameters.
    pub best: Study,
    /// What stands in `optimum.json`.
    pub report: serde_json::Value,
    /// The text of `optimum.json`.
    pub json: String,
    /// The text of `search.csv`.
    pub csv: String,
    /// Files of an earlier search that were removed.
    pub removed: Vec<String>,
}

/// Search, and leave the files of the search in the folder; `None` if it was cancelled.
///
/// # Errors
///
/// If the folder belongs to another study, cannot be written, or no point has a result.
pub fn search(
    problem: &Problem,
    folder: Option<&Path>,
    options: &Options,
    threads: Option<usize>,
    cancel: &AtomicBool,
    watch: &(dyn Fn(&Progress) + Sync),
) -> Result<Option<Found>> {
    let store = match folder {
        Some(folder) => {
            let store = Store::open(folder)?;
            Publication::begin(folder, options.replace)?.refuse_others(&FILES)?;
            store
        }
        None => Store::in_memory()?,
    };
    let pool = nanorotor::sweep::threads(threads)?;
    let Some(found) = pool.install(|| optimize(problem, &store, options, cancel, watch))? else {
        return Ok(None);
    };
    let best = problem.study_at(&found.best().numbers)?;
    let report = problem.report(&found, System::Practical);
    let json = serde_json::to_string_pretty(&report).unwrap_or_default() + "\n";
    let csv = optimum::csv(problem, &found);
    let mut removed = Vec::new();
    if let Some(folder) = folder {
        let publication = Publication::begin(folder, options.replace)?;
        let staging = publication.staging();
        for (name, text) in FILES.into_iter().zip([best.text_as_set(), csv.clone(), json.clone()]) {
            write_file(&staging.join(name), text.as_bytes())?;
        }
        removed = publication.publish(Earlier::Remove)?;
    }
    Ok(Some(Found { optimum: found, best, report, json, csv, removed }))
}
