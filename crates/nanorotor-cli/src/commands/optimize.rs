//! Run `nanorotor optimize`: the best motor within bounds, into a folder that a later run goes on from.

use std::path::{Path, PathBuf};

use nanorotor::design::{Optimum, Problem, Progress, optimize};
use nanorotor::export::{Earlier, Publication, write_file};
use nanorotor::quantity::System;
use nanorotor::sweep::Store;

use crate::arguments::Format;
use crate::failure::{Failure, KEPT, note};
use crate::optimize_arguments::Optimize;
use crate::output::optimum;
use crate::signals::stop_when_asked;
use crate::{output, progress};

/// The study with the best parameters.
const BEST_FILE: &str = "best.toml";
/// All points of the search.
const SEARCH_FILE: &str = "search.csv";
/// What was found.
const RESULT_FILE: &str = "optimum.json";

pub(crate) fn run(arguments: &Optimize) -> Result<(), Failure> {
    let cancel = stop_when_asked(KEPT);
    let problem = arguments.problem()?;
    let folder = arguments.out.clone().unwrap_or_else(|| default_folder(&problem));
    let store = Store::open(&folder)?;
    Publication::begin(&folder, arguments.replace)?.refuse_others(&[BEST_FILE, SEARCH_FILE, RESULT_FILE])?;
    let bar = progress::bar("{spinner} {msg}");
    let log = progress::Log::new();
    let told = |progress: &Progress| {
        let message = in_words(&problem, progress);
        log.tell(|| message.clone());
        bar.set_message(message);
        bar.tick();
    };
    let pool = nanorotor::sweep::threads(arguments.jobs.map(usize::from))?;
    let found = pool.install(|| optimize(&problem, &store, &arguments.options(), &cancel, &told));
    bar.finish_and_clear();
    let Some(found) = found? else { return Err(Failure::Stopped) };
    leave(arguments, &problem, &found, &folder)?;
    if found.converged {
        return Ok(());
    }
    Err(Failure::Incomplete {
        what: format!("the search ended after {} points before it settled", found.evaluations.len()),
        hint: "what was found stands; give more points with --evaluations, and the search goes on from here"
            .into(),
    })
}

/// Leave the files of a search in its folder and print what was found.
fn leave(arguments: &Optimize, problem: &Problem, found: &Optimum, folder: &Path) -> Result<(), Failure> {
    let publication = Publication::begin(folder, arguments.replace)?;
    let staging = publication.staging();
    let best = problem.study_at(&found.best().numbers)?;
    write_file(&staging.join(BEST_FILE), best.text_as_set().as_bytes())?;
    let csv = optimum::csv(problem, found);
    write_file(&staging.join(SEARCH_FILE), csv.as_bytes())?;
    let report = problem.report(found, System::Practical);
    let json = serde_json::to_string_pretty(&report).unwrap_or_default() + "\n";
    write_file(&staging.join(RESULT_FILE), json.as_bytes())?;
    let files: Vec<PathBuf> = [BEST_FILE, SEARCH_FILE, RESULT_FILE].map(|name| staging.join(name)).into();
    let files = output::files::listed(&files, staging, folder);
    let removed = publication.publish(Earlier::Remove)?;
    if !removed.is_empty() {
        note(&format!("removed from {}, of an earlier run: {}", folder.display(), removed.join(", ")));
    }
    output::write(&match arguments.format {
        Format::Json => json,
        Format::Csv => csv,
        Format::Table => optimum::table(&report) + &files,
    })
}

fn in_words(problem: &Problem, progress: &Progress) -> String {
    let (_, goal) = &problem.objectives()[0];
    let (unit, factor) = goal.unit(problem.study(), System::Practical);
    let best = progress.best.map_or("nothing yet".into(), |best| format!("{:.6e} {unit}", best * factor));
    let refused =
        if progress.refused > 0 { format!(", {} refused", progress.refused) } else { String::new() };
    format!(
        "{} points{refused}, {}: best {} {}",
        progress.evaluations,
        progress.stage,
        goal.text(),
        best.trim_end()
    )
}

/// A folder named like the study, in the current one.
fn default_folder(problem: &Problem) -> PathBuf {
    let name = Path::new(problem.study().name()).file_stem();
    PathBuf::from(format!("{}-optimum", name.map_or("study".into(), |name| name.to_string_lossy())))
}
