//! Compute a task at a point: the one way from a resolved study to results.

use std::sync::{Arc, OnceLock};

use super::landscape::{PROFILES, landscape_results, theta_grid};
use super::load::{check_loads, load_results};
use super::rate::{THETA_POINTS, rate_results};
use super::simulate::{Simulated, SimulationOptions, simulate};
use super::trajectories::simulation_results;
use super::variables::{Coordinates, Results};
use crate::error::{Error, Result};
use crate::kramers;
use crate::landscape::Landscape;
use crate::observables::trajectories;
use crate::observables::{LoadProgress, Rates, load_curve, rates_watched};
use crate::quantity::{LOAD, Task};
use crate::study::Resolved;

/// How a task is computed, beyond what the study says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// The angles (rad) of what stands over theta; by default [`THETA_POINTS`] over the study's period.
    pub theta: Option<Vec<f64>>,
    /// Whether one thread does all: for points that share the cores already. The bits are the same.
    pub sequential: bool,
    /// Whether to say what another band would do, which takes another landscape.
    pub other_band: bool,
    /// How trajectories are run; by default as the study says.
    pub simulation: Option<SimulationOptions>,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// The stationary state is sought.
    Stationary(kramers::Progress),
    /// Stationary states are sought at several loads.
    Loads(LoadProgress),
    /// Trajectories run.
    Trajectories(trajectories::Progress),
}

/// Who follows a task, and how it is told to stop.
pub type Watch<'a> = kramers::Watch<'a, Progress>;

/// A point of a study, whose landscape and stationary state are computed once, whatever is asked of it.
#[derive(Debug)]
pub struct Point {
    resolved: Resolved,
    landscape: OnceLock<Result<Landscape>>,
    rates: OnceLock<Arc<Result<Rates>>>,
    /// The same point with bands fitted otherwise, where bands are fitted.
    other_fit: OnceLock<Option<Box<Point>>>,
}

impl Point {
    /// The point of a resolved study.
    pub fn new(resolved: Resolved) -> Self {
        Self { resolved, landscape: OnceLock::new(), rates: OnceLock::new(), other_fit: OnceLock::new() }
    }

    /// The point of a resolved study whose landscape is known up to its load.
    pub fn with_landscape(resolved: Resolved, landscape: Landscape) -> Self {
        let landscape = landscape.with_load(resolved.rotor.load);
        Self { landscape: OnceLock::from(Ok(landscape)), ..Self::new(resolved) }
    }

    /// The study at this point.
    pub fn resolved(&self) -> &Resolved {
        &self.resolved
    }

    /// Its landscape.
    ///
    /// # Errors
    /// As [`Resolved::landscape`].
    pub fn landscape(&self) -> Result<&Landscape> {
        self.landscape.get_or_init(|| self.resolved.landscape()).as_ref().map_err(Clone::clone)
    }

    /// Compute a task. What was stopped on the way is not whole: ask [`Watch::is_cancelled`] before it is believed.
    ///
    /// # Errors
    /// Whatever is wrong with the input. What does not converge is told in [`Results::status`].
    pub fn compute(&self, task: Task, options: &Options, watch: Watch<'_>) -> Result<Results> {
        let landscape = self.landscape()?;
        let theta = match &options.theta {
            Some(theta) => theta.clone(),
            None => theta_grid(self.resolved.rotor.period, THETA_POINTS),
        };
        let mut results = match task {
            Task::Landscape => landscape_results(&self.resolved, landscape, theta)?,
            Task::Rate => {
                let found = match &options.theta {
                    None => self.rates(options, watch)?,
                    Some(theta) => Arc::new(self.found(theta, options, watch)?),
                };
                rate_results(&self.resolved, landscape, (*found).as_ref(), theta)?
            }
            Task::Simulate => return self.simulation_results(&self.simulate(options, watch)?, options),
        };
        self.add_errors_of_fits(&mut results, task, options, watch)?;
        if options.other_band {
            results.validity.extend(self.resolved.band_assumption(landscape)?);
        }
        Ok(results)
    }

    /// The same point with bands fitted otherwise, where bands are fitted.
    fn other_fit(&self) -> Option<&Self> {
        let other = || self.resolved.with_other_fits().map(|other| Box::new(Self::new(other)));
        self.other_fit.get_or_init(other).as_deref()
    }

