//! Write results as a dictionary: axes, variables, notes, numbers as bytes of 64-bit floats.

use nanorotor::export::{unit_of_parameter, unit_of_result};
use nanorotor::quantity::{System, output_unit};
use nanorotor::quantity::{is_count, long_name};
use nanorotor::results::Coordinates;
use nanorotor::results::Results;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

/// The results in practical units, errors as variables `…_error`.
pub(crate) fn to_python(
    py: Python<'_>,
    mut results: Results,
    provenance: Vec<(String, String)>,
) -> PyResult<Bound<'_, PyDict>> {
    results.errors_as_variables();
    let axes = PyList::empty(py);
    for (place, axis) in results.axes.iter().enumerate() {
        let entry = PyDict::new(py);
        entry.set_item("name", &axis.name)?;
        entry.set_item("swept", place < results.swept)?;
        entry.set_item("counted", place >= results.swept && is_count(&axis.name))?;
        match &axis.coordinates {
            Coordinates::Names(names) => entry.set_item("names", names)?,
            Coordinates::Numbers(_) => {
                let (numbers, unit) = axis.shown(System::Practical).unwrap_or_default();
                entry.set_item("numbers", floats(py, &numbers))?;
                let pint = axis.unit.as_ref().map_or_else(|| Some(unit_of_result(unit)), unit_of_parameter);
                entry.set_item("units", pint)?;
                entry.set_item("display_units", unit)?;
            }
        }
        entry.set_item(
            "long_name",
            if axis.unit.is_some() { axis.name.clone() } else { long_name(&axis.name) },
        )?;
        axes.append(entry)?;
    }
    let variables = PyList::empty(py);
    for variable in &results.variables {
        let unit = variable.unit().map_or("", |unit| unit.name(System::Practical));
        let entry = PyDict::new(py);
        entry.set_item("name", &variable.name)?;
        entry.set_item("axes", &variable.axes)?;
        entry.set_item("values", floats(py, &variable.values_in(System::Practical)))?;
        entry.set_item("counted", is_count(&variable.name))?;
        entry.set_item("seed", results.seed.filter(|_| variable.name == "seed"))?;
        entry.set_item("units", unit_of_result(unit))?;
        entry.set_item("display_units", unit)?;
        entry.set_item("long_name", long_name(&variable.name))?;
        variables.append(entry)?;
    }
    let validity: Vec<(&str, &str, &str)> =
        results.validity.iter().map(|a| (a.name, a.standing.in_words(), a.text.as_str())).collect();
    let whole = PyDict::new(py);
    whole.set_item("axes", axes)?;
    whole.set_item("variables", variables)?;
    whole.set_item("notes", results.notes)?;
    whole.set_item("validity", validity)?;
    whole.set_item("status", results.point_status.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    whole.set_item("provenance", provenance)?;
    Ok(whole)
}

/// Numbers as the bytes of 64-bit floats of this machine.
pub(crate) fn floats<'py>(py: Python<'py>, numbers: &[f64]) -> Bound<'py, PyBytes> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_ne_bytes()).collect();
    PyBytes::new(py, &bytes)
}

/// The practical unit of a result, its atomic unit, and one of that in the practical one; none for counts and ratios.
#[pyfunction]
pub(crate) fn atomic_unit(name: &str) -> Option<(&'static str, &'static str, f64)> {
    let name = name.strip_suffix("_error").unwrap_or(name);
    let unit = output_unit(name.strip_prefix("simulated_").unwrap_or(name))?;
    Some((unit.practical, unit.atomic, unit.factor))
}
