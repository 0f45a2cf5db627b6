//! Let other processes compute the points of a sweep, one at a time, and keep what they send back.
//!
//! [`compute_job`] runs wherever the study is; [`Spread`] is beside the store, hands out the numbers of the missing jobs and commits
//! the texts that come back. Both derive the key of a job from the study, so that a process which read another table, runs
//! another version or another kernel is refused instead of mixed in.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::belonging;
use super::fingerprint::Key;
use super::grid::Grid;
use super::record::{self, Record};
use super::store::{Finished, Store};
use crate::error::{Error, Result};
use crate::langevin::Kernel;
use crate::quantity::Task;
use crate::results::{Point, Watch};
use crate::study::Resolved;

/// A sweep whose points are computed elsewhere.
#[derive(Debug)]
pub struct Spread {
    grid: Grid,
    store: Store,
    keys: Vec<Key>,
    run: i64,
}

impl Spread {
    /// Note in the store that a run of this study begins.
    ///
    /// # Errors
    /// As [`run`](super::run()).
    pub fn begin(grid: Grid, store: Store, kernel: Kernel, threads: usize, replace: bool) -> Result<Self> {
        let (keys, run) = belonging::begin(&grid, &store, kernel, threads, replace)?;
        Ok(Self { grid, store, keys, run })
    }

    /// The number of jobs: points of the grid, each counted once for each of its tasks.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no job; a sweep always has one.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The jobs that the store does not have; `task * points + point`.
    ///
    /// # Errors
    /// [`Error::File`] if the store cannot be read.
    pub fn missing(&self) -> Result<Vec<usize>> {
        let has = |job: &usize| self.store.has(&self.keys[*job]);
        (0..self.keys.len())
            .map(|job| has(&job).map(|has| (!has).then_some(job)))
            .filter_map(Result::transpose)
            .collect()
    }

