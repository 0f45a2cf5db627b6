//! Turn a molecular junction into the rotation that its current causes.
//!
//! The rooms, in the order in which data flows through them:
//! units, instructions → expression → periodic → junction → scattering → coefficients → landscape → kramers | overdamped | langevin
//! → observables → study.

pub mod coefficients;
pub mod error;
pub mod expression;
pub mod instructions;
pub mod junction;
pub mod kramers;
pub mod landscape;
pub mod langevin;
pub mod observables;
pub mod overdamped;
pub mod periodic;
pub mod scattering;
pub mod study;
pub mod units;

pub use error::{Error, Result};
pub use landscape::Landscape;
pub use periodic::Periodic;
