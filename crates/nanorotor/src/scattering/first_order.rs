//! Evaluate B and ∂_ωS as sums over the levels of h_eff, energies in lanes.
//!
//! | symbol       | meaning                       | here          |
//! |--------------|-------------------------------|---------------|
//! | z_j, g_j     | pole of G, 1/(ω − z_j)        | `poles`, `x`  |
//! | R_j, R′_j    | w†r_j, w′†r_j                 | `rows.{r, dr}` |
//! | L_j, L′_j    | l_j†w, l_j†w′                 | `rows.{l, dl}` |
//! | Y_ij         | l_i†Y r_j                     | `lyr`         |
//! | Δ_ij         | z_j − z_i                     | `delta`       |
//!
//! B = ½ Σ_ij Δ_ij g_i² g_j² R_i Y_ij L_j + ½ Σ_i g_i² (R′_i L_i − R_i L′_i),
//!
//! and the partial fractions Δ g_i² g_j² = (g_i² + g_j²)/Δ + 2 (g_i − g_j)/Δ² leave
//!
//! B = Σ_i g_i (R_i V_i − X_i L_i) + ½ Σ_i g_i² [R_i (U_i − L′_i) + (W_i + R′_i) L_i],
//! U_i = Σ_j Y_ij L_j/Δ_ij, V_i = Σ_j Y_ij L_j/Δ_ij², W_j = Σ_i R_i Y_ij/Δ_ij, X_j = Σ_i R_i Y_ij/Δ_ij²,
//!
//! but for pairs of levels that lie so close that the fractions cancel: they keep their products. ∂_ωS = i Σ_i g_i² R_i L_i.

use num_complex::Complex64;

use super::block::{Block, ComplexLanes, LANES, Lanes};
use super::level_sum::LevelSum;
use super::spectral::{Accuracy, Rows};
use crate::instructions::round_by_round;
use crate::junction::Matrix;

/// Two levels are close when |Δ| is below this fraction of |z_j − z_i*|, where the fractions cancel at the levels themselves,
const CLOSE: f64 = 0.2;

/// or below this fraction of the size of h_eff, as far from which energies lie: fractions lose the cube of |ω − z|/|Δ|.
const FAR: f64 = 0.01;

#[derive(Debug, Clone)]
pub(super) struct FirstOrder {
    rows: Rows,
    /// What all g_i and then all g_i² are multiplied with, M × (M − 1): the first column of B is left out.
    sum: LevelSum,
    /// i R_i L_i, what all g_i² are multiplied with in ∂_ωS.
    slope: LevelSum,
    close: Vec<Close>,
    /// The sizes of the matrices in the sum, the largest over the channels, and the errors that they have from rounding, in units of ε.
    sizes: Vec<f64>,
    errors: Vec<f64>,
    accuracy: Accuracy,
}

/// A level with one of those close to it.
#[derive(Debug, Clone)]
struct Close {
    i: usize,
    j: usize,
    /// ½ Δ_ij Y_ij.
    factor: Complex64,
    /// |R_i| |L_j| with the largest over the channels, alone, and times the error of the factor, in units of ε.
    size: f64,
    error: f64,
}

/// Sums over the partners of every level.
struct Partners<T> {
    u: Vec<T>,
    v: Vec<T>,
    w: Vec<T>,
    x: Vec<T>,
}

impl<T: Clone + Default> Partners<T> {
    fn new(count: usize) -> Self {
        let zero = vec![T::default(); count];
        Self { u: zero.clone(), v: zero.clone(), w: zero.clone(), x: zero }
    }
}

