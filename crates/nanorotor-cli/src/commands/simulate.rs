//! Run `nanorotor simulate`: trajectories with error bars, set beside the deterministic rate.

use std::sync::atomic::{AtomicBool, Ordering};

use nanorotor::Landscape;
use nanorotor::langevin::{Ensemble, Options, burn_in_time};
use nanorotor::observables::Regime;
use nanorotor::observables::trajectories::{Outcome, Stage};
use nanorotor::quantity::rough;
use nanorotor::results::{self, Point, Progress, Simulated, SimulationOptions, Watch};
use nanorotor::study::{Length, Resolved};
use nanorotor::units::TIME_IN_NANOSECONDS;
use nanorotor_figures::{Text, TrajectoriesFigure, Trajectory, trajectories_figure};

use crate::arguments::Simulate;
use crate::failure::{Failure, NOTHING_MEASURED, note};
use crate::output::{self, simulated};
use crate::progress;
use crate::signals::stop_when_asked;

/// How many trajectories are drawn, over how many samples.
const DRAWN: usize = 3;
const SAMPLES: usize = 1200;
/// How many hops each of them makes on average, and the most steps that are taken to see them.
const HOPS: f64 = 20.0;
const MOST_STEPS: f64 = 2e7;

pub(crate) fn run(arguments: &Simulate) -> Result<(), Failure> {
    let cancel = stop_when_asked(NOTHING_MEASURED);
    let study = arguments.study.load_one_point()?;
    output::check_figure(arguments.output.plot.as_deref())?;
    let point = Point::new(study.resolve()?);
    let (resolved, landscape) = (point.resolved(), point.landscape()?);
    let mut options = resolved.simulation_options();
    if let Some(time) = arguments.time {
        options.length = Length::TotalTime(time);
    }
    options.dt = arguments.dt.or(options.dt);
    options.trajectories = arguments.trajectories.map(|n| n as usize);
    options.seed = arguments.seed.unwrap_or(options.seed);
    options.kernel = arguments.kernel;

    if let Some(regime) = regime(resolved, landscape) {
        note(&regime);
    }
    if let Some(long) = long_burn_in(resolved, landscape, &options) {
        note(&long);
    }
    let bar = progress::bar("{msg} {bar:40} {pos}/{len} ns  {per_sec}, {eta} left");
    let log = progress::Log::new();
    let told = |progress: Progress| {
        let Progress::Trajectories(progress) = progress else { return };
        let nanoseconds = |time: f64| (time * TIME_IN_NANOSECONDS).min(u64::MAX as f64) as u64;
        let (what, done, all) = match progress.stage {
            Stage::TimeStep => {
                ("trial of a time step:", progress.burnt + progress.done, progress.burn_in + progress.needed)
            }
            Stage::Run if progress.burnt < progress.burn_in => ("burn-in", progress.burnt, progress.burn_in),
            Stage::Run => ("measured", progress.done, progress.needed),
        };
        bar.set_message(what);
        bar.set_length(nanoseconds(all));
        bar.set_position(nanoseconds(done));
        log.tell(|| format!("{what} {} of {} ns", nanoseconds(done), nanoseconds(all)));
    };
    let options =
        results::Options { simulation: Some(options), other_band: true, ..results::Options::default() };
    let found = point.simulate(&options, Watch::new(&cancel, &told));
    bar.finish_and_clear();
    let found = match found {
        Err(_) if cancel.load(Ordering::Relaxed) => return Err(Failure::Interrupted { measured: false }),
        Ok(found) if found.outcome == Outcome::Cancelled && found.total_time == 0.0 => {
            return Err(Failure::Interrupted { measured: false });
        }
        found => found?,
    };
    let results = point.simulation_results(&found, &options)?;
    let (format, system) = (arguments.output.format, arguments.output.system());
    output::write(&simulated::text(resolved, &found, results, format, system)?)?;
    if let Some(path) = &arguments.output.plot
        && found.outcome != Outcome::Cancelled
    {
        let figure = recorded(resolved, landscape, &found, &cancel)?;
        // What was recorded until then shows less than was asked for.
        if cancel.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted { measured: true });
        }
        output::write_figure(path, || trajectories_figure(&figure))?;
    }
    let needed = match found.outcome {
        Outcome::Cancelled => return Err(Failure::Interrupted { measured: true }),
        Outcome::Exhausted { needed } => Some(needed),
        Outcome::Reached => {
            let short = [found.rotational_diffusion.err(), found.revolution.err(), found.hop.err()];
            short.into_iter().flatten().map(|short| short.needed_time).reduce(f64::max)
        }
    };
    match needed {
        None => Ok(()),
        Some(needed) => Err(Failure::TooShort { needed: needed * TIME_IN_NANOSECONDS }),
    }
}

