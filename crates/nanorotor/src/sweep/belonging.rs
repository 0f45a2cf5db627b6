//! Refuse a store whose finished points another study made, unless they shall be replaced.
//!
//! A run goes on in a store as long as its grid has every point that is finished there, under whatever names, order and titles:
//! results may grow, and none is lost without a word.

use std::collections::HashSet;

use serde_json::Value;

use super::fingerprint::{Identity, Key};
use super::grid::Grid;
use super::provenance::Provenance;
use super::store::Store;
use crate::error::{Error, Result};
use crate::langevin::Kernel;

/// Hexadecimal digits of an identity that are kept with the study: enough to tell 1e8 points apart.
const DIGITS: usize = 16;

/// Note in a store that a run of a grid begins; its keys and the number of the run come back.
///
/// # Errors
/// As [`Grid::keys`]; [`Error::File`] if the store holds finished points that the grid has not and `replace` is false, or cannot
/// be written.
pub(super) fn begin(
    grid: &Grid,
    store: &Store,
    kernel: Kernel,
    threads: usize,
    replace: bool,
) -> Result<(Vec<Key>, i64)> {
    let identities = grid.identities()?;
    if !replace {
        refuse_others(store, &identities)?;
    }
    let keys: Vec<Key> = identities.iter().map(|identity| Key::of(identity, kernel)).collect();
    let mut study = grid.layout().to_json(grid.study());
    study["points"] = identities.iter().map(digits).collect::<String>().into();
    let provenance = Provenance::now(grid.study(), kernel, threads);
    let run = store.begin(&study, &keys, &provenance)?;
    Ok((keys, run))
}

/// The first digits of an identity.
pub(super) fn digits(identity: &Identity) -> String {
    let first = identity.0.first_chunk().copied().unwrap_or_default();
    format!("{:0DIGITS$x}", u64::from_be_bytes(first))
}

/// Refuse a store with a finished point that is none of `identities`.
fn refuse_others(store: &Store, identities: &[Identity]) -> Result<()> {
    if !store.has_study()? {
        return Ok(());
    }
    let (study, keys) = store.study()?;
    if is_search(&study) {
        // It has files of its own beside the store, and no grid that another could continue.
        return if store.is_empty()? { Ok(()) } else { Err(holds(store, "the points of a search", &study)) };
    }
    let own: HashSet<String> = identities.iter().map(digits).collect();
    // A store of an earlier version does not say what its points are.
    let points = study.get("points").and_then(Value::as_str).unwrap_or_default();
    let mut others = 0;
    for (job, key) in keys.iter().enumerate() {
        let is_own = points.get(job * DIGITS..(job + 1) * DIGITS).is_some_and(|point| own.contains(point));
        if !is_own && store.has(key)? {
            others += 1;
        }
    }
    if others == 0 {
        return Ok(());
    }
    Err(holds(store, &format!("finished points that this study does not have ({others})"), &study))
}

/// Whether a store was made by a search, not by a sweep.
fn is_search(study: &Value) -> bool {
    study.get("search").is_some()
}

/// Refuse to read or merge the store of a search as if it were a sweep's.
pub(super) fn refuse_search(store: &Store, study: &Value) -> Result<()> {
    if is_search(study) {
        return Err(Error::File {
            what: format!("{} holds the points of a search, not of a sweep", store.path().display()),
            hint: "its tables lie beside it, as `optimize` wrote them; give a folder that `run` has made"
                .into(),
        });
    }
    Ok(())
}

/// What a store holds that is not to be replaced without a word, with its study and what was set.
fn holds(store: &Store, what: &str, study: &Value) -> Error {
    let title = study.get("title").and_then(Value::as_str).unwrap_or("a study without title");
    let set: Vec<String> = study
        .get("set")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|pair| Some(format!("{}={}", pair.get(0)?.as_str()?, pair.get(1)?.as_str()?)))
        .collect();
    let set = if set.is_empty() { String::new() } else { format!(" with {}", set.join(", ")) };
    Error::File {
        what: format!("{} holds {what}, of \"{title}\"{set}", store.path().display()),
        hint: "give another folder with --out, or replace the results there with --replace (from Python replace=True)"
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::super::run::{Options, results, run};
    use super::*;
    use crate::study::Study;

    fn study(values: &str) -> Study {
        let preset = Study::preset("preston2023").unwrap();
        let text = format!("{}\n[sweep]\nV = {{ values = [{values}] }}\n", preset.text());
        Study::from_toml(&text, "s", None).unwrap()
    }

    fn go(study: &Study, store: &Store, replace: bool) -> Result<usize> {
        let options = Options { replace, ..Options::default() };
        let summary = run(&Grid::new(study)?, store, &options, &AtomicBool::new(false), &|_| {})?;
        Ok(summary.finished)
    }

    #[test]
    fn a_store_goes_on_with_its_study_and_refuses_another() {
        let store = Store::in_memory().unwrap();
        let first = study("\"2 eV\", \"3 eV\"");
        assert_eq!(go(&first, &store, false), Ok(2));
        // The same, another order, other words, more points, another axis that has the old value.
        assert_eq!(go(&first, &store, false), Ok(0));
        let text = study("\"3 eV\", \"2.5 eV\", \"2 eV\"").text().replace("title = \"", "title = \"Other ");
        let more = Study::from_toml(&text, "t", None).unwrap();
        assert_eq!(go(&more, &store, false), Ok(1));
        let wider = more.with_axis("A", &[0.95, 0.5]).unwrap();
        assert_eq!(go(&wider, &store, false), Ok(3));
        for other in [
            more.clone(),
            wider.with("kT", "0.03 eV").unwrap(),
            wider.with("V", "3 eV").unwrap(),
            Study::preset("preston2023").unwrap(),
        ] {
            let error = go(&other, &store, false).unwrap_err();
            assert!(matches!(error, Error::File { .. }), "{error:?}");
            assert!(error.to_string().contains("finished points that this study does not have"), "{error}");
            assert!(error.hint().contains("--replace") && error.hint().contains("--out"), "{error:?}");
        }
        // What was refused left everything as it was.
        assert_eq!(results(&store).unwrap().1.axes.len(), 2 + 3);
        assert_eq!(go(&first, &store, true), Ok(0));
    }

    #[test]
    fn what_was_begun_but_has_no_finished_point_is_no_loss() {
        let store = Store::in_memory().unwrap();
        let cancelled = AtomicBool::new(true);
        run(&Grid::new(&study("\"2 eV\"")).unwrap(), &store, &Options::default(), &cancelled, &|_| {})
            .unwrap();
        assert_eq!(go(&study("\"3 eV\""), &store, false), Ok(1));
    }
}
