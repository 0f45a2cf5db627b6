//! Refine the mesh, in degree and in size, until two degrees of polynomials agree on it.
//!
//! The difference between the degrees P and P + 2 on one mesh measures the error of both directions at once and does
//! not depend on which elements a refinement chose. The adjoint tells which elements to halve: an error in the density
//! matters where it changes the velocity. A higher degree on the same mesh is cheaper than a finer mesh where the error falls fast.

use super::super::watch::{Progress, Watch};
use super::dissection::Plan;
use super::mesh::Mesh;
use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::solution::{Solution, Told};
use super::state::State;
use crate::stationary::{Converged, ENLARGEMENT, MARGIN, REMAINDER};

/// The degrees that are tried on a mesh. Odd, so that the interior of an element has an even number of nodes: transport alone
/// is skew, and an odd number of unknowns would make it singular.
pub(super) const DEGREES: [usize; 4] = [7, 9, 11, 13];

/// Elements are halved down to this part of the largest indicator.
const REFINED: f64 = 0.05;

/// How often a mesh is refined at most.
const ROUNDS: usize = 9;

/// A higher degree is tried on a mesh if it is expected to come this near to the tolerance.
const CLIMB: f64 = 3.0;

/// An indicator above this tells nothing: behind a high barrier adjoint and response are noise where the rotor mostly is. Then a
/// higher degree is tried.
const BLIND: f64 = 1e3;

/// With fewer columns the error falls erratically from one degree to the next at weak damping.
const FEW: usize = 7;

/// A density below minus this part of its maximum is no density.
const NEGATIVE: f64 = 1e-6;

/// Below this error, and where hops are rare, two rounds without progress mean that rounding is reached.
const NEAR: f64 = 1e-3;

/// Within this many times what rounding and the errors of the landscape do, resolution is no longer what limits the answer.
const ROUNDED: f64 = 2.0;

/// Where rounding makes up this part of that, a second mesh may still help, because rounding differs, but no third.
const OF_ROUNDING: f64 = 0.2;

/// The error of rounding is told below this error of resolution.
const TOLD: f64 = 1e-4;

/// Signs of rounding below this part of the error of resolution need no more than that.
const FAINT: f64 = 1e-3;

/// A rotor whose one-way velocity is below this part of the thermal velocity is stuck if no digit of its motion is found in
/// [`PATIENCE`] rounds.
const STUCK: f64 = 1e-11;

/// Only barriers higher than this (in kT) hold a rotor for so long: Kramers' rate is e^−B but for powers of B and of the damping.
const HIGH: f64 = 12.0;

/// See [`STUCK`].
const PATIENCE: usize = 2;

/// Errors of ⟨u⟩ are told in parts of ⟨u⟩ and of this part of D_eff/L.
const LEAST: f64 = 1e-3;

/// A relative error below this is a digit, where chance alone may make two solutions alike.
const DIGIT: f64 = 0.1;

/// How many times larger the one-way flux may be than that of a solution without a digit of its motion.
const SAFETY: f64 = 10.0;

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
    /// Whether to find how ⟨u⟩ answers to small changes of torque, friction and diffusion at every angle.
    pub sensitivity: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-8, memory_limit: 1 << 30, parallel: true, sensitivity: false }
    }
}

/// The finest solution with what is known of its error.
#[derive(Debug, Clone)]
pub struct Refined {
    /// The answer, beside the solution on the same mesh with polynomials of a degree lower by two.
    pub state: Converged<State>,
    /// The largest relative error among those that the tolerance limits, as the state tells them.
    pub error: f64,
    /// Whether that is the accuracy asked for.
    pub converged: bool,
    /// The elements in angle and in velocity.
    pub mesh: (usize, usize),
    /// How many meshes were tried.
    pub rounds: usize,
    /// Given for a rotor that hops too rarely for any digit: all that is known of its motion. Then ⟨u⟩ in `state` is 0 with the
    /// bound as its error and D_eff half its bound with that as its error; all else has the error by which two degrees differ, so
    /// that what depends on how many rotors are in which of several traps has a large one.
    pub stuck: Option<Bound>,
}

