//! Draw the rotation rate against dihedral angle and voltage: Figures 4 and 6 of Preston & Kosov (2023).

use nanorotor::results::Results;

use super::{missing, one_axis};
use nanorotor_figures::Axis;
use nanorotor_figures::Colour;
use nanorotor_figures::Panel;
use nanorotor_figures::Text;
use nanorotor_figures::show::reading::{Reader, SweptAxis};
use nanorotor_figures::show::sweep::{ROTATION_RATE, line, measured};
use nanorotor_figures::{Figure, Width};
use nanorotor_figures::{FigureError, NamedFigure};

/// Figure 4: the rotation rate against the dihedral angle at 5 V.
///
/// `curve` is the task `rate` swept over `phi`, `points` the task `simulate`.
///
/// # Errors
/// [`FigureError::Missing`] where the results have no such sweep or rate.
pub fn figure_4(curve: &Results, points: Option<&Results>) -> Result<NamedFigure, FigureError> {
    let caption = "Rotation rate R as a function of the dihedral angle φ. Voltage 5 V.";
    rates("figure_4", "phi", Axis::angle("*φ*"), caption, curve, points)
}

/// Figure 6: the rotation rate against the voltage at φ = −π/4.
///
/// `curve` is the task `rate` swept over `V`, `points` the task `simulate`.
///
/// # Errors
/// As [`figure_4`].
pub fn figure_6(curve: &Results, points: Option<&Results>) -> Result<NamedFigure, FigureError> {
    let caption = "Rotation rate R as a function of the voltage V. Dihedral angle φ = −π/4.";
    rates("figure_6", "V", Axis::new("*V*", "V"), caption, curve, points)
}

fn rates(
    name: &str,
    axis: &str,
    abscissa: Axis,
    caption: &str,
    curve: &Results,
    points: Option<&Results>,
) -> Result<NamedFigure, FigureError> {
    let exact = Reader::new(curve);
    let simulated = points.map(Reader::new);
    let ordinate = ROTATION_RATE.axis(&exact);
    let panel = rate_panel(&exact, simulated.as_ref(), axis, Panel::new(abscissa, ordinate))?.height(52.0);
    let mut caption = caption.to_owned();
    if simulated.is_some() {
        caption.push_str(BOTH);
    }
    caption.push_str(&exact.remarks(&["rotation_rate"]));
    Ok(NamedFigure::new(name, Figure::new(Width::SingleColumn, vec![panel]), caption))
}

/// What a caption says about a curve with points on it.
pub(super) const BOTH: &str = " Line: deterministic; points: trajectories with one standard error.";

/// Add the curve and the points of the rotation rate to a panel.
pub(super) fn rate_panel(
    exact: &Reader<'_>,
    simulated: Option<&Reader<'_>>,
    axis: &str,
    panel: Panel,
) -> Result<Panel, FigureError> {
    let over: &SweptAxis = one_axis(exact, axis)?;
    let values = ROTATION_RATE.values(exact).ok_or_else(|| missing("rotation rate", axis))?;
    let mut curves = line(&over.values, &values);
    if let Some(simulated) = simulated {
        let over = one_axis(simulated, axis)?;
        let found =
            ROTATION_RATE.simulated(simulated).ok_or_else(|| missing("simulated rotation rate", axis))?;
        curves[0] = curves[0].clone().label(Text::plain("deterministic"));
        let points = measured(&over.values, &found).colour(Colour::PALETTE[1]);
        curves.push(points.label(Text::plain("trajectories")));
    }
    Ok(curves.into_iter().fold(panel, Panel::curve))
}
