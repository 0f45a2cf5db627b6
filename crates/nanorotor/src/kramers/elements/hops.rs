//! Solve for a rotor of several traps, however rarely it hops between them.
//!
//! With every node eliminated but one in each trap, what is left of the equations is the Markov chain of the hops. Subtractions would
//! lose its rates, so they are taken from fluxes over the barriers. Let p_i be the density with all probability held in trap i, nothing
//! in the others. With J_i(m) its flux over the barrier at the end of trap m,
//!
//! k_ji = J_i(j − 1) − J_i(j),
//!
//! what enters trap j less what leaves it, far jumps among it. Occupations π of the chain give p = Σ π_i p_i.
//!
//! For D_eff the turns N over the barrier at θ = L are counted. Each enters the operator with a factor e^{±s}: with A_l the equations of
//! the elements before L and P the nodes at L,
//!
//! A(s) = A + s A_1 + ½ s² A_2,   A_1 = P A_l − A_l P,   A_2 = P A_l + A_l P − 2 P A_l P,
//!
//! whose eigenvalue is s J + ½ s² 2D_eff/L², so that with A G = −(A_1 − J) p and ∫∫ G = 0
//!
//! D_eff = ½ L² 1ᵀ(A_2 p + 2 A_1 G).
//!
//! All of A_1 and A_2 is at the barrier, and so is all that is subtracted. G is a field without probability in the nodes held, and
//! Σ y_i p_i with Q y from the balance of each trap. In the gauge of `solution` its response is L G + (θ + const) p.

use faer::Mat;

use super::chain::Chain;
use super::factorisation::Factorisation;
use super::fields::{Fields, Side, dot};
use super::moved::Moved;
use super::reduced::Reduced;

/// A rate below zero by more than this part of all exits of its trap is no rate.
const NEGATIVE: f64 = 1e-3;

/// The equations with one node held in each trap.
pub(super) struct Hops<'a> {
    pub(super) rotor: &'a Reduced,
    pub(super) fields: &'a Fields<'a>,
    pub(super) factors: &'a Factorisation,
    /// ∫∫ φ for every node.
    pub(super) mass: &'a [f64],
    /// The held nodes, by their places on the middle line.
    pub(super) bottoms: &'a [usize],
}

/// What the chain of hops gives.
pub(super) struct Hopping {
    pub(super) density: Vec<f64>,
    pub(super) response: Vec<f64>,
    pub(super) adjoint: Vec<f64>,
    /// p at the Gauss points of every element.
    pub(super) at_points: Vec<Vec<f64>>,
    pub(super) velocity: f64,
    pub(super) diffusion: f64,
    /// Whether rounding or resolution leaves no rates between the traps.
    pub(super) is_lost: bool,
    /// L times the one-way flux over the barrier at L, all probability in the trap where it is largest.
    pub(super) one_way: f64,
}

