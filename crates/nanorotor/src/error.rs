//! Name everything that can go wrong, with what to do about it.

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
    /// A computation did not reach its accuracy; nothing it produced may be used.
    #[error("{quantity} did not converge: {what}")]
    NotConverged {
        /// The quantity that was asked for.
        quantity: &'static str,
        /// What was reached, with the numbers.
        what: String,
        /// What to do about it.
        hint: String,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> &str {
        match self {
            Self::Model { hint, .. } | Self::NotConverged { hint, .. } => hint,
        }
    }
}

/// The result of anything in nanorotor that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;
