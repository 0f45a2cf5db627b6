//! Evaluate S, Q and B from the eigenvectors of h_eff, energies in lanes.
//!
//! With G = Σ_j g_j r_j l_j†, g_j = 1/(ω − z_j), and A_j = w†r_j, A′_j = w′†r_j, B_j = l_j†w, B′_j = l_j†w′:
//!
//! * S = 1 − i Σ_j g_j A_j B_j.
//! * w†G†KGw = Σ_ij g_i* g_j B_i†(r_i†K r_j)B_j, and the partial fractions g_i* g_j = (g_j − g_i*)/(z_j − z_i*) leave
//!   Q = −(P + P†) with P = Σ_j g_j (A′_j + v_j) B_j, v_j = Σ_i B_i† (r_i†K r_j)/(z_j − z_i*).
//! * g_j − g_i = (z_j − z_i) g_i g_j gives B = ½ Σ_i g_i² [A_i (T_i − B′_i) + A′_i B_i], T_i = Σ_j (z_j − z_i)(l_i†Y r_j) g_j² B_j.

use num_complex::Complex64;

use super::block::{Block, ComplexLanes, LANES, Lanes};
use super::eigen::Eigen;
use crate::junction::{Frame, Matrix};

/// The torque of states that every lead fills, in closed form.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilledTorque {
    /// ∫ dω/2π Tr Q (Ha/rad).
    pub value: f64,
    /// The sum of the sizes of its terms.
    pub size: f64,
    /// Its rounding error in units of ε.
    pub rounding: f64,
}

#[derive(Debug, Clone)]
pub(super) struct Spectral {
    poles: Vec<Complex64>,
    /// z_j′ = l_j†Y r_j.
    pole_derivatives: Vec<Complex64>,
    /// κ² ‖Y‖, what z_j′ is summed from.
    derivative_terms: f64,
    /// The largest of |z_j| and |h_ij|.
    size: f64,
    channels: usize,
    /// A_j, A′_j and A′_j + v_j: entry (j, c) at j M + c.
    a: Vec<Complex64>,
    da: Vec<Complex64>,
    p: Vec<Complex64>,
    /// B_j and B′_j: entry (j, c) at j M + c.
    b: Vec<Complex64>,
    db: Vec<Complex64>,
    /// (z_j − z_i)(l_i†Y r_j): entry (i, j) at i N + j.
    commutator: Vec<Complex64>,
    sizes: Sizes,
}

/// The largest sizes over the channels, which bound the terms that Q and B are summed from.
#[derive(Debug, Clone)]
struct Sizes {
    /// max_c |A_jc|, entry j; likewise for A′, B and B′.
    a: Vec<f64>,
    da: Vec<f64>,
    b: Vec<f64>,
    db: Vec<f64>,
    /// max_c |A_jc| max_d |B_jd| and max_c |A′_jc + v_jc| max_d |B_jd|, entry j.
    s: Vec<f64>,
    p: Vec<f64>,
    /// max_c |A_ic| |z_j − z_i| |l_i†Y r_j| max_d |B_jd|, entry (i, j) at i N + j.
    commutator: Vec<f64>,
}

impl Spectral {
    pub(super) fn new(frame: &Frame, eigen: &Eigen, k: &Matrix, y: &Matrix) -> Self {
        let (n, m) = (frame.sites(), frame.channels());
        let Eigen { poles, right, left, .. } = eigen;
        let by_level = |matrix: &Matrix| -> Vec<Complex64> {
            (0..n * m).map(|index| matrix[(index % m, index / m)]).collect()
        };
        let a = by_level(&(frame.w.adjoint() * right));
        let da = by_level(&(frame.dw.adjoint() * right));
        let mut b = by_level(&(left * &frame.w).transpose().to_owned());
        let db = by_level(&(left * &frame.dw).transpose().to_owned());
        let rkr = right.adjoint() * k * right;
        let lyr = left * y * right;
        let pole_derivatives: Vec<Complex64> = (0..n).map(|j| lyr[(j, j)]).collect();

        let size = poles.iter().map(|z| z.norm()).fold(frame.h.norm_max(), f64::max);
        for j in 0..n {
            if -poles[j].im > super::NO_WIDTH * size {
                continue;
            }
            b[j * m..(j + 1) * m].fill(Complex64::default());
        }

        let mut p = da.clone();
        for j in 0..n {
            for i in 0..n {
                let b_i = &b[i * m..(i + 1) * m];
                if b_i.iter().all(|z| *z == Complex64::default()) {
                    continue;
                }
                let factor = rkr[(i, j)] / (poles[j] - poles[i].conj());
                for c in 0..m {
                    p[j * m + c] += b_i[c].conj() * factor;
                }
            }
        }
        let commutator: Vec<_> = (0..n * n)
            .map(|index| (index / n, index % n))
            .map(|(i, j)| (poles[j] - poles[i]) * lyr[(i, j)])
            .collect();
        let largest = |rows: &[Complex64]| -> Vec<f64> {
            rows.chunks(m).map(|row| row.iter().map(|z| z.norm()).fold(0.0, f64::max)).collect()
        };
        let mut sizes = Sizes {
            a: largest(&a),
            da: largest(&da),
            b: largest(&b),
            db: largest(&db),
            s: largest(&a),
            p: largest(&p),
            commutator: commutator.iter().map(|z| z.norm()).collect(),
        };
        for j in 0..n {
            sizes.s[j] *= sizes.b[j];
            sizes.p[j] *= sizes.b[j];
        }
        for (index, size) in sizes.commutator.iter_mut().enumerate() {
            *size *= sizes.a[index / n] * sizes.b[index % n];
        }
        let derivative_terms = eigen.condition.powi(2) * y.norm_l2();
        let poles = poles.clone();
        Self {
            poles,
            pole_derivatives,
            derivative_terms,
            size,
            channels: m,
            a,
            da,
            p,
            b,
            db,
            commutator,
            sizes,
        }
    }

