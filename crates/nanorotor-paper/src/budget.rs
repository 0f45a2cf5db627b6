//! Say beforehand how many steps the trajectories of a reproduction will take.

use std::f64::consts::TAU;

use rayon::prelude::*;

use crate::part::Part;
use nanorotor::error::Result;
use nanorotor::observables::rates;
use nanorotor::quantity::Task;
use nanorotor::study::{Length, Resolved, Study};
use nanorotor::sweep::Grid;

/// What a part's trajectories will take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// The part.
    pub name: &'static str,
    /// Its points.
    pub points: usize,
    /// Steps of all trajectories of all points together; NaN where a point's length or time step is not known beforehand.
    pub steps: f64,
}

/// The budget of every part that runs trajectories, without running any.
///
/// A point that runs until σ_R is small enough takes T = 2 D_eff/(2π σ_R)² with D_eff from the density without noise.
///
/// # Errors
/// As [`Study::from_toml`], [`Study::resolve`] and [`rates`].
pub fn budget(parts: &[Part]) -> Result<Vec<Budget>> {
    parts
        .iter()
        .filter(|part| part.needs_trajectories)
        .map(|part| {
            let grid = Grid::new(&Study::from_toml(&part.text, part.name, None)?)?;
            let points = if grid.tasks().contains(&Task::Simulate) { grid.len() } else { 0 };
            let steps: Vec<f64> = (0..points)
                .into_par_iter()
                .map(|point| steps(&grid.resolve(point)?))
                .collect::<Result<_>>()?;
            Ok(Budget { name: part.name, points, steps: steps.iter().sum() })
        })
        .collect()
}

/// Steps of all trajectories of a point.
fn steps(resolved: &Resolved) -> Result<f64> {
    let Some(dt) = resolved.simulation.dt else { return Ok(f64::NAN) };
    Ok(match resolved.simulation.length {
        Some(Length::TotalTime(time)) => time / dt,
        Some(Length::RotationRateError(error)) => {
            let landscape = resolved.landscape()?;
            let found = rates(&landscape, resolved.rotor.moment_of_inertia, &resolved.rate_options())?;
            2.0 * found.rotational_diffusion.value / (TAU * error).powi(2) / dt
        }
        Some(Length::DirectionalityError(_)) | None => f64::NAN,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::super::recipe::Recipe;
    use super::*;

    fn part(lines: &[&str]) -> Part {
        let text = Recipe::new("t", "c")
            .compute("simulate")
            .simulate(lines)
            .sweep(&["V = { values = [\"5 eV\", \"6 eV\"] }"])
            .text();
        Part { name: "test", title: "t", text, needs_trajectories: true }
    }

    #[test]
    fn times_and_errors_become_steps() {
        let found = budget(&[part(&["total_time = \"1e9 au_time\"", "dt = \"500 au_time\""])]).unwrap();
        assert_eq!((found[0].points, found[0].steps.round()), (2, 4e6));
        // D_eff = 2447.136 and 3131.243 rad²/ns; 1 a.u. of time = 2.4188843265864e-8 ns.
        let found =
            budget(&[part(&["target = { rotation_rate = \"0.1 /ns\" }", "dt = \"1000 au_time\""])]).unwrap();
        let expected = 2.0 * (2447.136 + 3131.243) / (TAU * 0.1).powi(2) / 2.418_884_326_586_4e-5;
        assert!((found[0].steps / expected - 1.0).abs() < 1e-5, "{} {expected}", found[0].steps);
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert!(budget(&[part(&["total_time = \"1 ns\""])]).unwrap()[0].steps.is_nan());
        let deterministic = Part { needs_trajectories: false, ..part(&["seed = 1"]) };
        assert_eq!(budget(&[deterministic]).unwrap(), []);
    }
}
