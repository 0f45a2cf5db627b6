//! Interpolate periodic data on uneven angles with the periodic cubic spline.
//!
//! Second derivatives m_j at the knots satisfy, with h_j = θ_{j+1} − θ_j (cyclic),
//! h_{j−1} m_{j−1} + 2 (h_{j−1} + h_j) m_j + h_j m_{j+1} = 6 [(f_{j+1} − f_j)/h_j − (f_j − f_{j−1})/h_{j−1}].

use crate::error::{Error, Result};

/// A twice continuously differentiable function with period L through given points; its error falls as the fourth power of the step.
#[derive(Debug, Clone, PartialEq)]
pub struct Spline {
    period: f64,
    knots: Vec<f64>,
    values: Vec<f64>,
    curvatures: Vec<f64>,
}

impl Spline {
    /// The spline through (knots, values): at least three knots that increase and lie within one period, its end excluded.
    ///
    /// # Errors
    /// [`Error::Model`] for fewer points, points out of order, beyond one period, or not finite.
    pub fn new(period: f64, knots: Vec<f64>, values: Vec<f64>) -> Result<Self> {
        let n = knots.len();
        let refuse = |what: String| {
            Err(Error::Model { what, hint: "give increasing angles within one period".into() })
        };
        if n < 3 || values.len() != n {
            return refuse(format!("a periodic spline needs three points or more, not {n}"));
        }
        if !(period.is_finite() && period > 0.0 && knots.iter().chain(&values).all(|x| x.is_finite())) {
            return refuse("a point or the period of a spline is not a finite number".into());
        }
        if knots.windows(2).any(|pair| pair[1] <= pair[0]) || knots[n - 1] - knots[0] >= period {
            return refuse("the angles of a spline do not increase within one period".into());
        }
        let step = |j: usize| if j + 1 < n { knots[j + 1] - knots[j] } else { knots[0] + period - knots[j] };
        let slope = |j: usize| (values[(j + 1) % n] - values[j]) / step(j);
        let before = |j: usize| (j + n - 1) % n;
        let diagonal: Vec<f64> = (0..n).map(|j| 2.0 * (step(before(j)) + step(j))).collect();
        let right: Vec<f64> = (0..n).map(|j| 6.0 * (slope(j) - slope(before(j)))).collect();
        let off: Vec<f64> = (0..n).map(step).collect();
        let curvatures = solve_cyclic(&diagonal, &off, &right);
        Ok(Self { period, knots, values, curvatures })
    }

    /// The period L in rad.
    pub fn period(&self) -> f64 {
        self.period
    }

    /// The angles and values that it goes through.
    pub fn points(&self) -> (&[f64], &[f64]) {
        (&self.knots, &self.values)
    }

    /// An estimate of the largest error: what the spline through every second point misses at the others, over 2⁴, because the error
    /// falls as the fourth power of the step. Infinite for fewer than eight points, of which half tell nothing.
    pub fn error_estimate(&self) -> f64 {
        let half = |all: &[f64]| all.iter().copied().step_by(2).collect::<Vec<f64>>();
        if self.knots.len() < 8 {
            return f64::INFINITY;
        }
        let Ok(coarse) = Self::new(self.period, half(&self.knots), half(&self.values)) else {
            return f64::INFINITY;
        };
        let missed = self.knots.iter().zip(&self.values).map(|(&theta, f)| (coarse.value(theta) - f).abs());
        missed.fold(0.0, f64::max) / 16.0
    }

    /// f(θ).
    pub fn value(&self, theta: f64) -> f64 {
        let n = self.knots.len();
        let theta = self.knots[0] + (theta - self.knots[0]).rem_euclid(self.period);
        let j = self.knots.partition_point(|&knot| knot <= theta).clamp(1, n) - 1;
        let next = (j + 1) % n;
        let end = if next == 0 { self.knots[0] + self.period } else { self.knots[next] };
        let h = end - self.knots[j];
        let (a, b) = ((end - theta) / h, (theta - self.knots[j]) / h);
        a * self.values[j]
            + b * self.values[next]
            + ((a * a * a - a) * self.curvatures[j] + (b * b * b - b) * self.curvatures[next]) * h * h / 6.0
    }
}

