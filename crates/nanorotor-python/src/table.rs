//! Write the arrays of a study as the table that its text names.

use nanorotor::study::{Samples, netcdf_of, netcdf_of_energies};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::Result;

/// A variable: name, dimensions with their lengths, unit, the bytes of its real and of its imaginary part.
type Variable<'py> = (String, Vec<(String, usize)>, String, Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>);

/// The NetCDF file of variables at angles (rad).
#[pyfunction]
pub(crate) fn table<'py>(
    py: Python<'py>,
    theta: Vec<f64>,
    variables: Vec<Variable<'py>>,
) -> Result<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(py, &netcdf_of(&theta, &samples(variables))?))
}

/// The NetCDF file of variables at energies (eV).
#[pyfunction]
pub(crate) fn energies<'py>(
    py: Python<'py>,
    energies: Vec<f64>,
    variables: Vec<Variable<'py>>,
) -> Result<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(py, &netcdf_of_energies(&energies, &samples(variables))?))
}

fn samples(variables: Vec<Variable<'_>>) -> Vec<Samples> {
    variables
        .into_iter()
        .map(|(name, dimensions, units, re, im)| Samples {
            name,
            dimensions,
            units,
            re: numbers(re.as_bytes()),
            im: im.map(|im| numbers(im.as_bytes())),
        })
        .collect()
}

/// The doubles that numpy laid out.
fn numbers(bytes: &[u8]) -> Vec<f64> {
    bytes.as_chunks::<8>().0.iter().map(|chunk| f64::from_ne_bytes(*chunk)).collect()
}
