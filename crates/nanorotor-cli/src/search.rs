//! Search for the best motor, or for the front between two objectives, in a folder that a later search goes on from, or in memory.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use nanorotor::Result;
use nanorotor::design::{Evaluation, Options, Problem, Progress, front, optimize};
use nanorotor::export::{Earlier, Publication, write_file};
use nanorotor::kramers::Watch;
use nanorotor::quantity::System;
use nanorotor::results::{SensitivityOptions, sensitivity_results};
use nanorotor::study::{Packed, Study};
use nanorotor::sweep::Store;

use crate::folder::{lies_in, stage};
use crate::output::optimum;

/// What a search leaves: the study with the best parameters, all points of the search, and what was found.
pub(crate) const FILES: [&str; 3] = ["best.toml", "search.csv", "optimum.json"];

/// What a search for a front leaves: its points, all points of the search, and what was found.
pub(crate) const FRONT_FILES: [&str; 3] = ["front.csv", "search.csv", "front.json"];

/// What a search has found.
#[derive(Debug)]
pub struct Found {
    /// Its points.
    pub evaluations: Vec<Evaluation>,
    /// The places among them of the best one, or of the points of the front.
    pub best: Vec<usize>,
    /// The place of the study's own values.
    pub own: Option<usize>,
    /// The study with the best parameters; none for a front.
    pub study: Option<Study>,
    /// Whether every descent that matters settled.
    pub converged: bool,
    /// What stands in `optimum.json` or `front.json`.
    pub report: serde_json::Value,
    /// The text of that file.
    pub json: String,
    /// The text of `front.csv`; empty without a front.
    pub front: String,
    /// The text of `search.csv`.
    pub csv: String,
    /// Files of an earlier search that were removed.
    pub removed: Vec<String>,
}

impl Found {
    /// The files with their texts.
    fn files(&self) -> Vec<(&'static str, String)> {
        let (names, first) = match &self.study {
            Some(study) => (FILES, study.text_as_set()),
            None => (FRONT_FILES, self.front.clone()),
        };
        names.into_iter().zip([first, self.csv.clone(), self.json.clone()]).collect()
    }
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
            let all = [FILES, FRONT_FILES].concat();
            let packed = problem.study().packed(false, &all)?;
            let beside = packed.files.iter().filter(|file| !lies_in(file, folder));
            let names: Vec<&str> = all.into_iter().chain(beside.map(|file| file.name.as_str())).collect();
            Publication::begin(folder, options.replace)?.refuse_others(&names)?;
            store
        }
        None => Store::in_memory()?,
    };
    let pool = nanorotor::sweep::threads(threads)?;
    let found = if problem.objectives().len() == 1 {
        let found = pool.install(|| optimize(problem, &store, options, cancel, watch))?;
        match found.map(|found| pool.install(|| best(problem, found, cancel))).transpose()? {
            Some(found) => found,
            None => return Ok(None),
        }
    } else {
        pool.install(|| front(problem, &store, options, cancel, watch))?.map(|found| among(problem, found))
    };
    let Some(mut found) = found else { return Ok(None) };
    if let Some(folder) = folder {
        let publication = Publication::begin(folder, options.replace)?;
        let staging = publication.staging();
        for (name, text) in found.files() {
            write_file(&staging.join(name), text.as_bytes())?;
        }
        if let Some(study) = &found.study {
            let Packed { text, files } = study.packed(true, &[FILES, FRONT_FILES].concat())?;
            write_file(&staging.join(FILES[0]), text.as_bytes())?;
            stage(&publication, folder, &files)?;
        }
        found.removed = publication.publish(Earlier::Remove)?;
    }
    Ok(Some(found))
}

fn best(problem: &Problem, found: nanorotor::design::Optimum, cancel: &AtomicBool) -> Result<Option<Found>> {
    let study = problem.study_at(&found.best().numbers)?;
    let mut report = problem.report(&found, System::Practical);
    if problem.objectives()[0].1.text() == "rotation_rate" {
        answers(&study, &mut report, cancel);
    }
    if cancel.load(Ordering::Relaxed) {
        return Ok(None);
    }
    Ok(Some(Found {
        best: vec![found.best],
        own: found.own,
        study: Some(study),
        converged: found.converged,
        json: text(&report),
        report,
        front: String::new(),
        csv: optimum::csv(problem, &found.evaluations),
        evaluations: found.evaluations,
        removed: Vec::new(),
    }))
}

/// Add how the rotation rate answers to every parameter of the best study, those that were not searched over included, or why that is
/// not known; as in `nanorotor sensitivity --format json`.
fn answers(study: &Study, report: &mut serde_json::Value, cancel: &AtomicBool) {
    if let Ok(resolved) = study.resolve()
        && !resolved.solver.method.is_of_whole_equation()
    {
        report["no_derivatives"] =
            format!("the method {} has no adjoint solution", resolved.solver.method).into();
        return;
    }
    match sensitivity_results(study, &SensitivityOptions::default(), Watch::cancelled_by(cancel)) {
        Ok(results) => {
            let told = nanorotor::export::json(&results, System::Practical);
            for key in ["derivatives", "elasticity"] {
                report[key] = told[key].clone();
            }
        }
        Err(error) => report["no_derivatives"] = error.to_string().into(),
    }
}

fn among(problem: &Problem, found: nanorotor::design::Front) -> Found {
    let report = problem.front_report(&found, System::Practical);
    Found {
        own: found.own,
        study: None,
        converged: found.unsettled == 0,
        json: text(&report),
        report,
        front: optimum::rows(problem, &found.evaluations, &found.points),
        csv: optimum::csv(problem, &found.evaluations),
        best: found.points,
        evaluations: found.evaluations,
        removed: Vec::new(),
    }
}

fn text(report: &serde_json::Value) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}
