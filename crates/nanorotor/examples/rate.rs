//! Compute the rotation rate of the motor of Preston & Kosov (2023) at three biases.
#![allow(clippy::print_stdout, reason = "an example shows its results")]

use nanorotor::{Result, Study};

pub(crate) fn main() -> Result<()> {
    let motor = Study::preset("preston2023")?;
    for bias in ["1 eV", "3 eV", "5 eV"] {
        let found = motor.with("V", bias)?.rate()?;
        println!("V = {bias}: {}", found.number("rotation_rate")?);
        println!("  current {}", found.number("mean_current[left]")?);
    }
    Ok(())
}
