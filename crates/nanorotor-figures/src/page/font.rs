//! Measure and outline letters with the font built into this crate.
//!
//! Liberation Sans (SIL Open Font License 1.1, `fonts/`) has the metrics of Arial and Helvetica, so that a layout
//! made with it holds in an SVG shown with either of them, and nothing depends on the fonts of a machine.

use ttf_parser::{Face, GlyphId};

use crate::error::FigureError;
use crate::page::text::Text;

/// The upright font file.
pub(crate) const REGULAR: &[u8] = include_bytes!("../../fonts/LiberationSans-Regular.ttf");
/// The italic font file.
pub(crate) const ITALIC: &[u8] = include_bytes!("../../fonts/LiberationSans-Italic.ttf");

/// Half the height of a digit in units of the font size: centres text on a line.
pub(crate) const HALF_DIGIT: f64 = 0.355;

/// The two faces, parsed.
pub(crate) struct Fonts {
    pub(crate) regular: Face<'static>,
    pub(crate) italic: Face<'static>,
}

/// One letter at its place: right of and below the start of its text, in units of the base size.
pub(crate) struct Glyph {
    pub(crate) id: GlyphId,
    pub(crate) letter: char,
    pub(crate) italic: bool,
    pub(crate) right: f64,
    pub(crate) below: f64,
    pub(crate) scale: f64,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, FigureError> {
        let parse = |data| {
            Face::parse(data, 0)
                .map_err(|error| FigureError::Encoding { format: "text", what: error.to_string() })
        };
        Ok(Self { regular: parse(REGULAR)?, italic: parse(ITALIC)? })
    }

    pub(crate) fn face(&self, italic: bool) -> &Face<'static> {
        if italic { &self.italic } else { &self.regular }
    }

    /// The letters of a text at their places, and the width of the whole, in units of the base size.
    pub(crate) fn lay_out(&self, text: &Text) -> (Vec<Glyph>, f64) {
        let (mut glyphs, mut right) = (Vec::new(), 0.0);
        for run in &text.runs {
            let (face, scale) = (self.face(run.italic), run.level.scale());
            for letter in run.letters.chars() {
                let id = face.glyph_index(letter).unwrap_or(GlyphId(0));
                glyphs.push(Glyph { id, letter, italic: run.italic, right, below: run.level.drop(), scale });
                right += scale * advance(face, id);
            }
        }
        (glyphs, right)
    }

    /// The width of a text in units of the base size.
    pub(crate) fn width(&self, text: &Text) -> f64 {
        self.lay_out(text).1
    }
}

/// The advance of a glyph in units of the font size.
pub(crate) fn advance(face: &Face<'_>, id: GlyphId) -> f64 {
    f64::from(face.glyph_hor_advance(id).unwrap_or_default()) / f64::from(face.units_per_em())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_helvetica() {
        let fonts = Fonts::load().unwrap();
        // Adobe font metrics of Helvetica: digits 556, space 278, U 722, thousandths of the size.
        for (letters, width) in [("0", 0.556), (" ", 0.278), ("U", 0.722)] {
            assert!((fonts.width(&Text::plain(letters)) - width).abs() < 1e-3, "{letters}");
        }
        let subscript = fonts.width(&Text::markup("_{0}"));
        assert!((subscript - 0.75 * 0.556).abs() < 1e-3);
    }

    #[test]
    fn every_sign_that_labels_use_has_a_shape() {
        let fonts = Fonts::load().unwrap();
        for letter in "Uθξτpωφ πµμ0123456789−×·().,/²³±∞ΓΔ–".chars() {
            for italic in [false, true] {
                assert!(fonts.face(italic).glyph_index(letter).is_some(), "{letter} italic {italic}");
            }
        }
    }
}
