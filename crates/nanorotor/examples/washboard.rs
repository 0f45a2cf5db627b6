//! Solve a rotor without electrons, from its torque, friction and noise: Landauer's blowtorch in reduced units.
#![allow(clippy::print_stdout, reason = "an example shows its results")]

use std::f64::consts::TAU;

use nanorotor::observables::{RateOptions, rates};
use nanorotor::{Landscape, Periodic, Result};

pub(crate) fn main() -> Result<()> {
    // U = 2 cos θ, friction and temperature uneven with different phases; all in atomic units.
    let torque = Periodic::from_function(TAU, 64, |theta| 2.0 * theta.sin());
    let friction = Periodic::from_function(TAU, 64, |theta| 1.0 + 0.5 * theta.cos());
    let diffusion = Periodic::from_function(TAU, 64, |theta| {
        2.0 * (1.0 + 0.5 * theta.cos()) * (1.0 + 0.75 * theta.sin())
    });
    let landscape = Landscape::new(torque, friction, diffusion)?;
    let found = rates(&landscape, 1.0, &RateOptions::default())?;
    let mean = found.rotation_rate;
    println!("mean angular velocity {:.9} ± {:.1e}", TAU * mean.value, TAU * mean.error);
    Ok(())
}
