//! Turn a molecular junction into the rotation that its current causes.
//!
//! The rooms, in the order in which data flows through them:
//! units, instructions → quantity → expression → periodic → junction → scattering → coefficients → landscape → stationary
//! → kramers | overdamped | weak | langevin → observables → study → results → sweep | export → design.
//!
//! ```
//! use nanorotor::Study;
//!
//! let motor = Study::preset("preston2023")?.with("V", "3 eV")?;
//! let found = motor.rate()?;
//! let rate = found.number("rotation_rate")?;
//! assert!((rate.value - 0.367_252_795).abs() < 1e-8);
//! assert!(rate.error.is_some_and(|error| error < 1e-7 * rate.value));
//! println!("{rate}, at {}", found.number("mean_current[left]")?);
//! # Ok::<(), nanorotor::Error>(())
//! ```
//!
//! [`Study`] has a verb for each command that works at one point: [`landscape`](Study::landscape), [`rate`](Study::rate),
//! [`simulate`](Study::simulate), [`load_curve`](Study::load_curve), [`sensitivity`](Study::sensitivity). [`Results`] hold
//! what they give, in atomic units; [`Results::number`] gives it in practical ones. Behind them stand the rooms: a
//! [`Landscape`] may come from anywhere, and [`observables::rates`] need no electrons.
//!
//! Features, all but the last on by default: `netcdf` (the function `export::netcdf`), `sqlite` (the rooms `sweep` and
//! `design`, which keep what they compute in a database), `parquet` (the function `export::parquet`).

#![cfg_attr(
    not(feature = "sqlite"),
    allow(dead_code, unused_imports, reason = "some helpers serve only the rooms that keep a database")
)]

pub mod coefficients;
#[cfg(feature = "sqlite")]
pub mod design;
mod disk;
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
pub mod results;
pub mod scattering;
pub mod stationary;
pub mod study;
#[cfg(feature = "sqlite")]
pub mod sweep;
pub mod units;
pub mod weak;

pub use error::{Error, Result};
pub use landscape::Landscape;
pub use periodic::Periodic;
pub use results::{Measure, Results, Status};
pub use study::Study;
