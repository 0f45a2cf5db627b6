//! Name a figure and say what it shows.

use crate::plot::figure::Figure;

/// A figure with the name of its file and its caption.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedFigure {
    /// The name of the file, without an extension; unique among the figures of one call.
    pub name: String,
    /// The figure.
    pub figure: Figure,
    /// What it shows and what it leaves out, as plain text.
    pub caption: String,
}

impl NamedFigure {
    /// A figure of this name and caption.
    pub fn new(name: &str, figure: Figure, caption: impl Into<String>) -> Self {
        Self { name: name.to_owned(), figure, caption: caption.into() }
    }
}
