//! Say what was found, each number with its error.

pub mod directionality;
pub mod estimate;
pub mod trajectories;

pub use estimate::Estimate;
