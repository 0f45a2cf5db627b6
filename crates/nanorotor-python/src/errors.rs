//! Raise the library's errors as exceptions of the Python half, one class a kind.

use nanorotor::Error;
use pyo3::prelude::*;

/// The result of what may raise.
pub(crate) type Result<T> = std::result::Result<T, Raised>;

/// An exception, or an error of the library that becomes one.
#[derive(Debug)]
pub(crate) struct Raised(PyErr);

impl From<Error> for Raised {
    fn from(error: Error) -> Self {
        Self(Python::attach(|py| exception(py, &error).unwrap_or_else(|failure| failure)))
    }
}

impl From<PyErr> for Raised {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

impl From<Raised> for PyErr {
    fn from(raised: Raised) -> Self {
        raised.0
    }
}

/// The exception of an error; the spans of its labels count characters, as Python does.
fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let class = match error {
        Error::Study(_) => "StudyError",
        Error::NotConverged { .. } | Error::LessAccurate { .. } => "ConvergenceError",
        Error::File { .. } => "FileError",
        _ => "ModelError",
    };
    let class = py.import("nanorotor._errors")?.getattr(class)?;
    let made = if let Error::Study(study) = error {
        let characters = |byte: usize| study.text.get(..byte).map_or(0, |before| before.chars().count());
        let labels: Vec<(usize, usize, &str)> = study
            .labels
            .iter()
            .map(|(span, label)| (characters(span.start), characters(span.end), label.as_str()))
            .collect();
        class.call1((
            study.message.as_str(),
            error.hint(),
            study.name.as_str(),
            study.text.as_str(),
            labels,
        ))?
    } else {
        class.call1((error.to_string(), error.hint()))?
    };
    Ok(PyErr::from_value(made))
}
