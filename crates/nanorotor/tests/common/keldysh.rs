//! Compute torque, friction and diffusion from nonequilibrium Green's functions in the Wigner representation.
//!
//! Equations (A14), (A15) and (A18) of Preston & Kosov (2023) with the Hamiltonian's own θ-dependence added, first-order
//! Green's functions from the star product. No matrix, no integral and no formula is shared with the library.

use faer::linalg::solvers::DenseSolveCore;
use nanorotor::junction::{Lead, Matrix};
use num_complex::Complex64;

const I: Complex64 = Complex64::new(0.0, 1.0);

/// h, h′, w, w′, w″ at one angle, one lead a channel, wide band from `bottom` (for the torque only).
pub struct Keldysh<'a> {
    pub h: &'a [Matrix; 2],
    pub w: &'a [Matrix; 3],
    pub leads: &'a [Lead],
    pub bottom: f64,
}

fn scaled(z: Complex64, m: &Matrix) -> Matrix {
    Matrix::from_fn(m.nrows(), m.ncols(), |i, j| z * m[(i, j)])
}

fn trace(m: &Matrix) -> Complex64 {
    (0..m.nrows()).map(|i| m[(i, i)]).sum()
}

fn dagger(m: &Matrix) -> Matrix {
    m.adjoint().to_owned()
}

/// Σ_c weight_c a_c b_c† over channels.
fn outer(a: &Matrix, b: &Matrix, weight: impl Fn(usize) -> f64) -> Matrix {
    Matrix::from_fn(a.nrows(), a.nrows(), |i, j| {
        (0..a.ncols()).map(|c| weight(c) * a[(i, c)] * b[(j, c)].conj()).sum::<Complex64>()
    })
}

