//! Draw recorded trajectories: revolutions against time.

use crate::page::colour::Colour;
use crate::page::scene::Dash;
use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::Curve;
use crate::plot::figure::{Figure, Width};
use crate::plot::panel::Panel;

/// One recorded trajectory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trajectory {
    /// Its name in the legend; `None` for one of several alike.
    pub label: Option<Text>,
    /// Times, rising, in ns.
    pub time: Vec<f64>,
    /// Angle turned since the start, in revolutions.
    pub revolutions: Vec<f64>,
}

/// What a figure of trajectories shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrajectoriesFigure {
    /// The trajectories in the order in which they are drawn.
    pub trajectories: Vec<Trajectory>,
}

/// The figure of several trajectories, one column wide.
pub fn trajectories_figure(data: &TrajectoriesFigure) -> Figure {
    let panel = Panel::new(Axis::new("*t*", "ns"), Axis::new("*θ*/2π", "revolutions")).height(55.0);
    let panel = data.trajectories.iter().enumerate().fold(panel, |panel, (k, trajectory)| {
        let (colours, dashes) = (Colour::PALETTE.len(), Dash::ALL.len());
        let curve = Curve::line(trajectory.time.clone(), trajectory.revolutions.clone())
            .colour(Colour::PALETTE[k % colours])
            // Noise hides dashes: they only tell apart what the colours no longer can.
            .dash(Dash::ALL[k / colours % dashes])
            .width(0.7);
        panel.curve(match &trajectory.label {
            Some(label) => curve.label(label.clone()),
            None => curve,
        })
    });
    Figure::new(Width::SingleColumn, vec![panel])
}
