//! Run a study over the grid of its sweep, keep every finished point, and put the points together.
//!
//! [`Grid`] (the points) → [`run`](fn@run) (what is missing in the [`Store`], on all cores) → [`results`]
//! ([`Results`](crate::results::Results) with the axes of the sweep).

mod assemble;
mod belonging;
#[cfg(test)]
mod damage;
mod fingerprint;
mod grid;
mod layout;
mod merge;
mod place;
mod provenance;
mod record;
mod run;
mod shard;
mod single;
mod spread;
mod store;

pub use assemble::assemble;
pub use fingerprint::{ALGORITHM, Key};
pub use grid::Grid;
pub use layout::Layout;
pub use provenance::Provenance;
pub use record::Record;
pub use run::{Options, Progress, Summary, compute, results, run, threads};
pub use shard::Shard;
pub use single::SinglePoints;
pub use spread::{Spread, compute_job, compute_points};
pub use store::{STORE_FILE, Store, make_folder};
