//! Compute what a study asks for at one point, and name it: variables over axes, errors, remarks, validity.
//!
//! [`Resolved`](crate::study::Resolved) (one point) → [`Point::compute`] → [`Results`].

mod band_fit;
mod gradient;
mod landscape;
mod load;
pub(crate) mod random;
mod rate;
mod sampled;
mod sensitivity;
mod simulate;
mod spectrum;
mod status;
mod task;
mod trajectories;
mod uncertain;
mod validity;
mod variables;
mod verbs;

pub(crate) use gradient::{WIDER, step};
pub use landscape::{choices_in_words, resolution_in_words, theta_grid};
pub use rate::THETA_POINTS;
pub(crate) use sensitivity::RateGradient;
pub use sensitivity::{SensitivityOptions, rate_and_gradient, sensitivity_results};
pub use simulate::{Simulated, SimulationOptions};
pub use spectrum::spectrum_results;
pub use status::Status;
pub use task::{Options, Point, Progress, Watch};
pub(crate) use uncertain::{Carried, carried, central};
pub use uncertain::{SAMPLES, Samples, uncertain_results};
pub use validity::{Assumption, BOUNDS, Standing, Validity, Velocity, sweep_validity};
pub use variables::{Axis, Coordinates, Results, Variable};
pub use verbs::Measure;
