//! Compute what a store does not have yet, on all cores, and commit every point as soon as it is finished.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use rayon::prelude::*;

use super::assemble::assemble;
use super::belonging;
use super::fingerprint::Key;
use super::grid::Grid;
use super::layout::Layout;
use super::record::{self, Record};
use super::shard::Shard;
use super::store::{Finished, Store};
use crate::error::{Error, Result};
use crate::langevin::Kernel;
use crate::quantity::Task;
use crate::results::{self, Point, Results, Watch};
use crate::study::Study;

/// How many points at most are committed in one transaction.
const BATCH: usize = 256;

/// How a sweep is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// The number of threads; by default all that the machine has.
    pub threads: Option<usize>,
    /// The kernel of trajectories, which is part of the key of every point; by default the fastest of this machine.
    pub kernel: Option<Kernel>,
    /// The part of the sweep that this run computes; by default all of it.
    pub shard: Option<Shard>,
    /// Whether the study may take the place of another whose points the store holds. They stay in the store.
    pub replace: bool,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Points finished by this run; a point counts once for each of its tasks.
    pub finished: usize,
    /// Points that were missing when it began.
    pub missing: usize,
    /// The share of the work on the point of trajectories at hand, 0 to 1.
    pub share: f64,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Points of the grid, or of the shard, each counted once for each of its tasks.
    pub all: usize,
    /// Points that were there before.
    pub kept: usize,
    /// Points that this run finished.
    pub finished: usize,
}

impl Summary {
    /// Whether every point is there now.
    pub fn is_whole(&self) -> bool {
        self.kept + self.finished == self.all
    }
}

/// Compute every point of a grid that the store does not have.
///
/// Deterministic tasks go first, many points at a time; then trajectories, one point after another with all threads. Raising
/// `cancel` ends the run within a moment; what is finished is kept, and of trajectories a
/// checkpoint beside the store that another run goes on from. Bits do not depend on the number of threads or on interruptions.
///
/// # Errors
/// As [`Grid::keys`] before anything is computed; [`Error::File`] if the store cannot be written, or holds finished points that the
/// grid has not and may not be replaced.
pub fn run(
    grid: &Grid,
    store: &Store,
    options: &Options,
    cancel: &AtomicBool,
    watch: &(dyn Fn(Progress) + Sync),
) -> Result<Summary> {
    let kernel = options.kernel.unwrap_or_else(Kernel::fastest).checked()?;
    let pool = threads(options.threads)?;
    let threads = pool.current_num_threads();
    let (keys, run) = pool.install(|| belonging::begin(grid, store, kernel, threads, options.replace))?;
    let jobs: Vec<Job> = grid
        .tasks()
        .iter()
        .enumerate()
        .flat_map(|(k, &task)| {
            let keys = &keys;
            (0..grid.len()).map(move |point| Job { point, task, key: keys[k * grid.len() + point] })
        })
        .enumerate()
        .filter(|(number, _)| options.shard.is_none_or(|shard| shard.has(*number)))
        .map(|(_, job)| job)
        .collect();
    let missing: Vec<Job> = jobs
        .iter()
        .filter_map(|job| match store.has(&job.key) {
            Ok(true) => None,
            Ok(false) => Some(Ok(*job)),
            Err(error) => Some(Err(error)),
        })
        .collect::<Result<_>>()?;
    let summary = Summary { all: jobs.len(), kept: jobs.len() - missing.len(), finished: 0 };
    let work = Work {
        grid,
        store,
        kernel,
        cancel,
        watch,
        run,
        missing: missing.len(),
        finished: AtomicUsize::new(0),
        failure: Mutex::new(None),
    };
    work.tell(0.0);
    pool.install(|| work.all(&missing));
    match work.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(failure) => Err(failure),
        None => Ok(Summary { finished: work.finished.into_inner(), ..summary }),
    }
}

/// So many threads, by default all that the machine has.
///
/// # Errors
/// [`Error::Model`] if they cannot be started.
pub fn threads(count: Option<usize>) -> Result<rayon::ThreadPool> {
    let count = count.unwrap_or(0);
    rayon::ThreadPoolBuilder::new().num_threads(count).build().map_err(|reason| Error::Model {
        what: format!("cannot start {count} threads: {reason}"),
        hint: "ask for fewer with --jobs".into(),
    })
}

/// The results that a store holds of the study that ran last; missing points are NaN and say so.
///
/// # Errors
/// [`Error::File`] if the store is empty, damaged or cannot be read; [`Error::Model`] if its points share no axes.
pub fn results(store: &Store) -> Result<(Layout, Results)> {
    let (layout, keys) = store.study()?;
    belonging::refuse_search(store, &layout)?;
    let Some(layout) = Layout::from_json(&layout).filter(|l| l.points() * l.tasks.len() == keys.len()) else {
        return Err(Error::File {
            what: format!("the study in {} was written by another version", store.path().display()),
            hint: "run the study again: finished points are kept".into(),
        });
    };
    let records: Vec<Option<Record>> = keys.iter().map(|key| store.get(key)).collect::<Result<_>>()?;
    if records.iter().any(Option::is_none) {
        store.check_rows()?;
    }
    let records: Vec<Vec<Option<Record>>> = records.chunks(layout.points()).map(<[_]>::to_vec).collect();
    let results = assemble(&layout, &records)?;
    Ok((layout, results))
}

