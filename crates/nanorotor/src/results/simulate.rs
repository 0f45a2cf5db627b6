//! Run the trajectories of a study and set them beside the deterministic rate.

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::validity::Velocity;
use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::langevin::{Ensemble, Kernel, Options, checkpoint};
use crate::observables::directionality::{Directionality, directionality};
use crate::observables::trajectories::{
    Outcome, Progress, Target, TooShort, choose_dt, rotation_rate, rotational_diffusion, run_keeping,
};
use crate::observables::{Estimate, Rates};
use crate::quantity::in_practical_units;
use crate::study::{Length, Resolved};
use crate::units::TIME_IN_NANOSECONDS;

/// The total measured time of a run whose length nobody said: 10 µs.
const DEFAULT_TIME: f64 = 1e4 / TIME_IN_NANOSECONDS;

/// How trajectories are run; what is `None` is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulationOptions {
    /// How long.
    pub length: Length,
    /// The time step (a.u.); by default the longest that halving does not contradict.
    pub dt: Option<f64>,
    /// The number of trajectories; the default does not depend on the machine.
    pub trajectories: Option<usize>,
    /// θ_c, where the count of a rotation begins (rad); by default the lowest minimum of U.
    pub counter_origin: Option<f64>,
    /// The seed of the random numbers.
    pub seed: u64,
    /// The kernel; by default the fastest of this machine.
    pub kernel: Option<Kernel>,
    /// The file of checkpoints: the run goes on from it, and keeps it while it runs and when it is stopped.
    pub checkpoint: Option<PathBuf>,
}

/// The shortest time between two checkpoints.
const BETWEEN_CHECKPOINTS: Duration = Duration::from_secs(2);
/// The largest share of the time that checkpoints may take is one in this.
const CHECKPOINT_SHARE: u32 = 100;

/// What trajectories told (atomic units).
#[derive(Debug, Clone)]
pub struct Simulated {
    /// R (revolutions per a.u. of time).
    pub rotation_rate: Estimate,
    /// D_eff (rad² per a.u. of time), or how long a run would tell it.
    pub rotational_diffusion: Result<Estimate, TooShort>,
    /// Directionality by whole revolutions, L_c = 2π; `value` leans on the deterministic rate.
    pub revolution: Result<Directionality, TooShort>,
    /// Directionality by hops, L_c = L.
    pub hop: Result<Directionality, TooShort>,
    /// θ_c (rad).
    pub counter_origin: f64,
    /// The deterministic rate (revolutions per a.u. of time), or why there is none.
    pub deterministic_rate: Result<Estimate>,
    /// By how much another fit of the bands changes the deterministic rate, where bands are fitted.
    pub change_of_fits: Option<f64>,
    /// ⟨u²⟩^½ of the stationary density (rad per a.u. of time), where there is a deterministic rate.
    pub root_mean_square_velocity: Option<f64>,
    /// The measured time over all trajectories (a.u.).
    pub total_time: f64,
    /// The time step (a.u.).
    pub dt: f64,
    /// Whether the time step was given; the errors then lack what it does to the results.
    pub dt_is_given: bool,
    /// The number of trajectories.
    pub trajectories: usize,
    /// Steps of each trajectory that were not measured.
    pub burn_in: u64,
    /// The seed.
    pub seed: u64,
    /// The kernel that ran.
    pub kernel: Kernel,
    /// Steps per second of all threads together, those of the burn-in among them.
    pub steps_per_second: f64,
    /// How the run ended.
    pub outcome: Outcome,
}

impl Simulated {
    /// What the errors of the results hold, in words.
    pub fn errors_in_words(&self) -> String {
        let of_fits = self.change_of_fits.map_or_else(String::new, |change| {
            let change = in_practical_units("rotation_rate", change.abs());
            format!("; nor is what the fit of the bands does to them: another one changes the deterministic rate by {change}")
        });
        let of_noise = if self.dt_is_given {
            "errors are those of noise; what the given dt does to the results is not in them (dt is halved until it does less, if \
             left out), nor are the errors of the coefficients, which those of rate hold"
        } else {
            "errors are those of noise; dt is so short that it does less than they say; the errors of the coefficients are in those \
             of rate"
        };
        format!("{of_noise}{of_fits}")
    }

    /// How fast the rotor moves: as the stationary density has it, or else as the trajectories.
    pub fn velocity(&self) -> Velocity {
        match self.root_mean_square_velocity {
            Some(velocity) => Velocity::RootMeanSquare(velocity),
            None => Velocity::Mean(TAU * self.rotation_rate.value),
        }
    }

    /// By how many combined errors the rate of the trajectories differs from the deterministic one.
    pub fn z_score(&self) -> Option<f64> {
        self.deterministic_rate.as_ref().ok().map(|rate| self.rotation_rate.z_score(rate))
    }
}

impl Resolved {
    /// The options that the study asks for.
    pub fn simulation_options(&self) -> SimulationOptions {
        SimulationOptions {
            length: self.simulation.length.unwrap_or(Length::TotalTime(DEFAULT_TIME)),
            dt: self.simulation.dt,
            trajectories: None,
            counter_origin: self.simulation.counter_origin,
            seed: self.simulation.seed,
            kernel: None,
            checkpoint: None,
        }
    }
}

