//! Search for an optimum: samples of the whole box, descents from the best of them, an evolution strategy, and a last descent.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::cma;
use super::evaluation::{Evaluation, Judge, Part, Progress, Stop};
use super::flatness::{Flatness, flatness};
use super::local::local;
use super::merit::{Limit, Merit};
use super::problem::Problem;
use crate::error::{Error, Result};
use crate::quantity::System;
use crate::results::random::{Random, even};
use crate::sweep::{SinglePoints, Store};

/// How a search is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// About how many points may be asked for; by default 250 for each parameter and one more.
    pub evaluations: Option<usize>,
    /// From how many points descents start.
    pub starts: usize,
    /// Whether an evolution strategy searches the whole box too.
    pub global: bool,
    /// About how many points the front between two objectives has.
    pub front: usize,
    /// The seed of the random numbers.
    pub seed: u64,
    /// Whether the store may hold the points of something else. They stay in the store.
    pub replace: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { evaluations: None, starts: 4, global: true, front: 12, seed: 1, replace: false }
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    /// Every point that was asked for, in an order that does not depend on the number of threads.
    pub evaluations: Vec<Evaluation>,
    /// The place of the best among them, which obeys every constraint.
    pub best: usize,
    /// The place of the study's own values among them, if they lie within the bounds.
    pub own: Option<usize>,
    /// Whether the last descent reached an optimum.
    pub converged: bool,
    /// How flat the optimum is.
    pub flatness: Flatness,
    /// For each constraint whether it holds the optimum where it is.
    pub active: Vec<bool>,
    /// How many points this run computed; the store had the others.
    pub computed: usize,
}

impl Optimum {
    /// The best point.
    pub fn best(&self) -> &Evaluation {
        &self.evaluations[self.best]
    }
}

/// How often the last descent is repeated from a better point that the look around it found.
pub(super) const AGAIN: usize = 3;

