//! Hold integrals over the states that every lead fills, which have a closed form in the eigenvalues of h_eff.

use num_complex::Complex64;

/// An integral over states that every lead fills, in closed form.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filled {
    /// The integral.
    pub value: f64,
    /// The sum of the sizes of its terms.
    pub size: f64,
    /// Its rounding error in units of ε.
    pub rounding: f64,
}

impl Filled {
    pub(super) fn scaled(self, factor: f64) -> Self {
        Self { value: factor * self.value, size: factor * self.size, rounding: factor * self.rounding }
    }
}

/// ln(ω − z), for ω = −∞ without ln|ω|, which sums to nothing; and 1/|ω − z|.
pub(super) fn logarithm(omega: f64, z: Complex64) -> (Complex64, f64) {
    if omega == f64::NEG_INFINITY {
        (Complex64::new(0.0, std::f64::consts::PI), 0.0)
    } else {
        ((omega - z).ln(), 1.0 / (omega - z).norm())
    }
}