/// y ← y + a x.
fn add(y: &mut [f64], a: f64, x: &[f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

impl Hops<'_> {
    /// Solve, and tell what a step of iterative refinement mended.
    pub(super) fn solve(&self) -> (Hopping, Moved) {
        let ends = self.fields.assembly.mesh.ends();
        let barriers: Vec<Side> = ends.iter().map(|end| self.fields.side(end - 1)).collect();
        let rough = self.of_traps();
        let before = self.hopping(&barriers, &rough, false);
        let found = self.hopping(&barriers, &self.mended(rough), true);
        let change: Vec<f64> = before.density.iter().zip(&found.density).map(|(a, b)| a - b).collect();
        let moved = Moved {
            velocity_change: before.velocity - found.velocity,
            diffusion_change: before.diffusion - found.diffusion,
            moment_changes: self.fields.moments_of_velocity(&self.fields.values(&change)),
        };
        (found, moved)
    }

    /// The density of each trap, as rounding leaves it.
    fn of_traps(&self) -> Vec<Vec<f64>> {
        let n = self.bottoms.len();
        let held = |i: usize| (0..n).map(|k| if k == i { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
        (0..n).map(|i| self.normed(self.fields.solve(self.factors, None, &held(i), false))).collect()
    }

    fn normed(&self, mut density: Vec<f64>) -> Vec<f64> {
        let mass = dot(self.mass, &density);
        for p in &mut density {
            *p /= mass;
        }
        density
    }

    /// The same after a step of iterative refinement. Residuals of what is rare are as small as it is.
    fn mended(&self, of_traps: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        let all: Vec<&[f64]> = of_traps.iter().map(Vec::as_slice).collect();
        let residuals = self.fields.residuals(&all);
        let traps = of_traps.into_iter().zip(residuals);
        traps
            .map(|(mut density, residual)| {
                add(&mut density, -1.0, &self.fields.solve(self.factors, Some(&residual), &[], false));
                self.normed(density)
            })
            .collect()
    }

    fn hopping(&self, barriers: &[Side], of_traps: &[Vec<f64>], mended: bool) -> Hopping {
        let (fields, length) = (self.fields, self.rotor.period);
        let n = barriers.len();
        let fluxes: Vec<Vec<f64>> = of_traps.iter().map(|p| self.fluxes(barriers, p)).collect();
        let entering = |fluxes: &[f64], j: usize| fluxes[(j + n - 1) % n] - fluxes[j];
        let into = |j: usize, i: usize| if i == j { 0.0 } else { entering(&fluxes[i], j) };
        // A jump that hardly ever happens may come out a little below nothing. Before it is mended its size is taken, so that
        // the difference to what is mended holds this error.
        let rate = |j: usize, i: usize| if mended { into(j, i).max(0.0) } else { into(j, i).abs() };
        let is_lost = |i: usize| {
            let least = (0..n).map(|j| into(j, i)).fold(0.0, f64::min);
            let exits: f64 = (0..n).map(|j| rate(j, i)).sum();
            exits.is_nan() || exits <= 0.0 || -least > NEGATIVE * exits
        };
        let is_lost = (0..n).any(is_lost);
        // No way is wholly closed, so that there are occupations at all.
        let chain = Chain::new(Mat::from_fn(n, n, |j, i| rate(j, i).max(f64::MIN_POSITIVE)));

        let occupations = chain.occupations();
        let mut density = vec![0.0; self.mass.len()];
        for (p, share) in of_traps.iter().zip(&occupations) {
            add(&mut density, *share, p);
        }
        let at_points = fields.values(&density);
        let flux = occupations.iter().zip(&fluxes).map(|(share, fluxes)| share * fluxes[n - 1]).sum::<f64>();

        // − (A_1 − J) p
        let (mut load, at_line) = self.count(&density);
        add(&mut load, flux, &fields.moments(|element, point, _| at_points[element][point]));
        let mut counted = fields.solve(self.factors, Some(&load), &[], false);
        if mended {
            for mut residual in fields.residuals(&[&counted]) {
                add(&mut residual, -1.0, &load);
                add(&mut counted, -1.0, &fields.solve(self.factors, Some(&residual), &[], false));
            }
        }
        let fluxes_of_count = self.fluxes(barriers, &counted);
        let balance = (0..n).map(|j| {
            let before = &barriers[(j + n - 1) % n];
            self.load_of(before.column, barriers[j].column, &load) - entering(&fluxes_of_count, j)
        });
        for (p, share) in of_traps.iter().zip(chain.response(&balance.collect::<Vec<_>>())) {
            add(&mut counted, share, p);
        }
        let excess = dot(self.mass, &counted);
        add(&mut counted, -excess, &density);
        let second = flux - 2.0 * at_line + 2.0 * fields.flux(&counted, None);

        let beyond: Vec<f64> = fluxes.iter().map(|fluxes| flux - fluxes[n - 1]).collect();
        let ways = of_traps.iter().map(|p| fields.one_way(self.rotor, p));
        Hopping {
            response: self.unwound(&counted, -1.0, Some(&density)),
            adjoint: self.adjoint(&chain, &beyond, flux),
            density,
            at_points,
            velocity: length * flux,
            diffusion: 0.5 * length * length * second,
            is_lost,
            one_way: length * ways.fold(0.0, f64::max),
        }
    }

    fn fluxes(&self, barriers: &[Side], field: &[f64]) -> Vec<f64> {
        barriers.iter().map(|side| self.fields.flux_through(side, field, None)).collect()
    }

    /// − A_1 p, and 1ᵀ P A_l P p.
    fn count(&self, density: &[f64]) -> (Vec<f64>, f64) {
        let fields = self.fields;
        let size = fields.size;
        let line = size - fields.assembly.basis.nodes;
        let (mut load, mut at_line) = (vec![0.0; density.len()], 0.0);
        for (strip, matrix) in fields.last.matrices.iter().enumerate() {
            let element = fields.last.column * fields.strips + strip;
            let nodal = &density[element * size..(element + 1) * size];
            let mut on_line = nodal.to_vec();
            on_line[..line].fill(0.0);
            let all = fields.rows(matrix.as_ref(), element, nodal);
            let rows = fields.rows(matrix.as_ref(), element, &on_line);
            at_line += rows[line..].iter().sum::<f64>();
            let target = &mut load[element * size..(element + 1) * size];
            target.copy_from_slice(&rows);
            add(&mut target[line..], -1.0, &all[line..]);
        }
        (load, at_line)
    }

    /// The load on all nodes of a trap, those on the barrier before it among them, from the columns before either barrier.
    fn load_of(&self, before: usize, end: usize, load: &[f64]) -> f64 {
        let (size, strips) = (self.fields.size, self.fields.strips);
        let line = size - self.fields.assembly.basis.nodes;
        let sum = |column: usize, nodes: std::ops::Range<usize>| -> f64 {
            let elements = column * strips..(column + 1) * strips;
            elements.map(|e| load[e * size..][nodes.clone()].iter().sum::<f64>()).sum()
        };
        let start = if before == self.fields.last.column { 0 } else { before + 1 };
        let within: f64 = (start..end).map(|column| sum(column, 0..size)).sum();
        within + sum(end, 0..line) + sum(before, line..size)
    }

    /// A†z = −(A_1ᵀ 1 − J), with z at the held nodes from the chain, in the gauge of `solution`.
    fn adjoint(&self, chain: &Chain, load: &[f64], flux: f64) -> Vec<f64> {
        let fields = self.fields;
        let size = fields.size;
        let line = size - fields.assembly.basis.nodes;
        let mut on_nodes: Vec<f64> = self.mass.iter().map(|m| flux * m).collect();
        for (strip, matrix) in fields.last.matrices.iter().enumerate() {
            let element = fields.last.column * fields.strips + strip;
            let one: Vec<f64> = (0..size).map(|node| if node < line { 0.0 } else { 1.0 }).collect();
            let rows = fields.rows(matrix.transpose(), element, &one);
            add(&mut on_nodes[element * size..(element + 1) * size], -1.0, &rows);
        }
        let held = chain.adjoint(load);
        let held: Vec<f64> =
            held.iter().zip(self.bottoms).map(|(z, &k)| z / fields.scale_on_line(k)).collect();
        let found = fields.solve(self.factors, Some(&on_nodes), &held, true);
        self.unwound(&found, 1.0, None)
    }

    /// What counts turns at L, G or z, as the field that grows evenly with the angle: L G + (θ − L P) p, L z − (θ − L P).
    fn unwound(&self, field: &[f64], sign: f64, density: Option<&[f64]>) -> Vec<f64> {
        let (fields, length) = (self.fields, self.rotor.period);
        let (mesh, basis) = (fields.assembly.mesh, fields.assembly.basis);
        let (size, n) = (fields.size, basis.nodes);
        let mut found: Vec<f64> = field.iter().map(|f| length * f).collect();
        for (index, f) in found.iter_mut().enumerate() {
            let (column, node) = (index / (size * fields.strips), index % size);
            let (low, high) = (mesh.angles[column], mesh.angles[column + 1]);
            let theta = low + 0.5 * (basis.places[node / n] + 1.0) * (high - low);
            let is_line = column == mesh.columns() - 1 && node / n == n - 1;
            let turned = if is_line { length } else { 0.0 } - theta;
            *f += sign * turned * density.map_or(1.0, |p| p[index]);
        }
        let mean = dot(self.mass, &found);
        match density {
            Some(p) => add(&mut found, -mean, p),
            None => found.iter_mut().for_each(|z| *z -= mean),
        }
        found
    }
}