/// Solve the cyclic symmetric system with the given diagonal and off-diagonal `off[j]` between j and j + 1.
///
/// The corner entries are a rank-one change of a tridiagonal matrix (Sherman and Morrison); all is diagonally dominant.
fn solve_cyclic(diagonal: &[f64], off: &[f64], right: &[f64]) -> Vec<f64> {
    let n = diagonal.len();
    let corner = off[n - 1];
    let gamma = -diagonal[0];
    let mut changed = diagonal.to_vec();
    changed[0] -= gamma;
    changed[n - 1] -= corner * corner / gamma;
    let mut u = vec![0.0; n];
    u[0] = gamma;
    u[n - 1] = corner;
    let x = solve_tridiagonal(&changed, off, right);
    let z = solve_tridiagonal(&changed, off, &u);
    let ratio = corner / gamma;
    let factor = (x[0] + ratio * x[n - 1]) / (1.0 + z[0] + ratio * z[n - 1]);
    x.iter().zip(&z).map(|(x, z)| x - factor * z).collect()
}

fn solve_tridiagonal(diagonal: &[f64], off: &[f64], right: &[f64]) -> Vec<f64> {
    let n = diagonal.len();
    let mut pivots = diagonal.to_vec();
    let mut x = right.to_vec();
    for j in 1..n {
        let factor = off[j - 1] / pivots[j - 1];
        pivots[j] -= factor * off[j - 1];
        x[j] -= factor * x[j - 1];
    }
    x[n - 1] /= pivots[n - 1];
    for j in (0..n - 1).rev() {
        x[j] = (x[j] - off[j] * x[j + 1]) / pivots[j];
    }
    x
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn f(theta: f64) -> f64 {
        theta.sin().exp() + (2.0 * theta).cos()
    }

    fn uneven(n: usize) -> Vec<f64> {
        (0..n).map(|j| 0.1 + TAU * (j as f64 + 0.3 * (1.7 * j as f64).sin()) / n as f64).collect()
    }

    fn largest_error(n: usize) -> f64 {
        let knots = uneven(n);
        let values = knots.iter().map(|&t| f(t)).collect();
        let spline = Spline::new(TAU, knots, values).unwrap();
        (0..1000)
            .map(|k| -3.0 + 0.0123 * f64::from(k))
            .map(|t| (spline.value(t) - f(t)).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn the_error_falls_as_the_fourth_power_of_the_step() {
        let (coarse, fine) = (largest_error(80), largest_error(320));
        let order = (coarse / fine).log2() / 2.0;
        assert!((3.5..4.8).contains(&order), "measured order {order}");
        assert!(fine < 2e-6, "{fine}");
    }

    #[test]
    fn passes_through_its_points_in_every_period() {
        let knots = uneven(9);
        let values: Vec<f64> = knots.iter().map(|&t| f(t)).collect();
        let spline = Spline::new(TAU, knots.clone(), values.clone()).unwrap();
        for (knot, value) in knots.iter().zip(&values) {
            for turns in [-2.0, 0.0, 1.0] {
                assert!((spline.value(knot + turns * TAU) - value).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn refuses_points_that_are_no_function_on_a_circle() {
        for (knots, values) in [
            (vec![0.0, 1.0], vec![0.0; 2]),
            (vec![0.0, 2.0, 1.0], vec![0.0; 3]),
            (vec![0.0, 1.0, TAU], vec![0.0; 3]),
            (vec![0.0, 1.0, f64::NAN], vec![0.0; 3]),
            (vec![0.0, 1.0, 2.0], vec![0.0; 4]),
        ] {
            assert!(Spline::new(TAU, knots, values).is_err());
        }
    }

    #[test]
    fn the_error_estimate_is_about_the_error() {
        let f = |theta: f64| theta.sin().exp();
        for n in [16, 32, 64, 128] {
            let knots: Vec<f64> =
                (0..n).map(|j| TAU * (f64::from(j) + 0.2 * f64::from(j % 3)) / f64::from(n)).collect();
            let values = knots.iter().map(|&theta| f(theta)).collect();
            let spline = Spline::new(TAU, knots, values).unwrap();
            let error =
                (0..1000).map(|j| TAU * f64::from(j) / 1000.0).map(|t| (spline.value(t) - f(t)).abs());
            let ratio = spline.error_estimate() / error.fold(0.0, f64::max);
            assert!((0.3..10.0).contains(&ratio), "{n}: {ratio}");
        }
    }
}
