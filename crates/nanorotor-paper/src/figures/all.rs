//! Draw the figures of the paper whose results are there.

use nanorotor::langevin::Kernel;
use nanorotor::overdamped;
use nanorotor::results::Results;
use nanorotor::study::Study;
use nanorotor::units::TIME_IN_NANOSECONDS;
use nanorotor_figures::{NamedFigure, Trajectory};

use super::{Counted, figure_2, figure_3, figure_4, figure_5, figure_6, figure_7, open_question};
use crate::error::Error;
use crate::recordings::recordings;

/// A figure of the report.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Its heading.
    pub title: &'static str,
    /// The figure itself.
    pub figure: NamedFigure,
    /// The names of the parts that it shows.
    pub parts: Vec<&'static str>,
}

/// Every figure of which `found` has at least the curves, in the order of the paper.
///
/// What needs no sweep, the recordings of Fig. 5 and the limit I → 0 of Fig. 7, is computed here.
///
/// # Errors
/// [`Error::Computed`] where that fails, [`Error::Figure`] where results lack what their figure shows.
pub fn all<'a>(
    found: &dyn Fn(&str) -> Option<&'a Results>,
    kernel: Option<Kernel>,
) -> Result<Vec<Drawn>, Error> {
    let mut drawn: Vec<Drawn> = Vec::new();
    let mut draw = |title, figure, parts: &[&'static str]| {
        drawn.push(Drawn { title, figure, parts: parts.to_vec() });
    };
    if let Some(results) = found("figure_2") {
        draw("Figure 2", figure_2(results)?, &["figure_2"]);
    }
    if let Some(results) = found("figure_3") {
        draw("Figure 3", figure_3(results)?, &["figure_3"]);
    }
    if let Some(curve) = found("figure_4") {
        let figure = figure_4(curve, found("figure_4_trajectories"))?;
        draw("Figure 4", figure, &["figure_4", "figure_4_trajectories"]);
    }
    if found("figure_4_trajectories").is_some() {
        draw("Figure 5", figure_5(&recorded(kernel)?), &["figure_5"]);
    }
    if let Some(curve) = found("figure_6") {
        let figure = figure_6(curve, found("figure_6_trajectories"))?;
        draw("Figure 6", figure, &["figure_6", "figure_6_trajectories"]);
    }
    if let Some(curve) = found("figure_7") {
        let (passages, points) = (found("figure_7_passage"), found("figure_7_trajectories"));
        let figure = figure_7(curve, passages, points, Some(overdamped_limit()?))?;
        draw("Figure 7", figure, &["figure_7", "figure_7_passage", "figure_7_trajectories"]);
    }
    if let Some(curve) = found("open_bottom") {
        let counted = found("open_bottom_trajectories")
            .zip(found("open_bottom_origins"))
            .map(|(from_minimum, from_each_origin)| Counted { from_minimum, from_each_origin });
        let parts = ["open_bottom", "open_bottom_trajectories", "open_bottom_origins"];
        draw("What the paper leaves open", open_question(curve, counted)?, &parts);
    }
    Ok(drawn)
}

/// The trajectories of Fig. 5, each with its angle φ.
fn recorded(kernel: Option<Kernel>) -> Result<Vec<(f64, Trajectory)>, Error> {
    let recorded = recordings(kernel)?.into_iter();
    Ok(recorded.map(|r| (r.phi, Trajectory { label: None, time: r.time, revolutions: r.turns })).collect())
}

/// R of the preset for I → 0, in revolutions per ns.
fn overdamped_limit() -> nanorotor::Result<f64> {
    let landscape = Study::preset("preston2023")?.resolve()?.landscape()?;
    let (rate, _) = overdamped::solve(&landscape, &overdamped::Options::default())?.rotation_rate();
    Ok(rate / TIME_IN_NANOSECONDS)
}
