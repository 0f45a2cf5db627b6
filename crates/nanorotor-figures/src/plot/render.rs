//! Turn a figure into the bytes of a file.

use crate::error::FigureError;
use crate::page::font::Fonts;
use crate::page::format::Format;
use crate::page::{pdf, png, svg};
use crate::plot::figure::Figure;
use crate::plot::layout;

impl Figure {
    /// The bytes of the figure's file.
    ///
    /// Equal figures give equal bytes.
    ///
    /// # Errors
    ///
    /// [`FigureError::Lengths`] for columns of data that do not match, [`FigureError::Layout`] for a figure without
    /// panels or too large, [`FigureError::Encoding`] where an encoder fails.
    pub fn render(&self, format: Format) -> Result<Vec<u8>, FigureError> {
        let fonts = Fonts::load()?;
        let scene = layout::lay_out(self, &fonts)?;
        match format {
            Format::Svg => Ok(svg::write(&scene)),
            Format::Pdf => pdf::write(&scene, &fonts),
            Format::Png => png::write(&scene, &fonts),
        }
    }
}
