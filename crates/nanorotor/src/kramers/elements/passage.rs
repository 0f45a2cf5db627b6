//! Count how often the rotor passes from one point of a lattice to the next, without trajectories.
//!
//! A counter on the lattice θ_c + n L_c moves by one when the angle has gone a full L_c from where it last moved. Between two of
//! its points a path belongs to the one that it visited last: let b(θ, u) be the part of the density with the left one, a that with
//! the right one. Both obey L b = 0 on 0 < θ < L_c, with what comes in at the ends,
//!
//! b(0, u > 0) = p,  b(L_c, u < 0) = 0;  a(0, u > 0) = 0,  a(L_c, u < 0) = p,
//!
//! because who crosses a point of the lattice belongs to it from then on, and a + b = p. The counts per time are what arrives from
//! the other side,
//!
//! ν_+ = ∫_{u>0} u b(L_c, u) du,  ν_− = ∫_{u<0} |u| a(0, u) du,  ν_+ − ν_− = ⟨u⟩/L_c.
//!
//! At the ends the solutions are singular at u = 0, where the velocity diffuses while hardly any angle is passed: u³ ~ a θ. The
//! mesh is graded towards these corners.

use faer::Mat;

use super::super::watch::{Progress, Watch};
use super::assembly::Assembly;
use super::dissection::Plan;
use super::factorisation::Factorisation;
use super::mesh::Mesh;
use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::refine::{DEGREES, Options};
use crate::stationary::REMAINDER;

/// How often the mesh is cut towards the corners, by two in the velocity and by eight in the angle: once more on each finer mesh.
const GRADINGS: std::ops::RangeInclusive<i32> = 2..=5;

/// Counts per time, on and back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountRates {
    /// ν_+ and its error (per a.u. of time).
    pub forward: (f64, f64),
    /// ν_− and its error (per a.u. of time).
    pub back: (f64, f64),
}

/// The counts of a lattice of `periods` periods, with one of its points at angle 0 of the rotor, to a relative error if the memory
/// allows; `None` if no mesh fits or it is stopped.
pub(super) fn counts(
    rotor: &Reduced,
    periods: usize,
    options: &Options,
    watch: Watch<'_>,
) -> Option<CountRates> {
    let bases = DEGREES.map(Polynomials::new);
    let mut base = Mesh::first(rotor, true);
    let mut best: Option<(CountRates, f64)> = None;
    for (round, gradings) in (1..).zip(GRADINGS) {
        let mesh = graded(&base, gradings);
        let mut coarser: Option<[f64; 3]> = None;
        for basis in &bases {
            let columns = mesh.columns() * periods + 1;
            if Plan::bytes(columns, mesh.strips(), basis.nodes - 1) > options.memory_limit {
                return best.map(|(found, _)| found);
            }
            watch.tell(Progress {
                round,
                unknowns: mesh.unknowns(basis.nodes - 1) * periods,
                error: best.as_ref().map_or(f64::INFINITY, |(_, error)| *error),
                tolerance: options.tolerance,
            });
            let Some(finer) = rates(rotor, &mesh, basis, periods, options.parallel, watch) else {
                return best.map(|(found, _)| found);
            };
            if let Some(coarser) = coarser {
                // The balance of both is the current, which is known far better.
                let imbalance = (finer[0] - finer[1] - finer[2]).abs();
                let error = |k: usize| REMAINDER * (finer[k] - coarser[k]).abs() + imbalance;
                let relative = (error(0) + error(1)) / (finer[0] + finer[1]);
                let counts = |k: usize| (finer[k] * rotor.velocity, error(k) * rotor.velocity);
                if best.as_ref().is_none_or(|(_, before)| relative < *before) {
                    best = Some((CountRates { forward: counts(0), back: counts(1) }, relative));
                }
                if relative <= options.tolerance {
                    return best.map(|(found, _)| found);
                }
            }
            coarser = Some(finer);
        }
        base = base.halved();
    }
    best.map(|(found, _)| found)
}

