//! Evaluate S and Q as sums over the levels of h_eff, energies in lanes.
//!
//! | symbol     | meaning                              | here           |
//! |------------|--------------------------------------|----------------|
//! | z_j        | eigenvalue of h_eff, a pole of G     | `poles`        |
//! | g_j        | 1/(ω − z_j), G = Σ_j g_j r_j l_j†    | `block.work`   |
//! | R_j, R′_j  | w†r_j, w′†r_j                        | `rows.{r, dr}` |
//! | L_j, L′_j  | l_j†w, l_j†w′                        | `rows.{l, dl}` |
//!
//! * S = 1 − i Σ_j g_j R_j L_j.
//! * Gw = Σ_j g_j r_j L_j.
//! * w†G†KGw = Σ_ij g_i* g_j L_i†(r_i†K r_j)L_j, and the partial fractions g_i* g_j = (g_j − g_i*)/(z_j − z_i*) leave
//!   Q = P + P† with P = −Σ_j g_j (R′_j + v_j) L_j, v_j = Σ_i L_i† (r_i†K r_j)/(z_j − z_i*).

use num_complex::Complex64;

use super::Wanted;
use super::block::{Block, ComplexLanes, Energies, LANES, Lanes};
use super::eigen::Eigen;
use super::filled::{Filled, logarithm};
use super::first_order::FirstOrder;
use super::level_sum::LevelSum;
use super::levels::Levels;
use crate::instructions::round_by_round;
use crate::junction::{Frame, Matrix};

#[derive(Debug, Clone)]
pub(super) struct Spectral {
    poles: Vec<Complex64>,
    /// z_j′ = l_j†Y r_j.
    pole_derivatives: Vec<Complex64>,
    accuracy: Accuracy,
    /// −i R_j L_j and −(R′_j + v_j) L_j for every g_j, M × M.
    s: LevelSum,
    p: LevelSum,
    /// The sizes of what they are summed from, the largest over the channels.
    s_sizes: Vec<f64>,
    p_sizes: Vec<f64>,
    first_order: FirstOrder,
    levels: Levels,
    /// The relative error of each g_j at most, in units of ε.
    resolvent_errors: Vec<f64>,
}

/// How far rounding moves the eigenvalues of h_eff and what is made with its eigenvectors, in units of ε.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accuracy {
    /// Of z_j: κ times the size of h_eff (Ha).
    pub pole: f64,
    /// Of l_i†Y r_j: κ² times the terms of Y (Ha/rad).
    pub y: f64,
    /// The size of h_eff, the largest of |z_j| and |h_ij| (Ha).
    pub size: f64,
}

/// What the eigenvectors make of w and w′, a row a level: entry (j, c) at j M + c.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    pub channels: usize,
    /// R_j = w†r_j and R′_j = w′†r_j.
    pub r: Vec<Complex64>,
    pub dr: Vec<Complex64>,
    /// L_j = l_j†w and L′_j = l_j†w′.
    pub l: Vec<Complex64>,
    pub dl: Vec<Complex64>,
}

impl Rows {
    fn new(frame: &Frame, eigen: &Eigen) -> Self {
        let m = frame.channels();
        let rows = |matrix: Matrix| -> Vec<Complex64> {
            (0..matrix.ncols() * m).map(|index| matrix[(index % m, index / m)]).collect()
        };
        Self {
            channels: m,
            r: rows(frame.w.adjoint() * &eigen.right),
            dr: rows(frame.dw.adjoint() * &eigen.right),
            l: rows((&eigen.left * &frame.w).transpose().to_owned()),
            dl: rows((&eigen.left * &frame.dw).transpose().to_owned()),
        }
    }

    /// The largest size in each row.
    pub fn sizes(&self, rows: &[Complex64]) -> Vec<f64> {
        rows.chunks(self.channels).map(|row| row.iter().map(|z| z.norm()).fold(0.0, f64::max)).collect()
    }
}

impl Spectral {
    pub(super) fn pole_derivatives(&self) -> &[Complex64] {
        &self.pole_derivatives
    }