impl Keldysh<'_> {
    /// The integrands of torque, friction and diffusion.
    fn integrands(&self, omega: f64) -> [f64; 3] {
        let [h, dh] = self.h;
        let [w, dw, ddw] = self.w;
        let n = h.nrows();
        let x = |c: usize| (omega - self.leads[c].chemical_potential) / self.leads[c].thermal_energy;
        let f = |c: usize| 1.0 / (x(c).exp() + 1.0);
        let empty = |c: usize| 1.0 / ((-x(c)).exp() + 1.0);
        let df = |c: usize| -f(c) * empty(c) / self.leads[c].thermal_energy;
        let one = |_: usize| 1.0;
        let half = Complex64::new(0.5, 0.0);

        let inverse = {
            let ww = outer(w, w, one);
            Matrix::from_fn(n, n, |i, j| {
                f64::from(u8::from(i == j)) * omega - h[(i, j)] + 0.5 * I * ww[(i, j)]
            })
        };
        let g = inverse.partial_piv_lu().inverse();
        let ga = dagger(&g);
        let y = dh - scaled(0.5 * I, &(outer(dw, w, one) + outer(w, dw, one)));

        let sigma = scaled(I, &outer(w, w, f));
        let sigma_t = scaled(I, &(outer(dw, w, f) + outer(w, dw, f)));
        let sigma_w = scaled(I, &outer(w, w, df));
        let sigma_1 = scaled(half, &(outer(dw, w, df) - outer(w, dw, df)));
        let psi = scaled(I, &outer(dw, w, f));
        let psi_t = scaled(I, &(outer(ddw, w, f) + outer(dw, dw, f)));
        let psi_w = scaled(I, &outer(dw, w, df));
        let psi_1 = scaled(half, &(outer(ddw, w, df) - outer(dw, dw, df)));
        let psi_r = scaled(-0.5 * I, &outer(dw, w, one));
        let psi_r_t = scaled(-0.5 * I, &(outer(ddw, w, one) + outer(dw, dw, one)));

        let lesser = &g * &sigma * &ga;
        let (g_t, g_w) = (&g * &y * &g, scaled((-1.0).into(), &(&g * &g)));
        let (ga_t, ga_w) = (dagger(&g_t), dagger(&g_w));
        let g_1 = scaled(-half * I, &(&g * (&g * &y - &y * &g) * &g));
        let ga_1 = dagger(&g_1);
        // (G^R * Σ^< * G^A)_(1) with A*B = AB + (1/2i)(∂_T A ∂_ω B − ∂_ω A ∂_T B)
        let moyal = &g_t * (&sigma_w * &ga + &sigma * &ga_w) - &g_w * (&sigma_t * &ga + &sigma * &ga_t)
            + &g * (&sigma_t * &ga_w - &sigma_w * &ga_t);
        let lesser_1 =
            &g_1 * &sigma * &ga + &g * &sigma_1 * &ga + &g * &sigma * &ga_1 + scaled(-half * I, &moyal);
        let lesser_w = &g_w * &sigma * &ga + &g * &sigma_w * &ga + &g * &sigma * &ga_w;

        let pi = std::f64::consts::PI;
        let torque =
            -(trace(&(&psi * &ga + &psi_r * &lesser))).im / pi + (I / (2.0 * pi) * trace(&(dh * &lesser))).re;
        let torque_1 = -(trace(&(&psi_r * &lesser_1 + &psi_1 * &ga + &psi * &ga_1))).im / pi
            + (trace(&(&psi_t * &ga_w + &psi_r_t * &lesser_w - &psi_w * &ga_t))).re / (2.0 * pi)
            + (I / (2.0 * pi) * trace(&(dh * &lesser_1))).re;

        // Diffusion: every product of a lesser and a greater function.
        let phi_a = scaled(0.5 * I, &outer(w, dw, one));
        let parts = |occupation: &dyn Fn(usize) -> f64| {
            let s = scaled(I, &outer(w, w, occupation));
            let p = scaled(I, &outer(dw, w, occupation));
            let q = scaled(I, &outer(w, dw, occupation));
            let zeta = scaled(I, &outer(dw, dw, occupation));
            let gl = &g * s * &ga;
            let g_phi = &g * &q + &gl * &phi_a;
            let psi_g = &p * &ga + &psi_r * &gl;
            let z = zeta + &p * &ga * &phi_a + &psi_r * &gl * &phi_a + &psi_r * &g * &q;
            (gl, g_phi, psi_g, z)
        };
        let (gl, gl_phi, psi_gl, zl) = parts(&f);
        let (gg, gg_phi, psi_gg, zg) = parts(&|c| -empty(c));
        let diffusion = trace(
            &(&gg_phi * &gl_phi
                + &psi_gg * &psi_gl
                + &gg * &zl
                + &zg * &gl
                + dh * &gg * dh * &gl
                + dh * &gg * &psi_gl
                + dh * &gg_phi * &gl
                + dh * &gl * &psi_gg
                + dh * &gl_phi * &gg),
        );
        [torque, -torque_1, diffusion.re / (2.0 * pi)]
    }

    /// Torque, friction and diffusion, each with its error: of the quadrature, and what other units of energy change.
    pub fn coefficients(&self) -> [Estimate; 3] {
        let (found, other) = (self.integrate(), self.in_other_units().integrate());
        // τ and D are energies, ξ is none.
        let units = [UNIT, 1.0, UNIT];
        [0, 1, 2].map(|i| {
            let Estimate { value, error } = found[i];
            let rounding = (value - other[i].value / units[i]).abs();
            Estimate { value, error: error + 10.0 * rounding + 1e-14 * value.abs() }
        })
    }

    /// dN/dθ of the molecule's charge N = −i ∫ dω/2π Tr G^<, by the product rule for G^< = G Σ^< G†.
    pub fn charge_slope(&self) -> Estimate {
        let [h, dh] = self.h;
        let [w, dw, _] = self.w;
        let n = h.nrows();
        let one = |_: usize| 1.0;
        let (ww, dww) = (outer(w, w, one), outer(dw, w, one) + outer(w, dw, one));
        let y = dh - scaled(0.5 * I, &dww);
        let integrand = |omega: f64| {
            let f = |c: usize| {
                1.0 / (((omega - self.leads[c].chemical_potential) / self.leads[c].thermal_energy).exp()
                    + 1.0)
            };
            let inverse = Matrix::from_fn(n, n, |i, j| {
                f64::from(u8::from(i == j)) * omega - h[(i, j)] + 0.5 * I * ww[(i, j)]
            });
            let g = inverse.partial_piv_lu().inverse();
            let (g_t, filled) = (&g * &y * &g, outer(w, w, f));
            let of_sigma = &g * (outer(dw, w, f) + outer(w, dw, f)) * dagger(&g);
            trace(&(of_sigma + &g_t * &filled * dagger(&g) + &g * &filled * dagger(&g_t))).re
                / std::f64::consts::TAU
        };
        let edges = self.edges();
        let reach = edges[edges.len() - 1];
        let inverse: Vec<f64> = (-4..=4).map(|k| f64::from(k) / (4.0 * reach)).collect();
        let near = adaptive(&|omega| [integrand(omega), 0.0, 0.0], &edges)[0];
        let far = adaptive(&|x| [integrand(1.0 / x) / (x * x), 0.0, 0.0], &inverse)[0];
        Estimate { value: near.value + far.value, error: near.error + far.error }
    }

    /// The same junction with every energy multiplied by a number that is no power of two.
    fn in_other_units(&self) -> OwnedKeldysh {
        OwnedKeldysh {
            h: self.h.each_ref().map(|m| scaled(UNIT.into(), m)),
            w: self.w.each_ref().map(|m| scaled(UNIT.sqrt().into(), m)),
            leads: self
                .leads
                .iter()
                .map(|lead| Lead {
                    name: lead.name.clone(),
                    chemical_potential: UNIT * lead.chemical_potential,
                    thermal_energy: UNIT * lead.thermal_energy,
                })
                .collect(),
            bottom: UNIT * self.bottom,
        }
    }

    /// Edges that crowd around every level and every chemical potential, down to its width.
    fn edges(&self) -> Vec<f64> {
        let [h, w] = [&self.h[0], &self.w[0]];
        let h_eff = h - scaled(0.5 * I, &outer(w, w, |_| 1.0));
        let levels = h_eff.eigenvalues().unwrap();
        let centers: Vec<(f64, f64)> = levels
            .iter()
            .map(|z| (z.re, z.im.abs().max(1e-15 * h_eff.norm_max())))
            .chain(self.leads.iter().map(|lead| (lead.chemical_potential, lead.thermal_energy)))
            .collect();
        let reach =
            centers.iter().map(|(x, width)| x.abs() + 40.0 * width).fold(1.1 * self.bottom.abs(), f64::max);
        let mut edges = vec![-reach, reach, self.bottom];
        for (center, width) in centers {
            edges.push(center);
            let mut distance = 0.5 * width;
            while distance < 2.0 * reach {
                edges.extend([center - distance, center + distance]);
                distance *= 2.0;
            }
        }
        edges.retain(|e| e.abs() <= reach);
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        edges
    }

    fn integrate(&self) -> [Estimate; 3] {
        let edges = self.edges();
        let (bottom, reach) = (self.bottom, edges[edges.len() - 1]);
        let near = |omega: f64| {
            let [torque, friction, diffusion] = self.integrands(omega);
            [if omega > bottom { torque } else { 0.0 }, friction, diffusion]
        };
        // ω = 1/x beyond the edges, where every f is 1 or 0.
        let far = |x: f64| {
            let [_, friction, diffusion] = self.integrands(1.0 / x);
            [0.0, friction / (x * x), diffusion / (x * x)]
        };
        let inverse: Vec<f64> = (-4..=4).map(|k| f64::from(k) / (4.0 * reach)).collect();
        let [near, far] = [adaptive(&near, &edges), adaptive(&far, &inverse)];
        [0, 1, 2]
            .map(|i| Estimate { value: near[i].value + far[i].value, error: near[i].error + far[i].error })
    }
}

