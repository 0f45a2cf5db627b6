//! Say why the paper could not be reproduced.

use nanorotor_figures::FigureError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Numbers could not be computed.
    #[error("{0}")]
    Computed(#[from] nanorotor::Error),
    /// A figure could not be drawn.
    #[error("{0}")]
    Figure(#[from] FigureError),
}