    /// Add what the fits of bands do to the errors, and say what they do to what has none.
    fn add_errors_of_fits(
        &self,
        results: &mut Results,
        task: Task,
        options: &Options,
        watch: Watch<'_>,
    ) -> Result<()> {
        let Some(other) = self.other_fit() else { return Ok(()) };
        let other = other.compute(task, &Options { other_band: false, ..options.clone() }, watch)?;
        results.widen(&other);
        if task == Task::Landscape {
            results.tell_changes(&PROFILES, &other);
        }
        Ok(())
    }

    /// The rotor against external loads (Ha/rad), those given or such as suit it: one landscape for all. What was stopped on the way
    /// is an error.
    ///
    /// # Errors
    /// Whatever is wrong with the input, and [`Error::NotConverged`] where there is no rate without a load. What does not converge
    /// under a load is told in [`Results::status`].
    pub fn load_curve(&self, loads: Option<&[f64]>, watch: Watch<'_>) -> Result<Results> {
        check_loads(loads.unwrap_or_default())?;
        let mut results = self.load_curve_of_fit(loads, watch)?;
        if let Some(other) = self.other_fit() {
            let loads: Vec<f64> = match results.axis(LOAD).map(|axis| &axis.coordinates) {
                Some(Coordinates::Numbers(loads)) => loads.clone(),
                _ => Vec::new(),
            };
            results.widen(&other.load_curve_of_fit(Some(&loads), watch)?);
        }
        Ok(results)
    }

    fn load_curve_of_fit(&self, loads: Option<&[f64]>, watch: Watch<'_>) -> Result<Results> {
        let landscape = self.landscape()?;
        let told = |progress| watch.tell(Progress::Loads(progress));
        let watch = kramers::Watch::new(watch.cancel(), &told);
        let inertia = self.resolved.rotor.moment_of_inertia;
        let found = load_curve(landscape, inertia, loads, &self.resolved.rate_options(), watch)?;
        load_results(&self.resolved, landscape, &found)
    }

    /// Run the trajectories of the study and set them beside its deterministic rate.
    ///
    /// # Errors
    /// As [`Ensemble::new`](crate::langevin::Ensemble::new), [`choose_dt`](trajectories::choose_dt) and
    /// [`run_keeping`](trajectories::run_keeping); [`Error::File`] if a checkpoint cannot be written.
    pub fn simulate(&self, options: &Options, watch: Watch<'_>) -> Result<Simulated> {
        let of_study = || self.resolved.simulation_options();
        let simulation = options.simulation.clone().unwrap_or_else(of_study);
        let found = self.rates(options, watch)?;
        let mut told = |progress| watch.tell(Progress::Trajectories(progress));
        let found = (*found).as_ref();
        let mut done =
            simulate(&self.resolved, self.landscape()?, found, &simulation, watch.cancel(), &mut told)?;
        if let (Ok(found), Some(other), false) = (found, self.other_fit(), watch.is_cancelled()) {
            let other = other.rates(options, watch)?;
            done.change_of_fits =
                (*other).as_ref().ok().map(|other| other.rotation_rate.value - found.rotation_rate.value);
        }
        Ok(done)
    }

    /// What trajectories told, by name, with the validity of the theory for a rotor that moves as they do.
    ///
    /// # Errors
    /// As [`Resolved::validity`].
    pub fn simulation_results(&self, found: &Simulated, options: &Options) -> Result<Results> {
        let landscape = self.landscape()?;
        let mut results = simulation_results(found);
        self.resolved.validity(landscape, found.velocity())?.put_into(&mut results);
        if options.other_band {
            results.validity.extend(self.resolved.band_assumption(landscape)?);
        }
        Ok(results)
    }

    /// The stationary state over the common grid of angles, found once; one that was stopped is not kept.
    fn rates(&self, options: &Options, watch: Watch<'_>) -> Result<Arc<Result<Rates>>> {
        if let Some(known) = self.rates.get() {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(self.found(&[], options, watch)?);
        if !watch.is_cancelled() {
            let _ = self.rates.set(Arc::clone(&found));
        }
        Ok(found)
    }

    /// The stationary state, its profiles at the angles `theta`, or why there is none.
    fn found(&self, theta: &[f64], options: &Options, watch: Watch<'_>) -> Result<Result<Rates>> {
        let mut asked = self.resolved.rate_options();
        asked.theta = theta.to_vec();
        asked.solver.parallel = !options.sequential;
        let told = |progress| watch.tell(Progress::Stationary(progress));
        let watch = kramers::Watch::new(watch.cancel(), &told);
        match rates_watched(self.landscape()?, self.resolved.rotor.moment_of_inertia, &asked, watch) {
            Err(error) if !matches!(error, Error::NotConverged { .. }) => Err(error),
            found => Ok(found),
        }
    }
}
