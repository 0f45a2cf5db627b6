//! Write the weak form of the Klein–Kramers equation for one element.
//!
//! For every test function φ, with p = ρ h and h a polynomial,
//!
//! ∫∫ dθ dv [ ∂_θφ J u p + ∂_vφ (f − g u − min(v², 1)(f − w)) p − ∂_vφ (a/J) ∂_v p ] = 0
//!
//! with the symbols of `mesh` and `reduced`. φ = 1 gives 0 = 0: probability is conserved to rounding.
//!
//! Rows and columns are scaled by ρ^{−1/2} at their nodes, so that what is rare is as well resolved as what is common.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};

use super::mesh::{Mesh, Point};
use super::polynomials::Polynomials;
use super::reduced::{Column, Reduced};

/// Weights below e^−600 of the largest are kept from underflow.
const LOWEST: f64 = -600.0;

/// All that the elements of a mesh share.
#[derive(Clone)]
pub(super) struct Assembly<'a> {
    pub(super) mesh: &'a Mesh,
    pub(super) basis: &'a Polynomials,
    /// At the Gauss angles of each column of elements, one column after the other.
    gauss: Vec<Column>,
    /// The Gauss points of each element, column by column, angle slow, with ρ over its largest value.
    points: Vec<(Point, f64)>,
    /// ρ^{−1/2} at the nodes of each element, column by column, angle slow.
    scales: Vec<f64>,
    /// The largest ln ρ at any Gauss point.
    largest: f64,
    /// φ_i φ_k and φ_i′ φ_k at the Gauss points: (i + n k) × a.
    products: Mat<f64>,
    sloped: Mat<f64>,
    /// What the v direction multiplies: 3q × n².
    across: Mat<f64>,
}

/// What an element contributes beside its matrix, at its Gauss points (angle slow, velocity fast).
pub(super) struct Gauss {
    /// The weight of each point in an integral over ρ du dθ.
    pub(super) mass: Vec<f64>,
    /// u.
    pub(super) velocity: Vec<f64>,
    /// The largest |u|.
    pub(super) speed: f64,
    /// The largest a and the mean J, for the scale of diffusion in v.
    pub(super) jacobian: f64,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(rotor: &Reduced, mesh: &'a Mesh, basis: &'a Polynomials) -> Self {
        let at = |points: &[f64]| -> Vec<Column> {
            let columns = mesh.angles.windows(2);
            let angles = columns.flat_map(|t| points.iter().map(|x| t[0] + 0.5 * (x + 1.0) * (t[1] - t[0])));
            rotor.columns(&angles.collect::<Vec<_>>())
        };
        let (gauss, nodal) = (at(&basis.abscissas), at(&basis.places));
        let (n, q) = (basis.nodes, basis.points());
        let value = |a: usize, i: usize| basis.values[a * n + i];
        let slope = |a: usize, i: usize| basis.slopes[a * n + i];
        let products = Mat::from_fn(n * n, q, |ik, a| value(a, ik % n) * value(a, ik / n));
        let sloped = Mat::from_fn(n * n, q, |ik, a| slope(a, ik % n) * value(a, ik / n));
        let across = Mat::from_fn(3 * q, n * n, |tb, jl| {
            let (b, j, l) = (tb % q, jl % n, jl / n);
            match tb / q {
                0 => value(b, j) * value(b, l),
                1 => slope(b, j) * value(b, l),
                _ => slope(b, j) * slope(b, l),
            }
        });
        let mut assembly = Self {
            mesh,
            basis,
            gauss,
            points: Vec::new(),
            scales: Vec::new(),
            largest: f64::NEG_INFINITY,
            products,
            sloped,
            across,
        };
        assembly.points.reserve(mesh.columns() * mesh.strips() * q * q);
        for columns in assembly.gauss.chunks_exact(q) {
            for strip in 0..mesh.strips() {
                for column in columns {
                    for x in &basis.abscissas {
                        let point = mesh.point(column, assembly.v(strip, *x));
                        assembly.largest = assembly.largest.max(point.ln_weight);
                        assembly.points.push((point, 0.0));
                    }
                }
            }
        }
        let largest = assembly.largest;
        for (point, weight) in &mut assembly.points {
            *weight = (point.ln_weight - largest).max(LOWEST).exp();
        }
        assembly.scales = assembly.all_scales(&nodal);
        assembly
    }