/// The mesh with its first and last column, and the strips at u = 0, cut into ever smaller ones.
fn graded(first: &Mesh, gradings: i32) -> Mesh {
    let mut mesh = first.clone();
    let (start, end) = (mesh.angles[0], mesh.angles[mesh.columns()]);
    let (left, right) = (mesh.angles[1] - start, end - mesh.angles[mesh.columns() - 1]);
    let part = |k: i32| 8_f64.powi(-k);
    let before = (1..=gradings).rev().map(|k| start + left * part(k));
    let after = (1..=gradings).map(|k| end - right * part(k));
    let inner = mesh.angles[1..mesh.columns()].iter().copied();
    mesh.angles = std::iter::once(start).chain(before).chain(inner).chain(after).chain([end]).collect();
    if let Some(zero) = mesh.velocities.iter().position(|v| *v == 0.0) {
        let (below, above) = (mesh.velocities[zero - 1], mesh.velocities[zero + 1]);
        let half = |k: i32| 2_f64.powi(-k);
        let mut lines = mesh.velocities[..zero].to_vec();
        lines.extend((1..=gradings).map(|k| below * half(k)));
        lines.push(0.0);
        lines.extend((1..=gradings).rev().map(|k| above * half(k)));
        lines.extend(&mesh.velocities[zero + 1..]);
        mesh.velocities = lines;
    }
    mesh
}

/// ν_+, ν_− and ⟨u⟩/L_c on one mesh, in reduced units.
fn rates(
    rotor: &Reduced,
    mesh: &Mesh,
    basis: &Polynomials,
    periods: usize,
    parallel: bool,
    watch: Watch<'_>,
) -> Option<[f64; 3]> {
    let n = basis.nodes;
    let (strips, size) = (mesh.strips(), n * n);
    let assembly = Assembly::new(rotor, mesh, basis);
    let edge = Edge::new(rotor, mesh, &assembly);
    // The density over one period.
    let whole = Plan::new(mesh.columns(), strips, mesh.middle(), n - 1);
    let factors = Factorisation::new(whole, parallel, watch, |column, strip, order| {
        (assembly.matrix(column, strip, order), assembly.scales(column, strip))
    })?;
    let mut density = factors.solve::<1>(None, &[1.0], false).into_flattened();
    drop(factors);
    let mut total = 0.0;
    for (element, h) in density.chunks_exact_mut(size).enumerate() {
        let (column, strip) = (element / strips, element % strips);
        h.iter_mut().zip(assembly.scales(column, strip)).for_each(|(h, d)| *h *= d);
        let values = assembly.values(h);
        total += assembly.gauss(column, strip).mass.iter().zip(values).map(|(m, p)| m * p).sum::<f64>();
    }
    let share = 1.0 / (total * periods as f64);
    let at_edge: Vec<Vec<f64>> = (0..strips)
        .map(|strip| density[strip * size..strip * size + n].iter().map(|p| p * share).collect())
        .collect();
    let current = (0..strips).map(|strip| edge.flux(strip, &at_edge[strip])).sum::<f64>();

    // Between two points of the lattice, with one column more that keeps the two ends apart.
    let interval = mesh.repeated(periods, rotor.period);
    let assembly = Assembly::new(rotor, &interval, basis);
    let columns = interval.columns();
    let plan = Plan::open(columns + 1, strips, interval.middle(), n - 1);
    let ones = vec![1.0; size];
    let factors = Factorisation::new(plan, parallel, watch, |column, strip, order| {
        if column == columns {
            return (apart(order, n), &ones[..]);
        }
        let mut matrix = assembly.matrix(column, strip, order);
        let scales = assembly.scales(column, strip);
        let forward = edge.is_forward(strip);
        // Nothing but what leaves: + ∫ φ u p at the lower end for u < 0, − ∫ φ u p at the upper one for u > 0.
        let ends = [(0, 0, !forward, 1.0), (columns - 1, n - 1, forward, -1.0)];
        for (_, side, _, sign) in ends.into_iter().filter(|(at, _, leaves, _)| *at == column && *leaves) {
            let places: Vec<usize> =
                (0..n).filter_map(|j| order.iter().position(|&node| node == side * n + j)).collect();
            for j in 0..n {
                for l in 0..n {
                    let (test, trial) = (side * n + j, side * n + l);
                    matrix[(places[j], places[l])] +=
                        sign * edge.mass(strip)[(j, l)] * scales[test] * scales[trial];
                }
            }
        }
        (matrix, scales)
    })?;
    let arrivals = |forwards: bool| {
        let (entry, entry_side) = if forwards { (0, 0) } else { (columns - 1, n - 1) };
        let (exit, exit_side) = if forwards { (columns - 1, n - 1) } else { (0, 0) };
        let mut load = vec![0.0; (columns + 1) * strips * size];
        for strip in (0..strips).filter(|&strip| edge.is_forward(strip) == forwards) {
            let scales = assembly.scales(entry, strip);
            let enters = edge.mass(strip);
            for j in 0..n {
                let sum: f64 = (0..n).map(|l| enters[(j, l)] * at_edge[strip][l]).sum();
                let node = entry_side * n + j;
                // − ∫ φ u p for what enters at the lower end, + ∫ φ u p with u < 0 at the upper one.
                let sign = if forwards { -1.0 } else { 1.0 };
                load[(entry * strips + strip) * size + node] = sign * sum * scales[node];
            }
        }
        let solution = factors.solve(Some(load.as_chunks::<1>().0), &[], false).into_flattened();
        let mut flux = 0.0;
        for strip in (0..strips).filter(|&strip| edge.is_forward(strip) == forwards) {
            let scales = assembly.scales(exit, strip);
            let nodes = (exit * strips + strip) * size + exit_side * n;
            let at: Vec<f64> = (0..n).map(|j| solution[nodes + j] * scales[exit_side * n + j]).collect();
            flux += edge.flux(strip, &at);
        }
        flux.abs()
    };
    Some([arrivals(true), arrivals(false), current])
}

