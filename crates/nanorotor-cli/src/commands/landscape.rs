//! Run `nanorotor landscape`: the functions of theta that the electrons make.

use nanorotor::study::{Results, landscape_results, theta_grid};
use nanorotor::units::System;
use nanorotor_figures::{LandscapeFigure, LeadCurrent, landscape_figure};

use crate::arguments::Landscape;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Landscape) -> Result<(), Failure> {
    let study = arguments.study.load_one_point()?;
    let resolved = study.resolve()?;
    let landscape = resolved.landscape()?;
    let theta = match &arguments.theta {
        Some(theta) => theta.clone(),
        None => theta_grid(resolved.rotor.period, arguments.points as usize),
    };
    if let Some(path) = &arguments.output.plot {
        // The picture always shows the whole period, whatever angles are printed.
        let whole = landscape_results(&resolved, &landscape, theta_grid(resolved.rotor.period, 512))?;
        output::write_figure(path, || landscape_figure(&figure(&whole, resolved.rotor.period)))?;
    }
    let results = landscape_results(&resolved, &landscape, theta)?;
    output::print(&results, arguments.output.format, arguments.output.system())
}

/// The results as the figure wants them: one whole period, its end included.
fn figure(results: &Results, period: f64) -> LandscapeFigure {
    let closed = |mut values: Vec<f64>| {
        values.extend(values.first().copied());
        values
    };
    let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(System::Practical));
    let mut theta = values("theta");
    if let Some(axis) = results.axis("theta")
        && let nanorotor::study::results::Coordinates::Numbers(angles) = &axis.coordinates
    {
        theta.clone_from(angles);
        theta.push(period);
    }
    let points = theta.len() - 1;
    let currents = values("currents");
    let leads = match results.axis("lead").map(|axis| &axis.coordinates) {
        Some(nanorotor::study::results::Coordinates::Names(names)) => names.clone(),
        _ => Vec::new(),
    };
    LandscapeFigure {
        units: nanorotor_figures::Units::Practical,
        theta,
        period,
        potential: closed(values("potential")),
        effective_temperature: closed(values("effective_temperature")),
        friction: closed(values("friction")),
        environment_friction: closed(values("environment_friction")),
        diffusion: closed(values("diffusion")),
        currents: leads
            .into_iter()
            .enumerate()
            .map(|(i, lead)| LeadCurrent {
                lead,
                values: closed(currents[i * points..(i + 1) * points].to_vec()),
            })
            .collect(),
    }
}
