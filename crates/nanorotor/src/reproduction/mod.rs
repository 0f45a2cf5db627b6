//! Reproduce Preston & Kosov (2023): the studies behind its figures and statements, and what became of the statements.
//!
//! [`parts`] (study files; [`budget`]: their steps) → their [`Results`](crate::results::Results) → [`judge`] (verdicts with evidence).
//! [`recordings`] are the short trajectories of Fig. 5.

#![allow(clippy::format_push_string, reason = "evidence is put together piece by piece")]

mod budget;
mod claim_parts;
mod claims;
mod parts;
mod recipe;
mod recordings;

pub use budget::{Budget, budget};
pub use claims::{Claim, Verdict, judge};
pub use parts::{Part, PartOptions, parts};
pub use recordings::{Recorded, recorded_part, recordings};