    /// (1/π) Im Σ_j z_j′ [ln(top − z_j) − ln(bottom − z_j)].
    pub(super) fn filled_torque(&self, bottom: f64, top: f64) -> FilledTorque {
        let mut sum = FilledTorque::default();
        for (z, dz) in self.poles.iter().zip(&self.pole_derivatives) {
            // For a bottom of −∞ ln(bottom − z) is ln|bottom| + iπ, and Σ_j z_j′ is real.
            let (lower, near) = if bottom == f64::NEG_INFINITY {
                (Complex64::new(0.0, std::f64::consts::PI), 0.0)
            } else {
                ((bottom - z).ln(), 1.0 / (bottom - z).norm())
            };
            let logarithm = (top - z).ln() - lower;
            let near = near + 1.0 / (top - z).norm();
            sum.value += (dz * logarithm).im;
            sum.size += dz.norm() * logarithm.norm();
            // z_j′ is right to ε κ² ‖Y‖, z_j to ε κ times the size of h_eff.
            sum.rounding +=
                self.derivative_terms * (1.0 + logarithm.norm() + lower.norm() + self.size * near);
        }
        let scale = std::f64::consts::FRAC_1_PI;
        FilledTorque { value: scale * sum.value, size: scale * sum.size, rounding: scale * sum.rounding }
    }

    #[inline(always)]
    pub(super) fn evaluate(&self, omega: &Lanes, with_first_order: bool, block: &mut Block) {
        let n = self.poles.len();
        block.work.resize(3 * n, ComplexLanes::ZERO);
        for (j, z) in self.poles.iter().enumerate() {
            resolvent(omega, *z, &mut block.work[j]);
        }
        self.scattering_and_torque(block);
        self.scattering_and_torque_terms(block);
        if with_first_order {
            self.first_order(block);
            self.first_order_terms(block);
        }
    }

    /// S = 1 − i Σ_j g_j A_j B_j and Q = −(P + P†), P = Σ_j g_j (A′_j + v_j) B_j.
    #[inline(always)]
    fn scattering_and_torque(&self, block: &mut Block) {
        let (n, m) = (self.poles.len(), self.channels);
        for c in 0..m {
            for d in 0..m {
                let (mut s, mut p) = (ComplexLanes::ZERO, ComplexLanes::ZERO);
                for j in 0..n {
                    let b = self.b[j * m + d];
                    s.add_scaled(-Complex64::i() * self.a[j * m + c] * b, &block.work[j]);
                    p.add_scaled(-self.p[j * m + c] * b, &block.work[j]);
                }
                if c == d {
                    for re in &mut s.re {
                        *re += 1.0;
                    }
                }
                block.s[c * m + d] = s;
                block.q[c * m + d] = p;
            }
        }
        for c in 0..m {
            for d in c..m {
                let (upper, lower) = (block.q[c * m + d], block.q[d * m + c]);
                for k in 0..LANES {
                    let re = upper.re[k] + lower.re[k];
                    let im = upper.im[k] - lower.im[k];
                    block.q[c * m + d].re[k] = re;
                    block.q[c * m + d].im[k] = im;
                    block.q[d * m + c].re[k] = re;
                    block.q[d * m + c].im[k] = -im;
                }
            }
        }
    }