    /// Change f, g and a at the Gauss angles, given δf, −δg and −δa there. The lines and the trial functions stay.
    pub(super) fn disturb(&mut self, [drive, damping, noise]: &[Vec<f64>; 3]) {
        for (j, at) in self.gauss.iter_mut().enumerate() {
            at.drive += drive[j];
            at.damping -= damping[j];
            at.noise -= noise[j];
        }
    }

    /// The Gauss angles of all columns, counted from the top of the barrier.
    pub(super) fn angles(&self) -> Vec<f64> {
        let columns = self.mesh.angles.windows(2);
        let within = |t: &[f64], x: &f64| t[0] + 0.5 * (x + 1.0) * (t[1] - t[0]);
        columns.flat_map(|t| self.basis.abscissas.iter().map(move |x| within(t, x))).collect()
    }

    fn v(&self, strip: usize, x: f64) -> f64 {
        let (low, high) = (self.mesh.velocities[strip], self.mesh.velocities[strip + 1]);
        low + 0.5 * (x + 1.0) * (high - low)
    }

    /// ln ρ relative to the largest.
    pub(super) fn ln_weight(&self, ln_weight: f64) -> f64 {
        (ln_weight - self.largest).max(LOWEST)
    }

    /// ρ^{−1/2} at the nodes of all elements.
    fn all_scales(&self, nodal: &[Column]) -> Vec<f64> {
        let (n, strips) = (self.basis.nodes, self.mesh.strips());
        // Neighbours must give a node the same scale to the last bit: each line of nodes is computed once.
        let lines = strips * (n - 1) + 1;
        let mut scales = Vec::with_capacity(nodal.len() * strips * n);
        for (column, nodes) in nodal.chunks_exact(n).enumerate() {
            let before = (column + self.mesh.columns() - 1) % self.mesh.columns();
            let first = &nodal[before * n + n - 1];
            let values: Vec<f64> = std::iter::once(first)
                .chain(&nodes[1..])
                .flat_map(|at| {
                    (0..lines).map(move |line| {
                        let (strip, j) = (line / (n - 1), line % (n - 1));
                        let v = if j == 0 {
                            self.mesh.velocities[strip]
                        } else {
                            self.v(strip, self.basis.places[j])
                        };
                        (-0.5 * self.ln_weight(self.mesh.point(at, v).ln_weight)).exp()
                    })
                })
                .collect();
            for strip in 0..strips {
                for i in 0..n {
                    let start = i * lines + strip * (n - 1);
                    scales.extend_from_slice(&values[start..start + n]);
                }
            }
        }
        scales
    }

    /// ρ^{−1/2} at the nodes of an element, angle slow.
    pub(super) fn scales(&self, column: usize, strip: usize) -> &[f64] {
        let size = self.basis.nodes * self.basis.nodes;
        let start = (column * self.mesh.strips() + strip) * size;
        &self.scales[start..start + size]
    }

    /// The Gauss points of an element, angle slow, with ρ.
    fn points(&self, column: usize, strip: usize) -> &[(Point, f64)] {
        let size = self.basis.points() * self.basis.points();
        let start = (column * self.mesh.strips() + strip) * size;
        &self.points[start..start + size]
    }

    /// The Gauss points of an element.
    pub(super) fn gauss(&self, column: usize, strip: usize) -> Gauss {
        let q = self.basis.points();
        let area = self.area(column, strip);
        let (mut mass, mut velocity) = (Vec::with_capacity(q * q), Vec::with_capacity(q * q));
        let (mut speed, mut jacobian) = (0.0_f64, 0.0);
        for (index, (point, weight)) in self.points(column, strip).iter().enumerate() {
            let rule = self.basis.weights[index / q] * self.basis.weights[index % q] * area;
            mass.push(rule * weight * point.jacobian);
            velocity.push(point.velocity);
            speed = speed.max(point.velocity.abs());
            jacobian += point.jacobian / (q * q) as f64;
        }
        Gauss { mass, velocity, speed, jacobian }
    }

    /// A quarter of the area of an element in (θ, v).
    fn area(&self, column: usize, strip: usize) -> f64 {
        let (t, v) = (&self.mesh.angles, &self.mesh.velocities);
        0.25 * (t[column + 1] - t[column]) * (v[strip + 1] - v[strip])
    }

