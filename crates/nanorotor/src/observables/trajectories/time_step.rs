//! Choose the time step so that what it does to the results is smaller than their noise.
//!
//! The splitting has weak order 2: at a step dt a result q is off by c dt². Two short trials, with a step a that is as long as the
//! motion allows and with a/2, give c a² = (4/3)(q(a) − q(a/2)). Where the trials are longest in steps the effect is largest
//! against the noise, so they cost little, and dt is a halved until |c| dt² is below the error that the run itself will have.

use std::sync::atomic::AtomicBool;

use super::super::directionality::count_rate;
use super::super::estimate::Estimate;
use super::control::{Outcome, Progress, Stage, Target, run_until};
use super::{rotation_rate, rotational_diffusion};
use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::langevin::{Ensemble, Options};
use crate::quantity::{in_practical_units, rough};

/// Halvings before giving up.
const MOST_HALVINGS: i32 = 8;
/// What part of the run's time each trial measures.
const TRIAL: f64 = 0.1;

/// What one time step gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The time step (a.u.).
    pub dt: f64,
    /// R (revolutions per a.u. of time).
    pub rotation_rate: Estimate,
    /// D_eff (rad² per a.u. of time); none if the trial is too short to say.
    pub rotational_diffusion: Option<Estimate>,
    /// ν of revolutions and of hops (counts per a.u. of time).
    pub count_rates: [Estimate; 2],
}

/// A time step with the trials that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenStep {
    /// The time step (a.u.).
    pub dt: f64,
    /// By how many of its errors in the run the result that moves most moves at most, within one standard deviation; below 1.
    pub shift: f64,
    /// The trials, the longer step first.
    pub trials: [Trial; 2],
    /// Steps of all trajectories together that the choice has cost.
    pub steps: u64,
}

/// The longest time step, among the halves of one that just resolves the fastest motion, at which R, D_eff and ν are off by less
/// than the errors they will have in a run of `run_time` (over all trajectories, a.u.) with `options`, whose own time step is
/// not used. `progress` is told how far each trial is.
///
/// A run that stops at an error ε of R (revolutions per a.u.) takes about 2 D_eff/(2π ε)². The trials measure 0.1 `run_time` each
/// with long steps, so beside their burn-in they cost 0.3 dt/a of the steps of the run: 4 % where dt is an eighth of the longest
/// step, 15 % where it is half of it, which is the most that is given.
///
/// # Errors
/// [`Error::NotConverged`] if even a step 256 times shorter than the longest would shift a result, or `cancel` is raised; [`Error::Model`]
/// for a single trajectory, which has no errors; else as [`Ensemble::new`] and [`run_until`].
pub fn choose_dt(
    landscape: &Landscape,
    inertia: f64,
    options: &Options,
    run_time: f64,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(Progress),
) -> Result<ChosenStep> {
    if options.trajectories < 2 {
        return Err(Error::Model {
            what: "one trajectory alone has no error that a time step could be held against".into(),
            hint: "run more trajectories, or give dt yourself".into(),
        });
    }
    let mut steps = 0;
    let mut attempt = |dt: f64| {
        let options = Options { dt, ..options.clone() };
        try_step(landscape, inertia, &options, TRIAL * run_time, cancel, progress, &mut steps)
    };
    let mut longest = longest_dt(landscape, inertia);
    let mut first = attempt(longest);
    for _ in 0..MOST_HALVINGS {
        // A step too long for the hottest place shows in the first trial.
        if !matches!(first, Err(Error::NotConverged { quantity: "trajectories", .. })) {
            break;
        }
        longest *= 0.5;
        first = attempt(longest);
    }
    let trials = [first?, attempt(0.5 * longest)?];
    // In units of the run's errors, and with the step `longest`.
    let largest = largest_shift(&trials, (1.0 / TRIAL).sqrt());
    for halvings in 1..=MOST_HALVINGS {
        let shift = largest * 0.25_f64.powi(halvings);
        if shift < 1.0 {
            return Ok(ChosenStep { dt: longest * 0.5_f64.powi(halvings), shift, trials, steps });
        }
    }
    Err(Error::NotConverged {
        quantity: "time step",
        what: if largest.is_finite() {
            let step = in_practical_units("dt", longest);
            format!("with dt = {step} the results are off by {} of their errors", rough(largest))
        } else {
            "trajectories do not differ, so that nothing tells what the step does to them".into()
        },
        hint: "give dt yourself, and look whether the coefficients are smooth".into(),
    })
}

