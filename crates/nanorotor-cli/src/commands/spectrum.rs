//! Run `nanorotor spectrum`: transmissions, densities of states and resonances.

use nanorotor::results::{spectrum_results, theta_grid};
use nanorotor_figures::{SpectrumFigure, spectrum_figure};

use crate::arguments::Spectrum;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Spectrum) -> Result<(), Failure> {
    let study = arguments.study.load_one_point()?;
    output::check_figure(arguments.output.plot.as_deref())?;
    let resolved = study.resolve()?;
    let theta = match &arguments.theta {
        Some(theta) => theta.clone(),
        None => theta_grid(resolved.rotor.period, arguments.points as usize),
    };
    let results = spectrum_results(&resolved, theta, arguments.energies.clone().map(|energies| energies.0))?;
    let system = arguments.output.system();
    if let Some(path) = &arguments.output.plot {
        output::write_figure(path, || spectrum_figure(&SpectrumFigure::of(&results, system)))?;
    }
    output::print(&results, arguments.output.format, system)
}
