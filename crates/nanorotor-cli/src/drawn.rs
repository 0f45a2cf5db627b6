//! Draw an error with its place in the user's text.

use miette::{Diagnostic, LabeledSpan, NamedSource, Report, Severity, SourceCode};
use nanorotor::Error;

/// A failure in the form that is drawn.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Drawn {
    message: String,
    hint: String,
    labels: Vec<LabeledSpan>,
    text: Option<NamedSource<String>>,
}

impl Drawn {
    /// A message without a place.
    pub(crate) fn message(message: String, hint: String) -> Self {
        Self { message, hint, labels: Vec::new(), text: None }
    }

    /// An error of the library, at its place if it has one.
    pub(crate) fn error(error: &Error) -> Self {
        let Error::Study(study) = error else {
            return Self::message(error.to_string(), error.hint().into());
        };
        let label = |(i, (span, text)): (usize, &(std::ops::Range<usize>, String))| {
            let text = (!text.is_empty()).then(|| text.clone());
            if i == 0 {
                LabeledSpan::new_primary_with_span(text, span.clone())
            } else {
                LabeledSpan::new_with_span(text, span.clone())
            }
        };
        Self {
            message: study.message.clone(),
            hint: study.hint.clone(),
            labels: study.labels.iter().enumerate().map(label).collect(),
            text: Some(NamedSource::new(&study.name, study.text.clone())),
        }
    }

    /// The drawing.
    pub(crate) fn text(self) -> String {
        format!("{:?}", Report::new(self))
    }
}

impl Diagnostic for Drawn {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.hint))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.text.as_ref().map(|text| text as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
