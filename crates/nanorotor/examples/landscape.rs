//! Print potential and effective temperature against the angle, in electronvolts.
#![allow(clippy::print_stdout, reason = "an example shows its results")]

use nanorotor::quantity::System;
use nanorotor::{Result, Study};

pub(crate) fn main() -> Result<()> {
    let found = Study::preset("preston2023")?.landscape()?;
    println!("barrier {}", found.number("barrier")?);
    let column = |name: &str| found.get(name).map_or(Vec::new(), |v| v.values_in(System::Practical));
    let angles = found.axis("theta").and_then(|axis| axis.shown(System::Practical));
    let (theta, _) = angles.unwrap_or_default();
    let (potential, temperature) = (column("potential"), column("effective_temperature"));
    println!("theta (rad)  potential (eV)  k_BT_eff (eV)");
    for ((theta, potential), temperature) in theta.iter().zip(&potential).zip(&temperature).step_by(16) {
        println!("{theta:11.4}  {potential:14.6}  {temperature:13.6}");
    }
    Ok(())
}
