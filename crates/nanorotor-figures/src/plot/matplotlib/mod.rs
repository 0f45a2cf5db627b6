//! Write a figure as a short matplotlib script with its data, for whoever wants to restyle it.

mod data;
mod python;
mod script;

use crate::error::FigureError;
use crate::page::font::Fonts;
use crate::plot::figure::Figure;
use crate::plot::layout;

/// The two files that belong together, to be kept in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatplotlibFiles {
    /// The Python script; it needs numpy and matplotlib, reads `<stem>.csv` beside it and writes `<stem>_restyled.pdf`.
    pub script: String,
    /// The contents of `<stem>.csv`: one column for each abscissa, ordinate, error, edge of a band and shade.
    pub data: String,
}

impl Figure {
    /// The figure as a Python script and the data that it reads from `<stem>.csv`.
    ///
    /// The script draws what the other formats show, with the same size, ranges, colours and names, each on a line
    /// of its own to be changed.
    ///
    /// # Errors
    ///
    /// As [`Figure::render`].
    pub fn matplotlib(&self, stem: &str) -> Result<MatplotlibFiles, FigureError> {
        let layout = layout::place(self, &Fonts::load()?)?;
        Ok(MatplotlibFiles { script: script::write(self, &layout, stem), data: data::write(self) })
    }
}
