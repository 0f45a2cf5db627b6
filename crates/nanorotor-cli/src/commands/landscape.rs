//! Run `nanorotor landscape`: the functions of theta that the electrons make.

use nanorotor::quantity::Task;
use nanorotor::results::{Options, Point, Watch, theta_grid};
use nanorotor_figures::{ElectronsFigure, LandscapeFigure, electrons_figure, landscape_figure};

use crate::arguments::{Landscape, Shown};
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Landscape) -> Result<(), Failure> {
    let study = arguments.study.load_one_point()?;
    output::check_figure(arguments.output.plot.as_deref())?;
    let point = Point::new(study.resolve()?);
    let period = point.resolved().rotor.period;
    let compute = |theta: Vec<f64>, other_band: bool| {
        let options = Options { theta: Some(theta), other_band, ..Options::default() };
        point.compute(Task::Landscape, &options, Watch::default())
    };
    if let Some(path) = &arguments.output.plot {
        // The picture always shows the whole period, whatever angles are printed.
        let whole = compute(theta_grid(period, 512), false)?;
        let system = arguments.output.system();
        output::write_figure(path, || match arguments.show {
            Shown::Landscape => landscape_figure(&LandscapeFigure::of(&whole, period, system)),
            Shown::Electrons => electrons_figure(&ElectronsFigure::of(&whole, period, system)),
        })?;
    }
    let theta = arguments.theta.clone();
    let results = compute(theta.unwrap_or_else(|| theta_grid(period, arguments.points as usize)), true)?;
    output::print(&results, arguments.output.format, arguments.output.system())
}
