//! Evaluate points of a search, each kept in the store, and tell how far the search is.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::exact;
use super::goal::Constraint;
pub use super::goal::Measured;
use super::problem::Problem;
use crate::error::Error;
use crate::kramers;
use crate::quantity::Task;
use crate::results::Status;
use crate::study::Resolved;
use crate::sweep::{Record, SinglePoints};

/// A point of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The part of the search that asked for it: `samples`, `local 1`, `global`, `final`, `flatness`.
    pub stage: String,
    /// The parameters, in the units of their bounds.
    pub numbers: Vec<f64>,
    /// The objectives, NaN where the point is refused.
    pub objectives: Vec<Measured>,
    /// By how much each constraint is broken, negative where it holds.
    pub excesses: Vec<Measured>,
    /// Why the point is to be avoided: it is impossible, or no digit is known there.
    pub refused: Option<String>,
    /// The coordinates, from 0 to 1.
    pub(super) place: Vec<f64>,
    /// The objectives with the sign that makes less better, then the excesses.
    pub(super) goals: Vec<f64>,
    /// The larger side of each constraint.
    pub(super) sizes: Vec<f64>,
}

impl Evaluation {
    /// Whether every constraint holds, whatever the errors do.
    pub fn is_feasible(&self) -> bool {
        self.refused.is_none() && self.excesses.iter().all(|excess| excess.value + excess.error <= 0.0)
    }

    /// The objective that surely is reached, with the sign that makes less better.
    pub(super) fn surely(&self, objective: usize) -> f64 {
        self.goals[objective] + self.objectives[objective].error
    }
}

/// How far a search is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Points asked for so far, those that the store had included.
    pub evaluations: usize,
    /// Points that this run computed.
    pub computed: usize,
    /// Points that were refused.
    pub refused: usize,
    /// The part of the search.
    pub stage: String,
    /// The best value of the first objective so far at a point that obeys every constraint.
    pub best: Option<f64>,
}

/// Why a search ends early.
#[derive(Debug)]
pub(super) enum Stop {
    Cancelled,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What all parts of a search share.
pub(super) struct Judge<'a> {
    pub(super) problem: &'a Problem,
    pub(super) points: SinglePoints<'a>,
    pub(super) cancel: &'a AtomicBool,
    watch: &'a (dyn Fn(&Progress) + Sync),
    /// Whether gradients come from adjoint solutions.
    is_exact: bool,
    evaluations: AtomicUsize,
    refused: AtomicUsize,
    best: Mutex<Option<(f64, f64)>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        problem: &'a Problem,
        points: SinglePoints<'a>,
        cancel: &'a AtomicBool,
        watch: &'a (dyn Fn(&Progress) + Sync),
    ) -> Self {
        let zero = || AtomicUsize::new(0);
        let (evaluations, refused, best) = (zero(), zero(), Mutex::new(None));
        let mut own = Self { problem, points, cancel, watch, is_exact: false, evaluations, refused, best };
        own.is_exact = exact::applies(&own);
        own
    }

    /// Evaluate points on all cores; they come back in their order.
    pub(super) fn all(&self, stage: &str, places: &[Vec<f64>]) -> Result<Vec<Evaluation>, Stop> {
        places.par_iter().map(|place| self.one(stage, place)).collect()
    }

    fn one(&self, stage: &str, place: &[f64]) -> Result<Evaluation, Stop> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Stop::Cancelled);
        }
        let bounds = &self.problem.over;
        let place: Vec<f64> = place.iter().map(|x| x.clamp(0.0, 1.0)).collect();
        let numbers: Vec<f64> = bounds.iter().zip(&place).map(|(bound, &x)| bound.number(x)).collect();
        let resolved = self.problem.study_at(&numbers).and_then(|study| study.resolve());
        let found = match resolved {
            Err(error @ Error::File { .. }) => return Err(error.into()),
            Err(error) => Err(error.to_string()),
            Ok(resolved) => {
                let watch = kramers::Watch::cancelled_by(self.cancel);
                match self.points.record(resolved.clone(), Task::Rate, watch)? {
                    None => return Err(Stop::Cancelled),
                    Some(record) => Ok((resolved, record)),
                }
            }
        };
        let evaluation = self.judged(stage, place, numbers, found);
        self.tell(&evaluation);
        Ok(evaluation)
    }

    fn judged(
        &self,
        stage: &str,
        place: Vec<f64>,
        numbers: Vec<f64>,
        found: Result<(Resolved, Record), String>,
    ) -> Evaluation {
        let problem = self.problem;
        let none = Measured { value: f64::NAN, error: f64::NAN };
        let mut evaluation = Evaluation {
            stage: stage.into(),
            numbers,
            objectives: vec![none; problem.objectives.len()],
            excesses: vec![none; problem.constraints.len()],
            refused: None,
            place,
            goals: Vec::new(),
            sizes: vec![f64::NAN; problem.constraints.len()],
        };
        match found {
            Err(reason) => evaluation.refused = Some(reason),
            Ok((resolved, record)) => {
                let parameter = |name: &str| value(&resolved, name);
                let results = &record.results;
                for (own, (_, goal)) in evaluation.objectives.iter_mut().zip(&problem.objectives) {
                    *own = goal.at(results, &parameter);
                }
                for (j, constraint) in problem.constraints.iter().enumerate() {
                    (evaluation.excesses[j], evaluation.sizes[j]) = constraint.excess(results, &parameter);
                }
                evaluation.refused = refusal(problem, &record.status, &evaluation);
            }
        }
        let signed = |(own, (sense, _)): (&Measured, &(super::Sense, super::Goal))| sense.sign() * own.value;
        evaluation.goals = evaluation.objectives.iter().zip(&problem.objectives).map(signed).collect();
        evaluation.goals.extend(evaluation.excesses.iter().map(|excess| excess.value));
        evaluation
    }

    fn tell(&self, evaluation: &Evaluation) {
        let evaluations = self.evaluations.fetch_add(1, Ordering::Relaxed) + 1;
        let new = usize::from(evaluation.refused.is_some());
        let refused = self.refused.fetch_add(new, Ordering::Relaxed) + new;
        let mut best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
        if evaluation.is_feasible() && best.is_none_or(|(signed, _)| evaluation.goals[0] < signed) {
            *best = Some((evaluation.goals[0], evaluation.objectives[0].value));
        }
        let progress = Progress {
            evaluations,
            computed: self.points.computed(),
            refused,
            stage: evaluation.stage.clone(),
            best: best.map(|(_, value)| value),
        };
        drop(best);
        (self.watch)(&progress);
    }
}