/// Compute a whole study in memory.
///
/// # Errors
/// As [`run`] and [`results()`].
pub fn compute(study: &Study) -> Result<Results> {
    let store = Store::in_memory()?;
    run(&Grid::new(study)?, &store, &Options::default(), &AtomicBool::new(false), &|_| {})?;
    Ok(results(&store)?.1)
}

/// One task at one point.
#[derive(Debug, Clone, Copy)]
struct Job {
    point: usize,
    task: Task,
    key: Key,
}

/// What the threads of a run share.
struct Work<'a> {
    grid: &'a Grid,
    store: &'a Store,
    kernel: Kernel,
    cancel: &'a AtomicBool,
    watch: &'a (dyn Fn(Progress) + Sync),
    run: i64,
    missing: usize,
    finished: AtomicUsize,
    failure: Mutex<Option<Error>>,
}

impl Work<'_> {
    fn all(&self, jobs: &[Job]) {
        let mut others: BTreeMap<usize, Vec<Job>> = BTreeMap::new();
        let mut trajectories = BTreeMap::new();
        for job in jobs {
            if job.task == Task::Simulate {
                trajectories.insert(job.point, *job);
            } else {
                others.entry(job.point).or_default().push(*job);
            }
        }
        let (send, receive) = channel();
        std::thread::scope(|scope| {
            scope.spawn(move || self.commit(&receive));
            // One thread has all tasks of a point, so that its landscape and its stationary state are found once.
            let kept = Mutex::new(BTreeMap::new());
            let of_point = |(number, jobs): (&usize, &Vec<Job>), send: &Sender<Finished>| {
                let Some(point) = self.point(*number) else { return };
                for job in jobs {
                    self.compute(&point, job, send);
                }
                if trajectories.contains_key(number) {
                    kept.lock().unwrap_or_else(PoisonError::into_inner).insert(*number, point);
                }
            };
            others.par_iter().for_each_with(send.clone(), |send, jobs| of_point(jobs, send));
            let mut kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
            for (number, job) in &trajectories {
                if let Some(point) = kept.remove(number).or_else(|| self.point(*number)) {
                    self.compute(&point, job, &send);
                }
            }
            drop(send);
        });
    }

    /// A point, unless the run must stop.
    fn point(&self, number: usize) -> Option<Point> {
        if self.must_stop() {
            return None;
        }
        self.grid.resolve(number).map(Point::new).map_err(|error| self.fail(error)).ok()
    }

    fn compute(&self, point: &Point, job: &Job, send: &Sender<Finished>) {
        if self.must_stop() {
            return;
        }
        match self.one(point, job) {
            // Whoever receives ends early only after a failure of its own.
            Ok(Some(finished)) => drop(send.send(finished)),
            Ok(None) => {}
            Err(error) => self.fail(error),
        }
    }

    /// Compute a task; none if it was stopped, or another process has finished it meanwhile.
    fn one(&self, point: &Point, job: &Job) -> Result<Option<Finished>> {
        if self.store.has(&job.key)? {
            self.count(1);
            return Ok(None);
        }
        let start = Instant::now();
        let told = |progress: results::Progress| {
            if let results::Progress::Trajectories(progress) = progress {
                self.tell(progress.share());
            }
        };
        let watch = Watch::new(self.cancel, &told);
        let checkpoint = self.store.checkpoint(&job.key);
        let record = record::compute(point, job.task, self.kernel, checkpoint, watch)?;
        Ok(record.map(|record| Finished {
            key: job.key,
            task: job.task.name(),
            record,
            run: self.run,
            seconds: start.elapsed().as_secs_f64(),
        }))
    }

    /// Commit points as they come, together those that wait.
    fn commit(&self, receive: &Receiver<Finished>) {
        while let Ok(first) = receive.recv() {
            let mut batch = vec![first];
            batch.extend(receive.try_iter().take(BATCH - 1));
            match self.store.put(&batch) {
                Ok(()) => {
                    self.count(batch.len());
                    for finished in &batch {
                        self.store.drop_checkpoint(&finished.key);
                    }
                }
                Err(error) => return self.fail(error),
            }
        }
    }

    fn count(&self, points: usize) {
        self.finished.fetch_add(points, Ordering::Relaxed);
        self.tell(0.0);
    }

    fn tell(&self, share: f64) {
        let finished = self.finished.load(Ordering::Relaxed);
        (self.watch)(Progress { finished, missing: self.missing, share });
    }

    fn fail(&self, error: Error) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(error);
    }

    fn must_stop(&self) -> bool {
        let failed = || self.failure.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        self.cancel.load(Ordering::Relaxed) || failed()
    }
}
