//! Run `nanorotor rate`: how fast the motor turns, without noise.

use std::sync::atomic::AtomicBool;

use nanorotor::quantity::Task;
use nanorotor::results::{Options, Point, Progress, Watch};
use nanorotor::study::Study;
use nanorotor::{Error, kramers};
use nanorotor_figures::{RateFigure, UncertainFigure, rate_figure, uncertain_figure};

use crate::arguments::{Format, Rate};
use crate::failure::Failure;
use crate::{output, progress};

pub(crate) fn run(arguments: &Rate) -> Result<(), Failure> {
    let mut study = arguments.study.load_one_point()?.with_solver(|solver| arguments.solver.change(solver));
    if arguments.passage {
        study = study.with_passage(true);
    }
    output::check_figure(arguments.output.plot.as_deref())?;
    if arguments.uncertain {
        return uncertain(&study, arguments);
    }
    let point = Point::new(study.resolve()?);
    let bar = progress::bar("{spinner} {msg}");
    let log = progress::Log::new();
    let told = |progress: Progress| {
        if let Progress::Stationary(progress) = progress {
            bar.set_message(in_words(progress));
            bar.tick();
            log.tell(|| in_words(progress));
        }
    };
    let never = AtomicBool::new(false);
    let compute = |theta: Option<Vec<f64>>, other_band: bool| {
        let options = Options { theta, other_band, ..Options::default() };
        point.compute(Task::Rate, &options, Watch::new(&never, &told))
    };
    let found = compute(arguments.theta.clone(), true);
    bar.finish_and_clear();
    let mut results = found?;
    let whole = arguments.theta.is_none().then(|| results.clone());
    let format = arguments.output.format;
    if format == Format::Table {
        // 256 lines of a curve would scroll the answer away; how fine the solution is stands beside the method.
        let is_curve = |axes: &[String]| arguments.theta.is_none() && axes.iter().any(|axis| axis == "theta");
        let is_said = |name: &str| ["hermite_levels", "fourier_modes"].contains(&name);
        results.variables.retain(|variable| !is_curve(&variable.axes) && !is_said(&variable.name));
    }
    output::print(&results, format, arguments.output.system())?;
    let has_answer = !matches!(results.failure, Some(Error::NotConverged { .. }));
    if let Some(path) = arguments.output.plot.as_ref().filter(|_| has_answer) {
        // The picture always shows the whole period, whatever angles are printed.
        let whole = match whole {
            Some(whole) => whole,
            None => compute(None, false)?,
        };
        let landscape = point.landscape()?;
        output::write_figure(path, || rate_figure(&RateFigure::of(&whole, landscape)))?;
    }
    results.failure.map_or(Ok(()), |failure| Err(failure.into()))
}

/// What the uncertain parameters do to the rotation rate.
fn uncertain(study: &Study, arguments: &Rate) -> Result<(), Failure> {
    if !arguments.of.is_empty() && arguments.output.format == Format::Csv {
        return Err(Failure::Usage {
            what: "what is uncertain of --of has no rows in CSV".into(),
            hint: "take --format json".into(),
        });
    }
    let bar = progress::bar("{spinner} {msg}");
    let log = progress::Log::new();
    let told = |(done, all): (usize, usize)| {
        let words = || format!("sample {done} of {all}");
        bar.set_message(words());
        bar.tick();
        log.tell(words);
    };
    let never = AtomicBool::new(false);
    let watch = kramers::Watch::new(&never, &told);
    let (format, system) = (arguments.output.format, arguments.output.system());
    let all = super::sensitivity::asked(study, &arguments.of);
    let of: Vec<&str> = all.iter().map(String::as_str).collect();
    let found = nanorotor::design::uncertain(study, &of, Some(arguments.samples as usize), system, watch);
    bar.finish_and_clear();
    let (results, others, samples) = found?;
    if of.is_empty() {
        output::print(&results, format, system)?;
    } else {
        output::print_with_uncertain(&results, &others, format, system)?;
    }
    let Some(path) = &arguments.output.plot else { return Ok(()) };
    output::write_figure(path, || uncertain_figure(&UncertainFigure::of(study, &results, &samples, system)))
}

/// How far the search for the stationary state is.
pub(super) fn in_words(progress: kramers::Progress) -> String {
    let kramers::Progress { round, unknowns, error, tolerance } = progress;
    let reached = if error.is_finite() {
        format!(", relative error {error:.1e}, {tolerance:.0e} asked for")
    } else {
        String::new()
    };
    format!("mesh {round}: {unknowns} unknowns{reached}")
}
