//! Run `nanorotor load`: the motor against an external load.

use std::sync::atomic::AtomicBool;

use nanorotor::results::{Point, Progress, Watch};
use nanorotor_figures::{LoadFigure, load_figure};

use super::rate::in_words;
use crate::arguments::Load;
use crate::failure::Failure;
use crate::{output, progress};

pub(crate) fn run(arguments: &Load) -> Result<(), Failure> {
    let study = arguments.study.load_one_point()?.with_solver(|solver| arguments.solver.change(solver));
    output::check_figure(arguments.output.plot.as_deref())?;
    let point = Point::new(study.resolve()?);
    let bar = progress::bar("{spinner} {msg}");
    let log = progress::Log::new();
    let told = |progress: Progress| {
        if let Progress::Loads(progress) = progress {
            let message = || format!("load {}, {}", progress.solved + 1, in_words(progress.of));
            bar.set_message(message());
            bar.tick();
            log.tell(message);
        }
    };
    let never = AtomicBool::new(false);
    let loads = arguments.loads.as_ref().map(|loads| loads.0.as_slice());
    let found = point.load_curve(loads, Watch::new(&never, &told));
    bar.finish_and_clear();
    let results = found?;
    let system = arguments.output.system();
    output::print(&results, arguments.output.format, system)?;
    if let Some(path) = &arguments.output.plot {
        output::write_figure(path, || load_figure(&LoadFigure::of(&results, system)))?;
    }
    results.failure.map_or(Ok(()), |failure| Err(failure.into()))
}