    /// The scaled matrix of an element: test functions in rows, trial functions in columns, nodes in the order given,
    /// where node (i, j) is i n + j.
    pub(super) fn matrix(&self, column: usize, strip: usize, order: &[usize]) -> Mat<f64> {
        let (n, q) = (self.basis.nodes, self.basis.points());
        let (t, v) = (&self.mesh.angles, &self.mesh.velocities);
        let (per_angle, per_velocity) = (2.0 / (t[column + 1] - t[column]), 2.0 / (v[strip + 1] - v[strip]));
        let area = self.area(column, strip);
        // Coefficients of ∂_θφ p, ∂_vφ h ρ and ∂_vφ ∂_v h ρ at the Gauss points: a × b each.
        let mut terms = Mat::<f64>::zeros(q, 3 * q);
        for (index, (point, weight)) in self.points(column, strip).iter().enumerate() {
            let (a, b) = (index / q, index % q);
            let at = &self.gauss[column * q + a];
            let weight = self.basis.weights[a] * self.basis.weights[b] * area * weight;
            let spread = weight * at.noise / point.jacobian;
            terms[(a, b)] = weight * point.jacobian * point.velocity * per_angle;
            terms[(a, q + b)] = (weight * (at.drive - at.damping * point.velocity - point.climb)
                - spread * point.weight_slope)
                * per_velocity;
            terms[(a, 2 * q + b)] = -spread * per_velocity * per_velocity;
        }
        // First the sums over the angles, then those over the velocities.
        let mut along = Mat::<f64>::zeros(n * n, 3 * q);
        {
            let (first, rest) = along.as_mut().split_at_col_mut(q);
            matmul(first, Accum::Replace, self.sloped.as_ref(), terms.subcols(0, q), 1.0, Par::Seq);
            matmul(rest, Accum::Replace, self.products.as_ref(), terms.subcols(q, 2 * q), 1.0, Par::Seq);
        }
        // (i + n k, j + n l) for test (i, j) and trial (k, l).
        let size = n * n;
        let mut product = vec![0.0; size * size];
        let target = MatMut::from_column_major_slice_mut(&mut product, size, size);
        matmul(target, Accum::Replace, along.as_ref(), self.across.as_ref(), 1.0, Par::Seq);
        let scales = self.scales(column, strip);
        let tests: Vec<(usize, f64)> =
            order.iter().map(|&node| (node / n + size * (node % n), scales[node])).collect();
        let mut matrix = Mat::<f64>::zeros(order.len(), order.len());
        for (trial, &node) in order.iter().enumerate() {
            let start = n * (node / n) + size * n * (node % n);
            for (entry, (place, scale)) in matrix.col_as_slice_mut(trial).iter_mut().zip(&tests) {
                *entry = product[start + place] * scale * scales[node];
            }
        }
        matrix
    }

    /// ∫∫ ρ φ over an element for every node, with a further weight at each Gauss point.
    pub(super) fn moments(&self, weighted: &[f64]) -> Vec<f64> {
        let (n, q) = (self.basis.nodes, self.basis.points());
        let values = MatRef::from_row_major_slice(&self.basis.values, q, n);
        let weighted = MatRef::from_row_major_slice(weighted, q, q);
        // Bᵀ W B with the angle slow.
        let mut half = Mat::<f64>::zeros(n, q);
        matmul(half.as_mut(), Accum::Replace, values.transpose(), weighted, 1.0, Par::Seq);
        let mut moments = vec![0.0; n * n];
        let target = MatMut::from_row_major_slice_mut(&mut moments, n, n);
        matmul(target, Accum::Replace, half.as_ref(), values, 1.0, Par::Seq);
        moments
    }

