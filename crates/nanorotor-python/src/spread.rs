//! Compute the points of a sweep in other processes, and keep what they send back.

use std::path::PathBuf;

use nanorotor::langevin::Kernel;
use nanorotor::sweep::{self, Grid, Store};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::background::{in_background, pool};
use crate::errors::Result;
use crate::folders::finished;
use crate::results::to_python;
use crate::study::{Study, chosen};

/// The side of a sweep that holds the store.
#[pyclass(frozen)]
pub(crate) struct Spread {
    inner: sweep::Spread,
    kernel: Kernel,
}

#[pymethods]
impl Spread {
    /// Note in the store of a folder (in memory without one) that workers begin on a study.
    #[new]
    fn new(
        study: &Study,
        folder: Option<PathBuf>,
        kernel: Option<&str>,
        workers: usize,
        replace: bool,
    ) -> Result<Self> {
        let store = match &folder {
            Some(folder) => Store::open(folder)?,
            None => Store::in_memory()?,
        };
        let kernel = chosen(kernel)?.unwrap_or_else(Kernel::fastest);
        let grid = Grid::new(&study.inner)?;
        let kernel = kernel.checked()?;
        let inner = pool()?.install(|| sweep::Spread::begin(grid, store, kernel, workers, replace))?;
        if let Some(folder) = &folder {
            nanorotor_cli::keep_study(folder, &study.inner, replace)?;
        }
        Ok(Self { inner, kernel })
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    /// The name of the kernel that every worker must use.
    #[getter]
    fn kernel(&self) -> &'static str {
        self.kernel.name()
    }

    /// The numbers of the jobs that the store does not have.
    fn missing(&self) -> Result<Vec<usize>> {
        Ok(self.inner.missing()?)
    }

    /// Commit what workers sent back.
    fn keep(&self, py: Python<'_>, texts: Vec<String>) -> Result<()> {
        Ok(py.detach(|| self.inner.keep(&texts))?)
    }

    /// Everything that is finished so far.
    fn results<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyDict>> {
        let (results, provenance) = finished(self.inner.store())?;
        Ok(to_python(py, results, provenance)?)
    }
}

/// Compute one job of a study on one thread; none if it was interrupted.
#[pyfunction]
pub(crate) fn compute_job(py: Python<'_>, study: &Study, job: usize, kernel: &str) -> Result<Option<String>> {
    let study = study.inner.clone();
    let kernel = chosen(Some(kernel))?.unwrap_or_else(Kernel::fastest);
    in_background(py, None, move |watch| {
        crate::study::pool(Some(1))?
            .install(|| sweep::compute_job(&Grid::new(&study)?, job, kernel, &watch.cancel))
    })
}