    /// Σ_j |g_j| |A_j| |B_j| of S and 2 Σ_j |g_j| |A′_j + v_j| |B_j| of Q, with the largest over the channels; far from a narrow level
    /// P and P† nearly cancel.
    #[inline(always)]
    fn scattering_and_torque_terms(&self, block: &mut Block) {
        (block.s_terms, block.q_terms) = ([0.0; LANES], [0.0; LANES]);
        for (g, (s, p)) in block.work.iter().zip(self.sizes.s.iter().zip(&self.sizes.p)) {
            for k in 0..LANES {
                let size = (g.re[k] * g.re[k] + g.im[k] * g.im[k]).sqrt();
                block.s_terms[k] += s * size;
                block.q_terms[k] += 2.0 * p * size;
            }
        }
    }

    /// B = ½ Σ_i g_i² [A_i (T_i − B′_i) + A′_i B_i], T_i = Σ_j (z_j − z_i)(l_i†Y r_j) g_j² B_j.
    #[inline(always)]
    fn first_order(&self, block: &mut Block) {
        let (n, m) = (self.poles.len(), self.channels);
        for j in 0..n {
            let g = block.work[j];
            let mut square = ComplexLanes::ZERO;
            square.add_product(&g, &g);
            block.work[n + j] = square;
        }
        block.b.fill(ComplexLanes::ZERO);
        let (squares, products) = block.work[n..3 * n].split_at_mut(n);
        for d in 0..m {
            // ½ g_j² B_j
            for j in 0..n {
                products[j] = ComplexLanes::ZERO;
                products[j].add_scaled(0.5 * self.b[j * m + d], &squares[j]);
            }
            let mut i = 0;
            while i < n {
                let half_t = if i + 1 < n {
                    self.combine([i, i + 1], products)
                } else {
                    [self.combine([i], products)[0], ComplexLanes::ZERO]
                };
                for t in half_t.iter().take(n - i) {
                    let (mut t, db) = (*t, 0.5 * self.db[i * m + d]);
                    for k in 0..LANES {
                        t.re[k] -= db.re;
                        t.im[k] -= db.im;
                    }
                    let mut product = ComplexLanes::ZERO;
                    product.add_product(&t, &squares[i]);
                    for c in 0..m {
                        let b = &mut block.b[c * m + d];
                        b.add_scaled(self.a[i * m + c], &product);
                        b.add_scaled(self.da[i * m + c], &products[i]);
                    }
                    i += 1;
                }
            }
        }
    }

    /// Σ_j (z_j − z_i)(l_i†Y r_j) x_j for some i at once, so that one's sums fill the other's waits.
    #[inline(always)]
    fn combine<const R: usize>(&self, rows: [usize; R], x: &[ComplexLanes]) -> [ComplexLanes; R] {
        let rows = rows.map(|i| &self.commutator[i * x.len()..(i + 1) * x.len()]);
        let mut sums = [ComplexLanes::ZERO; R];
        for j in 0..x.len() {
            for r in 0..R {
                sums[r].add_scaled(rows[r][j], &x[j]);
            }
        }
        sums
    }

    /// ½ Σ_i |g_i|² [|A_i| (Σ_j |z_j − z_i| |l_i†Y r_j| |g_j|² |B_j| + |B′_i|) + |A′_i| |B_i|], with the largest over the channels.
    #[inline(always)]
    fn first_order_terms(&self, block: &mut Block) {
        let n = self.poles.len();
        for j in 0..n {
            let g = block.work[j];
            for k in 0..LANES {
                block.work[n + j].re[k] = g.re[k] * g.re[k] + g.im[k] * g.im[k];
            }
        }
        let sizes = &self.sizes;
        let squares = &block.work[n..2 * n];
        block.b_terms = [0.0; LANES];
        for i in 0..n {
            let mut terms = [sizes.a[i] * sizes.db[i] + sizes.da[i] * sizes.b[i]; LANES];
            for (size, square) in sizes.commutator[i * n..(i + 1) * n].iter().zip(squares) {
                for k in 0..LANES {
                    terms[k] += size * square.re[k];
                }
            }
            for k in 0..LANES {
                block.b_terms[k] += 0.5 * squares[i].re[k] * terms[k];
            }
        }
    }
}

/// g = 1/(ω − z).
#[inline(always)]
fn resolvent(omega: &Lanes, z: Complex64, g: &mut ComplexLanes) {
    for k in 0..LANES {
        let (x, y) = (omega[k] - z.re, -z.im);
        let scale = 1.0 / (x * x + y * y);
        g.re[k] = x * scale;
        g.im[k] = -y * scale;
    }
}
