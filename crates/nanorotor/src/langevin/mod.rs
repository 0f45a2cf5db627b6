//! Run many noisy trajectories of a rotor and count its turns.
//!
//! I θ″ = F − X θ′ + δτ by a splitting of weak order 2 with the Ornstein–Uhlenbeck step exact at frozen angle. Random numbers
//! are a function of (seed, trajectory, step), so that any number of threads and any interruption gives the same bits.

#![allow(
    clippy::inline_always,
    clippy::needless_range_loop,
    reason = "what runs in lanes must be inlined into the function that has the instructions, without closures"
)]

pub mod checkpoint;
mod counter;
mod ensemble;
mod group;
mod kernel;
mod lane_steps;
mod lanes;
mod normal;
mod problem;
mod random;
mod reference_steps;
mod splitting;
mod state;
mod table;
mod tally;

pub use ensemble::{Ensemble, MOST_TRAJECTORIES, Options, Recording, burn_in_time};
pub(crate) use ensemble::{MOST_STEPS, too_many_steps};
pub use kernel::Kernel;
pub use problem::Problem;
pub use state::{CounterState, State};
pub use tally::{Counts, Tally};
