//! Reproduce Preston & Kosov (2023): the studies behind its figures and statements, and what became of the statements.
//!
//! [`parts`] (study files) → their [`Results`](crate::study::Results) → [`judge`] (verdicts with evidence).

mod claim_parts;
mod claims;
mod parts;
mod recipe;

pub use claims::{Claim, Verdict, judge};
pub use parts::{Part, PartOptions, parts};
