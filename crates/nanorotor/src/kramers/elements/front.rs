//! Eliminate the first unknowns of a dense matrix, and solve with what that left behind.
//!
//! With the unknowns split into those that go, d, and those that stay, k,
//!
//! S = A_kk − A_kd A_dd⁻¹ A_dk
//!
//! stands for the equations of d in all that follows. Every step of the factorisation is this one: the interior of an
//! element, the side that two elements share, a whole line of constant v.

use std::array::from_fn;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::factor::{lu_in_place, lu_in_place_scratch};
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::solve_upper_triangular_in_place;
use faer::{Accum, Mat, MatMut, MatRef, Par, Spec};

use crate::instructions::Instructions;

/// The eliminated unknowns of a matrix.
#[derive(Debug)]
pub(super) struct Front {
    /// [L\U of A_dd | A_dd⁻¹ A_dk], column by column.
    upper: Vec<f64>,
    /// A_kd, column by column.
    lower: Vec<f64>,
    /// The rows of A_dd in the order of its factors.
    rows: Vec<usize>,
}

impl Front {
    /// Eliminate the first `gone` unknowns; the matrix of what stays takes the place of its last columns and rows.
    pub(super) fn eliminate(matrix: &mut Mat<f64>, gone: usize) -> Self {
        let size = matrix.ncols();
        let (mut upper, mut lower) =
            (Vec::with_capacity(gone * size), Vec::with_capacity(gone * (size - gone)));
        for j in 0..size {
            upper.extend_from_slice(&matrix.col_as_slice(j)[..gone]);
        }
        for j in 0..gone {
            lower.extend_from_slice(&matrix.col_as_slice(j)[gone..]);
        }
        let mut wide = MatMut::from_column_major_slice_mut(&mut upper, gone, size);
        let (mut rows, mut inverse) = (vec![0_usize; gone], vec![0_usize; gone]);
        let mut memory =
            MemBuffer::new(lu_in_place_scratch::<usize, f64>(gone, size, Par::Seq, Spec::default()));
        // Factoring the wide matrix [A_dd | A_dk] leaves L⁻¹ A_dk in the place of A_dk.
        lu_in_place(
            wide.as_mut(),
            &mut rows,
            &mut inverse,
            Par::Seq,
            MemStack::new(&mut memory),
            Spec::default(),
        );
        let (factors, mut right) = wide.as_mut().split_at_col_mut(gone);
        solve_upper_triangular_in_place(factors.as_ref(), right.as_mut(), Par::Seq);
        let rest = matrix.as_mut().submatrix_mut(gone, gone, size - gone, size - gone);
        let below = MatRef::from_column_major_slice(&lower, size - gone, gone);
        matmul(rest, Accum::Add, below, right.as_ref(), -1.0, Par::Seq);
        Self { upper, lower, rows }
    }

    /// How many unknowns went.
    pub(super) fn gone(&self) -> usize {
        self.rows.len()
    }

    #[inline(always)]
    fn upper_column(&self, j: usize) -> &[f64] {
        let n = self.gone();
        &self.upper[j * n..(j + 1) * n]
    }

    #[inline(always)]
    fn lower_column(&self, j: usize) -> &[f64] {
        let kept = self.lower.len() / self.gone();
        &self.lower[j * kept..(j + 1) * kept]
    }

    /// x ← A_dd⁻¹ x, or with the transposed of A_dd, for K right-hand sides at once.
    ///
    /// Column by column: this streams through memory, which is most of what it takes.
    #[inline(always)]
    fn divide<const K: usize>(&self, x: &mut [[f64; K]], transposed: bool) {
        let n = self.gone();
        if transposed {
            for j in 0..n {
                let column = self.upper_column(j);
                let known = dot(&column[..j], &x[..j]);
                x[j] = from_fn(|k| (x[j][k] - known[k]) / column[j]);
            }
            for j in (0..n).rev() {
                let known = dot(&self.upper_column(j)[j + 1..n], &x[j + 1..]);
                x[j] = from_fn(|k| x[j][k] - known[k]);
            }
            let solved = x.to_vec();
            for (&row, value) in self.rows.iter().zip(solved) {
                x[row] = value;
            }
        } else {
            let ordered: Vec<[f64; K]> = self.rows.iter().map(|&row| x[row]).collect();
            x.copy_from_slice(&ordered);
            for j in 0..n {
                let (done, rest) = x.split_at_mut(j + 1);
                subtract(rest, &self.upper_column(j)[j + 1..n], done[j]);
            }
            for j in (0..n).rev() {
                let column = self.upper_column(j);
                let (rest, done) = x.split_at_mut(j);
                done[0] = done[0].map(|x| x / column[j]);
                subtract(rest, &column[..j], done[0]);
            }
        }
    }

