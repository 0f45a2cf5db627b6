//! Run trajectories for a time or until an error is small enough, and stop when told to.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::directionality::directionality;
use super::super::estimate::Estimate;
use super::rotation_rate;
use crate::error::{Error, Result};
use crate::langevin::{Ensemble, MOST_STEPS, too_many_steps};

/// Measured steps of each trajectory before an error is believed for the first time.
const FIRST_LOOK: u64 = 1 << 14;

/// What ends a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// A total measured time over all trajectories (a.u.).
    TotalTime(f64),
    /// A standard error of the rotation rate (revolutions per a.u. of time).
    RotationRate(f64),
    /// A standard error of both directionalities, given a rotation rate known otherwise.
    Directionality {
        /// The error wanted.
        error: f64,
        /// The rate that directionality leans on (revolutions per a.u. of time).
        rotation_rate: Estimate,
    },
}

/// What trajectories run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A trial, to choose the time step.
    TimeStep,
    /// The run itself.
    Run,
}

/// How far a run, or a trial before it, is, in total time over all trajectories (a.u.).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// What runs.
    pub stage: Stage,
    /// Measured so far.
    pub done: f64,
    /// What the target is now thought to need.
    pub needed: f64,
    /// The burn-in so far.
    pub burnt: f64,
    /// The burn-in, all of it.
    pub burn_in: f64,
}

impl Progress {
    /// The share of burn-in and measurement together that is done, 0 to 1; trials come before both.
    pub fn share(&self) -> f64 {
        if self.stage == Stage::TimeStep {
            return 0.0;
        }
        ((self.burnt + self.done) / (self.burn_in + self.needed)).clamp(0.0, 1.0)
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// The target is met.
    Reached,
    /// The flag was raised; the ensemble holds all that was done and can go on.
    Cancelled,
    /// The longest time allowed has passed; the target would take this total time (a.u.).
    Exhausted {
        /// Total time over all trajectories.
        needed: f64,
    },
}

/// Run until the target is met, `longest` (a total time over all trajectories, a.u.) has been measured or `cancel` is raised, which
/// is looked at several times a second, in the burn-in too.
///
/// Where a target error is looked at depends on the run alone, so equal runs stop at equal steps on every machine.
///
/// # Errors
/// As [`Ensemble::advance`]; [`Error::Model`] if the target or the longest time is not positive, or one trajectory shall give an error.
pub fn run_until(
    ensemble: &mut Ensemble,
    target: Target,
    longest: f64,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(Progress),
) -> Result<Outcome> {
    run_keeping(ensemble, target, longest, cancel, progress, &mut |_| Ok(()))
}

/// As [`run_until`], and show the ensemble to `keep` now and then: the run that goes on from its checkpoint ends with the same bits.
///
/// # Errors
/// As [`run_until`], and what `keep` says.
pub fn run_keeping(
    ensemble: &mut Ensemble,
    target: Target,
    longest: f64,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(Progress),
    keep: &mut dyn FnMut(&Ensemble) -> Result<()>,
) -> Result<Outcome> {
    let wanted = match target {
        Target::TotalTime(wanted)
        | Target::RotationRate(wanted)
        | Target::Directionality { error: wanted, .. } => wanted,
    };
    if !(wanted > 0.0 && longest > 0.0 && wanted.is_finite()) {
        return Err(Error::Model {
            what: format!("a target of {wanted} within a time of {longest}"),
            hint: "give a positive target and a positive time".into(),
        });
    }
    if ensemble.trajectories() < 2 && !matches!(target, Target::TotalTime(_)) {
        return Err(Error::Model {
            what: "one trajectory alone has no error".into(),
            hint: "run more trajectories, or for a given time".into(),
        });
    }
    let a_step = ensemble.dt() * ensemble.trajectories() as f64;
    // Every cap here is above what is refused below: nothing is cut short in silence.
    let steps_of = |time: f64| ((time / a_step).ceil().min(2.0 * MOST_STEPS) as u64).next_multiple_of(4);
    if let Target::TotalTime(time) = target
        && time / a_step > MOST_STEPS
    {
        return Err(too_many_steps("this time", time / a_step));
    }
    let last = steps_of(longest);
    let mut needed = match target {
        Target::TotalTime(time) => steps_of(time),
        _ => needed_steps(ensemble, target).unwrap_or(FIRST_LOOK).max(FIRST_LOOK),
    };
    let burn_in = ensemble.burn_in();
    loop {
        let done = ensemble.measured_steps();
        let look = match target {
            Target::TotalTime(_) => needed,
            // A run that goes on from a checkpoint looks where it would have looked.
            _ if ensemble.goal() > done => ensemble.goal(),
            // A first guess of an error may be far off: never more than double before looking again.
            _ => needed.min((2 * done).max(FIRST_LOOK)).max(FIRST_LOOK),
        }
        .min(last);
        ensemble.set_goal(look);
        while ensemble.steps() < burn_in.saturating_add(look) {
            if cancel.load(Ordering::Relaxed) {
                return Ok(Outcome::Cancelled);
            }
            ensemble.go_on(look)?;
            let time = |steps: u64| steps as f64 * a_step;
            progress(Progress {
                stage: Stage::Run,
                done: time(ensemble.measured_steps()),
                needed: time(needed),
                burnt: time(ensemble.steps().min(burn_in)),
                burn_in: time(burn_in),
            });
            keep(ensemble)?;
        }
        let at = ensemble.measured_steps();
        if !matches!(target, Target::TotalTime(_)) {
            needed = needed_steps(ensemble, target).unwrap_or(2 * at);
        }
        if needed <= at {
            return Ok(Outcome::Reached);
        }
        if at >= last {
            return Ok(Outcome::Exhausted { needed: needed as f64 * a_step });
        }
        if needed as f64 > MOST_STEPS {
            return Err(too_many_steps("an error so small", needed as f64));
        }
    }
}

/// The steps that the error found so far lets expect, none if there is no error yet.
fn needed_steps(ensemble: &Ensemble, target: Target) -> Option<u64> {
    let steps = ensemble.measured_steps();
    if steps < FIRST_LOOK {
        return None;
    }
    let tally = ensemble.tally();
    let (error, wanted) = match target {
        Target::TotalTime(_) => return None,
        Target::RotationRate(wanted) => (rotation_rate(&tally).error, wanted),
        Target::Directionality { error: wanted, rotation_rate } => {
            let mut largest = 0.0_f64;
            for counts in [&tally.revolution, &tally.hop] {
                match directionality(counts, tally.time, rotation_rate) {
                    Ok(found) => largest = largest.max(found.error),
                    Err(short) => {
                        return Some(
                            (short.needed_time / tally.time * steps as f64 / tally.displacement.len() as f64)
                                as u64,
                        );
                    }
                }
            }
            (largest, wanted)
        }
    };
    if error <= wanted {
        return Some(steps);
    }
    // Errors fall with the square root of the time; two in a hundred more spare a second look.
    Some(((steps as f64 * (error / wanted).powi(2) * 1.02).min(2.0 * MOST_STEPS) as u64).next_multiple_of(4))
}
