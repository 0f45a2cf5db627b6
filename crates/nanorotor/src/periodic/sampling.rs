//! Choose the θ-grid on which periodic functions are sampled by the tail of their Fourier series.

use rayon::prelude::*;

use super::Periodic;
use crate::error::{Error, Result};

/// The interpolation error asked for, relative to each function's largest magnitude.
pub const INTERPOLATION_TOLERANCE: f64 = 1e-10;

const FIRST_GRID: usize = 32;
const LAST_GRID: usize = 1 << 14;

/// A value of a function with the size of its own error, below which a Fourier tail is noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// f(θ).
    pub value: f64,
    /// The size of the error of f(θ).
    pub error: f64,
}

/// How a set of functions was sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolution {
    /// The number of equidistant angles over the period.
    pub points: usize,
    /// The largest estimate of an interpolation error, relative to the magnitude of its function.
    pub error: f64,
}

/// Sample several functions of θ on one grid, doubled until each series is resolved to [`INTERPOLATION_TOLERANCE`].
///
/// # Errors
/// [`Error::NotConverged`] naming the function that a grid of 16384 points does not resolve, or what `f` reports.
pub fn resolve(
    period: f64,
    names: &[String],
    f: impl Fn(f64) -> Result<Vec<Sample>> + Sync,
) -> Result<(Vec<Periodic>, Resolution)> {
    let sample = |points: usize, which: fn(usize) -> bool| -> Result<Vec<Vec<Sample>>> {
        (0..points)
            .into_par_iter()
            .filter(|&j| which(j))
            .map(|j| f(period * j as f64 / points as f64))
            .collect()
    };
    let mut points = FIRST_GRID;
    let mut rows = sample(points, |_| true)?;
    loop {
        let functions: Vec<Periodic> = (0..names.len())
            .map(|i| {
                let values: Vec<f64> = rows.iter().map(|row| row[i].value).collect();
                Periodic::from_samples(period, &values)
            })
            .collect();
        let mut resolution = Resolution { points, error: 0.0 };
        let mut unresolved = None;
        for (i, function) in functions.iter().enumerate() {
            let magnitude = rows.iter().map(|row| row[i].value.abs()).fold(0.0, f64::max);
            let noise = rows.iter().map(|row| row[i].error).fold(0.0, f64::max);
            if !magnitude.is_finite() {
                return Err(not_finite(&names[i]));
            }
            let tail = function.tail();
            if tail > (INTERPOLATION_TOLERANCE * magnitude).max(noise) {
                unresolved = Some((i, tail / magnitude));
            }
            if tail > noise && magnitude > 0.0 {
                resolution.error = resolution.error.max(tail / magnitude);
            }
        }
        let Some((i, tail)) = unresolved else {
            return Ok((functions, resolution));
        };
        if points >= LAST_GRID {
            return Err(Error::NotConverged {
                quantity: "interpolation in theta",
                what: format!(
                    "the Fourier tail of the {} is still {tail:.1e} of its maximum on {points} points",
                    names[i]
                ),
                hint: "look for a kink or a jump in theta, and check that the period is right".into(),
            });
        }
        points *= 2;
        let odd = sample(points, |j| j % 2 == 1)?;
        rows = rows.into_iter().zip(odd).flat_map(|(even, odd)| [even, odd]).collect();
    }
}

fn not_finite(name: &str) -> Error {
    Error::Model {
        what: format!("the {name} is not finite at every angle"),
        hint: "look for a division by zero, a logarithm of zero or an overflow".into(),
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn exact(value: f64) -> Sample {
        Sample { value, error: 1e-15 }
    }

    #[test]
    fn the_grid_grows_with_the_sharpness_of_the_function() -> Result<()> {
        let mut last = 0;
        for sharpness in [1.0, 4.0, 16.0] {
            let f = |theta: f64| (sharpness * theta.cos()).exp();
            let (functions, resolution) = resolve(TAU, &["f".into()], |theta| Ok(vec![exact(f(theta))]))?;
            assert!(resolution.points >= last);
            last = resolution.points;
            let scale = sharpness.exp();
            for theta in [0.123, 1.0, 3.3, 6.0] {
                assert!((functions[0].value(theta) - f(theta)).abs() < 1e-10 * scale);
            }
        }
        assert!(last > FIRST_GRID);
        Ok(())
    }

    #[test]
    fn noise_below_its_own_error_is_not_chased() -> Result<()> {
        let noise = |theta: f64| 1e-18 * (1e6 * theta).sin();
        let names = ["f".to_string()];
        let (_, resolution) = resolve(TAU, &names, |t| Ok(vec![Sample { value: noise(t), error: 1e-17 }]))?;
        assert_eq!(resolution.points, FIRST_GRID);
        Ok(())
    }

    #[test]
    fn a_kink_and_an_infinity_are_refused_by_name() {
        let kink = resolve(TAU, &["kink".into()], |t| Ok(vec![exact((t - 1.0).abs())]));
        assert!(kink.is_err_and(|e| e.to_string().contains("kink")));
        let pole = resolve(TAU, &["pole".into()], |t| Ok(vec![exact(1.0 / t)]));
        assert!(pole.is_err_and(|e| e.to_string().contains("pole")));
    }
}
