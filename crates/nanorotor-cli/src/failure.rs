//! Show what went wrong, with the place in the user's text, and choose the exit code.

use std::io::Write;
use std::path::PathBuf;

use nanorotor::Error;
use nanorotor::quantity::rough;
use nanorotor_figures::FigureError;

use crate::drawn::Drawn;

/// What is left of a sweep, and of a run that had not measured anything.
pub(crate) const KEPT: &str = "what is finished is kept: the same command goes on from there";
pub(crate) const NOTHING_MEASURED: &str = "nothing had been measured yet";

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The library refused.
    #[error("{0}")]
    Library(#[from] Error),
    /// The command line itself is wrong.
    #[error("{what}")]
    Usage { what: String, hint: String },
    /// The user stopped a run; what was measured, if anything, has been printed.
    #[error("interrupted")]
    Interrupted { measured: bool },
    /// The user stopped a sweep; what was finished is kept.
    #[error("interrupted: {missing} of {all} points are not computed yet")]
    Unfinished { missing: usize, all: usize },
    /// The user stopped a search; what was finished is kept.
    #[error("interrupted: the search is not finished")]
    Stopped,
    /// Some points of a sweep did not converge, or claims do not hold.
    #[error("{what}")]
    Incomplete { what: String, hint: String },
    /// Trajectories are too short to say all that was asked.
    #[error("the run is too short to say everything; see the status")]
    TooShort { needed: f64 },
    /// A program that was started failed with this exit code, and has said why.
    #[error("a program failed")]
    Told(u8),
    /// A figure could not be drawn.
    #[error("{0}")]
    Figure(#[from] FigureError),
    /// A file could not be written.
    #[error("cannot write {}: {reason}", path.display())]
    Write { path: PathBuf, reason: std::io::Error },
    /// Standard output could not be written.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] std::io::Error),
}

impl From<nanorotor_paper::Error> for Failure {
    fn from(error: nanorotor_paper::Error) -> Self {
        match error {
            nanorotor_paper::Error::Computed(error) => Self::Library(error),
            nanorotor_paper::Error::Figure(error) => Self::Figure(error),
        }
    }
}

impl Failure {
    /// 1 for what was computed but did not converge, 2 for bad input, 130 for what was interrupted where no signal can tell so.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Library(Error::NotConverged { .. } | Error::LessAccurate { .. })
            | Self::Incomplete { .. }
            | Self::TooShort { .. } => 1,
            Self::Interrupted { .. } | Self::Unfinished { .. } | Self::Stopped => 130,
            Self::Told(code) => *code,
            _ => 2,
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Library(error) => error.hint().into(),
            Self::Usage { hint, .. } | Self::Incomplete { hint, .. } => hint.clone(),
            Self::Interrupted { measured: true } => {
                "the printed results are those of the time that was run".into()
            }
            Self::Interrupted { measured: false } => NOTHING_MEASURED.into(),
            Self::Unfinished { .. } | Self::Stopped => KEPT.into(),
            Self::Told(_) => String::new(),
            Self::TooShort { needed } => format!("about {} ns in all would do", rough(*needed)),
            Self::Figure(error) => error.hint().into(),
            Self::Write { .. } => "check that the folder exists and that you may write there".into(),
            Self::Output(_) => "check the disk or the pipe that standard output goes to".into(),
        }
    }

    /// Print the failure on standard error.
    pub(crate) fn report(&self) {
        let drawn = match self {
            Self::Told(_) => return,
            Self::Library(error) => Drawn::error(error),
            other => Drawn::message(other.to_string(), other.hint()),
        };
        to_standard_error(&drawn.text());
    }
}

/// Tell the user something that is no failure.
pub(crate) fn note(text: &str) {
    to_standard_error(&format!("note: {text}"));
}

/// Write a line to standard error; where nobody reads it there is nobody to tell.
fn to_standard_error(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
