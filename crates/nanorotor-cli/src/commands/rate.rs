//! Run `nanorotor rate`: how fast the motor turns, without noise.

use nanorotor::Landscape;
use nanorotor::study::results::Results;
use nanorotor::study::{THETA_POINTS, rate_results, theta_grid};
use nanorotor::units::System;
use nanorotor_figures::{RateFigure, Units, rate_figure};

use crate::arguments::Rate;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Rate) -> Result<(), Failure> {
    let study = arguments.study.load_one_point()?;
    output::check_figure(arguments.output.plot.as_deref())?;
    let resolved = study.resolve()?;
    let landscape = resolved.landscape()?;
    let mut results = rate_results(&resolved, &landscape)?;
    results.validity = resolved.assumptions(&landscape)?;
    output::print(&results, arguments.output.format, arguments.output.system())?;
    if let Some(failure) = results.failure {
        return Err(failure.into());
    }
    if let Some(path) = &arguments.output.plot {
        output::write_figure(path, || rate_figure(&figure(&results, &landscape)))?;
    }
    Ok(())
}

fn figure(results: &Results, landscape: &Landscape) -> RateFigure {
    let theta = theta_grid(landscape.period(), THETA_POINTS);
    let energy = nanorotor::units::HARTREE_IN_EV;
    let along = |f: &dyn Fn(f64) -> f64| theta.iter().map(|&theta| f(theta) * energy).collect::<Vec<_>>();
    let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(System::Practical));
    RateFigure {
        units: Units::Practical,
        period: landscape.period(),
        potential: along(&|theta| landscape.potential().value(theta)),
        density: values("density"),
        kinetic_temperature: values("kinetic_temperature"),
        effective_temperature: along(&|theta| landscape.effective_temperature(theta)),
        theta,
    }
}
