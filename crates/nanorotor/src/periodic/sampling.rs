//! Choose the θ-grid on which periodic functions are sampled, and compare their series with them at other angles.
//!
//! The Fourier tail of the samples tells how far a series converged, but not what it was folded from: on n angles the harmonics k and
//! k + n agree. So a series is believed only after it agreed with its function at angles between those of the grid: multiples of the
//! golden ratio, where no two harmonics agree, and wherever the caller knows of something narrow.

use rayon::prelude::*;

use super::Periodic;
use crate::error::{Error, Result};

/// The interpolation error asked for, relative to each function's largest magnitude.
pub const INTERPOLATION_TOLERANCE: f64 = 1e-10;

const FIRST_GRID: usize = 32;
const LAST_GRID: usize = 1 << 14;

/// One angle of comparison for so many of the grid, at multiples of the golden ratio.
const COMPARED: usize = 8;
const GOLDEN: f64 = 0.618_033_988_749_894_9;

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
    /// The largest interpolation error, relative to the magnitude of its function: the Fourier tail or the largest difference found
    /// at angles between those of the grid, whichever is larger. Zero where the error of the values themselves is larger.
    pub error: f64,
}

/// Sample several functions of θ on one grid, doubled until each series is resolved to [`INTERPOLATION_TOLERANCE`] and agrees with
/// its function between the angles of the grid.
///
/// `narrow` names more angles at which to compare, given the number of angles of the grid.
///
/// Each function comes with its [`Periodic::error`], of its samples and of their interpolation.
///
/// # Errors
/// [`Error::NotConverged`] naming the function that a grid of 16384 points does not resolve, or what `f` and `narrow` report.
pub fn resolve(
    period: f64,
    names: &[String],
    narrow: impl Fn(usize) -> Result<Vec<f64>>,
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
        let mut scales: Vec<Scale> = (0..names.len()).map(|i| Scale::of(&rows, i)).collect();
        if let Some(i) = scales.iter().position(|scale| !scale.magnitude.is_finite()) {
            return Err(not_finite(&names[i]));
        }
        let tails: Vec<f64> = functions.iter().map(Periodic::tail).collect();
        let mut unresolved = (0..names.len()).find(|&i| tails[i] > scales[i].allowed(0.0)).map(|i| {
            let tail = tails[i] / scales[i].magnitude;
            format!(
                "the Fourier tail of the {} is still {tail:.1e} of its maximum on {points} points",
                names[i]
            )
        });
        if unresolved.is_none() {
            let between =
                (0..points.div_ceil(COMPARED)).map(|j| period * ((j as f64 + 0.5) * GOLDEN).fract());
            let angles: Vec<f64> = between.chain(narrow(points)?).collect();
            let compared: Vec<Vec<Sample>> =
                angles.par_iter().map(|&theta| f(theta)).collect::<Result<_>>()?;
            let (mut error, mut errors) = (0.0_f64, Vec::with_capacity(functions.len()));
            for (i, function) in functions.iter().enumerate() {
                let scale = &mut scales[i];
                scale.add(&Scale::of(&compared, i));
                if !scale.magnitude.is_finite() {
                    return Err(not_finite(&names[i]));
                }
                let (theta, difference) = largest_difference(function, &angles, &compared, i);
                // What noise of the samples does to the series in the worst case: Lebesgue's constant.
                let folded = 1.0 + (points as f64).ln();
                if difference > scale.allowed(folded) {
                    unresolved = Some(format!(
                        "the series of the {} on {points} points misses it by {:.1e} of its maximum at theta = {theta:.6}",
                        names[i],
                        difference / scale.magnitude
                    ));
                }
                let measured = if difference > (1.0 + folded) * scale.noise { difference } else { 0.0 };
                let found = tails[i].max(measured);
                if found > scale.noise {
                    error = error.max(found / scale.magnitude);
                }
                let squares: f64 = rows.iter().map(|row| row[i].error.powi(2)).sum();
                let interpolation = if found > scale.noise { found } else { 0.0 };
                errors.push((squares / points as f64).sqrt() + interpolation);
            }
            if unresolved.is_none() {
                let functions = functions.into_iter().zip(errors).map(|(f, error)| f.with_error(error));
                return Ok((functions.collect(), Resolution { points, error }));
            }
        }
        if let (Some(what), true) = (unresolved, points >= LAST_GRID) {
            return Err(Error::NotConverged {
                quantity: "interpolation in theta",
                what,
                hint: "look for a kink, a jump or a very narrow spike in theta, and check that the period is right"
                    .into(),
            });
        }
        points *= 2;
        let odd = sample(points, |j| j % 2 == 1)?;
        rows = rows.into_iter().zip(odd).flat_map(|(even, odd)| [even, odd]).collect();
    }
}

