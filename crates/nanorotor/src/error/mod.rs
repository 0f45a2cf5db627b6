//! Name everything that can go wrong, with what to do about it.

use std::fmt;
use std::ops::Range;

mod suggestion;

pub(crate) use suggestion::{did_you_mean, nearest};

/// What can go wrong in nanorotor, one variant a kind of cause.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The model itself is impossible or incomplete: a matrix that is not Hermitian, a negative temperature.
    #[error("{what}")]
    Model {
        /// What is wrong, with the numbers.
        what: String,
        /// What to do about it.
        hint: String,
    },
    /// There is no answer: a computation did not reach its accuracy, so that nothing it produced may be used, or what was
    /// asked does not exist, such as a stationary state without friction.
    #[error("{what}: no {quantity}")]
    NotConverged {
        /// The quantity that was asked for.
        quantity: &'static str,
        /// What was reached, with the numbers.
        what: String,
        /// What to do about it.
        hint: String,
    },
    /// A result is less accurate than was asked; it stands, with its larger error.
    #[error("{quantity} is not converged to the tolerance {asked:.0e}: the relative error is {reached:.1e}")]
    LessAccurate {
        /// The quantity that was asked for.
        quantity: &'static str,
        /// The relative error that was reached.
        reached: f64,
        /// The relative error that was asked for.
        asked: f64,
        /// What to do about it.
        hint: String,
    },
    /// A file cannot be read or written, or is not what it should be.
    #[error("{what}")]
    File {
        /// What is wrong, with the file's name where it is known.
        what: String,
        /// What to do about it.
        hint: String,
    },
    /// A text that the user wrote (a study file, a formula, a `--set`) is wrong at a known place.
    #[error("{0}")]
    Study(Box<StudyError>),
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &str {
        match self {
            Self::Model { hint, .. }
            | Self::NotConverged { hint, .. }
            | Self::LessAccurate { hint, .. }
            | Self::File { hint, .. } => hint,
            Self::Study(error) => &error.hint,
        }
    }
}

/// What is wrong in a text, and where; the spans count bytes of that text.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What is wrong, in one line.
    pub message: String,
    /// The places that matter, the main one first, each with what stands there.
    pub labels: Vec<(Range<usize>, String)>,
    /// What to do about it.
    pub hint: String,
}

impl Fault {
    /// A fault at one place.
    pub fn new(
        message: impl Into<String>,
        span: Range<usize>,
        label: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { message: message.into(), labels: vec![(span, label.into())], hint: hint.into() }
    }

    /// The same fault with another place added.
    #[must_use]
    pub fn also(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.labels.push((span, label.into()));
        self
    }

    /// The same fault with its spans moved, from a formula to the file that contains it.
    #[must_use]
    pub fn moved(mut self, place: impl Fn(Range<usize>) -> Range<usize>) -> Self {
        for (span, _) in &mut self.labels {
            *span = place(span.clone());
        }
        self
    }

    /// The fault as an error that carries the text it is about.
    pub fn in_text(self, name: &str, text: &str) -> Error {
        let Self { message, labels, hint } = self;
        // Whatever happened before, a span lies within the text and on character boundaries.
        let inside = |at: usize| {
            let mut at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let labels = labels
            .into_iter()
            .map(|(span, label)| {
                let start = inside(span.start);
                (start..inside(span.end).max(start), label)
            })
            .collect();
        Error::Study(Box::new(StudyError { message, labels, hint, text: text.into(), name: name.into() }))
    }
}

/// A mistake in a study file, with everything that is needed to draw it.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyError {
    /// What is wrong, in one line.
    pub message: String,
    /// The places that matter as byte ranges of `text`, the main one first, each with what stands there.
    pub labels: Vec<(Range<usize>, String)>,
    /// What to do about it.
    pub hint: String,
    /// The text that is wrong: the whole study file, or the text of a `--set`.
    pub text: String,
    /// What the text is called: a file name, or `--set`.
    pub name: String,
}

impl StudyError {
    /// Line and column (both from 1, columns in characters) of a byte of the text.
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte.min(self.text.len())).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl fmt::Display for StudyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if let Some((span, _)) = self.labels.first() {
            let (line, column) = self.line_and_column(span.start);
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The result of anything in nanorotor that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_error_reads_as_file_line_column_message() {
        let text = "a = 1\nµ = \"x\"\n";
        let at = text.find('x').unwrap_or_default();
        let error = Fault::new("unknown parameter `x`", at..at + 1, "not defined", "define it")
            .in_text("f.toml", text);
        assert_eq!(error.to_string(), "f.toml:2:6: unknown parameter `x`");
        assert_eq!(error.hint(), "define it");
    }

    #[test]
    fn spans_outside_the_text_are_brought_inside() {
        let error = Fault::new("m", 1..900, "l", "h").in_text("f", "µ");
        let Error::Study(error) = error else { unreachable!("in_text makes a study error") };
        assert_eq!(error.labels[0].0, 0..2);
        assert_eq!(error.line_and_column(77), (1, 2));
    }
}
