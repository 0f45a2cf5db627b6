//! Say what a rotor does in the words of its users: rates, heats, power, each with its error.

mod estimate;
mod rates;

pub use estimate::Estimate;
pub use rates::{RateOptions, Rates, rates};
