//! Compute what a study asks for at one point, and name it: variables over axes, errors, remarks, validity.
//!
//! [`Resolved`](crate::study::Resolved) (one point) → [`Task::compute`](crate::quantity::Task::compute) → [`Results`].

mod landscape;
mod rate;
mod simulate;
mod status;
mod trajectories;
mod validity;
mod variables;

pub use landscape::{band_in_words, landscape_results, resolution_in_words, theta_grid};
pub use rate::{THETA_POINTS, rate_results};
pub use simulate::{Simulated, SimulationOptions, simulate};
pub use status::Status;
pub use trajectories::simulation_results;
pub use validity::{Assumption, Standing, Validity, Velocity, sweep_validity};
pub use variables::{Axis, Coordinates, Results, Variable};
