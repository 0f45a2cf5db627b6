//! Refine the mesh until two degrees of polynomials agree on it.
//!
//! The difference between the degrees P and P + 2 on one mesh measures the error of both directions at once and does
//! not depend on which elements a refinement chose. The adjoint tells which elements to halve: an error in the density
//! matters where it changes the velocity.

use super::factorisation::Plan;
use super::mesh::Mesh;
use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::solution::Solution;
use super::state::State;
use crate::stationary::{Converged, REMAINDER};

/// The lower of the two degrees. Odd, so that the interior of an element has an even number of nodes: transport alone is
/// skew, and an odd number of unknowns would make it singular.
pub(super) const DEGREE: usize = 7;

/// Elements are halved down to this part of the largest indicator.
const REFINED: f64 = 0.05;

/// How often a mesh is refined at most.
const ROUNDS: usize = 9;

/// A density below minus this part of its maximum is no density.
const NEGATIVE: f64 = 1e-6;

/// Below this error, two rounds without progress mean that rounding is reached.
const NEAR: f64 = 1e-3;

/// How exact a solution must be and what it may cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The relative error allowed for ⟨u⟩, D_eff and ⟨u²⟩. The mean velocity may also err by a thousandth of it times
    /// D_eff/L, so that a rotor that does not turn converges too.
    pub tolerance: f64,
    /// The memory that the factors of one solution may take (bytes).
    pub memory_limit: usize,
    /// Whether two threads may work on one solution; the bits are the same.
    pub parallel: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-8, memory_limit: 1 << 30, parallel: true }
    }
}

/// The finest solution with what is known of its error.
#[derive(Debug, Clone)]
pub struct Refined {
    /// The answer, beside the solution on the same mesh with polynomials of a degree lower by two.
    pub state: Converged<State>,
    /// The largest relative error among those that the tolerance limits.
    pub error: f64,
    /// Whether that is the accuracy asked for.
    pub converged: bool,
    /// The elements in angle and in velocity.
    pub mesh: (usize, usize),
    /// How many meshes were tried.
    pub rounds: usize,
}

/// The largest relative error of a pair; infinite where the finer one is no solution.
fn error(rotor: &Reduced, coarser: &Solution, finer: &Solution) -> f64 {
    let density = &finer.moments[0];
    let largest = density.iter().copied().fold(0.0, f64::max);
    let is_density = density.iter().all(|p| *p >= -NEGATIVE * largest);
    if !(is_density && finer.diffusion > 0.0 && finer.square > 0.0) {
        return f64::INFINITY;
    }
    let pairs = [
        (
            (finer.velocity - coarser.velocity).abs(),
            finer.velocity.abs() + 1e-3 * finer.diffusion / rotor.period,
        ),
        ((finer.diffusion - coarser.diffusion).abs(), finer.diffusion),
        ((finer.square - coarser.square).abs(), finer.square),
    ];
    pairs
        .into_iter()
        .map(|(off, scale)| REMAINDER * off / scale)
        .fold(0.0, |worst, e| if e > worst || e.is_nan() { e } else { worst })
}

/// The best pair within the memory; `None` if not even one fits or none is a solution.
pub(super) fn refine(rotor: &Reduced, options: &Options) -> Option<Refined> {
    let (low, high) = (Polynomials::new(DEGREE), Polynomials::new(DEGREE + 2));
    let mut mesh = Mesh::first(rotor);
    let mut best: Option<Refined> = None;
    let mut idle = 0;
    for round in 1..=ROUNDS {
        if Plan::bytes(mesh.columns(), mesh.strips(), DEGREE + 2) > options.memory_limit {
            break;
        }
        let coarser = Solution::new(rotor, &mesh, &low, options.parallel, false);
        let finer = Solution::new(rotor, &mesh, &high, options.parallel, true);
        let error = error(rotor, &coarser, &finer);
        let before = best.as_ref().map_or(f64::INFINITY, |best| best.error);
        idle = if error < 0.5 * before { 0 } else { idle + 1 };
        if error < before {
            let state = |solution, basis| State::new(rotor, solution, &mesh.angles, basis);
            let answer = state(&finer, &high);
            let moved = finer.moved.iter().map(|moved| answer.moved(rotor, moved)).collect();
            best = Some(Refined {
                state: Converged { finer: answer, coarser: state(&coarser, &low), moved },
                error,
                converged: error <= options.tolerance,
                mesh: (mesh.columns(), mesh.strips()),
                rounds: round,
            });
        }
        if error <= options.tolerance || (idle >= 2 && before < NEAR) {
            break;
        }
        mesh = mesh.refined(&finer.column_errors, &finer.strip_errors, REFINED);
    }
    best
}
