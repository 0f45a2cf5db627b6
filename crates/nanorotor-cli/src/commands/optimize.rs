//! Run `nanorotor optimize`: the best motor within bounds, or the front between two objectives, into a folder that a later run goes on
//! from.

use std::path::{Path, PathBuf};

use nanorotor::design::{Column, Evaluation, Problem, Progress, Sense};
use nanorotor::quantity::System;
use nanorotor_figures::{SearchColumn, SearchFigure, search_figure};

use crate::arguments::Format;
use crate::failure::{Failure, KEPT, note};
use crate::optimize_arguments::Optimize;
use crate::output::optimum;
use crate::search::{FILES, FRONT_FILES, Found, search};
use crate::signals::stop_when_asked;
use crate::{output, progress};

pub(crate) fn run(arguments: &Optimize) -> Result<(), Failure> {
    let cancel = stop_when_asked(KEPT);
    let problem = arguments.problem()?;
    output::check_figure(arguments.plot.as_deref())?;
    let folder = arguments.out.clone().unwrap_or_else(|| default_folder(&problem));
    let bar = progress::bar("{spinner} {msg}");
    let log = progress::Log::new();
    let told = |progress: &Progress| {
        let message = in_words(&problem, progress);
        log.tell(|| message.clone());
        bar.set_message(message);
        bar.tick();
    };
    let threads = arguments.jobs.map(usize::from);
    let found = search(&problem, Some(&folder), &arguments.options(), threads, &cancel, &told);
    bar.finish_and_clear();
    let Some(found) = found? else { return Err(Failure::Stopped) };
    if !found.removed.is_empty() {
        note(&format!("removed from {}, of an earlier run: {}", folder.display(), found.removed.join(", ")));
    }
    output::write(&match arguments.format {
        Format::Json => found.json.clone(),
        Format::Csv => found.csv.clone(),
        Format::Table => {
            let (table, files) = match &found.study {
                Some(_) => (optimum::table(&found.report), FILES),
                None => (optimum::front_table(&found.report), FRONT_FILES),
            };
            table + &files.map(|name| format!("{}\n", folder.join(name).display())).concat()
        }
    })?;
    if let Some(path) = &arguments.plot {
        output::write_figure(path, || search_figure(&shown(&problem, &found)))?;
    }
    if found.converged {
        return Ok(());
    }
    Err(Failure::Incomplete {
        what: format!("the search ended after {} points before it settled", found.evaluations.len()),
        hint: "what was found stands; give more points with --evaluations, and the search goes on from here"
            .into(),
    })
}

/// What the figure of a search shows of it.
fn shown(problem: &Problem, found: &Found) -> SearchFigure {
    let table = problem.table(&found.evaluations, System::Practical);
    let column =
        |column: Column| SearchColumn { name: column.name, unit: column.unit, values: column.values };
    let objective = |[values, errors]: [Column; 2]| (column(values), errors.values);
    let is_maximized = problem.objectives().iter().map(|(sense, _)| *sense == Sense::Maximize);
    SearchFigure {
        objectives: table.objectives.into_iter().map(objective).collect(),
        is_maximized: is_maximized.collect(),
        parameters: table.parameters.into_iter().map(column).collect(),
        is_feasible: found.evaluations.iter().map(Evaluation::is_feasible).collect(),
        best: found.best.clone(),
        own: found.own,
    }
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