/// What to say of friction that is negative at some angles.
pub(super) fn regime(resolved: &Resolved, landscape: &Landscape) -> Option<String> {
    let regime = Regime::of(landscape, resolved.rotor.moment_of_inertia).in_words()?;
    Some(format!("the friction is negative at some angles: {regime}"))
}

/// What to say of a burn-in that takes longer than what is measured, where it is known how long that is.
pub(super) fn long_burn_in(
    resolved: &Resolved,
    landscape: &Landscape,
    options: &SimulationOptions,
) -> Option<String> {
    let trajectories = options.trajectories.unwrap_or(Options::new(0.0).trajectories) as f64;
    let burn_in = burn_in_time(landscape, resolved.rotor.moment_of_inertia);
    let Length::TotalTime(measured) = options.length else { return None };
    if burn_in.is_infinite() {
        return Some(
            "nothing brakes the rotor: it never forgets how it began, and no burn-in is long enough".into(),
        );
    }
    (burn_in * trajectories > measured).then(|| {
        format!(
            "the burn-in takes {} times as long as what is measured: each of {trajectories} trajectories runs {:.3} ns, thirty \
             relaxation times, before it counts; ask for more time, or for fewer trajectories",
            rough(burn_in * trajectories / measured),
            burn_in * TIME_IN_NANOSECONDS
        )
    })
}

/// A few trajectories over a stretch in which they hop some times.
fn recorded(
    resolved: &Resolved,
    landscape: &Landscape,
    found: &Simulated,
    cancel: &AtomicBool,
) -> Result<TrajectoriesFigure, Failure> {
    let inertia = resolved.rotor.moment_of_inertia;
    let options = Options {
        trajectories: DRAWN,
        seed: found.seed,
        origin: Some(found.counter_origin),
        kernel: Some(found.kernel),
        ..Options::new(found.dt)
    };
    let hops = found.hop.as_ref().map_or(0.0, |counted| (counted.forward + counted.back) as f64);
    // Where too few were seen to tell how often they come, as long as each trajectory was measured.
    let span = if hops > 0.0 {
        HOPS * found.total_time / hops
    } else {
        found.total_time / found.trajectories.max(1) as f64
    };
    let span = span.clamp(SAMPLES as f64 * found.dt, MOST_STEPS * found.dt);
    let recording = Ensemble::new(landscape, inertia, &options)?.record_over(span, SAMPLES, cancel)?;
    let time: Vec<f64> = recording.time.iter().map(|t| t * TIME_IN_NANOSECONDS).collect();
    let trajectories = recording
        .turns
        .into_iter()
        .map(|revolutions| Trajectory { label: None::<Text>, time: time.clone(), revolutions })
        .collect();
    Ok(TrajectoriesFigure { trajectories })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use nanorotor::study::Study;

    use super::*;

    #[test]
    fn the_stretch_that_is_drawn_shows_hops_and_few_lines() {
        // The preset hops within picoseconds, ten times its friction slows it.
        for friction in ["5 au", "50 au"] {
            let study = Study::preset("preston2023").unwrap().with("xi_solv", friction).unwrap();
            let point = Point::new(study.resolve().unwrap());
            let simulation = SimulationOptions {
                length: Length::TotalTime(1e9),
                dt: Some(1000.0),
                ..point.resolved().simulation_options()
            };
            let options = results::Options { simulation: Some(simulation), ..results::Options::default() };
            let found = point.simulate(&options, Watch::default()).unwrap();
            let (resolved, landscape) = (point.resolved(), point.landscape().unwrap());
            let drawn = recorded(resolved, landscape, &found, &AtomicBool::new(false)).unwrap().trajectories;
            assert_eq!(drawn.len(), DRAWN);
            let hops: usize = drawn.iter().map(|trajectory| hops(&trajectory.revolutions)).sum();
            // Twenty each are meant; hops come in bursts.
            assert!((15..=180).contains(&hops), "{friction}: {hops}");
        }
    }

    /// How often the angle has gone half a revolution, the preset's period.
    fn hops(revolutions: &[f64]) -> usize {
        let mut at = revolutions[0];
        let mut count = 0;
        for turned in revolutions {
            while (turned - at).abs() >= 0.5 {
                at += 0.5 * (turned - at).signum();
                count += 1;
            }
        }
        count
    }
}
