//! Tell what the channels put on each level: Gw = Σ_j g_j r_j L_j, and its square integrated where every lead is full.

use std::sync::OnceLock;

use num_complex::Complex64;

use super::block::ComplexLanes;
use super::eigen::Eigen;
use super::filled::{Filled, logarithm};
use super::level_sum::LevelSum;
use super::spectral::Rows;
use crate::junction::Matrix;

#[derive(Debug, Clone)]
pub(super) struct Levels {
    poles: Vec<Complex64>,
    right: Matrix,
    left: Matrix,
    condition: f64,
    /// The size of h_eff (Ha).
    size: f64,
    channels: usize,
    /// L_j, and the largest of its sizes over the channels.
    l: Vec<Complex64>,
    l_sizes: Vec<f64>,
    /// r_j L_j for every g_j, N × M, once it is asked for.
    sum: OnceLock<LevelSum>,
}

impl Levels {
    /// `basis` leads back to the levels of the Hamiltonian.
    pub(super) fn new(
        eigen: &Eigen,
        basis: Option<&Matrix>,
        rows: &Rows,
        l_sizes: Vec<f64>,
        size: f64,
    ) -> Self {
        let (right, left) = match basis {
            Some(basis) => (basis * &eigen.right, &eigen.left * basis.adjoint()),
            None => (eigen.right.clone(), eigen.left.clone()),
        };
        Self {
            poles: eigen.poles.clone(),
            right,
            left,
            condition: eigen.condition,
            size,
            channels: rows.channels,
            l: rows.l.clone(),
            l_sizes,
            sum: OnceLock::new(),
        }
    }

    /// How strongly any channel reaches each pole.
    pub(super) fn reached(&self) -> &[f64] {
        &self.l_sizes
    }

    /// What each pole has of the first levels.
    pub(super) fn weights(&self, levels: usize) -> Vec<f64> {
        let of_level = |j: usize, i: usize| (self.right[(i, j)] * self.left[(j, i)]).norm();
        (0..self.poles.len()).map(|j| (0..levels).map(|i| of_level(j, i)).sum()).collect()
    }

    /// Gw from the g_j.
    #[inline(always)]
    pub(super) fn evaluate(&self, g: &[ComplexLanes], gw: &mut Vec<ComplexLanes>) {
        let (entries, m) = (self.right.nrows() * self.channels, self.channels);
        gw.resize(entries, ComplexLanes::ZERO);
        let sum = self.sum.get_or_init(|| {
            LevelSum::new(self.poles.len(), entries, |j, e| self.right[(e / m, j)] * self.l[j * m + e % m])
        });
        sum.evaluate(g, gw);
    }

    /// −(1/π) Im Σ_j R_ij L_ji [ln(top − z_j) − ln(bottom − z_j)] for the first levels.
    pub(super) fn filled(&self, levels: usize, bottom: f64, top: f64) -> Vec<Filled> {
        let logarithms = self.poles.iter().map(|z| {
            let ((lower, near), (upper, close)) = (logarithm(bottom, *z), logarithm(top, *z));
            (upper - lower, 1.0 + upper.norm() + lower.norm() + self.size * (near + close))
        });
        let logarithms: Vec<(Complex64, f64)> = logarithms.collect();
        let of_level = |i: usize| {
            let mut sum = Filled::default();
            for (j, (logarithm, error)) in logarithms.iter().enumerate() {
                let weight = self.right[(i, j)] * self.left[(j, i)];
                sum.value -= (weight * logarithm).im;
                sum.size += weight.norm() * logarithm.norm();
                // Eigenvectors are right to ε κ², eigenvalues to ε κ times the size of h_eff.
                sum.rounding += self.condition.powi(2) * error;
            }
            sum.scaled(std::f64::consts::FRAC_1_PI)
        };
        (0..levels).map(of_level).collect()
    }
}
