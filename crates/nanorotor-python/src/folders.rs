//! Read what runs have left in folders.

use std::path::PathBuf;

use nanorotor::results::Results;
use nanorotor::sweep::{self, Store};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::background::in_background;
use crate::errors::Result;
use crate::results::to_python;

/// Everything in the folder of a run that is finished so far.
#[pyfunction]
pub(crate) fn results(py: Python<'_>, folder: PathBuf) -> Result<Bound<'_, PyDict>> {
    let (results, provenance) = in_background(py, None, move |_| finished(&Store::existing(&folder)?))?;
    Ok(to_python(py, results, provenance)?)
}

/// The folders of shards brought together in another.
#[pyfunction]
pub(crate) fn merge(py: Python<'_>, folders: Vec<PathBuf>, out: PathBuf) -> Result<Bound<'_, PyDict>> {
    let (results, provenance) =
        in_background(py, None, move |_| finished(&nanorotor_cli::merge(&folders, &out)?.0))?;
    Ok(to_python(py, results, provenance)?)
}

/// The results of the study that ran last in a store, and the provenance of its last run.
pub(crate) fn finished(store: &Store) -> nanorotor::Result<(Results, Vec<(String, String)>)> {
    let provenance = store.runs()?.pop().map_or_else(Vec::new, |run| run.0);
    Ok((sweep::results(store)?.1, provenance))
}
