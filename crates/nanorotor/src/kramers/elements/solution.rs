//! Solve on one mesh: the density, its response to the velocity, and the adjoint of the velocity.
//!
//! | symbol | here         | equation                                        |
//! |--------|--------------|-------------------------------------------------|
//! | p      | `density`    | L p = 0, ∫∫ p = 1                               |
//! | g      | `response`   | L g = −(u − ⟨u⟩) p, ∫∫ g = 0                    |
//! | z      | `adjoint`    | L† z = −(u − ⟨u⟩), ∫∫ z = 0 over the nodes' mass |
//! | J      | `flux`       | probability that passes the top of the barrier per time |
//!
//! ⟨u⟩ = L J and D_eff = L J_g + J L²/2 − ⟨u⟩ ∫∫ (L − θ) p, with J_g the flux of g. Both come from the flux through the top of the
//! barrier, where nothing cancels, so that they keep their digits however rarely the rotor hops.

use std::array::from_fn;

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};

use super::super::watch::Watch;
use super::assembly::{Assembly, Gauss};
use super::dissection::Plan;
use super::factorisation::Factorisation;
use super::mesh::Mesh;
use super::moved::{Moved, Unmoved};
use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::refine::Options;

/// Rounding is mended where it may reach this part of the tolerance.
const NOISE: f64 = 0.01;

/// Relative errors of rounding are of the order of this over the damping squared.
const UNDAMPED: f64 = 1e-17;

/// All that one mesh tells, in the reduced units of [`Reduced`].
#[derive(Debug, Clone)]
pub(super) struct Solution {
    /// ⟨u⟩.
    pub(super) velocity: f64,
    /// D_eff.
    pub(super) diffusion: f64,
    /// ⟨u²⟩.
    pub(super) square: f64,
    /// L times the one-way flux over the barrier, which bounds |⟨u⟩|.
    pub(super) one_way: f64,
    /// The angles of the Gauss points over the period, counted from the top of the barrier.
    pub(super) angles: Vec<f64>,
    /// The weights of an integral over these angles.
    pub(super) weights: Vec<f64>,
    /// ∫ p du, ∫ u p du and ∫ u² p du at these angles.
    pub(super) moments: [Vec<f64>; 3],
    /// The same beside itself, if asked for: as the errors of the landscape move it, enlarged.
    pub(super) moved: Vec<Moved>,
    /// δ⟨u⟩ for δf, −δg and −δa of one at each of these angles, where asked for.
    pub(super) answers: Option<[Vec<f64>; 3]>,
    /// What rounding does to ⟨u⟩ or D_eff, in parts of what the tolerance limits; 0 if it is not told.
    pub(super) rounding: f64,
    /// Where refinement would help most, relative to what is asked for: for each column and each strip.
    pub(super) column_errors: Vec<f64>,
    pub(super) strip_errors: Vec<f64>,
}

/// Which errors of a solution to tell, besides that of resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    /// That of rounding.
    Rounding,
    /// Those of rounding and of the landscape.
    All,
}

/// The fields of all elements and what is needed to integrate them.
pub(super) struct Fields<'a> {
    pub(super) assembly: &'a Assembly<'a>,
    /// Nodes of an element.
    pub(super) size: usize,
    pub(super) strips: usize,
    pub(super) scales: Vec<f64>,
    gauss: Vec<Gauss>,
    /// The matrices of the elements before θ = L.
    last: Vec<Mat<f64>>,
}