/// Bounds on the motion of a rotor that hops too rarely for any digit of its rate.
///
/// The net flux over the top of the barrier is no larger than the one-way flux. Of several traps that with the largest flux counts,
/// as if it held all probability, so that the bound holds for whatever occupations. It is taken ten times as large because the
/// solution has no digit of the rotor's motion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// |⟨u⟩| is at most this (rad per a.u. of time).
    pub velocity: f64,
    /// D_eff is at most this (rad² per a.u. of time).
    pub diffusion: f64,
    /// The mean time between two hops is at least this (a.u. of time).
    pub time_between_hops: f64,
}

impl Bound {
    fn new(state: &State, period: f64) -> Self {
        let velocity = SAFETY * state.one_way_velocity();
        Self { velocity, diffusion: period * velocity, time_between_hops: period / velocity }
    }
}

/// Whether a solution has the signs that it must have.
fn is_physical(solution: &Solution) -> bool {
    let density = &solution.moments[0];
    let largest = density.iter().copied().fold(0.0, f64::max);
    density.iter().all(|p| *p >= -NEGATIVE * largest) && solution.diffusion > 0.0 && solution.square > 0.0
}

/// The largest relative change of ⟨u⟩, of D_eff and of ⟨u²⟩ between two solutions; infinite where the finer one is none.
fn change(rotor: &Reduced, coarser: &Solution, finer: &Solution) -> f64 {
    if !is_physical(finer) {
        return f64::INFINITY;
    }
    let changes = [
        (finer.velocity - coarser.velocity) / (finer.velocity.abs() + LEAST * finer.diffusion / rotor.period),
        (finer.diffusion - coarser.diffusion) / finer.diffusion,
        (finer.square - coarser.square) / finer.square,
    ];
    changes.into_iter().map(f64::abs).fold(0.0, |worst, e| if e > worst || e.is_nan() { e } else { worst })
}

/// Whether the finer of two solutions, which has this error, tells anything of the motion. Of a rotor that hardly hops D_eff
/// decides, for ⟨u⟩ may be 0.
fn is_known(rough: &Solution, finer: &Solution, error: f64) -> bool {
    if finer.one_way >= STUCK {
        return error < 1.0;
    }
    let unsure = REMAINDER * (1.0 - rough.diffusion / finer.diffusion).abs();
    unsure.max(LEAST * finer.rounding) < DIGIT
}

/// Whether a higher degree than those of two solutions that differ by `change` may reach the tolerance.
fn promises(tolerance: f64, change: f64, rough: &Solution, finer: &Solution) -> bool {
    let expected = REMAINDER * change * finer.indicator() / rough.indicator();
    expected <= CLIMB * tolerance || finer.indicator() > BLIND
}

/// Whether the factors of a mesh fit into the memory.
fn fits(mesh: &Mesh, degree: usize, options: &Options) -> bool {
    Plan::bytes(mesh.columns(), mesh.strips(), degree) <= options.memory_limit
}

/// A mesh on which two degrees fit into the memory, if there is one.
fn first_mesh(rotor: &Reduced, options: &Options) -> Mesh {
    let fitted = Mesh::first(rotor, true);
    if fits(&fitted, DEGREES[1], options) { fitted } else { Mesh::first(rotor, false) }
}

