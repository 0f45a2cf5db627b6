//! Run `nanorotor sensitivity`: why the rotor turns, and what would make it turn faster.

use std::sync::atomic::AtomicBool;

use nanorotor::kramers::{self, Watch};
use nanorotor::results::{SensitivityOptions, sensitivity_results};
use nanorotor_figures::{SensitivityFigure, sensitivity_figure};

use super::rate::in_words;
use crate::arguments::Sensitivity;
use crate::failure::Failure;
use crate::{output, progress};

pub(crate) fn run(arguments: &Sensitivity) -> Result<(), Failure> {
    let study = arguments.study.load_one_point()?.with_solver(|solver| arguments.solver.change(solver));
    output::check_figure(arguments.output.plot.as_deref())?;
    let options =
        SensitivityOptions { theta: arguments.theta.clone(), parameters: arguments.parameters.clone() };
    let bar = progress::bar("{spinner} {msg}");
    let log = progress::Log::new();
    let told = |progress: kramers::Progress| {
        bar.set_message(in_words(progress));
        bar.tick();
        log.tell(|| in_words(progress));
    };
    let never = AtomicBool::new(false);
    let found = sensitivity_results(&study, &options, Watch::new(&never, &told));
    bar.finish_and_clear();
    let results = found?;
    let system = arguments.output.system();
    output::print(&results, arguments.output.format, system)?;
    if let Some(path) = &arguments.output.plot {
        output::write_figure(path, || sensitivity_figure(&SensitivityFigure::of(&results, system)))?;
    }
    results.failure.map_or(Ok(()), |failure| Err(failure.into()))
}