impl Solution {
    /// Solve, with errors of rounding well below the tolerance where that is possible; `told` says of what is found which of
    /// its errors to tell. `None` if it is stopped.
    pub(super) fn new(
        rotor: &Reduced,
        mesh: &Mesh,
        basis: &Polynomials,
        options: &Options,
        watch: Watch<'_>,
        told: impl Fn(&Self) -> Told,
    ) -> Option<Self> {
        let assembly = Assembly::new(rotor, mesh, basis);
        let (columns, strips, n) = (mesh.columns(), mesh.strips(), basis.nodes);
        let plan = Plan::new(columns, strips, mesh.middle(), n - 1);
        let factors = Factorisation::new(plan, options.parallel, watch, |column, strip, order| {
            (assembly.matrix(column, strip, order), assembly.scales(column, strip))
        })?;
        let fields = Fields::new(&assembly);
        let (length, q) = (rotor.period, basis.points());
        let one = fields.moments(|_, _, _| 1.0);
        let speed = fields.moments(|_, _, u| u);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();

        let ahead = fields.moments(|element, point, _| {
            let (column, a) = (element / strips, point / q);
            let (low, high) = (mesh.angles[column], mesh.angles[column + 1]);
            length - (low + 0.5 * (basis.abscissas[a] + 1.0) * (high - low))
        });
        let system = System { fields: &fields, factors: &factors, mass: &one, ahead: &ahead, length };
        let mut motion = system.solve();
        // ⟨u⟩ is also the mean over the density, unless rounding spoils either; and rounding grows as transport is hardly
        // damped. Then one step of iterative refinement mends it.
        let lost = (dot(&speed, &motion.density) - motion.velocity).abs() / motion.scale(length);
        let grown = UNDAMPED / rotor.mean_damping.powi(2);
        if lost.max(grown) > NOISE * options.tolerance {
            motion = system.corrected(&motion);
        }
        let scale = motion.scale(length);
        let Motion { density, response, at_points, load, velocity, diffusion } = motion;

        let adjoint_load: Vec<f64> = speed.iter().zip(&one).map(|(u, one)| -(u - velocity * one)).collect();
        let mut adjoint = fields.solve(&factors, Some(&adjoint_load), 0.0, true);
        let mean = dot(&one, &adjoint);
        for z in &mut adjoint {
            *z -= mean;
        }

        let moments = fields.moments_of_velocity(&at_points);
        let half = |t: &[f64]| 0.5 * (t[1] - t[0]);
        let weights: Vec<f64> =
            mesh.angles.windows(2).flat_map(|t| basis.weights.iter().map(move |w| w * half(t))).collect();
        let integral = |m: &[f64]| dot(m, &weights);
        let (column_errors, strip_errors) =
            fields.errors([&density, &response, &adjoint], scale, diffusion.abs());
        let mut found = Self {
            velocity,
            diffusion,
            square: integral(&moments[2]),
            one_way: length * fields.one_way(rotor, &density),
            angles: assembly.angles(),
            weights,
            moments,
            moved: Vec::new(),
            answers: options.sensitivity.then(|| fields.answers(&density, &adjoint)),
            rounding: 0.0,
            column_errors,
            strip_errors,
        };
        let told = told(&found);
        if told != Told::Nothing {
            let unmoved = Unmoved {
                rotor,
                fields: &fields,
                factors: &factors,
                mass: &one,
                ahead: &ahead,
                density: &density,
                at_points: &at_points,
                response: &response,
                load: &load,
                velocity,
            };
            let rounding = unmoved.rounding();
            found.rounding =
                (rounding.velocity_change / scale).abs().max((rounding.diffusion_change / diffusion).abs());
            if told == Told::All {
                found.moved = unmoved.moved();
            }
            found.moved.push(rounding.enlarged());
        }
        Some(found)
    }

    /// An upper bound in practice, often by orders of magnitude, of the relative error.
    pub(super) fn indicator(&self) -> f64 {
        self.column_errors.iter().chain(&self.strip_errors).sum()
    }
}

/// The equations of p and of g on one mesh.
struct System<'a> {
    fields: &'a Fields<'a>,
    factors: &'a Factorisation,
    /// ∫∫ φ for every node.
    mass: &'a [f64],
    /// ∫∫ φ (L − θ) for every node.
    ahead: &'a [f64],
    length: f64,
}

/// p and g with what follows from them.
struct Motion {
    density: Vec<f64>,
    response: Vec<f64>,
    /// p at the Gauss points of every element.
    at_points: Vec<Vec<f64>>,
    /// −∫∫ φ (u − ⟨u⟩) p for every node.
    load: Vec<f64>,
    velocity: f64,
    diffusion: f64,
}

impl Motion {
    /// What errors of ⟨u⟩ are told in parts of.
    fn scale(&self, length: f64) -> f64 {
        self.velocity.abs() + 1e-3 * self.diffusion.abs() / length
    }
}

impl System<'_> {
    fn solve(&self) -> Motion {
        let density = self.fields.solve(self.factors, None, 1.0, false);
        self.motion(density, |load| self.fields.solve(self.factors, Some(load), 0.0, false))
    }

    /// After one step of iterative refinement.
    fn corrected(&self, motion: &Motion) -> Motion {
        let corrected = |field: &[f64], load: Option<&[f64]>| {
            let [mut rest] = self.fields.residuals([field]);
            for (node, r) in rest.iter_mut().enumerate() {
                *r = load.map_or(0.0, |load| load[node]) - *r;
            }
            let change = self.fields.solve(self.factors, Some(&rest), 0.0, false);
            field.iter().zip(change).map(|(f, c)| f + c).collect()
        };
        self.motion(corrected(&motion.density, None), |load| corrected(&motion.response, Some(load)))
    }

    /// All from p, up to its norm, and from what gives g, up to a multiple of p, for a load.
    fn motion(&self, mut density: Vec<f64>, respond: impl Fn(&[f64]) -> Vec<f64>) -> Motion {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let (fields, length) = (self.fields, self.length);
        let norm = dot(self.mass, &density);
        for p in &mut density {
            *p /= norm;
        }
        let flux = fields.flux(&density, None);
        let velocity = length * flux;
        let at_points = fields.values(&density);
        let load = fields.moments(|element, point, u| -(u - velocity) * at_points[element][point]);
        let mut response = respond(&load);
        let excess = dot(self.mass, &response);
        for (g, p) in response.iter_mut().zip(&density) {
            *g -= excess * p;
        }
        let diffusion = length * fields.flux(&response, Some(&load)) + 0.5 * flux * length * length
            - velocity * dot(self.ahead, &density);
        Motion { density, response, at_points, load, velocity, diffusion }
    }
}