/// The size of a function and of the errors of its values.
struct Scale {
    magnitude: f64,
    noise: f64,
}

impl Scale {
    fn of(rows: &[Vec<Sample>], i: usize) -> Self {
        // A NaN must stay one.
        let largest = |pick: fn(&Sample) -> f64| {
            rows.iter().map(|row| pick(&row[i])).fold(0.0, |a: f64, b| if b <= a { a } else { b })
        };
        Self { magnitude: largest(|sample| sample.value.abs()), noise: largest(|sample| sample.error) }
    }

    fn add(&mut self, other: &Self) {
        self.magnitude = if other.magnitude <= self.magnitude { self.magnitude } else { other.magnitude };
        self.noise = self.noise.max(other.noise);
    }

    /// The error that may be left where the noise counts once and `folded` times more.
    fn allowed(&self, folded: f64) -> f64 {
        (INTERPOLATION_TOLERANCE * self.magnitude).max((1.0 + folded) * self.noise)
    }
}

/// Where a series differs most from the function that it stands for, and by how much.
fn largest_difference(series: &Periodic, angles: &[f64], rows: &[Vec<Sample>], i: usize) -> (f64, f64) {
    let values = series.values(angles);
    let differences = values.iter().zip(rows).map(|(value, row)| (value - row[i].value).abs());
    angles.iter().copied().zip(differences).fold((0.0, 0.0), |most, at| if at.1 > most.1 { at } else { most })
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

    const NOWHERE: fn(usize) -> Result<Vec<f64>> = |_| Ok(Vec::new());

    fn exact(value: f64) -> Sample {
        Sample { value, error: 1e-15 }
    }

    #[test]
    fn the_grid_grows_with_the_sharpness_of_the_function() -> Result<()> {
        let mut last = 0;
        for sharpness in [1.0, 4.0, 16.0] {
            let f = |theta: f64| (sharpness * theta.cos()).exp();
            let (functions, resolution) =
                resolve(TAU, &["f".into()], NOWHERE, |theta| Ok(vec![exact(f(theta))]))?;
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
        let (_, resolution) =
            resolve(TAU, &names, NOWHERE, |t| Ok(vec![Sample { value: noise(t), error: 1e-17 }]))?;
        assert_eq!(resolution.points, FIRST_GRID);
        Ok(())
    }

    #[test]
    fn a_kink_and_an_infinity_are_refused_by_name() {
        let kink = resolve(TAU, &["kink".into()], NOWHERE, |t| Ok(vec![exact((t - 1.0).abs())]));
        assert!(kink.is_err_and(|e| e.to_string().contains("kink")));
        let pole = resolve(TAU, &["pole".into()], NOWHERE, |t| Ok(vec![exact(1.0 / t)]));
        assert!(pole.is_err_and(|e| e.to_string().contains("pole")));
    }

    #[test]
    fn a_harmonic_that_the_first_grid_folds_onto_another_is_told_apart() -> Result<()> {
        for k in [18.0, 32.0, 46.0, 64.0, 96.0, 320.0] {
            let f = |theta: f64| (k * theta).cos();
            let (functions, _) = resolve(TAU, &["f".into()], NOWHERE, |theta| Ok(vec![exact(f(theta))]))?;
            for theta in [0.123, 1.0, 3.3, 6.0] {
                assert!((functions[0].value(theta) - f(theta)).abs() < 1e-10, "k = {k}");
            }
        }
        Ok(())
    }
}
