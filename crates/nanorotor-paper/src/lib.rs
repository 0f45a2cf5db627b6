//! Reproduce Preston & Kosov (2023): the studies behind its figures and statements, and what became of the statements.
//!
//! [`parts`] (study files; [`budget`]: their steps) → their [`Results`](nanorotor::results::Results) → [`judge`] (verdicts
//! with evidence) and [`figures`] (in the paper's layout) → [`Report`]. [`recordings`] are the short trajectories of Fig. 5.

#![allow(clippy::format_push_string, reason = "evidence is put together piece by piece")]

mod budget;
mod claim_parts;
mod claims;
mod error;
pub mod figures;
mod part;
mod parts;
mod recipe;
mod recordings;
mod report;

pub use budget::{Budget, budget};
pub use claims::{Claim, Verdict, judge};
pub use error::Error;
pub use part::Part;
pub use parts::{PartOptions, parts};
pub use recordings::{Recorded, recorded_part, recordings};
pub use report::{Report, Shown};
