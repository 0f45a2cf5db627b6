//! Turn a molecular junction into the rotation that its current causes.
//!
//! The rooms, in the order in which data flows through them:
//! units → expression → periodic → junction → scattering → coefficients → landscape → kramers | overdamped | langevin
//! → observables → study.

pub mod error;
pub mod landscape;
pub mod langevin;
pub mod observables;
pub mod periodic;
pub mod units;

pub use error::{Error, Result};
pub use landscape::Landscape;
pub use periodic::Periodic;
