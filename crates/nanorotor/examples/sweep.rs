//! Sweep the bias on all cores and write the results as a table.
#![allow(clippy::print_stdout, reason = "an example shows its results")]

use nanorotor::export::csv_text;
use nanorotor::quantity::System;
use nanorotor::sweep::compute;
use nanorotor::{Result, Study};

pub(crate) fn main() -> Result<()> {
    let study = Study::preset("preston2023")?.with_axis("V", &[1.0, 2.0, 3.0, 4.0, 5.0])?;
    let found = compute(&study)?;
    println!("{}", csv_text(&found, System::Practical)?);
    Ok(())
}
