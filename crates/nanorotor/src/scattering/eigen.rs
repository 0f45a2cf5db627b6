//! Diagonalise h_eff = R Z R⁻¹ and tell how well its eigenvectors are conditioned.

use faer::Mat;
use faer::linalg::solvers::DenseSolveCore;
use num_complex::Complex64;

use crate::error::{Error, Result};
use crate::junction::Matrix;

/// Eigenvalues with right eigenvectors (columns of `right`) and left ones (rows of `left` = R⁻¹).
#[derive(Debug, Clone)]
pub(super) struct Eigen {
    pub poles: Vec<Complex64>,
    pub right: Matrix,
    pub left: Matrix,
    /// ‖R‖ ‖R⁻¹‖ in the Frobenius norm over N, for columns of unit length; 1 for orthogonal eigenvectors.
    pub condition: f64,
}

impl Eigen {
    pub(super) fn new(h_eff: &Matrix, w: &Matrix) -> Result<Self> {
        let n = h_eff.nrows();
        let (mut poles, right) = match n {
            0 => {
                return Ok(Self {
                    poles: vec![],
                    right: Mat::zeros(0, 0),
                    left: Mat::zeros(0, 0),
                    condition: 1.0,
                });
            }
            1 => (vec![h_eff[(0, 0)]], Mat::identity(1, 1)),
            2 => two_by_two(h_eff),
            _ => {
                let eigen = h_eff.eigen().map_err(|error| Error::NotConverged {
                    quantity: "diagonalisation of h_eff",
                    what: format!("{error:?} for {n} levels"),
                    hint: "look for entries of h or w that differ by many orders of magnitude".into(),
                })?;
                (eigen.S().column_vector().iter().copied().collect(), normalised(eigen.U().to_owned()))
            }
        };
        let left = if n == 2 { two_by_two_inverse(&right) } else { right.partial_piv_lu().inverse() };
        let condition = right.norm_l2() * left.norm_l2() / n as f64;
        let condition = if condition.is_finite() { condition } else { f64::INFINITY };
        // The width of a level follows from its eigenvector, −2 Im z |r|² = |w†r|², without the rounding error of a
        // difference; a level that barely couples keeps a width that is right to its last digits.
        for (j, pole) in poles.iter_mut().enumerate() {
            let outflow: f64 = (0..w.ncols())
                .map(|c| (0..n).map(|i| w[(i, c)].conj() * right[(i, j)]).sum::<Complex64>().norm_sqr())
                .sum();
            let width = 0.5 * outflow;
            if (width + pole.im).abs() <= 1e-10 * h_eff.norm_max() * condition {
                pole.im = -width;
            }
        }
        Ok(Self { poles, right, left, condition })
    }
}

/// Eigenvalues and unit eigenvectors of a 2 × 2 matrix in closed form.
fn two_by_two(a: &Matrix) -> (Vec<Complex64>, Matrix) {
    let mean = (a[(0, 0)] + a[(1, 1)]) / 2.0;
    let half = (a[(0, 0)] - a[(1, 1)]) / 2.0;
    let root = (half * half + a[(0, 1)] * a[(1, 0)]).sqrt();
    // Of the two signs of the root, the one that adds to `half` avoids cancellation.
    let root = if (half.conj() * root).re < 0.0 { -root } else { root };
    let sum = half + root;
    let mut right = Mat::identity(2, 2);
    if sum.norm() > 0.0 {
        right[(0, 0)] = sum;
        right[(1, 0)] = a[(1, 0)];
        right[(0, 1)] = -a[(0, 1)];
        right[(1, 1)] = sum;
    } else if a[(1, 0)].norm() + a[(0, 1)].norm() > 0.0 {
        // A Jordan block: both columns become the one eigenvector, and the condition infinite.
        let only = usize::from(a[(1, 0)].norm() > 0.0);
        right = Mat::from_fn(2, 2, |i, _| Complex64::from(f64::from(u8::from(i == only))));
    }
    (vec![mean + root, mean - root], normalised(right))
}

fn two_by_two_inverse(a: &Matrix) -> Matrix {
    let det = a[(0, 0)] * a[(1, 1)] - a[(0, 1)] * a[(1, 0)];
    let mut inverse = Mat::zeros(2, 2);
    inverse[(0, 0)] = a[(1, 1)] / det;
    inverse[(1, 1)] = a[(0, 0)] / det;
    inverse[(0, 1)] = -a[(0, 1)] / det;
    inverse[(1, 0)] = -a[(1, 0)] / det;
    inverse
}

fn normalised(mut columns: Matrix) -> Matrix {
    for j in 0..columns.ncols() {
        let norm = columns.col(j).norm_l2();
        if norm > 0.0 {
            for i in 0..columns.nrows() {
                columns[(i, j)] /= norm;
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn residual(a: &Matrix, eigen: &Eigen) -> f64 {
        let z = Mat::from_fn(a.nrows(), a.nrows(), |i, j| if i == j { eigen.poles[i] } else { 0.0.into() });
        (&eigen.right * z * &eigen.left - a).norm_max()
    }

    #[test]
    fn closed_form_rebuilds_the_matrix() {
        let w = Mat::zeros(2, 1);
        for (d, u, l) in [
            ((1.0, -0.1), (0.3, 0.2), (0.3, -0.2)),
            ((0.0, 0.0), (0.5, 0.0), (0.5, 0.0)),
            ((0.4, 0.0), (0.0, 0.0), (0.0, 0.0)),
        ] {
            let mut a = Mat::zeros(2, 2);
            a[(0, 0)] = Complex64::new(d.0, d.1);
            a[(0, 1)] = Complex64::new(u.0, u.1);
            a[(1, 0)] = Complex64::new(l.0, l.1);
            let eigen = Eigen::new(&a, &w).expect("two by two always works");
            assert!(residual(&a, &eigen) < 1e-15, "{a:?}");
        }
    }

    #[test]
    fn a_jordan_block_has_no_condition() {
        let mut a = Mat::zeros(2, 2);
        a[(0, 1)] = Complex64::new(1.0, 0.0);
        let eigen = Eigen::new(&a, &Mat::zeros(2, 1)).expect("two by two always works");
        assert!(eigen.condition.is_infinite());
    }
}
