//! Foretell at which angles levels cross chemical potentials: there the coefficients change within a narrow angle.
//!
//! | symbol | meaning                                            | unit |
//! |--------|----------------------------------------------------|------|
//! | z_j    | eigenvalue of h_eff, a pole of G                   | Ha   |
//! | μ_c    | chemical potential of a lead                       | Ha   |
//! | δ_jc   | μ_c + iπk_BT_c − z_j, over z_j′: to first order, how far away the complex angle is at which the energy integrals are singular | rad |
//!
//! A pole of G meets there the first pole of a Fermi function from the other side of the real axis. Re δ is the distance, |Im δ| the
//! half width of the feature.

use std::f64::consts::PI;

use num_complex::Complex64;

use super::{Coefficients, Family};
use crate::error::Result;
use crate::junction::Junction;
use crate::scattering::Scattering;

/// Steps of Newton's method from a foretold angle to the place of the crossing.
const STEPS: usize = 4;

/// An angle in whose neighbourhood functions of θ may change fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// The angle (rad).
    pub theta: f64,
    /// Half of the width of the change (rad).
    pub half_width: f64,
}

impl Coefficients {
    /// The coefficients of a junction at θ, with the crossings that the levels there foretell.
    ///
    /// # Errors
    /// As [`Coefficients::at`].
    pub fn with_crossings(
        junction: &Junction,
        theta: f64,
        families: &[Family],
    ) -> Result<(Self, Vec<Crossing>)> {
        let scattering = Scattering::new(&junction.frame(theta)?)?;
        Ok((
            Self::of_scattering(junction, theta, &scattering, families)?,
            crossings(junction, &scattering, theta),
        ))
    }
}

fn crossings(junction: &Junction, scattering: &Scattering, theta: f64) -> Vec<Crossing> {
    let slopes = scattering.pole_derivatives().unwrap_or_default();
    let reached = scattering.poles().iter().copied().zip(slopes.iter().copied());
    let dark = scattering.dark().iter().map(|level| (level.energy.into(), level.slope.into()));
    let mut found = Vec::new();
    for (z, slope) in reached.chain(dark) {
        for lead in junction.leads() {
            let target = Complex64::new(lead.chemical_potential, PI * lead.thermal_energy);
            let away = (target - z) / slope;
            if away.is_finite() {
                found.push(Crossing { theta: theta + away.re, half_width: away.im.abs() });
            }
        }
    }
    found
}

/// Go from a foretold crossing to the true one near it.
///
/// # Errors
/// What the geometry reports on the way.
pub fn refined(junction: &Junction, foretold: Crossing) -> Result<Crossing> {
    let mut at = foretold;
    for _ in 0..STEPS {
        let scattering = Scattering::new(&junction.frame(at.theta)?)?;
        let here = crossings(junction, &scattering, at.theta);
        let distance = |crossing: &Crossing| (crossing.theta - at.theta).abs() + crossing.half_width;
        let Some(next) = here.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b))) else { break };
        let moved = (next.theta - at.theta).abs();
        at = next;
        if moved < 0.1 * at.half_width {
            break;
        }
    }
    Ok(at)
}
