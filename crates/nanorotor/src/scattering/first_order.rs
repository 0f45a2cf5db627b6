//! Evaluate B of the friction's second term as a sum over the levels of h_eff, energies in lanes.
//!
//! With Y_ij = l_i†Y r_j, D_ij = z_j − z_i and the rest as in [`super::spectral`]
//!
//! B = ½ Σ_ij D_ij g_i² g_j² A_i Y_ij B_j + ½ Σ_i g_i² (A′_i B_i − A_i B′_i),
//!
//! and the partial fractions D g_i² g_j² = (g_i² + g_j²)/D + 2 (g_i − g_j)/D² leave
//!
//! B = Σ_i g_i (A_i V_i − X_i B_i) + ½ Σ_i g_i² [A_i (U_i − B′_i) + (W_i + A′_i) B_i],
//! U_i = Σ_j Y_ij B_j/D_ij, V_i = Σ_j Y_ij B_j/D_ij², W_j = Σ_i A_i Y_ij/D_ij, X_j = Σ_i A_i Y_ij/D_ij²,
//!
//! but for pairs of levels that lie so close that the fractions cancel: they keep their products.

use num_complex::Complex64;

use super::block::{ComplexLanes, LANES, Lanes};
use super::level_sum::LevelSum;
use super::spectral::{Accuracy, Rows};
use crate::instructions::round_by_round;
use crate::junction::Matrix;

/// Two levels are close when |z_j − z_i| is below this fraction of |z_j − z_i*|; fractions lose up to the cube of it.
const CLOSE: f64 = 0.2;

#[derive(Debug, Clone)]
pub(super) struct FirstOrder {
    levels: usize,
    close: Vec<(usize, usize)>,
    /// B without its first column, M × (M − 1), from every g_i, every g_i² and every g_i² g_j² of a close pair.
    sum: LevelSum,
    /// The sizes of the matrices in the sum, the largest over the channels, and the errors that they have from rounding, in units of ε.
    sizes: Vec<f64>,
    errors: Vec<f64>,
    pole_error: f64,
}

/// Sums over the partners of every level: U and V go with A, W and X with B.
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
    pub(super) fn new(poles: &[Complex64], rows: &Rows, lyr: &Matrix, accuracy: Accuracy) -> Self {
        let (n, m) = (poles.len(), rows.channels);
        let Rows { a, da, b, db, .. } = rows;
        let [a_size, da_size, b_size, db_size] = [a, da, b, db].map(|x| rows.sizes(x));
        let (mut sums, mut errors) = (Partners::<Complex64>::new(n * m), Partners::<f64>::new(n));
        let mut close = Vec::new();
        for i in 0..n {
            for j in (0..n).filter(|&j| j != i) {
                let d = poles[j] - poles[i];
                if d.norm() < CLOSE * (poles[j] - poles[i].conj()).norm() {
                    close.push((i, j));
                    continue;
                }
                let once = lyr[(i, j)] / d;
                let twice = once / d;
                for c in 0..m {
                    sums.u[i * m + c] += once * b[j * m + c];
                    sums.v[i * m + c] += twice * b[j * m + c];
                    sums.w[j * m + c] += a[i * m + c] * once;
                    sums.x[j * m + c] += a[i * m + c] * twice;
                }
                let inverse = 1.0 / d.norm();
                let once = (accuracy.y + lyr[(i, j)].norm() * accuracy.pole * inverse) * inverse;
                errors.u[i] += once * b_size[j];
                errors.v[i] += once * inverse * b_size[j];
                errors.w[j] += a_size[i] * once;
                errors.x[j] += a_size[i] * once * inverse;
            }
        }
        let columns = m - 1;
        let factor = |term: usize, entry: usize| -> Complex64 {
            let (c, d) = (entry / columns, entry % columns + 1);
            let at = |i: usize| (i * m + c, i * m + d);
            if term < n {
                let (c, d) = at(term);
                a[c] * sums.v[d] - sums.x[c] * b[d]
            } else if term < 2 * n {
                let (c, d) = at(term - n);
                0.5 * (a[c] * (sums.u[d] - db[d]) + (sums.w[c] + da[c]) * b[d])
            } else {
                let (i, j) = close[term - 2 * n];
                0.5 * (poles[j] - poles[i]) * lyr[(i, j)] * a[at(i).0] * b[at(j).1]
            }
        };
        let error = |term: usize| -> f64 {
            if term < n {
                a_size[term] * errors.v[term] + errors.x[term] * b_size[term]
            } else if term < 2 * n {
                let i = term - n;
                0.5 * (a_size[i] * (errors.u[i] + db_size[i]) + (errors.w[i] + da_size[i]) * b_size[i])
            } else {
                let (i, j) = close[term - 2 * n];
                let product = accuracy.y * (poles[j] - poles[i]).norm() + accuracy.pole * lyr[(i, j)].norm();
                0.5 * product * a_size[i] * b_size[j]
            }
        };
        let terms = 2 * n + close.len();
        let largest = |term| (0..m * columns).map(|entry| factor(term, entry).norm()).fold(0.0, f64::max);
        Self {
            levels: n,
            sum: LevelSum::new(terms, m * columns, factor),
            sizes: (0..terms).map(largest).collect(),
            errors: (0..terms).map(error).collect(),
            pole_error: accuracy.pole,
            close,
        }
    }

    /// How many products of g [`Self::evaluate`] makes.
    pub(super) fn products(&self) -> usize {
        self.levels + self.close.len()
    }

    /// B, without its first column, from `x`: the g_i, and behind them room for [`Self::products`].
    #[inline(always)]
    pub(super) fn evaluate(&self, x: &mut [ComplexLanes], b: &mut [ComplexLanes]) {
        let n = self.levels;
        for i in 0..n {
            let i = round_by_round(i);
            x[n + i] = x[i].times(&x[i]);
        }
        for (k, &(i, j)) in self.close.iter().enumerate() {
            x[2 * n + k] = x[n + i].times(&x[n + j]);
        }
        self.sum.evaluate(x, b);
    }

    /// The rounding error of any entry of B at most, in units of ε: of the matrices, and of every x through its eigenvalues.
    #[inline(always)]
    pub(super) fn rounding(&self, x: &[ComplexLanes]) -> Lanes {
        let n = self.levels;
        let mut sum = [0.0; LANES];
        for i in 0..n {
            let g = round_by_round(&x[i]).size();
            for k in 0..LANES {
                let of_matrices = self.errors[i] + self.errors[n + i] * g[k];
                let of_poles = self.pole_error * g[k] * (self.sizes[i] + 2.0 * self.sizes[n + i] * g[k]);
                sum[k] += g[k] * (of_matrices + of_poles);
            }
        }
        for (t, &(i, j)) in self.close.iter().enumerate() {
            let (g_i, g_j, product) = (x[i].size(), x[j].size(), x[2 * n + t].size());
            let (size, error) = (self.sizes[2 * n + t], self.errors[2 * n + t]);
            for k in 0..LANES {
                sum[k] += product[k] * (error + 2.0 * self.pole_error * (g_i[k] + g_j[k]) * size);
            }
        }
        sum
    }
}
