//! Split off the levels that no lead reaches, and leave the frame of all others.
//!
//! | symbol | meaning                                            | here       |
//! |--------|----------------------------------------------------|------------|
//! | v      | dark level: h v = ε v and w†v = 0                  | `vectors`  |
//! | ε, ε′  | its energy and v†h′v                               | [`DarkLevel`] |
//! | U      | orthonormal basis of all that leads do reach       | `basis`    |
//!
//! A dark level is an eigenvector of h + w w† too, where the levels that share its energy and do couple are shifted away from it:
//! of a degenerate pair that couples in one combination the other one comes out, and several dark levels of one energy
//! are orthogonal. All others live in U†hU and U†w.

use faer::{Mat, Side};
use num_complex::Complex64;

use crate::error::{Error, Result};
use crate::junction::{Frame, Matrix};

/// Below this part of the size of h a derivative is none.
const STILL: f64 = 1e-12;

/// A level that no lead reaches at one angle.
#[derive(Debug, Clone, PartialEq)]
pub struct DarkLevel {
    /// ε (Ha).
    pub energy: f64,
    /// ∂_θ ε (Ha/rad).
    pub slope: f64,
    /// Whether θ changes its energy, its shape or its coupling.
    pub moves: bool,
    /// |v_i|², what it has of each level of the Hamiltonian.
    pub weights: Vec<f64>,
}

/// A frame without its dark levels.
pub(super) struct Split {
    pub dark: Vec<DarkLevel>,
    pub frame: Frame,
    /// U, N × (N − number of dark levels).
    pub basis: Matrix,
}

/// Take out the levels of half width up to `limit` (Ha), found as eigenvectors of h + `shift` w w†.
pub(super) fn split(frame: &Frame, shift: f64, limit: f64) -> Result<Split> {
    let n = frame.sites();
    let shifted = &frame.h + faer::Scale(Complex64::from(shift)) * (&frame.w * frame.w.adjoint());
    let eigen = shifted.self_adjoint_eigen(Side::Lower).map_err(|error| Error::NotConverged {
        quantity: "diagonalisation of the Hamiltonian",
        what: format!("{error:?} for {n} levels"),
        hint: "look for entries of h or w that differ by many orders of magnitude".into(),
    })?;
    let outflow = frame.w.adjoint() * eigen.U();
    let (is_dark, reached): (Vec<usize>, Vec<usize>) =
        (0..n).partition(|&j| 0.5 * outflow.col(j).squared_norm_l2() <= limit);
    let columns = |of: &[usize]| Mat::from_fn(n, of.len(), |i, j| eigen.U()[(i, of[j])]);
    let (vectors, basis) = (columns(&is_dark), columns(&reached));

    let (dh, dw) = (&frame.dh * &vectors, frame.dw.adjoint() * &vectors);
    let energies = vectors.adjoint() * (&frame.h * &vectors);
    let slopes = vectors.adjoint() * &dh;
    let dark = (0..is_dark.len())
        .map(|j| DarkLevel {
            energy: energies[(j, j)].re,
            slope: slopes[(j, j)].re,
            moves: dh.col(j).norm_max() > STILL * frame.dh.norm_max()
                || dw.col(j).norm_max() > STILL * frame.dw.norm_max(),
            weights: (0..n).map(|i| vectors[(i, j)].norm_sqr()).collect(),
        })
        .collect();
    let of_reached = |matrix: &Matrix| basis.adjoint() * (matrix * &basis);
    let frame = Frame {
        h: of_reached(&frame.h),
        dh: of_reached(&frame.dh),
        w: basis.adjoint() * &frame.w,
        dw: basis.adjoint() * &frame.dw,
    };
    Ok(Split { dark, frame, basis })
}
