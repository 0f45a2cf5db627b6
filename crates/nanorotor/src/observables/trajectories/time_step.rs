//! Choose the time step by halving it until nothing that is measured moves.

use std::sync::atomic::AtomicBool;

use super::super::directionality::count_rate;
use super::super::estimate::Estimate;
use super::control::{Outcome, Target, run_until};
use super::{rotation_rate, rotational_diffusion, z_score};
use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::langevin::{Ensemble, Options};

/// Halvings before giving up.
const MOST_HALVINGS: usize = 8;
/// How many combined errors a quantity may move: four quantities stay within with probability 0.95 where none really moves.
const ALLOWED: f64 = 2.5;

/// What one time step gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The time step (a.u.).
    pub dt: f64,
    /// R (revolutions per a.u. of time).
    pub rotation_rate: Estimate,
    /// D_eff (rad² per a.u. of time).
    pub rotational_diffusion: Estimate,
    /// ν of revolutions and of hops (counts per a.u. of time).
    pub count_rates: [Estimate; 2],
}

/// A time step with the trials that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenStep {
    /// The longest time step that agreed with its half (a.u.).
    pub dt: f64,
    /// The trials, the longest step first.
    pub trials: Vec<Trial>,
}

/// Halve the time step, from one that just resolves the fastest motion, until R, D_eff and ν move no more than their errors.
///
/// Every trial measures `total_time` over all trajectories of `options`, whose own time step is not used.
///
/// # Errors
/// [`Error::NotConverged`] if the trials are too short to say, eight halvings do not settle it, or `cancel` is raised; else as
/// [`Ensemble::new`].
pub fn choose_dt(
    landscape: &Landscape,
    inertia: f64,
    options: &Options,
    total_time: f64,
    cancel: &AtomicBool,
) -> Result<ChosenStep> {
    let mut trials: Vec<Trial> = Vec::new();
    let mut dt = longest_dt(landscape, inertia);
    for _ in 0..=MOST_HALVINGS {
        let trial = attempt(landscape, inertia, &Options { dt, ..options.clone() }, total_time, cancel)?;
        let settled = trials.last().is_some_and(|before| agree(before, &trial));
        trials.push(trial);
        if settled {
            return Ok(ChosenStep { dt: 2.0 * dt, trials });
        }
        dt *= 0.5;
    }
    Err(Error::NotConverged {
        quantity: "time step",
        what: format!("results still move at dt = {:.3e}", 2.0 * dt),
        hint: "give dt yourself, and look whether the coefficients are smooth".into(),
    })
}

/// A quarter of the fastest oscillation's radian, a relaxation time, or a twentieth of the period at thermal speed, whichever is shortest.
fn longest_dt(landscape: &Landscape, inertia: f64) -> f64 {
    let stiffness = landscape.force().derivative().magnitude();
    let (friction, diffusion) = (landscape.total_friction(), landscape.total_diffusion());
    let speed = (diffusion.mean() / (2.0 * friction.mean() * inertia)).abs().sqrt();
    let candidates = [
        0.25 * (inertia / stiffness).sqrt(),
        inertia / friction.magnitude(),
        landscape.period() / (20.0 * speed),
    ];
    candidates.into_iter().filter(|dt| dt.is_finite()).fold(f64::MAX, f64::min)
}

fn attempt(
    landscape: &Landscape,
    inertia: f64,
    options: &Options,
    total_time: f64,
    cancel: &AtomicBool,
) -> Result<Trial> {
    let mut ensemble = Ensemble::new(landscape, inertia, options)?;
    let outcome =
        run_until(&mut ensemble, Target::TotalTime(total_time), f64::INFINITY, cancel, &mut |_| ())?;
    let stopped = |what: String, hint: String| Error::NotConverged { quantity: "time step", what, hint };
    if outcome == Outcome::Cancelled {
        return Err(stopped("it was interrupted".into(), "run it again".into()));
    }
    let tally = ensemble.tally();
    let rotational_diffusion = rotational_diffusion(&tally).map_err(|short| {
        stopped(
            short.to_string(),
            format!(
                "give each trial {:.2e} au ({:.1} times as much)",
                short.needed_time,
                short.needed_time / total_time
            ),
        )
    })?;
    Ok(Trial {
        dt: options.dt,
        rotation_rate: rotation_rate(&tally),
        rotational_diffusion,
        count_rates: [&tally.revolution, &tally.hop].map(|counts| count_rate(counts, tally.time)),
    })
}

fn agree(a: &Trial, b: &Trial) -> bool {
    let pairs = [
        (a.rotation_rate, b.rotation_rate),
        (a.rotational_diffusion, b.rotational_diffusion),
        (a.count_rates[0], b.count_rates[0]),
        (a.count_rates[1], b.count_rates[1]),
    ];
    pairs.into_iter().all(|(x, y)| x == y || z_score(x, y).abs() <= ALLOWED)
}
