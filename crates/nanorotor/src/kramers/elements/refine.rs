//! Refine the mesh until two degrees of polynomials agree on it.
//!
//! The difference between the degrees P and P + 2 on one mesh measures the error of both directions at once and does
//! not depend on which elements a refinement chose. The adjoint tells which elements to halve: an error in the density matters
//! where it changes the velocity.

use super::factorisation::Plan;
use super::mesh::Mesh;
use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::solution::Solution;

/// The lower of the two degrees. Odd, so that the interior of an element has an even number of nodes: transport alone is
/// skew, and an odd number of unknowns would make it singular.
const DEGREE: usize = 7;

/// What is stated over the difference between the two degrees.
const SAFETY: f64 = 2.0;

/// Elements are halved down to this part of the largest indicator.
const REFINED: f64 = 0.05;

/// How exact a solution must be and what it may cost.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    /// The relative error of ⟨u⟩ + 10⁻³ D_eff/L, D_eff and ⟨u²⟩.
    pub(super) tolerance: f64,
    /// Bytes.
    pub(super) memory_limit: usize,
    /// Whether two threads may work on one solution.
    pub(super) parallel: bool,
    pub(super) rounds: usize,
}

/// The best pair of solutions.
pub(super) struct Pair {
    pub(super) coarser: Solution,
    pub(super) finer: Solution,
    pub(super) mesh: Mesh,
    pub(super) rounds: usize,
}

impl Pair {
    /// The larger of the relative errors of ⟨u⟩ + 10⁻³ D_eff/L and D_eff.
    pub(super) fn errors(&self, period: f64) -> [f64; 3] {
        let (c, f) = (&self.coarser, &self.finer);
        let velocity = f.velocity.abs() + 1e-3 * f.diffusion.abs() / period;
        [
            SAFETY * (f.velocity - c.velocity).abs() / velocity,
            SAFETY * (f.diffusion - c.diffusion).abs() / f.diffusion.abs(),
            SAFETY * (f.square - c.square).abs() / f.square.abs(),
        ]
    }

    /// Whether the solution is that of the equation at all.
    pub(super) fn is_sane(&self) -> bool {
        let density = &self.finer.moments[0];
        let largest = density.iter().copied().fold(0.0, f64::max);
        self.finer.diffusion > 0.0 && density.iter().all(|p| *p > -1e-6 * largest)
    }
}

pub(super) fn refine(rotor: &Reduced, goal: &Goal) -> Option<Pair> {
    let (low, high) = (Polynomials::new(DEGREE), Polynomials::new(DEGREE + 2));
    let mut mesh = Mesh::first(rotor);
    let mut best: Option<(f64, Pair)> = None;
    for round in 0..goal.rounds {
        if Plan::bytes(mesh.columns(), mesh.strips(), DEGREE + 2) > goal.memory_limit {
            break;
        }
        let coarser = Solution::new(rotor, &mesh, &low, goal.parallel);
        let finer = Solution::new(rotor, &mesh, &high, goal.parallel);
        let largest = finer.column_errors.iter().chain(&finer.strip_errors).copied().fold(0.0, f64::max);
        let next = mesh.refined(&finer.column_errors, &finer.strip_errors, REFINED * largest);
        let pair = Pair { coarser, finer, mesh, rounds: round + 1 };
        let errors = pair.errors(rotor.period);
        let worst = errors.iter().copied().fold(0.0, |a: f64, b| if b.is_nan() { f64::INFINITY } else { a.max(b) });
        let done = pair.is_sane() && worst <= goal.tolerance;
        if std::env::var_os("VERBOSE").is_some() { eprintln!("  {}x{} n {} u {:.12e} D {:.12e} errors {} columns {} strips {}", pair.mesh.columns(), pair.mesh.strips(), pair.finer.unknowns, pair.finer.velocity, pair.finer.diffusion, show(&errors), show(&pair.finer.column_errors), show(&pair.finer.strip_errors)); }
        let score = errors[0].max(errors[1]);
        if done || best.as_ref().is_none_or(|(before, _)| score < *before) {
            best = Some((score, pair));
        }
        if done {
            break;
        }
        mesh = next;
    }
    best.map(|(_, pair)| pair)
}
fn show(x: &[f64]) -> String { x.iter().map(|e| format!("{e:.0e}")).collect::<Vec<_>>().join(" ") }
