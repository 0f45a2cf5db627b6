//! Eliminate the first unknowns of a dense matrix, and solve with what that left behind.
//!
//! With the unknowns split into those that go, d, and those that stay, k,
//!
//! S = A_kk − A_kd A_dd⁻¹ A_dk
//!
//! stands for the equations of d in all that follows. Every step of the factorisation is this one: the interior of an
//! element, the side that two elements share, a whole line of constant v.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::factor::{lu_in_place, lu_in_place_scratch};
use faer::linalg::lu::partial_pivoting::solve::{
    solve_in_place, solve_in_place_scratch, solve_transpose_in_place, solve_transpose_in_place_scratch,
};
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::solve_upper_triangular_in_place;
use faer::perm::PermRef;
use faer::{Accum, Mat, MatMut, MatRef, Par, Spec};

/// The eliminated unknowns of a matrix.
#[derive(Debug)]
pub(super) struct Front {
    /// [L\U of A_dd | A_dd⁻¹ A_dk].
    upper: Mat<f64>,
    /// A_kd.
    lower: Mat<f64>,
    rows: Vec<usize>,
    inverse: Vec<usize>,
}

impl Front {
    /// Eliminate the first `gone` unknowns; the matrix of what stays takes the place of its last columns and rows.
    pub(super) fn eliminate(matrix: &mut Mat<f64>, gone: usize) -> Self {
        let size = matrix.ncols();
        let (mut upper, mut lower) = (Mat::<f64>::zeros(gone, size), Mat::<f64>::zeros(size - gone, gone));
        for j in 0..size {
            upper.col_as_slice_mut(j).copy_from_slice(&matrix.col_as_slice(j)[..gone]);
        }
        for j in 0..gone {
            lower.col_as_slice_mut(j).copy_from_slice(&matrix.col_as_slice(j)[gone..]);
        }
        let (mut rows, mut inverse) = (vec![0_usize; gone], vec![0_usize; gone]);
        let mut memory =
            MemBuffer::new(lu_in_place_scratch::<usize, f64>(gone, size, Par::Seq, Spec::default()));
        // Factoring the wide matrix [A_dd | A_dk] leaves L⁻¹ A_dk in the place of A_dk.
        lu_in_place(
            upper.as_mut(),
            &mut rows,
            &mut inverse,
            Par::Seq,
            MemStack::new(&mut memory),
            Spec::default(),
        );
        let (factors, mut right) = upper.as_mut().split_at_col_mut(gone);
        solve_upper_triangular_in_place(factors.as_ref(), right.as_mut(), Par::Seq);
        let rest = matrix.as_mut().submatrix_mut(gone, gone, size - gone, size - gone);
        matmul(rest, Accum::Add, lower.as_ref(), right.as_ref(), -1.0, Par::Seq);
        Self { upper, lower, rows, inverse }
    }

    /// How many unknowns went.
    pub(super) fn gone(&self) -> usize {
        self.rows.len()
    }

    /// How many stayed.
    pub(super) fn kept(&self) -> usize {
        self.lower.nrows()
    }

    fn factors(&self) -> MatRef<'_, f64> {
        self.upper.subcols(0, self.gone())
    }

    fn right(&self) -> MatRef<'_, f64> {
        self.upper.subcols(self.gone(), self.kept())
    }

    fn divide(&self, x: &mut [f64], transposed: bool) {
        let n = self.gone();
        let rows = PermRef::new_checked(&self.rows, &self.inverse, n);
        let x = MatMut::from_column_major_slice_mut(x, n, 1);
        let factors = self.factors();
        if transposed {
            let mut memory = MemBuffer::new(solve_transpose_in_place_scratch::<usize, f64>(n, 1, Par::Seq));
            solve_transpose_in_place(factors, factors, rows, x, Par::Seq, MemStack::new(&mut memory));
        } else {
            let mut memory = MemBuffer::new(solve_in_place_scratch::<usize, f64>(n, 1, Par::Seq));
            solve_in_place(factors, factors, rows, x, Par::Seq, MemStack::new(&mut memory));
        }
    }

    /// Solve the equations of a front in which nothing stayed.
    pub(super) fn complete_alone(&self, x: &mut [f64], transposed: bool) {
        self.divide(x, transposed);
    }

    /// Carry a load from the unknowns that went to those that stayed.
    pub(super) fn reduce(&self, gone: &mut [f64], kept: &mut [f64], transposed: bool) {
        if transposed {
            // Aᵀ: k ← k − (A_dd⁻¹ A_dk)ᵀ d
            subtract(kept, self.right().transpose(), gone);
        } else {
            // d ← A_dd⁻¹ d, k ← k − A_kd d
            self.divide(gone, false);
            subtract(kept, self.lower.as_ref(), gone);
        }
    }

    /// The unknowns that went, from their reduced load and from those that stayed.
    pub(super) fn complete(&self, gone: &mut [f64], kept: &[f64], transposed: bool) {
        if transposed {
            // d ← A_dd⁻ᵀ (d − A_kdᵀ k)
            subtract(gone, self.lower.transpose(), kept);
            self.divide(gone, true);
        } else {
            subtract(gone, self.right(), kept);
        }
    }
}

/// y ← y − A x.
fn subtract(y: &mut [f64], a: MatRef<'_, f64>, x: &[f64]) {
    let (rows, columns) = (a.nrows(), a.ncols());
    let y = MatMut::from_column_major_slice_mut(y, rows, 1);
    let x = MatRef::from_column_major_slice(x, columns, 1);
    matmul(y, Accum::Add, a, x, -1.0, Par::Seq);
}