impl<'a> Fields<'a> {
    fn new(assembly: &'a Assembly<'a>) -> Self {
        let (columns, strips) = (assembly.mesh.columns(), assembly.mesh.strips());
        let elements = || (0..columns).flat_map(|column| (0..strips).map(move |strip| (column, strip)));
        let natural: Vec<usize> = (0..assembly.basis.nodes.pow(2)).collect();
        Self {
            assembly,
            size: assembly.basis.nodes.pow(2),
            strips,
            scales: elements().flat_map(|(column, strip)| assembly.scales(column, strip)).copied().collect(),
            gauss: elements().map(|(column, strip)| assembly.gauss(column, strip)).collect(),
            last: (0..strips).map(|strip| assembly.matrix(columns - 1, strip, &natural)).collect(),
        }
    }

    /// The field that answers to a load, see [`Factorisation::solve`].
    fn solve(
        &self,
        factors: &Factorisation,
        load: Option<&[f64]>,
        at_densest: f64,
        transposed: bool,
    ) -> Vec<f64> {
        let scaled = load.map(|load| self.interleaved([load]));
        let found = factors.solve(scaled.as_deref(), at_densest, transposed);
        found.iter().zip(&self.scales).map(|([h], d)| h * d).collect()
    }

    /// The fields that answer to loads.
    pub(super) fn solve_all<const K: usize>(
        &self,
        factors: &Factorisation,
        loads: [&[f64]; K],
    ) -> [Vec<f64>; K] {
        let found = factors.solve(Some(&self.interleaved(loads)), 0.0, false);
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

    /// The weak form of a field in one element, for every node.
    fn rows(&self, matrix: &Mat<f64>, element: usize, field: &[f64]) -> Vec<f64> {
        let nodes = element * self.size..(element + 1) * self.size;
        let scales = &self.scales[nodes.clone()];
        let scaled: Vec<f64> = field[nodes].iter().zip(scales).map(|(h, d)| h / d).collect();
        let mut rows = vec![0.0; self.size];
        let target = MatMut::from_column_major_slice_mut(&mut rows, self.size, 1);
        let source = MatRef::from_column_major_slice(&scaled, self.size, 1);
        matmul(target, Accum::Replace, matrix.as_ref(), source, 1.0, Par::Seq);
        rows.iter().zip(scales).map(|(row, d)| row / d).collect()
    }

    /// The weak forms of some fields in all elements.
    pub(super) fn residuals<const K: usize>(&self, fields: [&[f64]; K]) -> [Vec<f64>; K] {
        let natural: Vec<usize> = (0..self.size).collect();
        let mut residuals = fields.map(|field| Vec::with_capacity(field.len()));
        for element in 0..self.gauss.len() {
            let matrix = self.assembly.matrix(element / self.strips, element % self.strips, &natural);
            for (residual, field) in residuals.iter_mut().zip(fields) {
                residual.extend(self.rows(&matrix, element, field));
            }
        }
        residuals
    }

    /// The flux of a field through θ = L: the rows of the elements before it, less their load.
    pub(super) fn flux(&self, field: &[f64], load: Option<&[f64]>) -> f64 {
        let n = self.assembly.basis.nodes;
        let start = (self.assembly.mesh.columns() - 1) * self.strips;
        let mut flux = 0.0;
        for (strip, matrix) in self.last.iter().enumerate() {
            let element = start + strip;
            let rows = self.rows(matrix, element, field);
            let load = load.map(|load| &load[element * self.size..]);
            for j in 0..n {
                let node = (n - 1) * n + j;
                flux += rows[node] - load.map_or(0.0, |load| load[node]);
            }
        }
        flux
    }

    /// How ⟨u⟩ answers to δf, −δg and −δa at each Gauss angle, by the adjoint of ⟨u⟩.
    ///
    /// L δp = −δL p, and with L†z = −(u − ⟨u⟩) δ⟨u⟩ = ∫∫ (u − ⟨u⟩) δp = ∫∫ z δL p = ∫∫ dθ dv ∂_vz [(δf − δg u) p − (δa/J) ∂_v p].
    fn answers(&self, density: &[f64], adjoint: &[f64]) -> [Vec<f64>; 3] {
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
    fn one_way(&self, rotor: &Reduced, density: &[f64]) -> f64 {
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
    fn errors(
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