    /// Carry a load from the unknowns that went to those that stayed.
    pub(super) fn reduce<const K: usize>(
        &self,
        gone: &mut [[f64; K]],
        kept: &mut [[f64; K]],
        transposed: bool,
    ) {
        Instructions::detect().run(|| self.reduce_in_lanes(gone, kept, transposed));
    }

    #[inline(always)]
    fn reduce_in_lanes<const K: usize>(
        &self,
        gone: &mut [[f64; K]],
        kept: &mut [[f64; K]],
        transposed: bool,
    ) {
        let n = self.gone();
        if transposed {
            // Aᵀ: k ← k − (A_dd⁻¹ A_dk)ᵀ d
            for (j, k) in kept.iter_mut().enumerate() {
                let carried = dot(self.upper_column(n + j), gone);
                *k = from_fn(|i| k[i] - carried[i]);
            }
        } else {
            // d ← A_dd⁻¹ d, k ← k − A_kd d
            self.divide(gone, false);
            for (j, d) in gone.iter().enumerate() {
                subtract(kept, self.lower_column(j), *d);
            }
        }
    }

    /// The unknowns that went, from their reduced load and from those that stayed.
    pub(super) fn complete<const K: usize>(
        &self,
        gone: &mut [[f64; K]],
        kept: &[[f64; K]],
        transposed: bool,
    ) {
        Instructions::detect().run(|| self.complete_in_lanes(gone, kept, transposed));
    }

    #[inline(always)]
    fn complete_in_lanes<const K: usize>(&self, gone: &mut [[f64; K]], kept: &[[f64; K]], transposed: bool) {
        let n = self.gone();
        if transposed {
            // d ← A_dd⁻ᵀ (d − A_kdᵀ k)
            for (j, d) in gone.iter_mut().enumerate() {
                let known = dot(self.lower_column(j), kept);
                *d = from_fn(|i| d[i] - known[i]);
            }
            self.divide(gone, true);
        } else {
            for (j, k) in kept.iter().enumerate() {
                subtract(gone, self.upper_column(n + j), *k);
            }
        }
    }
}

/// y ← y − a x.
#[inline(always)]
fn subtract<const K: usize>(y: &mut [[f64; K]], a: &[f64], x: [f64; K]) {
    for (y, a) in y.iter_mut().zip(a) {
        for (y, x) in y.iter_mut().zip(x) {
            *y -= a * x;
        }
    }
}

/// a · b for each right-hand side, summed in eight parts.
#[inline(always)]
fn dot<const K: usize>(a: &[f64], b: &[[f64; K]]) -> [f64; K] {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [[0.0; K]; 8];
    let mut add = |i: usize, a: f64, b: &[f64; K]| {
        for (sum, b) in sums[i].iter_mut().zip(b) {
            *sum += a * b;
        }
    };
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            add(i, a[i], &b[i]);
        }
    }
    for (a, b) in a_rest.iter().zip(b_rest) {
        add(7, *a, b);
    }
    from_fn(|k| sums.iter().map(|sum| sum[k]).sum())
}

/// a · b and Σ |a b|, summed in eight parts.
#[inline(always)]
fn dot_and_size(a: &[f64], b: &[f64]) -> (f64, f64) {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let (mut sums, mut sizes) = ([0.0; 8], [0.0; 8]);
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            let product = a[i] * b[i];
            sums[i] += product;
            sizes[i] += product.abs();
        }
    }
    for (a, b) in a_rest.iter().zip(b_rest) {
        sums[7] += a * b;
        sizes[7] += (a * b).abs();
    }
    (sums.iter().sum(), sizes.iter().sum())
}

/// Take from each column of a matrix, below its first `gone` rows and columns, what is left of its sum over rows weighted with n > 0,
/// each entry a part of itself.
pub(super) fn balance(matrix: &mut Mat<f64>, gone: usize, n: &[f64]) {
    Instructions::detect().run(
        #[inline(always)]
        || {
            for j in gone..matrix.ncols() {
                let column = &mut matrix.col_as_slice_mut(j)[gone..];
                let (lost, size) = dot_and_size(n, column);
                if size > 0.0 && lost != 0.0 {
                    let lost = lost / size;
                    for entry in column.iter_mut() {
                        *entry -= entry.abs() * lost;
                    }
                }
            }
        },
    );
}
