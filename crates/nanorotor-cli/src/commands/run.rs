//! Run `nanorotor run`: the whole sweep of a study, into a folder that a later run goes on from.

use std::path::{Path, PathBuf};

use nanorotor::export::{Earlier, Publication};
use nanorotor::quantity::Task;
use nanorotor::results::{Results, Status, sweep_validity};
use nanorotor::study::Study;
use nanorotor::sweep::{self, Grid, Shard, Store};
use nanorotor_figures::{NamedFigure, sweep_figures};

use super::simulate::{long_burn_in, regime};
use crate::arguments::{FileKind, Run};
use crate::failure::{Failure, KEPT, note};
use crate::folder::{CAPTIONS, copy, keep_study, kept, refuse_others};
use crate::output;
use crate::progress::SweepBar;
use crate::signals::stop_when_asked;

pub(crate) fn run(arguments: &Run) -> Result<(), Failure> {
    let cancel = stop_when_asked(KEPT);
    let study = arguments.study.load()?;
    let folder = arguments.out.clone().unwrap_or_else(|| default_folder(&study, arguments.shard));
    let replace = arguments.work.replace;
    let grid = Grid::new(&study)?;
    let store = Store::open(&folder)?;
    refuse_others(&folder, &study, replace)?;
    let options = sweep::Options { shard: arguments.shard, ..arguments.work.options() };
    if grid.tasks().contains(&Task::Simulate) {
        let first = grid.resolve(0)?;
        // A point that has no landscape says so under its status.
        if let Ok(landscape) = first.landscape() {
            let long = long_burn_in(&first, &landscape, &first.simulation_options());
            for told in regime(&first, &landscape).into_iter().chain(long) {
                note(&format!("at the first point {told}"));
            }
        }
    }
    let bar = SweepBar::new("");
    let summary = sweep::run(&grid, &store, &options, &cancel, &|progress| bar.show(progress));
    bar.end();
    let summary = summary?;
    if !summary.is_whole() {
        let missing = summary.all - summary.kept - summary.finished;
        return Err(Failure::Unfinished { missing, all: summary.all });
    }
    keep_study(&folder, &study, replace)?;
    let counts = format!("{} points computed, {} kept from earlier runs", summary.finished, summary.kept);
    match arguments.shard {
        None => leave(&folder, &store, &counts, replace),
        Some(shard) => output::write(&format!(
            "shard {shard}: {counts}\n{}\nwhen all shards are done: nanorotor merge DIR...\n",
            folder.display()
        )),
    }
}

/// Leave the files and figures of a whole study in its folder, in place of those of an earlier run, and say what was done.
pub(super) fn leave(folder: &Path, store: &Store, counts: &str, replace: bool) -> Result<(), Failure> {
    let (layout, results) = sweep::results(store)?;
    let publication = Publication::begin(folder, replace)?;
    let staging = publication.staging();
    // The study stays as one of the files of this run; shards that were stopped leave none.
    for path in kept(folder) {
        copy(&path, &staging.join(path.file_name().unwrap_or_default()))?;
    }
    let kinds = [FileKind::Netcdf, FileKind::Csv];
    let mut files = output::files::export(staging, store, &layout, &results, &kinds)?;
    let figures = sweep_figures(&results);
    for figure in &figures {
        files.push(output::files::figure(staging, figure)?);
    }
    files.push(captions(staging, &figures)?);
    let files = output::files::listed(&files, staging, folder);
    let removed = publication.publish(Earlier::Remove)?;
    if !removed.is_empty() {
        note(&format!("removed from {}, of an earlier run: {}", folder.display(), removed.join(", ")));
    }
    let mut said = format!("{counts}\n");
    let validity = sweep_validity(&results);
    if !validity.is_empty() {
        said = [said, output::validity(&validity), String::new()].join("\n");
    }
    output::write(&(said + &files))?;
    let failed: Vec<&Status> = results.point_status.iter().filter(|status| !status.is_converged()).collect();
    match failed.first() {
        None => Ok(()),
        Some(first) => Err(Failure::Incomplete {
            what: format!(
                "{} of {} points are not converged ({}); the first: {first}",
                failed.len(),
                results.point_status.len(),
                counted(&failed)
            ),
            hint: "the column `status` of the results says why, point by point".into(),
        }),
    }
}

/// How many of the statuses are of each name, in words.
fn counted(failed: &[&Status]) -> String {
    let mut names: Vec<&str> = failed.iter().map(|status| status.name()).collect();
    names.sort_unstable();
    names
        .chunk_by(|a, b| a == b)
        .map(|same| format!("{} {}", same.len(), same[0]))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The number of points that something was not computed of yet.
pub(super) fn missing(results: &Results) -> usize {
    results.point_status.iter().filter(|status| matches!(status, Status::NotComputed(_))).count()
}

/// What the figures show, as a text that shows them.
fn captions(folder: &Path, figures: &[NamedFigure]) -> Result<PathBuf, Failure> {
    let path = folder.join(CAPTIONS);
    let of = |figure: &NamedFigure| format!("![{0}]({0}.svg)\n\n{1}\n", figure.name, figure.caption);
    let text = figures.iter().map(of).collect::<Vec<_>>().join("\n");
    nanorotor::export::write_file(&path, text.as_bytes())?;
    Ok(path)
}

/// A folder named like the study, in the current one; a shard has its own.
fn default_folder(study: &Study, shard: Option<Shard>) -> PathBuf {
    let name = Path::new(study.name()).file_stem().map_or("results".into(), |name| name.to_string_lossy());
    match shard {
        None => PathBuf::from(name.as_ref()),
        Some(shard) => PathBuf::from(format!("{name}-shard-{}-of-{}", shard.number(), shard.of())),
    }
}