    /// ρh, u ρh and ∂_v(ρh)/J against ∂_vφ, integrated over v, at the Gauss angles of an element: what the change of f, −g and −a
    /// is to be multiplied with. One row for each angle, one column for each node in v.
    pub(super) fn across(&self, column: usize, strip: usize, nodal: &[f64]) -> [Mat<f64>; 3] {
        let (n, q) = (self.basis.nodes, self.basis.points());
        let (t, v) = (&self.mesh.angles, &self.mesh.velocities);
        let per_velocity = 2.0 / (v[strip + 1] - v[strip]);
        let values = MatRef::from_row_major_slice(&self.basis.values, q, n);
        let slopes = MatRef::from_row_major_slice(&self.basis.slopes, q, n);
        let nodal = MatRef::from_row_major_slice(nodal, n, n);
        let at_angles = values * nodal;
        let (field, slope) = (&at_angles * values.transpose(), &at_angles * slopes.transpose());
        let half_width = 0.5 * (t[column + 1] - t[column]);
        let mut terms = [0; 3].map(|_| Mat::<f64>::zeros(q, q));
        for (index, (point, weight)) in self.points(column, strip).iter().enumerate() {
            let (a, b) = (index / q, index % q);
            // ∂_vφ dv does not depend on the height of the element.
            let density = self.basis.weights[a] * self.basis.weights[b] * half_width * weight;
            let p = density * field[(a, b)];
            terms[0][(a, b)] = p;
            terms[1][(a, b)] = p * point.velocity;
            terms[2][(a, b)] =
                (density * slope[(a, b)] * per_velocity + p * point.weight_slope) / point.jacobian;
        }
        terms.map(|terms| terms * slopes)
    }

    /// ∫∫ of what [`Assembly::across`] gives, each weighted at the Gauss angles, for every node.
    pub(super) fn along(&self, column: usize, across: &[Mat<f64>; 3], changes: &[Vec<f64>; 3]) -> Vec<f64> {
        let (n, q) = (self.basis.nodes, self.basis.points());
        let weighted = Mat::from_fn(q, n, |a, j| {
            let terms = across.iter().zip(changes);
            terms.map(|(term, change)| change[column * q + a] * term[(a, j)]).sum::<f64>()
        });
        let values = MatRef::from_row_major_slice(&self.basis.values, q, n);
        let mut load = vec![0.0; n * n];
        let target = MatMut::from_row_major_slice_mut(&mut load, n, n);
        matmul(target, Accum::Replace, values.transpose(), weighted.as_ref(), 1.0, Par::Seq);
        load
    }

    /// A polynomial at the Gauss angles of its element: one row for each, one column for each node in v.
    pub(super) fn at_angles(&self, nodal: &[f64]) -> Mat<f64> {
        let (n, q) = (self.basis.nodes, self.basis.points());
        MatRef::from_row_major_slice(&self.basis.values, q, n) * MatRef::from_row_major_slice(nodal, n, n)
    }

    /// A polynomial at the Gauss points of its element.
    pub(super) fn values(&self, nodal: &[f64]) -> Vec<f64> {
        let (n, q) = (self.basis.nodes, self.basis.points());
        let values = MatRef::from_row_major_slice(&self.basis.values, q, n);
        let nodal = MatRef::from_row_major_slice(nodal, n, n);
        let mut half = Mat::<f64>::zeros(q, n);
        matmul(half.as_mut(), Accum::Replace, values, nodal, 1.0, Par::Seq);
        let mut found = vec![0.0; q * q];
        let target = MatMut::from_row_major_slice_mut(&mut found, q, q);
        matmul(target, Accum::Replace, half.as_ref(), values.transpose(), 1.0, Par::Seq);
        found
    }

    /// The squares of the two highest Legendre coefficients in θ, and of those in v, over an element of unit mass.
    pub(super) fn tails(&self, nodal: &[f64]) -> [f64; 2] {
        let n = self.basis.nodes;
        let legendre = MatRef::from_row_major_slice(&self.basis.legendre, n, n);
        let nodal = MatRef::from_row_major_slice(nodal, n, n);
        let mut half = Mat::<f64>::zeros(n, n);
        matmul(half.as_mut(), Accum::Replace, legendre, nodal, 1.0, Par::Seq);
        let mut expansion = Mat::<f64>::zeros(n, n);
        matmul(expansion.as_mut(), Accum::Replace, half.as_ref(), legendre.transpose(), 1.0, Par::Seq);
        let norm = |k: usize| 2.0 / (2.0 * k as f64 + 1.0);
        let (mut along, mut across) = (0.0, 0.0);
        for a in 0..n {
            for b in 0..n {
                let share = expansion[(a, b)].powi(2) * norm(a) * norm(b);
                along += if a + 2 >= n { share } else { 0.0 };
                across += if b + 2 >= n { share } else { 0.0 };
            }
        }
        [along, across]
    }

    /// The largest a in each column.
    pub(super) fn column_noise(&self) -> Vec<f64> {
        let columns = self.gauss.chunks_exact(self.basis.points());
        columns.map(|column| column.iter().map(|at| at.noise.abs()).fold(0.0, f64::max)).collect()
    }
}