/// The best pair within the memory, or the best so far when it is stopped; `None` if not even one fits or none is a
/// solution. Where no digit is found from trap to trap, all traps at once may have some.
pub(super) fn refine(rotor: &Reduced, options: &Options, watch: Watch<'_>) -> Option<Refined> {
    let mesh = first_mesh(rotor, options);
    let as_one = mesh.without_traps();
    let has_traps = mesh.has_traps();
    let found = refine_from(mesh, rotor, options, watch);
    let is_done = |found: &Refined| {
        found.stuck.is_none() || found.state.finer.one_way_velocity() < STUCK * rotor.velocity
    };
    if !has_traps || watch.is_cancelled() || found.as_ref().is_some_and(is_done) {
        return found;
    }
    refine_from(as_one, rotor, options, watch).filter(|other| other.stuck.is_none()).or(found)
}

fn refine_from(mut mesh: Mesh, rotor: &Reduced, options: &Options, watch: Watch<'_>) -> Option<Refined> {
    let bases = DEGREES.map(Polynomials::new);
    let mut best: Option<Refined> = None;
    let mut stuck: Option<Refined> = None;
    let mut idle = 0;
    let mut rounded = 0;
    // No bound is believed where there is hardly a barrier.
    let may_be_stuck = rotor.easiest_way() > HIGH;
    // Where the best was found, and whether all of its errors are told.
    let (mut best_at, mut all_told) = (None, false);
    // The largest change between two degrees in parts of the indicator of the lower: what an indicator means. A change may be
    // small by chance, but not all of them.
    let mut effect = 0.0_f64;
    'rounds: for round in 1..=ROUNDS {
        let start = best.as_ref().map_or(f64::INFINITY, |best| best.error);
        let mut coarser: Option<(Solution, &Polynomials)> = None;
        // As a state: the one before the coarser.
        let mut before: Option<State> = None;
        for (index, basis) in bases.iter().enumerate() {
            if !fits(&mesh, basis.nodes - 1, options) {
                break;
            }
            let reached = best.as_ref().map_or(f64::INFINITY, |best| best.error);
            watch.tell(Progress {
                round,
                unknowns: mesh.unknowns(basis.nodes - 1),
                error: reached,
                tolerance: options.tolerance,
            });
            let judge = |finer: &Solution| judged(rotor, &coarser.as_ref()?.0, finer, effect);
            let told = |finer: &Solution| worth_telling(judge(finer), finer, reached, options);
            let Some(finer) = Solution::new(rotor, &mesh, basis, options, watch, told) else {
                return best;
            };
            let judged = judge(&finer);
            let Some((rough, rough_basis)) = coarser.replace((finer, basis)) else {
                // Of a stuck rotor a second degree tells what is known beside its motion.
                let hopeless =
                    coarser.as_ref().is_some_and(|(finer, _)| !is_physical(finer) && finer.one_way >= STUCK);
                if hopeless {
                    break;
                }
                continue;
            };
            let state = |solution, basis| State::new(rotor, solution, &mesh.angles, basis);
            before = Some(state(&rough, rough_basis));
            if !is_physical(&rough) {
                break;
            }
            let (Some((finer, _)), Some((change, found, resolution))) = (&coarser, judged) else { break };
            effect = found;
            let answer = state(finer, basis);
            let moved = finer.moved.iter().map(|moved| answer.moved(rotor, moved)).collect();
            let answer =
                Converged { finer: answer, coarser: state(&rough, rough_basis), moved, unseen: resolution };
            let (error, converged) = (answer.relative_error(), answer.is_within(options.tolerance));
            // What no refinement takes away.
            let rest = error - resolution;
            // The best so far may look better because less of its errors was told.
            let told = finer.told == Told::All;
            let is_better = error < reached && told >= all_told || told && !all_told;
            if (is_better || converged) && is_known(&rough, finer, error) {
                all_told = told;
                best_at = Some((mesh.clone(), index));
                best = Some(Refined {
                    state: answer,
                    error,
                    converged,
                    mesh: (mesh.columns(), mesh.strips()),
                    rounds: round,
                    stuck: None,
                });
            }
            if converged {
                break 'rounds;
            }
            if error <= ROUNDED * rest {
                if finer.rounding < OF_ROUNDING * rest {
                    break 'rounds;
                }
                rounded += 1;
                break;
            }
            if mesh.columns() < FEW || !promises(options.tolerance, change, &rough, finer) {
                break;
            }
        }
        let Some((finest, basis)) = coarser else { break };
        if best.is_none() && may_be_stuck && (finest.one_way < STUCK || mesh.has_traps()) {
            let state = State::new(rotor, &finest, &mesh.angles, basis);
            stuck = Some(held(&state, before, rotor.period, &mesh, round));
            if round >= PATIENCE {
                break;
            }
        }
        let reached = best.as_ref().map_or(f64::INFINITY, |best| best.error);
        idle = if reached < 0.5 * start { 0 } else { idle + 1 };
        if idle >= 2 && (start < NEAR || finest.one_way < STUCK) || rounded >= 2 {
            break;
        }
        mesh = mesh.refined(&finest.column_errors, &finest.strip_errors, REFINED);
    }
    if let (Some(best), Some((mesh, index)), false) = (&mut best, best_at, all_told) {
        complete(best, rotor, &mesh, &bases[index], options, watch);
    }
    best.or(stuck)
}