struct OwnedKeldysh {
    h: [Matrix; 2],
    w: [Matrix; 3],
    leads: Vec<Lead>,
    bottom: f64,
}

impl OwnedKeldysh {
    fn integrate(&self) -> [Estimate; 3] {
        Keldysh { h: &self.h, w: &self.w, leads: &self.leads, bottom: self.bottom }.integrate()
    }
}

/// A factor that leaves no digit of an energy as it was.
const UNIT: f64 = 2.9;

/// A number and how far it may be from the truth.
#[derive(Debug, Clone, Copy, Default)]
pub struct Estimate {
    pub value: f64,
    pub error: f64,
}

/// Gauss–Legendre on every panel and on its halves; halves that differ from the whole by too much are halved again.
fn adaptive(f: &dyn Fn(f64) -> [f64; 3], edges: &[f64]) -> [Estimate; 3] {
    let panel = |a: f64, b: f64| {
        let (mut sum, mut size) = ([0.0; 3], [0.0; 3]);
        for (node, weight) in GAUSS {
            let values = f(0.5 * (a + b) + 0.5 * (b - a) * node);
            for i in 0..3 {
                let term = 0.5 * (b - a) * weight * values[i];
                sum[i] += term;
                size[i] += term.abs();
            }
        }
        (sum, size)
    };
    let mut pending: Vec<_> = edges.windows(2).map(|e| (e[0], e[1], panel(e[0], e[1]), 0)).collect();
    let mut size = [0.0; 3];
    for (_, _, (_, part), _) in &pending {
        for i in 0..3 {
            size[i] += part[i];
        }
    }
    let mut totals = [Estimate::default(); 3];
    while let Some((a, b, (whole, _), depth)) = pending.pop() {
        let middle = 0.5 * (a + b);
        let (left, right) = (panel(a, middle), panel(middle, b));
        let error = [0, 1, 2].map(|i| (left.0[i] + right.0[i] - whole[i]).abs());
        if depth >= 8 || (0..3).all(|i| error[i] <= 1e-13 * size[i]) {
            for i in 0..3 {
                totals[i].value += left.0[i] + right.0[i];
                totals[i].error += error[i];
            }
        } else {
            pending.extend([(a, middle, left, depth + 1), (middle, b, right, depth + 1)]);
        }
    }
    totals
}

/// Ten-point Gauss–Legendre: nodes and weights.
const GAUSS: [(f64, f64); 10] = [
    (-0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
    (-0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (-0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (-0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (-0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
    (0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];
