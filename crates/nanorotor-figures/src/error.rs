//! Name everything that can go wrong when a figure is made.

/// What can go wrong in this crate, one variant a kind of cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// The file name does not end in a format that can be written.
    #[error("{path} does not end in .svg, .pdf or .png")]
    UnknownFormat {
        /// The path as it was given.
        path: String,
    },
    /// Two columns of data that belong together differ in length.
    #[error("{what}: {found} values for {expected} abscissae")]
    Lengths {
        /// Which curve, by its label or its place.
        what: String,
        /// The number of abscissae.
        expected: usize,
        /// The number of values found.
        found: usize,
    },
    /// The results lack what the figure shows.
    #[error("the results have no {what}")]
    Missing {
        /// The variable or axis that is missing, with the axes it should have.
        what: String,
    },
    /// The figure has no panel, or is higher than a page of 600 mm.
    #[error("cannot lay out the figure: {what}")]
    Layout {
        /// What is wrong, with the numbers.
        what: String,
    },
    /// An encoder or the built-in font refused its input; no data of a user can cause it.
    #[error("cannot write {format}: {what}")]
    Encoding {
        /// The format being written.
        format: &'static str,
        /// What the encoder said.
        what: String,
    },
}

impl FigureError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownFormat { .. } => "name the file .svg, .pdf or .png",
            Self::Lengths { .. } => "give one value for every abscissa; NaN leaves a gap",
            Self::Missing { .. } => {
                "compute it first: name its task under [compute] and its axes under [sweep]"
            }
            Self::Layout { .. } => "give the figure one to a few dozen panels, each 10 to 500 mm high",
            Self::Encoding { .. } => "try another of .svg, .pdf, .png, and report this as a bug",
        }
    }
}
