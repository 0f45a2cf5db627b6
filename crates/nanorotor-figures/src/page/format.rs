//! Choose the file format of a figure from the name of its file.

use std::path::Path;

use crate::error::FigureError;

/// What PDF and PNG files say of where they come from.
pub(crate) const MARK: &str = "drawn by nanorotor";

/// How every document begins; a program that edits one writes it anew.
pub(crate) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- drawn by nanorotor -->\n\
    <svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" ";

/// A file format that figures are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Scalable Vector Graphics 1.1, text kept as text.
    Svg,
    /// Portable Document Format 1.7 with the font embedded.
    Pdf,
    /// Portable Network Graphics at 600 pixels per inch.
    Png,
}

impl Format {
    /// Every format, in the order in which messages list them.
    pub const ALL: [Self; 3] = [Self::Svg, Self::Pdf, Self::Png];

    /// The format that the extension of `path` names, upper or lower case.
    ///
    /// # Errors
    ///
    /// [`FigureError::UnknownFormat`] for any other extension, or none.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, FigureError> {
        let path = path.as_ref();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|format| format.extension().eq_ignore_ascii_case(extension))
            .ok_or_else(|| FigureError::UnknownFormat { path: path.display().to_string() })
    }

    /// The usual extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
        }
    }

    /// Whether these bytes are a figure that this program drew, so that another may take its place.
    pub fn drew(self, bytes: &[u8]) -> bool {
        match self {
            Self::Svg => bytes.starts_with(HEAD.as_bytes()),
            Self::Pdf | Self::Png => bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides_in_either_case() {
        assert_eq!(Format::from_path("a/b.c/landscape.SVG"), Ok(Format::Svg));
        assert_eq!(Format::from_path("x.pdf"), Ok(Format::Pdf));
        assert_eq!(Format::from_path("x.tar.Png"), Ok(Format::Png));
    }

    #[test]
    fn any_other_extension_is_refused_with_the_three_listed() {
        for path in ["x", "x.eps", ".svg", "svg", "x.svg.", ""] {
            let text = Format::from_path(path).unwrap_err().to_string();
            for format in Format::ALL {
                assert!(text.contains(&format!(".{}", format.extension())), "{text}");
            }
        }
    }
}
