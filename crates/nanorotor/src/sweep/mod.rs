//! Run a study over the grid of its sweep, keep every finished point, and put the points together.
//!
//! [`Grid`] (the points) → [`run()`] (what is missing in the [`Store`], on all cores) → [`Results`] with the axes of the sweep.

mod assemble;
mod grid;
mod record;

pub use assemble::assemble;
pub use grid::Grid;
pub use record::Record;

use std::sync::atomic::AtomicBool;

use crate::error::Result;
use crate::study::{Results, Study};

/// Compute a whole study in memory, one point after another.
///
/// # Errors
/// As [`Grid::new`].
pub fn compute(study: &Study) -> Result<Results> {
    let grid = Grid::new(study)?;
    let mut records = Vec::new();
    for &task in grid.tasks() {
        let of_task: Vec<Option<Record>> = (0..grid.len())
            .map(|i| {
                record::compute(&grid.resolve(i)?, task, None, &AtomicBool::new(false), &mut |_| {}).map(Some)
            })
            .collect::<Result<_>>()?;
        records.push(of_task);
    }
    assemble(&grid, &records)
}