/// Run the trajectories of a study beside its stationary state, or the reason why there is none.
///
/// `progress` is told how far the run is; raising `cancel` ends it with what was done.
///
/// # Errors
/// As [`Ensemble::new`], [`choose_dt`] and [`run_keeping`]; [`Error::File`] if a checkpoint cannot be written.
pub(super) fn simulate(
    resolved: &Resolved,
    landscape: &Landscape,
    found: Result<&Rates, &Error>,
    options: &SimulationOptions,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(Progress),
) -> Result<Simulated> {
    let inertia = resolved.rotor.moment_of_inertia;
    let deterministic_rate = found.map(|r| r.rotation_rate).map_err(Clone::clone);
    let known = found.ok();
    let diffusion = known.map(|r| r.rotational_diffusion.value);
    let root_mean_square_velocity = known.map(|r| (2.0 * r.mean_kinetic_energy.value / inertia).sqrt());
    let mut run = Options {
        seed: options.seed,
        origin: options.counter_origin,
        kernel: options.kernel,
        ..Options::new(0.0)
    };
    if let Some(trajectories) = options.trajectories {
        run.trajectories = trajectories;
    }
    let resumed =
        options.checkpoint.as_deref().and_then(|path| resumed(path, landscape, inertia, &run, options.dt));
    run.dt = if let Some(ensemble) = &resumed {
        ensemble.dt()
    } else if let Some(dt) = options.dt {
        dt
    } else {
        let time = match options.length {
            Length::TotalTime(time) => time,
            // σ_R = sqrt(2 D_eff/T)/2π
            Length::RotationRateError(error) => {
                diffusion.map_or(DEFAULT_TIME, |d| 2.0 * d / (TAU * error).powi(2))
            }
            Length::DirectionalityError(_) => DEFAULT_TIME,
        };
        choose_dt(landscape, inertia, &run, time, cancel, progress)?.dt
    };
    let target = match options.length {
        Length::TotalTime(time) => Target::TotalTime(time),
        Length::RotationRateError(error) => Target::RotationRate(error),
        Length::DirectionalityError(error) => {
            let rotation_rate = deterministic_rate.clone()?;
            Target::Directionality { error, rotation_rate }
        }
    };
    let mut ensemble = match resumed {
        Some(ensemble) => ensemble,
        None => Ensemble::new(landscape, inertia, &run)?,
    };
    let (start, first) = (Instant::now(), ensemble.steps());
    let (mut kept, mut pause) = (start, BETWEEN_CHECKPOINTS);
    let mut keep = |ensemble: &Ensemble| {
        if let Some(path) = &options.checkpoint
            && kept.elapsed() > pause
        {
            let begin = Instant::now();
            checkpoint::save(path, &ensemble.state())?;
            pause = BETWEEN_CHECKPOINTS.max(begin.elapsed() * CHECKPOINT_SHARE);
            kept = Instant::now();
        }
        Ok(())
    };
    let outcome = run_keeping(&mut ensemble, target, f64::MAX, cancel, progress, &mut keep)?;
    let seconds = start.elapsed().as_secs_f64();
    if let (Outcome::Cancelled, Some(path)) = (outcome, &options.checkpoint) {
        checkpoint::save(path, &ensemble.state())?;
    }
    let tally = ensemble.tally();
    // Without a deterministic rate directionality leans on the trajectories' own.
    let leaned_on = deterministic_rate.clone().unwrap_or_else(|_| rotation_rate(&tally));
    let trajectories = ensemble.trajectories();
    Ok(Simulated {
        rotation_rate: rotation_rate(&tally),
        rotational_diffusion: rotational_diffusion(&tally),
        revolution: directionality(&tally.revolution, tally.time, leaned_on),
        hop: directionality(&tally.hop, tally.time, leaned_on),
        counter_origin: ensemble.origin(),
        deterministic_rate,
        change_of_fits: None,
        root_mean_square_velocity,
        total_time: tally.time * trajectories as f64,
        dt: ensemble.dt(),
        dt_is_given: options.dt.is_some(),
        trajectories,
        burn_in: ensemble.burn_in(),
        seed: options.seed,
        kernel: ensemble.kernel(),
        steps_per_second: (ensemble.steps() - first) as f64 * trajectories as f64 / seconds,
        outcome,
    })
}

/// The ensemble of a checkpoint, if there is one and it is of this very run.
fn resumed(
    path: &Path,
    landscape: &Landscape,
    inertia: f64,
    run: &Options,
    dt: Option<f64>,
) -> Option<Ensemble> {
    let state = checkpoint::load(path).ok()?;
    let is_this = state.seed == run.seed
        && state.fraction.len() == run.trajectories
        && state.kernel == run.kernel.unwrap_or_else(Kernel::fastest)
        && dt.is_none_or(|dt| dt == state.dt)
        && run.origin.is_none_or(|origin| origin == state.origin);
    is_this.then(|| Ensemble::from_state(landscape, inertia, &state).ok()).flatten()
}
