//! Hold the matrices of a junction at one angle.

use faer::Mat;
use num_complex::Complex64;

use crate::error::{Error, Result};

/// A dense complex matrix.
pub type Matrix = Mat<Complex64>;

/// h, w and their exact derivatives in θ at one angle (Hartree atomic units).
#[derive(Debug, Clone)]
pub struct Frame {
    /// h(θ), the molecular one-electron Hamiltonian, N × N, Ha.
    pub h: Matrix,
    /// h′(θ) = ∂_θ h, N × N, Ha/rad.
    pub dh: Matrix,
    /// w(θ), the couplings to the lead channels, w_ic = sqrt(2π ρ_c) t_ic, N × M, Ha^1/2.
    pub w: Matrix,
    /// w′(θ) = ∂_θ w, N × M, Ha^1/2 /rad.
    pub dw: Matrix,
}

impl Frame {
    /// The same frame with the derivatives of a basis that moves with θ; A = ⟨a|∂_θb⟩ is its connection (1/rad), anti-Hermitian.
    ///
    /// In a basis at rest that agrees with the moving one at θ the derivatives are h′ + Ah − hA and w′ + Aw, so nothing else
    /// needs to know of the motion.
    #[must_use]
    pub fn moving(mut self, connection: &Matrix) -> Self {
        self.dh += connection * &self.h - &self.h * connection;
        self.dw += connection * &self.w;
        self
    }

    /// N, the number of molecular levels.
    pub fn sites(&self) -> usize {
        self.h.nrows()
    }

    /// M, the number of lead channels.
    pub fn channels(&self) -> usize {
        self.w.ncols()
    }

    /// Refuse matrices that no molecule can have.
    ///
    /// # Errors
    /// [`Error::Model`] for shapes that do not belong together, entries that are not finite, h or h′ not Hermitian.
    pub fn validate(&self) -> Result<()> {
        let (n, m) = (self.sites(), self.channels());
        let shapes = [("h", &self.h, n), ("dh", &self.dh, n), ("w", &self.w, m), ("dw", &self.dw, m)];
        for (name, matrix, columns) in shapes {
            if matrix.nrows() != n || matrix.ncols() != columns {
                return Err(Error::Model {
                    what: format!(
                        "{name} is {} × {}, but there are {n} levels and {m} channels",
                        matrix.nrows(),
                        matrix.ncols()
                    ),
                    hint: "h and dh are N × N, w and dw are N × M".into(),
                });
            }
            for j in 0..columns {
                for i in 0..n {
                    if !matrix[(i, j)].is_finite() {
                        return Err(Error::Model {
                            what: format!("{name}[{}, {}] is {}", i + 1, j + 1, matrix[(i, j)]),
                            hint: "every entry must be a finite number at every angle".into(),
                        });
                    }
                }
            }
        }
        hermitian("h", &self.h)?;
        hermitian("dh", &self.dh)
    }
}

/// Refuse a matrix that differs from its adjoint by more than rounding.
fn hermitian(name: &str, matrix: &Matrix) -> Result<()> {
    let size = matrix.norm_max();
    for j in 0..matrix.ncols() {
        for i in 0..=j {
            let (upper, lower) = (matrix[(i, j)], matrix[(j, i)]);
            if (upper - lower.conj()).norm() > 1e-12 * size {
                return Err(Error::Model {
                    what: format!(
                        "{name} is not Hermitian: entry ({}, {}) is {upper}, entry ({}, {}) is {lower}",
                        i + 1,
                        j + 1,
                        j + 1,
                        i + 1
                    ),
                    hint: "entry (j, i) must be the complex conjugate of entry (i, j)".into(),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(h01: Complex64, h10: Complex64) -> Frame {
        let mut h = Mat::zeros(2, 2);
        h[(0, 1)] = h01;
        h[(1, 0)] = h10;
        Frame { h, dh: Mat::zeros(2, 2), w: Mat::identity(2, 2), dw: Mat::zeros(2, 2) }
    }

    #[test]
    fn tells_hermitian_from_not() {
        let i = Complex64::i();
        assert!(frame(i, -i).validate().is_ok());
        let error = frame(i, i).validate().map_err(|e| e.to_string());
        assert!(error.is_err_and(|text| text.contains("(1, 2)")));
    }

    #[test]
    fn refuses_wrong_shapes_and_numbers_that_are_not_finite() {
        let mut wrong = frame(1.0.into(), 1.0.into());
        wrong.dw = Mat::zeros(2, 3);
        assert!(wrong.validate().is_err());
        let mut wrong = frame(1.0.into(), 1.0.into());
        wrong.w[(0, 1)] = Complex64::new(f64::NAN, 0.0);
        assert!(wrong.validate().is_err());
    }
}
