//! Compute one task at one point and hold what came of it.

use std::sync::atomic::AtomicBool;

use crate::error::{Error, Result};
use crate::langevin::Kernel;
use crate::observables::trajectories::{Outcome, Progress};
use crate::study::{
    Resolved, Results, THETA_POINTS, Task, landscape_results, rate_results, simulate, simulation_results,
    theta_grid,
};

/// What one task gave at one point.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The numbers, errors as variables `…_error`; NaN where there is none.
    pub results: Results,
    /// `converged`, or why numbers are missing.
    pub status: String,
}

/// The status of a record that has all its numbers.
pub const CONVERGED: &str = "converged";

/// Compute a task at a point.
///
/// What does not converge, or is impossible at this point only, is told in the record's status; trajectories that were
/// stopped are no record.
///
/// # Errors
/// [`Error::File`], and [`Error::NotConverged`] of trajectories that were cancelled.
pub(super) fn compute(
    resolved: &Resolved,
    task: Task,
    kernel: Option<Kernel>,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(Progress),
) -> Result<Record> {
    let found = resolved.landscape().and_then(|landscape| match task {
        Task::Landscape => {
            landscape_results(resolved, &landscape, theta_grid(landscape.period(), THETA_POINTS))
        }
        Task::Rate => rate_results(resolved, &landscape),
        Task::Simulate => {
            let mut options = resolved.simulation_options();
            options.kernel = kernel.or(options.kernel);
            let found = simulate(resolved, &landscape, &options, cancel, progress)?;
            Ok(simulation_results(&found))
        }
    });
    Ok(match found {
        Ok(mut results) => {
            let status = results.status();
            results.failure = None;
            results.errors_as_variables();
            Record { results, status }
        }
        Err(error @ Error::File { .. }) => return Err(error),
        Err(error) => Record { results: Results::default(), status: format!("{error}; {}", error.hint()) },
    })
}

/// Whether a run of trajectories came to its end.
#[expect(dead_code, reason = "used by the run")]
pub(super) fn is_whole(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Cancelled)
}