/// The value of a parameter at a point, in atomic units.
pub(super) fn value(resolved: &Resolved, name: &str) -> f64 {
    let parameter = resolved.parameters.iter().find(|parameter| parameter.name == name);
    parameter.filter(|p| p.value.is_constant()).map_or(f64::NAN, |p| p.value.at(0.0).value)
}

/// Why a point is to be avoided, if it is: something is not known at all, or not one digit of it where less was reached than
/// asked.
fn refusal(problem: &Problem, status: &Status, evaluation: &Evaluation) -> Option<String> {
    let texts = problem.objectives.iter().map(|(_, goal)| goal.text());
    let texts = texts.chain(problem.constraints.iter().map(Constraint::text));
    let mut all = texts.zip(evaluation.objectives.iter().chain(&evaluation.excesses));
    if let Some((text, _)) = all.find(|(_, of)| !of.value.is_finite() || !of.error.is_finite()) {
        return Some(match status {
            Status::Converged => format!("`{text}` has no value there"),
            other => other.to_string(),
        });
    }
    let is_vague = evaluation.objectives.iter().any(|own| own.error >= own.value.abs());
    (is_vague && !status.is_converged()).then(|| status.to_string())
}

/// A part of a search: its name, what it has asked for so far, and how much more it may ask for.
pub(super) struct Part<'a> {
    pub(super) judge: &'a Judge<'a>,
    pub(super) stage: String,
    pub(super) trace: Vec<Evaluation>,
    /// What gradients by adjoint solutions have cost, in points.
    gradients: usize,
    pub(super) budget: usize,
}

impl<'a> Part<'a> {
    pub(super) fn new(judge: &'a Judge<'a>, stage: impl Into<String>, budget: usize) -> Self {
        Self { judge, stage: stage.into(), trace: Vec::new(), gradients: 0, budget }
    }

    /// Whether it may ask for so many points more.
    pub(super) fn may(&self, points: usize) -> bool {
        self.trace.len() + self.gradients + points <= self.budget
    }

    /// The derivatives of all goals along each coordinate by an adjoint solution, where there is one that the budget reaches for.
    pub(super) fn slopes(&mut self, here: &Evaluation) -> Result<Option<Vec<Vec<f64>>>, Stop> {
        if !self.judge.is_exact || !self.may(exact::COST) {
            return Ok(None);
        }
        self.gradients += exact::COST;
        exact::slopes(self.judge, here)
    }

    pub(super) fn all(&mut self, places: &[Vec<f64>]) -> Result<Vec<Evaluation>, Stop> {
        let found = self.judge.all(&self.stage, places)?;
        self.trace.extend(found.iter().cloned());
        Ok(found)
    }

    pub(super) fn one(&mut self, place: Vec<f64>) -> Result<Evaluation, Stop> {
        let mut found = self.all(&[place])?;
        found.pop().ok_or(Stop::Cancelled)
    }
}