    pub(super) fn new(frame: &Frame, eigen: &Eigen, basis: Option<&Matrix>, k: &Matrix, y: &Matrix) -> Self {
        let (n, m) = (frame.sites(), frame.channels());
        let Eigen { poles, right, left, condition } = eigen;
        let size = poles.iter().map(|z| z.norm()).fold(frame.h.norm_max(), f64::max);
        // K and Y are summed from h′ and w w′†.
        let terms = frame.dh.norm_l2() + frame.w.norm_l2() * frame.dw.norm_l2();
        let accuracy = Accuracy { pole: condition * size, y: condition.powi(2) * terms, size };

        let rows = Rows::new(frame, eigen);
        let l_sizes = rows.sizes(&rows.l);
        let rkr = right.adjoint() * k * right;
        // R′_j + v_j, which may cancel, and the sizes of its terms.
        let (mut p, mut p_sizes) = (rows.dr.clone(), rows.sizes(&rows.dr));
        for j in 0..n {
            for i in 0..n {
                let difference = poles[j] - poles[i].conj();
                let factor = rkr[(i, j)] / difference;
                for (p, l) in p[j * m..(j + 1) * m].iter_mut().zip(&rows.l[i * m..(i + 1) * m]) {
                    *p += l.conj() * factor;
                }
                p_sizes[j] += l_sizes[i] * terms / difference.norm();
            }
        }
        let times_l = |x: &[Complex64], j: usize, e: usize| x[j * m + e / m] * rows.l[j * m + e % m];
        let with_l =
            |sizes: Vec<f64>| -> Vec<f64> { sizes.iter().zip(&l_sizes).map(|(x, l)| x * l).collect() };
        let lyr = left * y * right;
        // Where a narrow level lies makes no difference to an integral but through what else varies: how far other poles are from it
        // (how far the Fermi functions are, the quadrature knows). Its width and its coupling are as right as w†r_j.
        let resolvent_errors = (0..n).map(|j| {
            if -poles[j].im > super::NARROW * size {
                return f64::INFINITY;
            }
            let others = (0..n).filter(|&i| i != j).map(|i| 1.0 / (poles[j] - poles[i].conj()).norm());
            let of_coupling = 4.0 * condition * frame.w.norm_l2() / (-2.0 * poles[j].im).sqrt();
            accuracy.pole * others.fold(0.0, f64::max) + of_coupling
        });
        Self {
            resolvent_errors: resolvent_errors.collect(),
            poles: poles.clone(),
            pole_derivatives: (0..n).map(|j| lyr[(j, j)]).collect(),
            accuracy,
            s: LevelSum::new(n, m * m, |j, e| -Complex64::i() * times_l(&rows.r, j, e)),
            p: LevelSum::new(n, m * m, |j, e| -times_l(&p, j, e)),
            s_sizes: with_l(rows.sizes(&rows.r)),
            p_sizes: with_l(p_sizes),
            levels: Levels::new(eigen, basis, &rows, l_sizes, size),
            first_order: FirstOrder::new(poles, rows, &lyr, accuracy),
        }
    }

    /// (1/π) Im Σ_j z_j′ [ln(top − z_j) − ln(bottom − z_j)].
    pub(super) fn filled_torque(&self, bottom: f64, top: f64) -> Filled {
        let mut sum = Filled::default();
        for (z, dz) in self.poles.iter().zip(&self.pole_derivatives) {
            let ((lower, near), (upper, close)) = (logarithm(bottom, *z), logarithm(top, *z));
            let (logarithm, near) = (upper - lower, near + close);
            sum.value += (dz * logarithm).im;
            sum.size += dz.norm() * logarithm.norm();
            // z_j′ is right to ε κ² times the terms of Y, z_j to ε κ times the size of h_eff.
            sum.rounding +=
                self.accuracy.y * (1.0 + logarithm.norm() + lower.norm() + self.accuracy.size * near);
        }
        sum.scaled(std::f64::consts::FRAC_1_PI)
    }

    /// What the levels are, where they are asked for.
    pub(super) fn levels(&self) -> &Levels {
        &self.levels
    }

    #[inline(always)]
    pub(super) fn evaluate(&self, energies: &Energies, wanted: Wanted, block: &mut Block) {
        let n = self.poles.len();
        block.work.resize(2 * n, ComplexLanes::ZERO);
        for (g, z) in block.work.iter_mut().zip(&self.poles) {
            resolvent(&energies.offset, *round_by_round(z) - energies.origin, g);
        }
        self.s.evaluate(&block.work[..n], &mut block.s);
        self.p.evaluate(&block.work[..n], &mut block.q);
        block.complete();
        if wanted.levels {
            self.levels.evaluate(&block.work[..n], &mut block.gw);
        }
        if wanted.first_order {
            self.first_order.evaluate(block);
        }
        if wanted.rounding {
            (block.s_rounding, block.q_rounding) = ([0.0; LANES], [0.0; LANES]);
            (block.s_slope_rounding, block.gw_rounding) = ([0.0; LANES], [0.0; LANES]);
            let sizes = self.s_sizes.iter().zip(&self.p_sizes).zip(self.levels.reached());
            for ((g, ((s, p), l)), limit) in block.work.iter().zip(sizes).zip(&self.resolvent_errors) {
                let g = round_by_round(g).size();
                for k in 0..LANES {
                    // Of the factor, and of g through its eigenvalue.
                    let of_pole = (self.accuracy.pole * g[k]).min(*limit);
                    let error = g[k] * (1.0 + of_pole);
                    block.s_rounding[k] += s * error;
                    block.q_rounding[k] += 2.0 * p * error;
                    block.gw_rounding[k] += l * error;
                    block.s_slope_rounding[k] += s * g[k] * (error + of_pole * g[k]);
                }
            }
            if wanted.first_order {
                block.b_rounding = self.first_order.rounding(&block.work, &self.resolvent_errors);
            }
        }
    }
}

/// g = 1/(ω − z), both from one origin.
#[inline(always)]
fn resolvent(omega: &Lanes, z: Complex64, g: &mut ComplexLanes) {
    for k in 0..LANES {
        let (x, y) = (omega[k] - z.re, -z.im);
        let scale = 1.0 / (x * x + y * y);
        g.re[k] = x * scale;
        g.im[k] = -y * scale;
    }
}