/// By how many of its errors in the run, at most and within one standard deviation, the result that moves most is off at the
/// first trial's step; the run's errors are those of the trials over `precision`.
fn largest_shift([long, short]: &[Trial; 2], precision: f64) -> f64 {
    let pairs = [
        Some((long.rotation_rate, short.rotation_rate)),
        long.rotational_diffusion.zip(short.rotational_diffusion),
        Some((long.count_rates[0], short.count_rates[0])),
        Some((long.count_rates[1], short.count_rates[1])),
    ];
    let shifts = pairs.into_iter().flatten().map(|(a, b)| {
        let moved = (a.value - b.value).abs();
        if moved == 0.0 && a.error == 0.0 && b.error == 0.0 {
            return 0.0;
        }
        4.0 / 3.0 * (moved + a.error.hypot(b.error)) * precision / b.error
    });
    // Where a result has no error, nothing is known of what it may be off by.
    shifts.fold(0.0, |largest, shift| if shift > largest || shift.is_nan() { shift } else { largest })
}

/// Half of the fastest oscillation's radian, a relaxation time, or a tenth of the period at the thermal speed with the drift to which
/// the mean torque can bring it, whichever is shortest.
fn longest_dt(landscape: &Landscape, inertia: f64) -> f64 {
    let stiffness = landscape.force().derivative().magnitude();
    let (friction, diffusion) = (landscape.total_friction(), landscape.total_diffusion());
    let thermal = (diffusion.mean() / (2.0 * friction.mean() * inertia)).abs().sqrt();
    let speed = thermal.hypot(landscape.force().mean() / friction.mean());
    let candidates = [
        0.5 * (inertia / stiffness).sqrt(),
        inertia / friction.magnitude(),
        landscape.period() / (10.0 * speed),
    ];
    candidates.into_iter().filter(|dt| dt.is_finite()).fold(f64::MAX, f64::min)
}

fn try_step(
    landscape: &Landscape,
    inertia: f64,
    options: &Options,
    time: f64,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(Progress),
    steps: &mut u64,
) -> Result<Trial> {
    let mut ensemble = Ensemble::new(landscape, inertia, options)?;
    let mut told = |of_trial| progress(Progress { stage: Stage::TimeStep, ..of_trial });
    let outcome = run_until(&mut ensemble, Target::TotalTime(time), f64::INFINITY, cancel, &mut told)?;
    *steps += (ensemble.burn_in() + ensemble.measured_steps()) * ensemble.trajectories() as u64;
    if outcome == Outcome::Cancelled {
        return Err(Error::NotConverged {
            quantity: "time step",
            what: "it was interrupted".into(),
            hint: "run it again".into(),
        });
    }
    let tally = ensemble.tally();
    Ok(Trial {
        dt: options.dt,
        rotation_rate: rotation_rate(&tally),
        rotational_diffusion: rotational_diffusion(&tally).ok(),
        count_rates: [&tally.revolution, &tally.hop].map(|counts| count_rate(counts, tally.time)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(dt: f64, shift: f64, error: f64) -> Trial {
        let at = |scale: f64| Estimate::new(1.0 + scale * shift * dt * dt, error);
        Trial {
            dt,
            rotation_rate: at(0.5),
            rotational_diffusion: Some(at(-1.0)),
            count_rates: [at(0.0), Estimate::new(0.0, 0.0)],
        }
    }

    #[test]
    fn the_largest_shift_is_that_of_a_second_order_method() {
        let (shift, error) = (0.3, 1e-9);
        let trials = [trial(2.0, shift, error), trial(1.0, shift, error)];
        let found = largest_shift(&trials, 3.0);
        assert!((found * error / 3.0 / (shift * 4.0) - 1.0).abs() < 1e-8, "{found}");
        // Where nothing is seen to move, the noise decides.
        let still = [trial(2.0, 0.0, error), trial(1.0, 0.0, error)];
        assert!((largest_shift(&still, 3.0) - 4.0 * 2.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_result_without_error_is_not_believed() {
        let trials = [trial(2.0, 0.1, f64::NAN), trial(1.0, 0.1, f64::NAN)];
        assert!(largest_shift(&trials, 3.0).is_nan());
    }
}
