//! Say what was found, each number with its error.

mod estimate;

pub mod directionality;
pub mod trajectories;

pub use estimate::Estimate;