/// How much ⟨u⟩, D_eff and ⟨u²⟩ change from one degree to the next; the largest such change so far in parts of the indicator, given
/// that of before; and the error of resolution.
fn judged(rotor: &Reduced, rough: &Solution, finer: &Solution, effect: f64) -> Option<(f64, f64, f64)> {
    let change = change(rotor, rough, finer);
    let effect = effect.max(change / rough.indicator());
    let error = REMAINDER * change.max(effect * finer.indicator());
    change.is_finite().then_some((change, effect, error))
}

/// Which errors of a solution are worth the time.
fn worth_telling(judged: Option<(f64, f64, f64)>, finer: &Solution, reached: f64, options: &Options) -> Told {
    let Some((_, _, error)) = judged else { return Told::Nothing };
    let may_be_rounded = error < reached && error < TOLD && finer.noise > FAINT * error;
    if error <= options.tolerance {
        Told::All
    } else if may_be_rounded || finer.one_way < STUCK {
        Told::Rounding
    } else {
        Told::Nothing
    }
}

/// Tell all errors of an answer that is less accurate than asked for: what those of the landscape do is not known yet.
fn complete(
    best: &mut Refined,
    rotor: &Reduced,
    mesh: &Mesh,
    basis: &Polynomials,
    options: &Options,
    watch: Watch<'_>,
) {
    if let Some(finer) = Solution::new(rotor, mesh, basis, options, watch, |_| Told::All) {
        let state = &best.state.finer;
        best.state.moved = finer.moved.iter().map(|moved| state.moved(rotor, moved)).collect();
        best.error = best.state.relative_error();
    }
}

/// What is known of a rotor that is stuck. All but its motion is as well known as two degrees agree; without a second degree
/// nothing else is.
fn held(state: &State, coarser: Option<State>, period: f64, mesh: &Mesh, round: usize) -> Refined {
    let bound = Bound::new(state, period);
    let diffusion = bound.diffusion / 2.0;
    let finer = state.with_motion(0.0, diffusion);
    let coarser = match coarser {
        // What is twice the difference from the coarser state is stated as the error.
        Some(coarser) => coarser.with_motion(bound.velocity / REMAINDER, diffusion),
        None => finer.with_motion(bound.velocity / REMAINDER, diffusion * (1.0 - 1.0 / REMAINDER)),
    };
    // D_eff may lie anywhere between 0 and its bound, which says nothing of other quantities.
    let moved = vec![finer.with_motion(0.0, diffusion * (1.0 + ENLARGEMENT / MARGIN))];
    Refined {
        state: Converged { finer, coarser, moved, unseen: 0.0 },
        error: 1.0,
        converged: false,
        mesh: (mesh.columns(), mesh.strips()),
        rounds: round,
        stuck: Some(bound),
    }
}
