//! Turn a molecular junction into the rotation that its current causes.
//!
//! The rooms, in the order in which data flows through them:
//! units, instructions → quantity → expression → periodic → junction → scattering → coefficients → landscape → stationary
//! → kramers | overdamped | weak | langevin → observables → study → results → sweep | export → design, reproduction.
//!
//! ```
//! use nanorotor::observables::{RateOptions, rates};
//! use nanorotor::study::Study;
//! use nanorotor::units::TIME_IN_NANOSECONDS;
//!
//! let study = Study::preset("preston2023")?.with("V", "3 eV")?;
//! let motor = study.resolve()?;
//! let landscape = motor.landscape()?;
//! let found = rates(&landscape, motor.rotor.moment_of_inertia, &RateOptions::default())?;
//!
//! let per_nanosecond = found.rotation_rate.value / TIME_IN_NANOSECONDS;
//! assert!((per_nanosecond - 0.367_252_795).abs() < 1e-8);
//! assert!(found.rotation_rate.error < 1e-7 * found.rotation_rate.value);
//! # Ok::<(), nanorotor::Error>(())
//! ```

pub mod coefficients;
pub mod design;
pub mod error;
pub mod export;
pub mod expression;
pub mod instructions;
pub mod junction;
pub mod kramers;
pub mod landscape;
pub mod langevin;
pub mod observables;
pub mod overdamped;
pub mod periodic;
pub mod quantity;
pub mod reproduction;
pub mod results;
pub mod scattering;
pub mod stationary;
pub mod study;
pub mod sweep;
pub mod units;
pub mod weak;

pub use error::{Error, Result};
pub use landscape::Landscape;
pub use periodic::Periodic;
