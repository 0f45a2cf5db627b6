//! Say what a rotor does in the words of its users: rates, heats, power, directionality, each with its error.

pub mod directionality;
mod estimate;
mod load;
mod method;
mod passage;
mod rates;
mod regime;
mod sensitivity;
mod thermodynamics;
pub mod trajectories;

pub use estimate::Estimate;
pub use load::{AtLoad, Greatest, LoadCurve, Progress as LoadProgress, load_curve};
pub use method::{Method, Solved, Solver, check_tolerance, memory};
pub use passage::{Passage, Passages};
pub use rates::{Mean, RateOptions, Rates, rates, rates_watched};
pub use regime::Regime;
pub use sensitivity::{CAUSES, Sensitivity, sensitivity, without_causes};
pub use thermodynamics::{environment_has_one_temperature, isothermal};
