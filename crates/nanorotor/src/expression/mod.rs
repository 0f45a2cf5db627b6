//! Turn formulas of parameters and theta into functions with exact derivatives.
//!
//! text → [`Expression`] (a checked list of nodes with their places) → [`Formula`] (a function of theta alone).

mod dimensions;
mod disc;
mod formula;
mod jet;
mod parser;
mod series;
mod syntax;

pub use dimensions::{Measure, Solver};
pub use disc::Panel;
pub use formula::Formula;
pub use jet::Jet;
pub use series::Series;
pub(crate) use syntax::{Binary, Node, unknown_name};
pub use syntax::{Expression, Function, is_reserved};
