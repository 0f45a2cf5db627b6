//! Integrate over the fields of all elements: moments, fluxes, residuals, what the adjoint makes of them.

use std::array::from_fn;

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};

use super::assembly::{Assembly, Gauss};
use super::factorisation::Factorisation;
use super::reduced::Reduced;

/// The fields of all elements and what is needed to integrate them.
pub(super) struct Fields<'a> {
    pub(super) assembly: &'a Assembly<'a>,
    /// Nodes of an element.
    pub(super) size: usize,
    pub(super) strips: usize,
    pub(super) scales: Vec<f64>,
    gauss: Vec<Gauss>,
    /// The elements before θ = L.
    pub(super) last: Side,
}

/// The elements of a column, whose weak forms tell the flux through its end.
pub(super) struct Side {
    pub(super) column: usize,
    pub(super) matrices: Vec<Mat<f64>>,
}

impl Side {
    fn new(assembly: &Assembly<'_>, column: usize) -> Self {
        let natural: Vec<usize> = (0..assembly.basis.nodes.pow(2)).collect();
        let strips = 0..assembly.mesh.strips();
        Self { column, matrices: strips.map(|strip| assembly.matrix(column, strip, &natural)).collect() }
    }
}

/// a · b.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl<'a> Fields<'a> {
    pub(super) fn new(assembly: &'a Assembly<'a>) -> Self {
        let (columns, strips) = (assembly.mesh.columns(), assembly.mesh.strips());
        let elements = || (0..columns).flat_map(|column| (0..strips).map(move |strip| (column, strip)));
        Self {
            assembly,
            size: assembly.basis.nodes.pow(2),
            strips,
            scales: elements().flat_map(|(column, strip)| assembly.scales(column, strip)).copied().collect(),
            gauss: elements().map(|(column, strip)| assembly.gauss(column, strip)).collect(),
            last: Side::new(assembly, columns - 1),
        }
    }

    /// The elements of a column.
    pub(super) fn side(&self, column: usize) -> Side {
        Side::new(self.assembly, column)
    }

    /// ρ^{−1/2} at a node of the middle line, counted from angle 0.
    pub(super) fn scale_on_line(&self, node: usize) -> f64 {
        let n = self.assembly.basis.nodes;
        let (column, i) = (node / (n - 1), node % (n - 1));
        self.assembly.scales(column, self.assembly.mesh.middle())[i * n]
    }

    /// The field that answers to a load, see [`Factorisation::solve`].
    pub(super) fn solve(
        &self,
        factors: &Factorisation,
        load: Option<&[f64]>,
        held: &[f64],
        transposed: bool,
    ) -> Vec<f64> {
        let scaled = load.map(|load| self.interleaved([load]));
        let found = factors.solve(scaled.as_deref(), held, transposed);
        found.iter().zip(&self.scales).map(|([h], d)| h * d).collect()
    }

    /// The fields that answer to loads.
    pub(super) fn solve_all<const K: usize>(
        &self,
        factors: &Factorisation,
        loads: [&[f64]; K],
    ) -> [Vec<f64>; K] {
        let found = factors.solve(Some(&self.interleaved(loads)), &[], false);
        from_fn(|k| found.iter().zip(&self.scales).map(|(h, d)| h[k] * d).collect())
    }

    /// Scaled loads, side by side.
    fn interleaved<const K: usize>(&self, loads: [&[f64]; K]) -> Vec<[f64; K]> {
        let scales = self.scales.iter().enumerate();
        scales.map(|(node, d)| loads.map(|load| load[node] * d)).collect()
    }

    /// ∫∫ φ ρ f du dθ for every node; f knows the element, the Gauss point and its velocity.
    pub(super) fn moments(&self, f: impl Fn(usize, usize, f64) -> f64) -> Vec<f64> {
        let moments = |(element, gauss): (usize, &Gauss)| {
            let weighted: Vec<f64> = gauss
                .mass
                .iter()
                .zip(&gauss.velocity)
                .enumerate()
                .map(|(point, (mass, u))| mass * f(element, point, *u))
                .collect();
            self.assembly.moments(&weighted)
        };
        self.gauss.iter().enumerate().flat_map(moments).collect()
    }

    /// ∫∫ φ (L − θ) for every node.
    pub(super) fn ahead(&self, length: f64) -> Vec<f64> {
        let (mesh, basis) = (self.assembly.mesh, self.assembly.basis);
        self.moments(|element, point, _| {
            let (column, a) = (element / self.strips, point / basis.points());
            let (low, high) = (mesh.angles[column], mesh.angles[column + 1]);
            length - (low + 0.5 * (basis.abscissas[a] + 1.0) * (high - low))
        })
    }

    /// A field at the Gauss points of every element.
    pub(super) fn values(&self, field: &[f64]) -> Vec<Vec<f64>> {
        field.chunks_exact(self.size).map(|nodal| self.assembly.values(nodal)).collect()
    }

    /// ∫ p du, ∫ u p du and ∫ u² p du at the Gauss angles, from a field at the Gauss points of every element.
    pub(super) fn moments_of_velocity(&self, at_points: &[Vec<f64>]) -> [Vec<f64>; 3] {
        let (mesh, basis) = (self.assembly.mesh, self.assembly.basis);
        let q = basis.points();
        let mut moments = [0; 3].map(|_| vec![0.0; mesh.columns() * q]);
        for (element, (gauss, p)) in self.gauss.iter().zip(at_points).enumerate() {
            let column = element / self.strips;
            let half_width = 0.5 * (mesh.angles[column + 1] - mesh.angles[column]);
            for (point, ((mass, u), p)) in gauss.mass.iter().zip(&gauss.velocity).zip(p).enumerate() {
                let share = mass * p / (basis.weights[point / q] * half_width);
                for (moment, power) in moments.iter_mut().zip([1.0, *u, u * u]) {
                    moment[column * q + point / q] += share * power;
                }
            }
        }
        moments
    }

    /// The weak form of a field in one element, from its values at the nodes, for every node; or that of the transposed equation.
    pub(super) fn rows(&self, matrix: MatRef<'_, f64>, element: usize, nodal: &[f64]) -> Vec<f64> {
        let scales = &self.scales[element * self.size..(element + 1) * self.size];
        let scaled: Vec<f64> = nodal.iter().zip(scales).map(|(h, d)| h / d).collect();
        let mut rows = vec![0.0; self.size];
        let target = MatMut::from_column_major_slice_mut(&mut rows, self.size, 1);
        let source = MatRef::from_column_major_slice(&scaled, self.size, 1);
        matmul(target, Accum::Replace, matrix, source, 1.0, Par::Seq);
        rows.iter().zip(scales).map(|(row, d)| row / d).collect()
    }

    /// The weak forms of some fields in all elements.
    pub(super) fn residuals(&self, fields: &[&[f64]]) -> Vec<Vec<f64>> {
        let natural: Vec<usize> = (0..self.size).collect();
        let mut residuals: Vec<Vec<f64>> =
            fields.iter().map(|field| Vec::with_capacity(field.len())).collect();
        for element in 0..self.gauss.len() {
            let matrix = self.assembly.matrix(element / self.strips, element % self.strips, &natural);
            for (residual, field) in residuals.iter_mut().zip(fields) {
                let nodal = &field[element * self.size..(element + 1) * self.size];
                residual.extend(self.rows(matrix.as_ref(), element, nodal));
            }
        }
        residuals
    }

    /// The flux of a field through θ = L: the rows of the elements before it, less their load.
    pub(super) fn flux(&self, field: &[f64], load: Option<&[f64]>) -> f64 {
        self.flux_through(&self.last, field, load)
    }

    /// The same through the end of any column.
    pub(super) fn flux_through(&self, side: &Side, field: &[f64], load: Option<&[f64]>) -> f64 {
        let n = self.assembly.basis.nodes;
        let mut flux = 0.0;
        for (strip, matrix) in side.matrices.iter().enumerate() {
            let element = side.column * self.strips + strip;
            let nodes = element * self.size..(element + 1) * self.size;
            let rows = self.rows(matrix.as_ref(), element, &field[nodes.clone()]);
            let load = load.map(|load| &load[nodes]);
            for node in (n - 1) * n..n * n {
                flux += rows[node] - load.map_or(0.0, |load| load[node]);
            }
        }
        flux
    }

    /// How ⟨u⟩ answers to δf, −δg and −δa at each Gauss angle, by the adjoint of ⟨u⟩.
    ///
    /// L δp = −δL p, and with L†z = −(u − ⟨u⟩) δ⟨u⟩ = ∫∫ (u − ⟨u⟩) δp = ∫∫ z δL p = ∫∫ dθ dv ∂_vz [(δf − δg u) p − (δa/J) ∂_v p].
    pub(super) fn answers(&self, density: &[f64], adjoint: &[f64]) -> [Vec<f64>; 3] {
        let q = self.assembly.basis.points();
        let mut answers = [0; 3].map(|_| vec![0.0; self.assembly.mesh.columns() * q]);
        let elements = density.chunks_exact(self.size).zip(adjoint.chunks_exact(self.size)).enumerate();
        for (element, (density, adjoint)) in elements {
            let (column, strip) = (element / self.strips, element % self.strips);
            let across = self.assembly.across(column, strip, density);
            let adjoint = self.assembly.at_angles(adjoint);
            for (answer, term) in answers.iter_mut().zip(&across) {
                for (a, answer) in answer[column * q..(column + 1) * q].iter_mut().enumerate() {
                    *answer += (0..adjoint.ncols()).map(|j| term[(a, j)] * adjoint[(a, j)]).sum::<f64>();
                }
            }
        }
        answers
    }

    /// The larger of ∫_{u>0} |u p| du and ∫_{u<0} |u p| du at θ = 0.
    pub(super) fn one_way(&self, rotor: &Reduced, density: &[f64]) -> f64 {
        let (mesh, basis) = (self.assembly.mesh, self.assembly.basis);
        let top = rotor.column(0.0);
        let mut sums = [0.0; 2];
        for strip in 0..self.strips {
            let nodal = &density[strip * self.size..strip * self.size + basis.nodes];
            let (low, high) = (mesh.velocities[strip], mesh.velocities[strip + 1]);
            for (b, x) in basis.abscissas.iter().enumerate() {
                let point = mesh.point(&top, low + 0.5 * (x + 1.0) * (high - low));
                let row = &basis.values[b * basis.nodes..(b + 1) * basis.nodes];
                let h: f64 = row.iter().zip(nodal).map(|(b, h)| b * h).sum();
                let weight = self.assembly.ln_weight(point.ln_weight).exp() * point.jacobian;
                let flux = 0.5 * (high - low) * basis.weights[b] * point.velocity * weight * h.abs();
                sums[usize::from(flux < 0.0)] += flux.abs();
            }
        }
        sums[0].max(sums[1])
    }

    /// What the two highest polynomials of density and response carry, weighted with what the adjoint makes of it.
    pub(super) fn errors(
        &self,
        [density, response, adjoint]: [&[f64]; 3],
        of_velocity: f64,
        of_diffusion: f64,
    ) -> (Vec<f64>, Vec<f64>) {
        let (mesh, basis) = (self.assembly.mesh, self.assembly.basis);
        let degree = (basis.nodes - 1) as f64;
        let (mut columns, mut strips) = (vec![0.0; mesh.columns()], vec![0.0; mesh.strips()]);
        let largest_noise = self.assembly.column_noise();
        for (element, gauss) in self.gauss.iter().enumerate() {
            let (column, strip) = (element / self.strips, element % self.strips);
            let mass: f64 = gauss.mass.iter().sum();
            let tails = |field: &[f64]| {
                self.assembly
                    .tails(&field[element * self.size..(element + 1) * self.size])
                    .map(|t| (t * mass).sqrt())
            };
            let ([pt, pv], [gt, gv], [zt, zv]) = (tails(density), tails(response), tails(adjoint));
            let width = mesh.angles[column + 1] - mesh.angles[column];
            let height = mesh.velocities[strip + 1] - mesh.velocities[strip];
            let transport = gauss.speed * degree / width;
            let diffusion = transport + largest_noise[column] * (degree / (gauss.jacobian * height)).powi(2);
            columns[column] += (pt * zt / of_velocity + gt * zt / of_diffusion) * transport;
            strips[strip] += (pv * zv / of_velocity + gv * zv / of_diffusion) * diffusion;
        }
        (columns, strips)
    }
}
