//! Hold a function of theta, however it was given.

use crate::expression::{Formula, Panel};
use crate::periodic::{Periodic, Spline};

/// A function of theta, however it was given.
#[derive(Debug, Clone)]
pub enum Profile {
    /// A formula.
    Formula(Formula),
    /// A Fourier series.
    Series(Periodic),
    /// A periodic cubic spline.
    Spline(Spline),
}

impl Profile {
    /// f(θ) in atomic units.
    pub fn at(&self, theta: f64) -> f64 {
        match self {
            Self::Formula(formula) => formula.at(theta).value,
            Self::Series(series) => series.value(theta),
            Self::Spline(spline) => spline.value(theta),
        }
    }

    /// Panels over one period on each of which the function is smooth; a series has no need of them.
    pub(in crate::study) fn panels(&self, period: f64) -> Vec<Panel> {
        match self {
            Self::Formula(formula) => formula.panels(period),
            Self::Series(_) => Vec::new(),
            Self::Spline(spline) => {
                let knots = spline.points().0;
                let ends = knots[1..].iter().copied().chain([knots[0] + period]);
                let between =
                    |(a, b): (&f64, f64)| Panel { centre: 0.5 * (a + b), half_width: 0.5 * (b - a) };
                knots.iter().zip(ends).map(between).collect()
            }
        }
    }
}
