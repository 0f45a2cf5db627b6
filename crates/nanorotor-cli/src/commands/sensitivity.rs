//! Run `nanorotor sensitivity`: why the rotor turns, and what would make it turn faster.

use std::sync::atomic::AtomicBool;

use nanorotor::design::{derivatives, usual};
use nanorotor::kramers::{self, Watch};
use nanorotor::quantity::THETA;
use nanorotor::results::{SensitivityOptions, sensitivity_results};
use nanorotor::study::Study;
use nanorotor_figures::{SensitivityFigure, sensitivity_figure};

use super::rate::in_words;
use crate::arguments::{Format, Sensitivity};
use crate::failure::Failure;
use crate::{output, progress};

pub(crate) fn run(arguments: &Sensitivity) -> Result<(), Failure> {
    let study = arguments.study.load_one_point()?.with_solver(|solver| arguments.solver.change(solver));
    output::check_figure(arguments.output.plot.as_deref())?;
    if !arguments.of.is_empty() && arguments.output.format == Format::Csv {
        return Err(Failure::Usage {
            what: "the derivatives of --of have no rows in CSV".into(),
            hint: "take --format json".into(),
        });
    }
    let bar = progress::bar("{spinner} {msg}");
    let log = progress::Log::new();
    let told = |progress: kramers::Progress| {
        bar.set_message(in_words(progress));
        bar.tick();
        log.tell(|| in_words(progress));
    };
    let never = AtomicBool::new(false);
    let compute = |theta: Option<Vec<f64>>| {
        let options = SensitivityOptions { theta, parameters: arguments.parameters.clone() };
        sensitivity_results(&study, &options, Watch::new(&never, &told))
    };
    let found = compute(arguments.theta.clone());
    bar.finish_and_clear();
    let results = found?;
    let (format, system) = (arguments.output.format, arguments.output.system());
    let mut printed = results.clone();
    if format == Format::Table && arguments.theta.is_none() {
        // 256 lines of curves would scroll the answer away.
        printed.variables.retain(|variable| variable.axes.iter().all(|axis| axis != THETA));
    }
    if arguments.of.is_empty() {
        output::print(&printed, format, system)?;
    } else {
        let all = asked(&study, &arguments.of);
        let of: Vec<&str> = all.iter().map(String::as_str).collect();
        let parameters = arguments.parameters.as_deref();
        let found = derivatives(&study, &of, parameters, system, &never)?;
        output::print_with_derivatives(&printed, &found, format, system)?;
    }
    if let Some(path) = &arguments.output.plot {
        // The picture always shows the whole period, whatever angles are printed.
        let whole = if arguments.theta.is_some() { compute(None)? } else { results };
        output::write_figure(path, || sensitivity_figure(&SensitivityFigure::of(&whole, system)))?;
    }
    printed.failure.map_or(Ok(()), |failure| Err(failure.into()))
}

/// The formulas that are asked for, with those that `all` stands for; each once.
pub(super) fn asked(study: &Study, of: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for formula in of.iter().flat_map(|of| if of == "all" { usual(study) } else { vec![of.clone()] }) {
        if !all.contains(&formula) {
            all.push(formula);
        }
    }
    all
}
