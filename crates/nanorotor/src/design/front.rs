//! Find the front between two objectives: where neither gets better without the other getting worse (Pareto).
//!
//! From the two single optima a and b, f_1 is minimised under f_2 ≤ ε for values ε between f_2(b) and f_2(a), and f_2 likewise
//! under bounds on f_1 (the method of ε-constraints, Haimes 1971). Bounds on both follow the front where it is steep and where it
//! is flat, and find its concave parts, which weighted sums do not.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::evaluation::{Evaluation, Judge, Part, Progress, Stop};
use super::local::{Found, local};
use super::merit::{Limit, Merit};
use super::problem::Problem;
use super::search::{AGAIN, Options, lowest, merit, search};
use crate::error::{Error, Result};
use crate::sweep::{SinglePoints, Store};

/// A descent is repeated from a better point only if that gains more than this.
const GAIN: f64 = 1e-6;

/// The front between two objectives.
#[derive(Debug, Clone, PartialEq)]
pub struct Front {
    /// Every point that was asked for, in an order that does not depend on the number of threads.
    pub evaluations: Vec<Evaluation>,
    /// The places of the points of the front among them, the best of the first objective first.
    pub points: Vec<usize>,
    /// The place of the study's own values, if they lie within the bounds.
    pub own: Option<usize>,
    /// How many descents, to the two single optima and along the front, did not settle.
    pub unsettled: usize,
    /// How many points this run computed; the store had the others.
    pub computed: usize,
}

impl Front {
    /// The points of the front, the best of the first objective first.
    pub fn points(&self) -> impl Iterator<Item = &Evaluation> {
        self.points.iter().map(|&place| &self.evaluations[place])
    }
}

/// Find the front of a problem with two objectives.
///
/// Each of the two single optima is searched for with [`Options::evaluations`]; each of the other points of the front takes as
/// many at most. Points are kept as by [`optimize`](fn@super::optimize), so that a search that was killed ends at the same bits.
///
/// # Errors
/// [`Error::Model`] for one objective, and as [`optimize`](fn@super::optimize).
pub fn front(
    problem: &Problem,
    store: &Store,
    options: &Options,
    cancel: &AtomicBool,
    watch: &(dyn Fn(&Progress) + Sync),
) -> Result<Option<Front>> {
    if problem.objectives.len() != 2 {
        return Err(Error::Model {
            what: "a front needs two objectives".into(),
            hint: "give two to maximize or minimize".into(),
        });
    }
    let points = SinglePoints::begin(store, problem.study(), &problem.about(), options.replace)?;
    let judge = Judge::new(problem, points, cancel, watch);
    match along(&judge, options) {
        Ok(found) => Ok(Some(found)),
        Err(Stop::Cancelled) => Ok(None),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn along(judge: &Judge<'_>, options: &Options) -> Result<Front, Stop> {
    let first = search(judge, options, 0)?;
    let second = search(judge, options, 1)?;
    let mut unsettled = usize::from(!first.converged) + usize::from(!second.converged);
    let ends = [first.best, first.evaluations.len() + second.best];
    let mut trace = first.evaluations;
    trace.extend(second.evaluations);
    let demands = demands(judge.problem, &trace, ends, options.front.saturating_sub(2));

    let n = judge.problem.over.len();
    let budget = options.evaluations.unwrap_or(250 * (n + 1));
    let mut ended: Vec<Option<Found>> = vec![None; demands.len()];
    for round in 1..=AGAIN {
        let again = |merit: &Merit, ended: &Option<Found>| -> Result<Option<Evaluation>, Stop> {
            let start = lowest(merit, &trace)?;
            let gain =
                ended.as_ref().map_or(f64::INFINITY, |e| merit.value(&e.evaluation) - merit.value(start));
            Ok((gain > GAIN).then(|| start.clone()))
        };
        let starts: Vec<Option<Evaluation>> = demands
            .iter()
            .zip(&ended)
            .map(|(merit, ended)| again(merit, ended))
            .collect::<Result<_, Stop>>()?;
        let descents: Vec<Option<(Found, Vec<Evaluation>)>> = demands
            .par_iter()
            .zip(starts)
            .enumerate()
            .map(|(k, (merit, start))| {
                let Some(start) = start else { return Ok(None) };
                let mut part = Part::new(judge, format!("front {}, {round}", k + 1), budget);
                let found = local(&mut part, merit.clone(), start)?;
                Ok(Some((found, part.trace)))
            })
            .collect::<Result<_, Stop>>()?;
        for (ended, descent) in ended.iter_mut().zip(descents) {
            if let Some((found, part)) = descent {
                *ended = Some(found);
                trace.extend(part);
            }
        }
    }
    unsettled += ended.iter().flatten().filter(|found| !found.converged).count();
    let points = efficient(&trace, ends, &demands);
    let computed = judge.points.computed();
    Ok(Front { evaluations: trace, points, own: first.own, unsettled, computed })
}

/// What the points between the two single optima have to obey: half of them bound the second objective, half the first.
fn demands(problem: &Problem, trace: &[Evaluation], ends: [usize; 2], count: usize) -> Vec<Merit> {
    let corner = |goal: usize, end: usize| trace[ends[end]].goals[goal];
    let wide = |goal: usize| {
        let (best, worst) = (corner(goal, goal), corner(goal, 1 - goal));
        (worst - best, worst - best > 1e-9 * best.abs())
    };
    let demand = |k: usize| {
        let (objective, bounded) = (k % 2, 1 - k % 2);
        let of_kind = (count + 1 - k % 2) / 2;
        let share = (k / 2 + 1) as f64 / (of_kind + 1) as f64;
        let (width, is_wide) = wide(bounded);
        let mut merit = merit(problem, objective, trace);
        merit.limits.push(Limit::new(bounded, corner(bounded, bounded) + share * width, width));
        (is_wide && wide(objective).1).then_some(merit)
    };
    (0..count).filter_map(demand).collect()
}

/// The best point for each demand, and the ends, without those that another one beats in both objectives.
fn efficient(trace: &[Evaluation], ends: [usize; 2], demands: &[Merit]) -> Vec<usize> {
    let obeys = |merit: &Merit, e: &Evaluation| {
        e.is_feasible() && merit.limits.last().is_none_or(|limit| e.goals[limit.goal] <= limit.bound)
    };
    let best = |merit: &Merit| {
        let able = trace.iter().enumerate().filter(|(_, e)| obeys(merit, e));
        let lower = |(_, a): &(usize, &Evaluation), (_, b): &(usize, &Evaluation)| {
            a.surely(merit.objective).total_cmp(&b.surely(merit.objective))
        };
        able.min_by(lower).map(|(place, _)| place)
    };
    let mut found: Vec<usize> = demands.iter().filter_map(best).chain(ends).collect();
    let goals = |place: usize| [trace[place].goals[0], trace[place].goals[1]];
    found.sort_by(|&a, &b| {
        let ([f, g], [p, q]) = (goals(a), goals(b));
        f.total_cmp(&p).then(g.total_cmp(&q)).then(a.cmp(&b))
    });
    let mut lowest = f64::INFINITY;
    found.retain(|&place| {
        let is_lower = goals(place)[1] < lowest;
        lowest = lowest.min(goals(place)[1]);
        is_lower
    });
    found
}