    /// Commit what [`compute_job`] gave elsewhere, all in one transaction.
    ///
    /// # Errors
    /// [`Error::Model`] if a text is not of a job of this study, [`Error::File`] if the store cannot be written.
    pub fn keep(&self, texts: &[String]) -> Result<()> {
        let finished = texts.iter().map(|text| self.finished(text)).collect::<Result<Vec<_>>>()?;
        self.store.put(&finished)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn finished(&self, text: &str) -> Result<Finished> {
        let read = || {
            let value: Value = serde_json::from_str(text).ok()?;
            let job = value.get("job")?.as_u64()? as usize;
            let key = self.keys.get(job)?;
            (value.get("key")?.as_str()? == key.to_string()).then_some(())?;
            Some(Finished {
                key: *key,
                task: self.grid.tasks()[job / self.grid.len()].name(),
                record: Record::from_json(value.get("record")?)?,
                run: self.run,
                seconds: value.get("seconds")?.as_f64()?,
            })
        };
        read().ok_or_else(|| Error::Model {
            what: "a worker computed something else than it was asked for".into(),
            hint: "give every machine the same version of nanorotor, and the same files that the study names"
                .into(),
        })
    }
}

/// Compute one job, as text for [`Spread::keep`]; none if `cancel` stopped its trajectories.
///
/// # Errors
/// As [`Grid::at`]; [`Error::Model`] for a job that the grid has not, or a kernel that this machine has not.
pub fn compute_job(grid: &Grid, job: usize, kernel: Kernel, cancel: &AtomicBool) -> Result<Option<String>> {
    let kernel = kernel.checked()?;
    let Some(&task) = grid.tasks().get(job / grid.len().max(1)) else {
        return Err(Error::Model {
            what: format!("there is no job {job} among {}", grid.len() * grid.tasks().len()),
            hint: "take the numbers from the missing jobs of the same study".into(),
        });
    };
    let start = Instant::now();
    let resolved = grid.resolve(job % grid.len())?;
    let key = Key::new(&resolved, task, kernel);
    let record = record::compute(&Point::new(resolved), task, kernel, None, Watch::new(cancel, &|_| {}))?;
    Ok(record.map(|record| {
        let seconds = start.elapsed().as_secs_f64();
        json!({ "job": job, "key": key.to_string(), "seconds": seconds, "record": record.to_json() })
            .to_string()
    }))
}

/// Compute a task at many points that need not form a grid, on all cores; `watch` hears how many are done.
///
/// The records stand in the order of the points, none where `cancel` came first. Bits do not depend on the number of threads.
///
/// # Errors
/// [`Error::File`]; [`Error::Model`] for a kernel that this machine has not.
pub fn compute_points(
    points: &[Resolved],
    task: Task,
    kernel: Kernel,
    cancel: &AtomicBool,
    watch: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Option<Record>>> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let kernel = kernel.checked()?;
    let done = AtomicUsize::new(0);
    let one = |resolved: &Resolved| {
        if cancel.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let record =
            record::compute(&Point::new(resolved.clone()), task, kernel, None, Watch::new(cancel, &|_| {}));
        watch(done.fetch_add(1, Ordering::Relaxed) + 1);
        record
    };
    // Trajectories use all threads for one point.
    if task == Task::Simulate {
        points.iter().map(one).collect()
    } else {
        points.par_iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Study;
    use crate::sweep::{Options, results, run};

    fn grid(sweep: &str) -> Grid {
        let preset = Study::preset("preston2023").unwrap();
        let text = format!("{}\n[sweep]\n{sweep}\n", preset.text());
        Grid::new(&Study::from_toml(&text, "spread", None).unwrap()).unwrap()
    }

    fn begun(grid: &Grid) -> Spread {
        Spread::begin(grid.clone(), Store::in_memory().unwrap(), Kernel::Portable, 1, false).unwrap()
    }

    fn computed(grid: &Grid, job: usize) -> String {
        compute_job(grid, job, Kernel::Portable, &AtomicBool::new(false)).unwrap().unwrap()
    }

    /// Bits, since NaN differs from itself.
    fn bits(results: &crate::results::Results) -> Vec<(&str, Vec<u64>)> {
        let of = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect();
        results.variables.iter().map(|v| (v.name.as_str(), of(&v.values))).collect()
    }

    #[test]
    fn points_computed_elsewhere_are_those_of_a_plain_run_bit_for_bit() {
        let grid = grid("V = { values = [\"2 eV\", \"3 eV\"] }\nphi = { values = [0.4, 0.8] }");
        let spread = begun(&grid);
        assert_eq!((spread.len(), spread.missing().unwrap()), (4, vec![0, 1, 2, 3]));
        spread.keep(&[computed(&grid, 3), computed(&grid, 0)]).unwrap();
        assert_eq!(spread.missing().unwrap(), [1, 2]);
        spread.keep(&[computed(&grid, 1), computed(&grid, 2)]).unwrap();

        let store = Store::in_memory().unwrap();
        let options = Options { kernel: Some(Kernel::Portable), ..Options::default() };
        run(&grid, &store, &options, &AtomicBool::new(false), &|_| {}).unwrap();
        let (spread, plain) = (results(spread.store()).unwrap().1, results(&store).unwrap().1);
        assert_eq!((&spread.axes, &spread.notes), (&plain.axes, &plain.notes));
        assert_eq!(spread.point_status, plain.point_status);
        assert_eq!(bits(&spread), bits(&plain));
    }

    #[test]
    fn what_belongs_to_another_study_is_refused() {
        let (here, there) =
            (grid("V = { values = [\"2 eV\", \"3 eV\"] }"), grid("V = { values = [\"2 eV\", \"3.5 eV\"] }"));
        let spread = begun(&here);
        assert!(spread.keep(&[computed(&there, 0)]).is_ok(), "the first points agree");
        let error = spread.keep(&[computed(&there, 1)]).unwrap_err();
        assert!(error.to_string().contains("something else"), "{error}");
        assert!(spread.keep(&["{}".into()]).is_err());
        assert!(compute_job(&here, 2, Kernel::Portable, &AtomicBool::new(false)).is_err());
        assert_eq!(spread.missing().unwrap(), [1]);
    }

    #[test]
    fn loose_points_equal_those_of_a_grid() {
        let grid = grid("V = { values = [\"2 eV\", \"3 eV\"] }");
        let points = [grid.resolve(1).unwrap(), grid.resolve(0).unwrap()];
        let found =
            compute_points(&points, Task::Rate, Kernel::Portable, &AtomicBool::new(false), &|_| {}).unwrap();
        for (record, job) in found.into_iter().zip([1, 0]) {
            let text: Value = serde_json::from_str(&computed(&grid, job)).unwrap();
            assert_eq!(record.unwrap().to_json(), text["record"]);
        }
        let stopped =
            compute_points(&points, Task::Rate, Kernel::Portable, &AtomicBool::new(true), &|_| {}).unwrap();
        assert_eq!(stopped, [None, None]);
    }
}
