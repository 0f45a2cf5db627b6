//! Find the best motor: maximise or minimise formulas of quantities over parameters, within bounds and under constraints.
//!
//! [`Problem`] (what is sought) → [`optimize`](fn@optimize) (a search whose every point is kept in a
//! [`Store`](crate::sweep::Store)) → [`Optimum`]. Two objectives have a [`front`](fn@front) instead.

mod bounds;
mod cma;
mod derivative;
mod evaluation;
mod exact;
mod flatness;
mod front;
mod goal;
mod local;
mod merit;
mod problem;
mod report;
mod search;
mod uncertain;

pub use bounds::Bound;
pub use derivative::{derivatives, usual};
pub use evaluation::{Evaluation, Measured, Progress};
pub use flatness::{Direction, Flatness};
pub use front::{Front, front};
pub use goal::{Constraint, Goal};
pub use problem::{Problem, Sense};
pub use report::{Column, Table};
pub use search::{Optimum, Options, optimize};
pub use uncertain::uncertain;
