//! Smooth random junctions and a second, independent route to their coefficients.
#![allow(dead_code, clippy::unwrap_used, reason = "shared by several test programs, which fail by panicking")]

pub mod keldysh;

use nanorotor::Result;
use nanorotor::junction::{Frame, Geometry, Matrix};
use num_complex::Complex64;
use proptest::prelude::*;

/// h(θ) = Σ_k h_k e_k(θ) and w(θ) = Σ_k w_k e_k(θ) with e = (1, cos θ, sin θ).
#[derive(Debug, Clone)]
pub struct Trigonometric {
    pub h: [Matrix; 3],
    pub w: [Matrix; 3],
}

impl Trigonometric {
    /// h, h′ and w, w′, w″ at θ.
    pub fn jets(&self, theta: f64) -> ([Matrix; 2], [Matrix; 3]) {
        let (s, c) = theta.sin_cos();
        let sum = |m: &[Matrix; 3], basis: [f64; 3]| {
            Matrix::from_fn(m[0].nrows(), m[0].ncols(), |i, j| {
                (0..3).map(|k| m[k][(i, j)] * basis[k]).sum::<Complex64>()
            })
        };
        let (value, first, second) = ([1.0, c, s], [0.0, -s, c], [0.0, -c, -s]);
        (
            [sum(&self.h, value), sum(&self.h, first)],
            [sum(&self.w, value), sum(&self.w, first), sum(&self.w, second)],
        )
    }
}

impl Geometry for Trigonometric {
    fn frame(&self, theta: f64) -> Result<Frame> {
        let ([h, dh], [w, dw, _]) = self.jets(theta);
        Ok(Frame { h, dh, w, dw })
    }
}

fn matrix(n: usize, m: usize, scale: f64, imaginary: f64) -> impl Strategy<Value = Matrix> {
    proptest::collection::vec((-1.0..1.0, -1.0..1.0), n * m).prop_map(move |entries| {
        Matrix::from_fn(n, m, |i, j| {
            let (re, im): (f64, f64) = entries[i * m + j];
            Complex64::new(scale * re, imaginary * scale * im)
        })
    })
}

/// A random molecule with N levels and M channels; `imaginary` 0 gives real matrices, 1 complex ones.
pub fn trigonometric(n: usize, m: usize, imaginary: f64) -> impl Strategy<Value = Trigonometric> {
    let h = proptest::array::uniform3(matrix(n, n, 0.05, imaginary));
    let w = proptest::array::uniform3(matrix(n, m, 0.1, imaginary));
    (h, w).prop_map(|(h, w)| Trigonometric {
        h: h.map(|a| Matrix::from_fn(a.nrows(), a.ncols(), |i, j| 0.5 * (a[(i, j)] + a[(j, i)].conj()))),
        w,
    })
}
