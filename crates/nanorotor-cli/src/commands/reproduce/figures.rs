//! Draw the figures of the paper whose results are there.

use nanorotor::langevin::Kernel;
use nanorotor::overdamped;
use nanorotor::reproduction::recordings;
use nanorotor::results::Results;
use nanorotor::study::Study;
use nanorotor::units::TIME_IN_NANOSECONDS;
use nanorotor_figures::paper::{self, Counted};
use nanorotor_figures::{NamedFigure, Trajectory};

use crate::failure::Failure;

/// A figure, its heading, and the names of the parts that it shows.
pub(super) type Drawn = (&'static str, NamedFigure, Vec<&'static str>);

/// Every figure of which `found` has at least the curves, in the order of the paper.
pub(super) fn all<'a>(
    found: &dyn Fn(&str) -> Option<&'a Results>,
    kernel: Option<Kernel>,
) -> Result<Vec<Drawn>, Failure> {
    let mut drawn: Vec<Drawn> = Vec::new();
    if let Some(results) = found("figure_2") {
        drawn.push(("Figure 2", paper::figure_2(results)?, vec!["figure_2"]));
    }
    if let Some(results) = found("figure_3") {
        drawn.push(("Figure 3", paper::figure_3(results)?, vec!["figure_3"]));
    }
    if let Some(curve) = found("figure_4") {
        let figure = paper::figure_4(curve, found("figure_4_trajectories"))?;
        drawn.push(("Figure 4", figure, vec!["figure_4", "figure_4_trajectories"]));
    }
    if found("figure_4_trajectories").is_some() {
        drawn.push(("Figure 5", figure_5(kernel)?, vec!["figure_5"]));
    }
    if let Some(curve) = found("figure_6") {
        let figure = paper::figure_6(curve, found("figure_6_trajectories"))?;
        drawn.push(("Figure 6", figure, vec!["figure_6", "figure_6_trajectories"]));
    }
    if let Some(curve) = found("figure_7") {
        let (passages, points) = (found("figure_7_passage"), found("figure_7_trajectories"));
        let figure = paper::figure_7(curve, passages, points, Some(overdamped_limit()?))?;
        drawn.push(("Figure 7", figure, vec!["figure_7", "figure_7_passage", "figure_7_trajectories"]));
    }
    if let Some(curve) = found("open_bottom") {
        let counted = found("open_bottom_trajectories")
            .zip(found("open_bottom_origins"))
            .map(|(from_minimum, from_each_origin)| Counted { from_minimum, from_each_origin });
        let parts = vec!["open_bottom", "open_bottom_trajectories", "open_bottom_origins"];
        drawn.push(("What the paper leaves open", paper::open_question(curve, counted)?, parts));
    }
    Ok(drawn)
}

fn figure_5(kernel: Option<Kernel>) -> Result<NamedFigure, Failure> {
    let recorded: Vec<(f64, Trajectory)> = recordings(kernel)?
        .into_iter()
        .map(|r| (r.phi, Trajectory { label: None, time: r.time, revolutions: r.turns }))
        .collect();
    Ok(paper::figure_5(&recorded))
}

/// R of the preset for I → 0, in revolutions per ns.
fn overdamped_limit() -> Result<f64, Failure> {
    let landscape = Study::preset("preston2023")?.resolve()?.landscape()?;
    let (rate, _) = overdamped::solve(&landscape, &overdamped::Options::default())?.rotation_rate();
    Ok(rate / TIME_IN_NANOSECONDS)
}
