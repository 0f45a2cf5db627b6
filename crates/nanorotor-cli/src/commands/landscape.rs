//! Run `nanorotor landscape`: the functions of theta that the electrons make.

use nanorotor::quantity::{System, Task};
use nanorotor::results::{Coordinates, Options, Point, Results, Watch, theta_grid};
use nanorotor_figures::{LandscapeFigure, LeadValues, Units, landscape_figure};

use crate::arguments::Landscape;
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
        output::write_figure(path, || landscape_figure(&figure(&whole, period, arguments.output.system())))?;
    }
    let theta = arguments.theta.clone();
    let results = compute(theta.unwrap_or_else(|| theta_grid(period, arguments.points as usize)), true)?;
    output::print(&results, arguments.output.format, arguments.output.system())
}

/// The results as the figure wants them.
fn figure(results: &Results, period: f64, system: System) -> LandscapeFigure {
    let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(system));
    let theta = match results.axis("theta").map(|axis| &axis.coordinates) {
        Some(Coordinates::Numbers(angles)) => angles.clone(),
        _ => Vec::new(),
    };
    let leads = match results.axis("lead").map(|axis| &axis.coordinates) {
        Some(Coordinates::Names(names)) => names.clone(),
        _ => Vec::new(),
    };
    let of_leads = |name: &str| {
        let values = values(name);
        let rows = leads.iter().zip(values.chunks(theta.len().max(1)));
        rows.map(|(lead, values)| LeadValues { lead: lead.clone(), values: values.to_vec() }).collect()
    };
    LandscapeFigure {
        units: match system {
            System::Practical => Units::Practical,
            System::Atomic => Units::Atomic,
        },
        period,
        potential: values("potential"),
        effective_temperature: values("effective_temperature"),
        torque: values("torque"),
        total_torque: values("total_torque"),
        friction: values("friction"),
        environment_friction: values("environment_friction"),
        diffusion: values("diffusion"),
        currents: of_leads("currents"),
        emissivities: of_leads("emissivity"),
        theta,
    }
}
