//! Give h(θ) and w(θ) with their exact derivatives, from formulas or from matrices sampled on a θ-grid.

use std::fmt::Debug;

use super::frame::{Frame, Matrix};
use crate::error::{Error, Result};
use crate::periodic::Periodic;
use num_complex::Complex64;

/// A molecule and its couplings at every angle.
pub trait Geometry: Debug + Send + Sync {
    /// h, h′, w and w′ at θ (rad), Hartree atomic units.
    ///
    /// # Errors
    /// [`Error::Model`] where the matrices do not exist.
    fn frame(&self, theta: f64) -> Result<Frame>;
}

/// A single angle: the same matrices whatever θ, for coefficients at one configuration.
impl Geometry for Frame {
    fn frame(&self, _theta: f64) -> Result<Frame> {
        Ok(self.clone())
    }
}

/// Matrices sampled on an equidistant θ-grid over one period; derivatives are taken spectrally.
#[derive(Debug, Clone)]
pub struct Sampled {
    sites: usize,
    channels: usize,
    h: Vec<[Periodic; 2]>,
    w: Vec<[Periodic; 2]>,
    derivative_error: f64,
}

impl Sampled {
    /// Interpolate h (N × N) and w (N × M), sampled at θ_j = jL/n, j = 0 … n−1.
    ///
    /// # Errors
    /// [`Error::Model`] if there is no sample, the shapes differ, or a sample is not finite.
    pub fn new(period: f64, h: &[Matrix], w: &[Matrix]) -> Result<Self> {
        let (Some(first_h), Some(first_w)) = (h.first(), w.first()) else {
            return Err(Error::Model {
                what: "no samples of h or w".into(),
                hint: "sample both on one θ-grid over the period, its end excluded".into(),
            });
        };
        let (sites, channels) = (first_h.nrows(), first_w.ncols());
        let same_shape = |m: &Matrix, columns| m.nrows() == sites && m.ncols() == columns;
        if h.len() != w.len()
            || !h.iter().all(|m| same_shape(m, sites))
            || !w.iter().all(|m| same_shape(m, channels))
        {
            return Err(Error::Model {
                what: "the samples of h and w differ in number or shape".into(),
                hint: "give as many h (N × N) as w (N × M), one pair for each angle".into(),
            });
        }
        let interpolate = |samples: &[Matrix], columns: usize| -> Vec<[Periodic; 2]> {
            let entry = |i: usize, j: usize, part: fn(Complex64) -> f64| {
                let values: Vec<f64> = samples.iter().map(|m| part(m[(i, j)])).collect();
                Periodic::from_samples(period, &values)
            };
            (0..sites * columns)
                .map(|k| (k / columns, k % columns))
                .map(|(i, j)| [entry(i, j, |z| z.re), entry(i, j, |z| z.im)])
                .collect()
        };
        let (h, w) = (interpolate(h, sites), interpolate(w, channels));
        if !h.iter().chain(&w).flatten().all(|p| p.harmonics().iter().all(|c| c.is_finite())) {
            return Err(Error::Model {
                what: "a sample of h or w is not finite".into(),
                hint: "every entry must be a finite number at every angle".into(),
            });
        }
        let derivative_error =
            h.iter().chain(&w).flatten().map(|p| p.derivative().tail()).fold(0.0, f64::max);
        Ok(Self { sites, channels, h, w, derivative_error })
    }

    /// An estimate of the largest error of a derivative's entry, from the Fourier tail of the samples.
    pub fn derivative_error(&self) -> f64 {
        self.derivative_error
    }
}

impl Geometry for Sampled {
    fn frame(&self, theta: f64) -> Result<Frame> {
        let at = |entries: &[[Periodic; 2]], columns: usize| {
            let pairs: Vec<[(f64, f64); 2]> = entries
                .iter()
                .map(|parts| [parts[0].value_and_slope(theta), parts[1].value_and_slope(theta)])
                .collect();
            let build = |pick: fn(&[(f64, f64); 2]) -> Complex64| {
                Matrix::from_fn(self.sites, columns, |i, j| pick(&pairs[i * columns + j]))
            };
            (build(|p| Complex64::new(p[0].0, p[1].0)), build(|p| Complex64::new(p[0].1, p[1].1)))
        };
        let (h, dh) = at(&self.h, self.sites);
        let (w, dw) = at(&self.w, self.channels);
        Ok(Frame { h, dh, w, dw })
    }
}