/// Find the best point of a problem with one objective.
///
/// Every point is kept in the store, and what the store has is not computed again: a search that was interrupted, even killed,
/// goes on from there and ends at the same bits. They do not depend on the number of threads. None comes back if `cancel` stopped
/// the search.
///
/// # Errors
/// [`Error::Model`] for two objectives, [`Error::File`] for the store, [`Error::NotConverged`] if every point was refused or none
/// obeys the constraints.
pub fn optimize(
    problem: &Problem,
    store: &Store,
    options: &Options,
    cancel: &AtomicBool,
    watch: &(dyn Fn(&Progress) + Sync),
) -> Result<Option<Optimum>> {
    if problem.objectives.len() > 1 {
        return Err(Error::Model {
            what: "an optimum has one objective, and two were given".into(),
            hint: "ask for the front between them".into(),
        });
    }
    let points = SinglePoints::begin(store, problem.study(), &problem.about(), options.replace)?;
    let judge = Judge::new(problem, points, cancel, watch);
    match search(&judge, options, 0) {
        Ok(found) => Ok(Some(found)),
        Err(Stop::Cancelled) => Ok(None),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// The optimum of one of the objectives.
pub(super) fn search(judge: &Judge<'_>, options: &Options, objective: usize) -> Result<Optimum, Stop> {
    let problem = judge.problem;
    let n = problem.over.len();
    let all = options.evaluations.unwrap_or(250 * (n + 1));
    let own = problem.own();
    let mut samples = Part::new(judge, "samples", usize::MAX);
    let mut places: Vec<Vec<f64>> = own.iter().cloned().collect();
    places.extend(even((8 * (n + 1)).min(all / 4).max(4), n, &mut Random::new(options.seed, 0)));
    let sampled = samples.all(&places)?;
    refuse_constant(problem, objective, &sampled)?;
    let merit = merit(problem, objective, &sampled);

    let starts = starts(&merit, &sampled, own.is_some(), options.starts);
    let share = if options.global { all * 3 / 10 } else { all * 7 / 10 } / starts.len().max(1);
    let descents: Vec<Vec<Evaluation>> = starts
        .par_iter()
        .enumerate()
        .map(|(k, start)| {
            let mut part = Part::new(judge, format!("local {}", k + 1), share);
            local(&mut part, merit.clone(), (*start).clone())?;
            Ok(part.trace)
        })
        .collect::<Result<_, Stop>>()?;
    let mut trace = samples.trace;
    trace.extend(descents.into_iter().flatten());
    if options.global {
        let mut part = Part::new(judge, "global", all * 4 / 10);
        cma::global(&mut part, &merit, n, options.seed)?;
        trace.extend(part.trace);
    }

    let mut converged = false;
    let mut found = None;
    for _ in 0..AGAIN {
        let start = lowest(&merit, &trace)?.clone();
        let mut part = Part::new(judge, "final", (all / 2).max(40 * (2 * n + 1)));
        converged = local(&mut part, merit.clone(), start)?.converged;
        trace.extend(part.trace);
        let best = best(problem, objective, &trace)?;
        let around = trace[best].clone();
        let active = active(&merit, &around);
        let mut part = Part::new(judge, "flatness", usize::MAX);
        let flat = flatness(&mut part, objective, &around, active.contains(&true))?;
        trace.extend(part.trace);
        let better = self::best(problem, objective, &trace)?;
        let gain = around.surely(objective) - trace[better].surely(objective);
        found = Some((best, flat, active));
        if gain <= 1e-9 * around.goals[objective].abs() {
            break;
        }
    }
    let Some((best, flatness, active)) = found else { return Err(Stop::Cancelled) };
    let computed = judge.points.computed();
    Ok(Optimum { evaluations: trace, best, own: own.map(|_| 0), converged, flatness, active, computed })
}

/// Refuse an objective that is the same number at every point, such as the power of a motor without a load.
fn refuse_constant(problem: &Problem, objective: usize, sampled: &[Evaluation]) -> Result<(), Stop> {
    let good = sampled.iter().filter(|e| e.refused.is_none());
    let values: Vec<f64> = good.map(|e| e.objectives[objective].value).collect();
    let is_constant = values.len() > 1 && values.iter().all(|value| *value == values[0]);
    if !is_constant {
        return Ok(());
    }
    let (_, goal) = &problem.objectives[objective];
    let (unit, factor) = goal.unit(&problem.study, System::Practical);
    let value = values[0] * factor;
    Err(Stop::Failed(Error::Model {
        what: format!(
            "`{}` is the same at each of {} points, {}",
            goal.text(),
            values.len(),
            format!("{value} {unit}").trim_end()
        ),
        hint: "search over parameters that move it; a power needs a load: give [rotor] load".into(),
    }))
}

/// The merit whose scales are typical of some points.
pub(super) fn merit(problem: &Problem, objective: usize, sampled: &[Evaluation]) -> Merit {
    let good = || sampled.iter().filter(|e| e.refused.is_none());
    let limit = |j: usize| {
        let mut sizes: Vec<f64> = good().map(|e| e.sizes[j]).filter(|size| *size > 0.0).collect();
        sizes.sort_by(f64::total_cmp);
        let (least, middle) = (sizes.first().copied().unwrap_or(1.0), median(&sizes).unwrap_or(1.0));
        let scale = if least < 1e-3 * middle { middle } else { least };
        Limit::new(problem.objectives.len() + j, 0.0, scale)
    };
    Merit {
        objective,
        unit: typical(good().map(|e| e.goals[objective])),
        limits: (0..problem.constraints.len()).map(limit).collect(),
        penalty: 10.0,
    }
}

/// The typical size of some values.
fn typical(values: impl Iterator<Item = f64>) -> f64 {
    let mut sizes: Vec<f64> = values.map(f64::abs).filter(|size| *size > 0.0).collect();
    sizes.sort_by(f64::total_cmp);
    median(&sizes).unwrap_or(1.0)
}

fn median(sorted: &[f64]) -> Option<f64> {
    sorted.get(sorted.len() / 2).copied()
}

/// Points to start descents from: the study's own, then the best that are not close to each other.
fn starts<'a>(merit: &Merit, sampled: &'a [Evaluation], own: bool, most: usize) -> Vec<&'a Evaluation> {
    let mut order: Vec<usize> = (0..sampled.len()).filter(|&k| sampled[k].refused.is_none()).collect();
    order.sort_by(|&a, &b| cma::compare(merit, &sampled[a], &sampled[b]).then(a.cmp(&b)));
    if own && let Some(at) = order.iter().position(|&k| k == 0) {
        order.remove(at);
        order.insert(0, 0);
    }
    let mut chosen: Vec<&Evaluation> = Vec::new();
    for k in order {
        let distance = |other: &&Evaluation| {
            let each = other.place.iter().zip(&sampled[k].place);
            each.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        if chosen.len() < most.max(1) && chosen.iter().all(|other| distance(other) > 0.1) {
            chosen.push(&sampled[k]);
        }
    }
    chosen
}

/// The point to descend from at last.
pub(super) fn lowest<'a>(merit: &Merit, trace: &'a [Evaluation]) -> Result<&'a Evaluation, Stop> {
    let best = trace.iter().min_by(|a, b| cma::compare(merit, a, b)).filter(|e| e.refused.is_none());
    best.ok_or_else(|| {
        let first = trace.iter().find_map(|e| e.refused.clone()).unwrap_or_default();
        Stop::Failed(Error::NotConverged {
            quantity: "optimum",
            what: format!("every one of {} points was refused, the first because {first}", trace.len()),
            hint: "choose bounds within which `nanorotor rate` tells it; an efficiency needs a load: give [rotor] load"
                .into(),
        })
    })
}

/// The place of the best point that obeys every constraint.
fn best(problem: &Problem, objective: usize, trace: &[Evaluation]) -> Result<usize, Stop> {
    let feasible = trace.iter().enumerate().filter(|(_, e)| e.is_feasible());
    let best = feasible.min_by(|(_, a), (_, b)| a.surely(objective).total_cmp(&b.surely(objective)));
    if let Some((place, _)) = best {
        return Ok(place);
    }
    let broken: Vec<&str> = (0..problem.constraints.len())
        .filter(|&j| trace.iter().all(|e| e.refused.is_some() || e.excesses[j].value > 0.0))
        .map(|j| problem.constraints[j].text())
        .collect();
    let which = if broken.is_empty() {
        "no point obeys all constraints at once".to_string()
    } else {
        format!("no point obeys {}", broken.join(" and "))
    };
    Err(Stop::Failed(Error::NotConverged {
        quantity: "optimum",
        what: format!("{which} among {} points", trace.len()),
        hint: "allow more, or search over wider bounds or more parameters".into(),
    }))
}

/// Which constraints hold a point where it is.
fn active(merit: &Merit, at: &Evaluation) -> Vec<bool> {
    merit.limits.iter().zip(&at.excesses).map(|(limit, excess)| excess.value > -1e-4 * limit.scale).collect()
}
