//! Evaluate S, Q, B and ∂_ωS from their definitions, one inverse of ω − h_eff an energy.

use faer::Mat;
use faer::linalg::solvers::DenseSolveCore;
use num_complex::Complex64;

use super::Wanted;
use super::block::{Block, ComplexLanes, Energies, LANES};
use crate::junction::Matrix;

/// The matrices of the definitions at one angle.
#[derive(Debug, Clone)]
pub(super) struct Direct {
    pub h_eff: Matrix,
    pub k: Matrix,
    pub y: Matrix,
    pub w: Matrix,
    pub dw: Matrix,
    /// What leads back to the levels of the Hamiltonian, where dark ones were taken out.
    pub basis: Option<Matrix>,
}

impl Direct {
    pub(super) fn evaluate(&self, energies: &Energies, wanted: Wanted, block: &mut Block) {
        if wanted.levels {
            let levels = self.basis.as_ref().map_or(self.w.nrows(), Matrix::nrows);
            block.gw.resize(levels * self.w.ncols(), ComplexLanes::ZERO);
        }
        let (w_dagger, dw_dagger) = (self.w.adjoint(), self.dw.adjoint());
        for lane in 0..LANES {
            let n = self.h_eff.nrows();
            let resolvent = Mat::from_fn(n, n, |i, j| {
                // Close to a narrow level the origin cancels.
                let from = if i == j { energies.origin } else { 0.0 } - self.h_eff[(i, j)];
                if i == j { from + energies.offset[lane] } else { from }
            });
            let g = resolvent.partial_piv_lu().inverse();
            let gw = &g * &self.w;
            // S = 1 − i w†Gw
            store(&mut block.s, lane, &(w_dagger * &gw), |z| -Complex64::i() * z);
            // Q = −(w′†Gw + (w′†Gw)† + w†G†KGw), the sum of this and its adjoint
            let half = dw_dagger * &gw + faer::Scale(Complex64::from(0.5)) * (gw.adjoint() * &self.k * &gw);
            store(&mut block.q, lane, &half, |z| -z);
            // The inverse is right to ε times its condition number.
            let condition = g.norm_l2() * resolvent.norm_l2();
            if wanted.rounding {
                block.s_rounding[lane] = condition * gw.norm_l2() * self.w.norm_l2();
                block.q_rounding[lane] =
                    condition * gw.norm_l2() * (2.0 * self.dw.norm_l2() + gw.norm_l2() * self.k.norm_l2());
            }
            if wanted.levels {
                match &self.basis {
                    Some(basis) => store(&mut block.gw, lane, &(basis * &gw), |z| z),
                    None => store(&mut block.gw, lane, &gw, |z| z),
                }
                block.gw_rounding[lane] = condition * gw.norm_l2();
            }
            if wanted.first_order {
                // B = ½[w†(GYG² − G²YG)w + w′†G²w − w†G²w′]
                let (wg, gy, ggw) = (w_dagger * &g, &g * &self.y, &g * &gw);
                let b = &wg * &self.y * &ggw - &wg * &gy * &gw + dw_dagger * &ggw - &wg * (&g * &self.dw);
                store(&mut block.b, lane, &b.subcols(1, b.ncols() - 1).to_owned(), |z| 0.5 * z);
                block.b_rounding[lane] = condition
                    * (wg.norm_l2() * (self.y.norm_l2() * ggw.norm_l2() + g.norm_l2() * self.dw.norm_l2())
                        + (wg.norm_l2() * gy.norm_l2() + self.dw.norm_l2() * g.norm_l2()) * gw.norm_l2());
                // ∂_ωS = i w†G²w
                let slope = &wg * gw.subcols(1, gw.ncols() - 1);
                store(&mut block.s_slope, lane, &slope, |z| Complex64::i() * z);
                block.s_slope_rounding[lane] = condition * wg.norm_l2() * gw.norm_l2();
            }
        }
        block.complete();
    }
}

fn store(target: &mut [ComplexLanes], lane: usize, matrix: &Matrix, map: impl Fn(Complex64) -> Complex64) {
    for c in 0..matrix.nrows() {
        for d in 0..matrix.ncols() {
            let z = map(matrix[(c, d)]);
            let entry = &mut target[c * matrix.ncols() + d];
            (entry.re[lane], entry.im[lane]) = (z.re, z.im);
        }
    }
}
