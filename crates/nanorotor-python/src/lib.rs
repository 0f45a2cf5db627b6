//! Hand the library to Python: plain dictionaries of numbers, which the Python half turns into datasets.

#![allow(clippy::needless_pass_by_value, reason = "PyO3 hands arguments over by value")]

mod background;
mod errors;
mod explorer;
mod folders;
mod results;
mod spread;
mod study;
mod table;

use pyo3::prelude::*;

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("THETA_POINTS", nanorotor::results::THETA_POINTS)?;
    module.add("AXES", nanorotor::quantity::AXES)?;
    module.add_class::<study::Study>()?;
    module.add_class::<spread::Spread>()?;
    module.add_class::<explorer::Explorer>()?;
    module.add_function(wrap_pyfunction!(study::ratio, module)?)?;
    module.add_function(wrap_pyfunction!(study::presets, module)?)?;
    module.add_function(wrap_pyfunction!(study::kernel, module)?)?;
    module.add_function(wrap_pyfunction!(folders::results, module)?)?;
    module.add_function(wrap_pyfunction!(folders::merge, module)?)?;
    module.add_function(wrap_pyfunction!(results::atomic_unit, module)?)?;
    module.add_function(wrap_pyfunction!(table::energies, module)?)?;
    module.add_function(wrap_pyfunction!(table::table, module)?)?;
    module.add_function(wrap_pyfunction!(command_line, module)?)?;
    module.add_function(wrap_pyfunction!(spread::compute_job, module)?)
}

/// The command line; its exit code comes back.
#[pyfunction]
fn command_line(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| nanorotor_cli::run(arguments))
}