/// The element beyond the last: nothing in it but unknowns of its own that are zero.
fn apart(order: &[usize], n: usize) -> Mat<f64> {
    Mat::from_fn(order.len(), order.len(), |i, j| {
        let side = order[i] / n;
        if i == j && side != 0 && side != n - 1 { 1.0 } else { 0.0 }
    })
}

/// The lines at a point of the lattice: ∫ φ_j φ_l u ρ du over each strip.
struct Edge {
    masses: Vec<Mat<f64>>,
    forward: Vec<bool>,
}

impl Edge {
    fn new(rotor: &Reduced, mesh: &Mesh, assembly: &Assembly<'_>) -> Self {
        let basis = assembly.basis;
        let (n, q) = (basis.nodes, basis.points());
        let at = rotor.column(0.0);
        let lines = mesh.velocities.windows(2);
        let masses = lines.clone().map(|v| {
            let flux: Vec<f64> = (0..q)
                .map(|b| {
                    let point = mesh.point(&at, v[0] + 0.5 * (basis.abscissas[b] + 1.0) * (v[1] - v[0]));
                    let weight = assembly.ln_weight(point.ln_weight).exp() * point.jacobian;
                    0.5 * (v[1] - v[0]) * basis.weights[b] * point.velocity * weight
                })
                .collect();
            let value = |b: usize, j: usize| basis.values[b * n + j];
            Mat::from_fn(n, n, |j, l| (0..q).map(|b| flux[b] * value(b, j) * value(b, l)).sum::<f64>())
        });
        Self { masses: masses.collect(), forward: lines.map(|v| v[1] > 0.0).collect() }
    }

    fn is_forward(&self, strip: usize) -> bool {
        self.forward[strip]
    }

    fn mass(&self, strip: usize) -> &Mat<f64> {
        &self.masses[strip]
    }

    /// ∫ u p du over a strip, with p/ρ at its nodes.
    fn flux(&self, strip: usize, at: &[f64]) -> f64 {
        let mass = &self.masses[strip];
        (0..at.len()).map(|l| at[l] * (0..at.len()).map(|j| mass[(j, l)]).sum::<f64>()).sum()
    }
}