impl FirstOrder {
    pub(super) fn new(poles: &[Complex64], rows: Rows, lyr: &Matrix, accuracy: Accuracy) -> Self {
        let (n, m) = (poles.len(), rows.channels);
        let Rows { r, dr, l, dl, .. } = &rows;
        let [r_size, dr_size, l_size, dl_size] = [r, dr, l, dl].map(|x| rows.sizes(x));
        let (mut sums, mut errors) = (Partners::<Complex64>::new(n * m), Partners::<f64>::new(n));
        let mut close = Vec::new();
        for i in 0..n {
            for j in (0..n).filter(|&j| j != i) {
                let delta = poles[j] - poles[i];
                let reach = (CLOSE * (poles[j] - poles[i].conj()).norm()).max(FAR * accuracy.size);
                if delta.norm() <= reach {
                    let error = 0.5 * (accuracy.y * delta.norm() + accuracy.pole * lyr[(i, j)].norm());
                    let size = r_size[i] * l_size[j];
                    close.push(Close { i, j, factor: 0.5 * delta * lyr[(i, j)], size, error: error * size });
                    continue;
                }
                let once = lyr[(i, j)] / delta;
                let twice = once / delta;
                for c in 0..m {
                    sums.u[i * m + c] += once * l[j * m + c];
                    sums.v[i * m + c] += twice * l[j * m + c];
                    sums.w[j * m + c] += r[i * m + c] * once;
                    sums.x[j * m + c] += r[i * m + c] * twice;
                }
                // The fractions are exact in the poles as they are stored.
                let inverse = 1.0 / delta.norm();
                let once = accuracy.y * inverse;
                errors.u[i] += once * l_size[j];
                errors.v[i] += once * inverse * l_size[j];
                errors.w[j] += r_size[i] * once;
                errors.x[j] += r_size[i] * once * inverse;
            }
        }
        let columns = m - 1;
        let factor = |term: usize, entry: usize| -> Complex64 {
            let (c, d) = (entry / columns, entry % columns + 1);
            let at = |i: usize| (i * m + c, i * m + d);
            if term < n {
                let (c, d) = at(term);
                r[c] * sums.v[d] - sums.x[c] * l[d]
            } else {
                let (c, d) = at(term - n);
                0.5 * (r[c] * (sums.u[d] - dl[d]) + (sums.w[c] + dr[c]) * l[d])
            }
        };
        let error = |term: usize| -> f64 {
            if term < n {
                r_size[term] * errors.v[term] + errors.x[term] * l_size[term]
            } else {
                let i = term - n;
                0.5 * (r_size[i] * (errors.u[i] + dl_size[i]) + (errors.w[i] + dr_size[i]) * l_size[i])
            }
        };
        let largest = |term| (0..m * columns).map(|entry| factor(term, entry).norm()).fold(0.0, f64::max);
        Self {
            sum: LevelSum::new(2 * n, m * columns, factor),
            slope: LevelSum::new(n, m * columns, |i, entry| {
                Complex64::i() * r[i * m + entry / columns] * l[i * m + entry % columns + 1]
            }),
            sizes: (0..2 * n).map(largest).collect(),
            errors: (0..2 * n).map(error).collect(),
            close,
            accuracy,
            rows,
        }
    }

    /// B and ∂_ωS without their first columns from `block.work`: the g_i, and behind them room for their squares.
    #[inline(always)]
    pub(super) fn evaluate(&self, block: &mut Block) {
        let (x, b) = (&mut block.work[..], &mut block.b[..]);
        let (n, m) = (x.len() / 2, self.rows.channels);
        for i in 0..n {
            let i = round_by_round(i);
            x[n + i] = x[i].times(&x[i]);
        }
        self.sum.evaluate(x, b);
        self.slope.evaluate(&x[n..], &mut block.s_slope);
        // R_i g_i² Σ_j ½ Δ_ij Y_ij g_j² L_j, level by level
        for pairs in self.close.chunk_by(|a, b| a.i == b.i) {
            let i = pairs[0].i;
            for d in 1..m {
                let mut sum = ComplexLanes::ZERO;
                for pair in pairs {
                    sum.add_scaled(pair.factor * self.rows.l[pair.j * m + d], &x[n + pair.j]);
                }
                let sum = sum.times(&x[n + i]);
                for c in 0..m {
                    b[c * (m - 1) + d - 1].add_scaled(self.rows.r[i * m + c], &sum);
                }
            }
        }
    }

    /// The rounding error of any entry of B at most, in units of ε: of the matrices, and of every x through its eigenvalues, whose
    /// relative errors are limited.
    #[inline(always)]
    pub(super) fn rounding(&self, x: &[ComplexLanes], limits: &[f64]) -> Lanes {
        let n = x.len() / 2;
        let mut sum = [0.0; LANES];
        let of_pole = |i: usize, g: f64| (self.accuracy.pole * g).min(limits[i]);
        for i in 0..n {
            let g = round_by_round(&x[i]).size();
            for k in 0..LANES {
                let of_matrices = self.errors[i] + self.errors[n + i] * g[k];
                let of_poles = of_pole(i, g[k]) * (self.sizes[i] + 2.0 * self.sizes[n + i] * g[k]);
                sum[k] += g[k] * (of_matrices + of_poles);
            }
        }
        for pair in &self.close {
            let (g, h) = (x[pair.i].size(), x[pair.j].size());
            let size = pair.size * pair.factor.norm();
            for k in 0..LANES {
                let of_poles = 2.0 * (of_pole(pair.i, g[k]) + of_pole(pair.j, h[k])) * size;
                sum[k] += (g[k] * h[k]).powi(2) * (pair.error + of_poles);
            }
        }
        sum
    }
}
