//! Compute points one by one that no grid knows beforehand, as a search asks for them, and keep each in a store.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use super::belonging;
use super::fingerprint::{Identity, Key};
use super::provenance::Provenance;
use super::record::{self, Record};
use super::store::{Finished, Store};
use crate::error::{Error, Result};
use crate::kramers;
use crate::langevin::Kernel;
use crate::quantity::{PARAMETER, Task};
use crate::results::{Point, RateGradient, Results, Status, Watch};
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
        // The text names files; the identity holds what is in them.
        let identity =
            study.resolve().ok().map(|point| belonging::digits(&Identity::new(&point, Task::Rate)));
        let entry = json!({
            "title": study.title(), "set": set, "text": study.text(), "identity": identity, "search": about
        });
        if !replace && store.has_study()? {
            let (known, _) = store.study()?;
            let is_same = |key: &str| known.get(key) == entry.get(key);
            if !["search", "text", "set", "identity"].into_iter().all(is_same) {
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

    /// R and its derivatives by some parameters at a point, from the store or computed and kept, or why there are none; `None` if it
    /// was stopped.
    ///
    /// # Errors
    /// [`Error::File`] if the store cannot be read or written.
    pub(crate) fn gradient(
        &self,
        study: &Study,
        resolved: &Resolved,
        names: &[String],
        watch: kramers::Watch<'_>,
    ) -> Result<Option<Result<RateGradient, String>>> {
        let key = Key::gradient(study, resolved, names, self.kernel);
        if self.store.has(&key)? {
            return Ok(self.store.get(&key)?.map(|record| gradient_of(&record)));
        }
        let start = Instant::now();
        let found = RateGradient::new(study, names, watch);
        if watch.is_cancelled() {
            return Ok(None);
        }
        let record = match found {
            Err(error @ Error::File { .. }) => return Err(error),
            found => record_of(names, found),
        };
        let found = gradient_of(&record);
        let seconds = start.elapsed().as_secs_f64();
        self.store.put(&[Finished { key, task: "gradient", record, run: self.run, seconds }])?;
        Ok(Some(found))
    }

    /// How many points this run computed.
    pub fn computed(&self) -> usize {
        self.computed.load(Ordering::Relaxed)
    }
}

/// What the store keeps of a gradient, in atomic units.
fn record_of(names: &[String], found: Result<RateGradient>) -> Record {
    let mut results = Results::default();
    let status = match found {
        Ok(RateGradient { rate, slopes, converged }) => {
            results.scalar("rotation_rate", rate);
            results.scalar("converged", f64::from(u8::from(converged)));
            let (values, errors) = slopes.into_iter().unzip();
            results.variable("derivative", &[PARAMETER], values);
            results.variable("derivative_error", &[PARAMETER], errors);
            results.names(PARAMETER, names.to_vec());
            Status::Converged
        }
        Err(error) => Status::Failed(error.to_string()),
    };
    Record { results, status }
}

fn gradient_of(record: &Record) -> Result<RateGradient, String> {
    let all = |name: &str| record.results.get(name).map(|variable| variable.values.as_slice());
    let known = (all("rotation_rate"), all("converged"), all("derivative"), all("derivative_error"));
    let (Some([rate]), Some([converged]), Some(values), Some(errors)) = known else {
        return Err(record.status.to_string());
    };
    let slopes = values.iter().copied().zip(errors.iter().copied()).collect();
    Ok(RateGradient { rate: *rate, slopes, converged: *converged > 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_come_back_from_the_store_to_the_bit() {
        let found =
            RateGradient { rate: 0.1, slopes: vec![(1.0 / 3.0, 1e-9), (-2e-7, 1e-12)], converged: true };
        let names = ["a", "b"].map(String::from);
        let record = record_of(&names, Ok(found.clone()));
        let kept = Record::from_json(&record.to_json()).unwrap();
        assert_eq!(gradient_of(&kept), Ok(found));
        let none = record_of(&names, Err(Error::Model { what: "no torque".into(), hint: String::new() }));
        assert!(gradient_of(&Record::from_json(&none.to_json()).unwrap()).unwrap_err().contains("no torque"));
    }
}
