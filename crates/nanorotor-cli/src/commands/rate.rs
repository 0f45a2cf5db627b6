//! Run `nanorotor rate`: how fast the motor turns, without noise.

use nanorotor::quantity::System;
use nanorotor::results::Results;
use nanorotor::results::{THETA_POINTS, rate_results, theta_grid};
use nanorotor::{Error, Landscape};
use nanorotor_figures::{RateFigure, Units, rate_figure};

use crate::arguments::{Format, Rate};
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Rate) -> Result<(), Failure> {
    let study = arguments.study.load_one_point()?.with_solver(|solver| arguments.solver.change(solver));
    output::check_figure(arguments.output.plot.as_deref())?;
    let resolved = study.resolve()?;
    let landscape = resolved.landscape()?;
    let mut options = resolved.rate_options();
    options.passage |= arguments.passage;
    options.theta = arguments.theta.clone().unwrap_or_default();
    let mut results = rate_results(&resolved, &landscape, &options)?;
    let whole = arguments.theta.is_none().then(|| results.clone());
    results.validity.extend(resolved.band_assumption(&landscape)?);
    let format = arguments.output.format;
    if format == Format::Table && arguments.theta.is_none() {
        // 256 lines of a curve would scroll the answer away.
        results.variables.retain(|variable| !variable.axes.iter().any(|axis| axis == "theta"));
    }
    output::print(&results, format, arguments.output.system())?;
    let has_answer = !matches!(results.failure, Some(Error::NotConverged { .. }));
    if let Some(path) = arguments.output.plot.as_ref().filter(|_| has_answer) {
        // The picture always shows the whole period, whatever angles are printed.
        let whole = match whole {
            Some(whole) => whole,
            None => rate_results(&resolved, &landscape, &resolved.rate_options())?,
        };
        output::write_figure(path, || rate_figure(&figure(&whole, &landscape)))?;
    }
    results.failure.map_or(Ok(()), |failure| Err(failure.into()))
}

fn figure(results: &Results, landscape: &Landscape) -> RateFigure {
    let theta = theta_grid(landscape.stated_period(), THETA_POINTS);
    let energy = nanorotor::units::HARTREE_IN_EV;
    let along = |f: &dyn Fn(f64) -> f64| theta.iter().map(|&theta| f(theta) * energy).collect::<Vec<_>>();
    let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(System::Practical));
    RateFigure {
        units: Units::Practical,
        period: landscape.stated_period(),
        potential: along(&|theta| landscape.potential().value(theta)),
        total_torque: along(&|theta| landscape.force().value(theta)),
        density: values("density"),
        kinetic_temperature: values("kinetic_temperature"),
        effective_temperature: along(&|theta| landscape.effective_temperature(theta)),
        theta,
    }
}
