//! Compute points one by one that no grid knows beforehand, as a search asks for them, and keep each in a store.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use super::fingerprint::Key;
use super::provenance::Provenance;
use super::record::{self, Record};
use super::store::{Finished, Store};
use crate::error::{Error, Result};
use crate::langevin::Kernel;
use crate::quantity::Task;
use crate::results::{Point, Watch};
use crate::study::{Resolved, Study};

/// The points of a search in a store. What the store has is not computed again, so that a search that was interrupted repeats its
/// first steps at once and goes on where it stopped.
#[derive(Debug)]
pub struct SinglePoints<'a> {
    store: &'a Store,
    kernel: Kernel,
    run: i64,
    computed: AtomicUsize,
}

impl<'a> SinglePoints<'a> {
    /// Note in a store that a search begins. `about` says what is sought, in which study.
    ///
    /// # Errors
    /// [`Error::File`] if the store holds the points of a sweep or of another search and `replace` is false, or cannot be
    /// written.
    pub fn begin(store: &'a Store, study: &Study, about: &Value, replace: bool) -> Result<Self> {
        let kernel = Kernel::fastest();
        let set: Vec<[&str; 2]> = study.set_from_outside().map(|(name, value)| [name, value]).collect();
        let entry = json!({ "title": study.title(), "set": set, "text": study.text(), "search": about });
        if !replace && store.has_study()? {
            let (known, _) = store.study()?;
            if known.as_object().map(|o| (o.get("search"), o.get("text"), o.get("set")))
                != entry.as_object().map(|o| (o.get("search"), o.get("text"), o.get("set")))
            {
                return Err(Error::File {
                    what: format!("{} holds the points of another search, or of a sweep", store.path().display()),
                    hint: "give another folder with --out, or replace the results there with --replace (from Python replace=True)"
                        .into(),
                });
            }
        }
        let provenance = Provenance::now(study, kernel, rayon::current_num_threads());
        let run = store.begin(&entry, &[], &provenance)?;
        Ok(Self { store, kernel, run, computed: AtomicUsize::new(0) })
    }

    /// The record of a task at a point, from the store or computed and kept; none if it was stopped.
    ///
    /// # Errors
    /// [`Error::File`] if the store cannot be read or written.
    pub fn record(&self, resolved: Resolved, task: Task, watch: Watch<'_>) -> Result<Option<Record>> {
        let key = Key::new(&resolved, task, self.kernel);
        if self.store.has(&key)? {
            return self.store.get(&key);
        }
        let start = Instant::now();
        let Some(record) = record::compute(&Point::new(resolved), task, self.kernel, None, watch)? else {
            return Ok(None);
        };
        let seconds = start.elapsed().as_secs_f64();
        let finished = Finished { key, task: task.name(), record: record.clone(), run: self.run, seconds };
        self.store.put(&[finished])?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        Ok(Some(record))
    }

    /// How many points this run computed.
    pub fn computed(&self) -> usize {
        self.computed.load(Ordering::Relaxed)
    }
}
