//! Draw the figures of Preston & Kosov (2023), in the paper's layout, from results of the study `preston2023`.

mod all;
mod directionality;
mod open_question;
mod rates;

pub use all::{Drawn, all};
pub use directionality::figure_7;
pub use open_question::{Counted, PAPER_DIRECTIONALITY, open_question};
pub use rates::{figure_4, figure_6};

use nanorotor::results::Results;

use nanorotor_figures::Text;
use nanorotor_figures::show::names;
use nanorotor_figures::show::reading::{Reader, SweptAxis};
use nanorotor_figures::show::sweep::tagged_potentials;
use nanorotor_figures::{FigureError, NamedFigure};
use nanorotor_figures::{TrajectoriesFigure, Trajectory, trajectories_figure};

/// Figure 2: the potential coloured by the effective temperature, for several voltages.
///
/// `results` is the task `landscape` swept over `V`.
///
/// # Errors
/// [`FigureError::Missing`] where the results have no such sweep or landscape.
pub fn figure_2(results: &Results) -> Result<NamedFigure, FigureError> {
    let equation = |axis: &SweptAxis, k: usize| {
        Text::markup("*V* = ").then_text(names::value(axis.values[k])).then(" V")
    };
    potentials(
        results,
        "V",
        &equation,
        "figure_2",
        "Potential U with k_BT_eff overlaid for different voltages. Dihedral angle between the phenyl rings φ = −π/4. \
         The paper does not state its voltages: these are our choice.",
    )
}

/// Figure 3: the same for several dihedral angles at 5 V.
///
/// `results` is the task `landscape` swept over `phi`.
///
/// # Errors
/// As [`figure_2`].
pub fn figure_3(results: &Results) -> Result<NamedFigure, FigureError> {
    let equation =
        |axis: &SweptAxis, k: usize| Text::markup("*φ* = ").then_text(names::angle(axis.values[k]));
    potentials(
        results,
        "phi",
        &equation,
        "figure_3",
        "Potential U with k_BT_eff overlaid for different dihedral angles φ between the phenyl rings. Voltage 5 V.",
    )
}

fn potentials(
    results: &Results,
    axis: &str,
    equation: &dyn Fn(&SweptAxis, usize) -> Text,
    name: &str,
    caption: &str,
) -> Result<NamedFigure, FigureError> {
    let reader = Reader::new(results);
    let over = one_axis(&reader, axis)?.clone();
    let mut points: Vec<usize> = (0..reader.count()).collect();
    points.sort_by(|a, b| over.values[*a].total_cmp(&over.values[*b]));
    let figure = tagged_potentials(&reader, &points, &|point| equation(&over, point))
        .ok_or_else(|| missing("potential and effective temperature over theta", axis))?;
    Ok(NamedFigure::new(name, figure, format!("{caption}{}", reader.remarks(&["potential"]))))
}

/// Figure 5: short trajectories, in revolutions, for several dihedral angles.
///
/// Each trajectory comes with its angle; the times are in ns.
pub fn figure_5(recordings: &[(f64, Trajectory)]) -> NamedFigure {
    let trajectories = recordings.iter().map(|(phi, recorded)| Trajectory {
        label: Some(Text::markup("*φ* = ").then_text(names::angle(*phi))),
        ..recorded.clone()
    });
    let figure = trajectories_figure(&TrajectoriesFigure { trajectories: trajectories.collect() });
    NamedFigure::new(
        "figure_5",
        figure,
        "Short trajectories of the rotational angle θ, in revolutions, for different dihedral angles φ. Voltage 5 V. \
         The paper does not state its angles: these are our choice.",
    )
}

/// The only free axis of a sweep, which must have this name.
fn one_axis<'a>(reader: &'a Reader<'_>, name: &str) -> Result<&'a SweptAxis, FigureError> {
    match &reader.axes[..] {
        [axis] if axis.name == name => Ok(axis),
        _ => Err(missing("sweep", name)),
    }
}

fn missing(what: &str, axis: &str) -> FigureError {
    FigureError::Missing { what: format!("{what} over {axis} alone") }
}
