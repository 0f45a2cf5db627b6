//! Draw what Preston & Kosov (2023) leave open: what depends on the band bottom and on where the count of a rotation begins.

use nanorotor::results::Results;

use super::directionality::COUNTS;
use super::{missing, one_axis};
use nanorotor_figures::Axis;
use nanorotor_figures::Curve;
use nanorotor_figures::Dash;
use nanorotor_figures::Panel;
use nanorotor_figures::Text;
use nanorotor_figures::show::reading::Reader;
use nanorotor_figures::show::sweep::{BARRIER, Quantity, ROTATION_RATE};
use nanorotor_figures::{Figure, Width};
use nanorotor_figures::{FigureError, NamedFigure};

/// The share of forward rotations that the paper gives for the preset, in percent.
pub const PAPER_DIRECTIONALITY: f64 = 50.68;

/// Trajectories at several band bottoms.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The task `simulate` swept over `band_bottom`, counted from the minimum of the potential.
    pub from_minimum: &'a Results,
    /// The same with a second, faster axis: the origin of the count.
    pub from_each_origin: &'a Results,
}

/// The open question: rotation rate, directionality by both counts and barrier against the band bottom.
///
/// `curve` is the task `rate` swept over `band_bottom` below 0. The abscissa is the depth of the bottom below the zero of
/// energy, on a logarithmic axis since the torque grows with its logarithm. Bands show the spread of the directionality over the
/// origin of the count.
///
/// # Errors
/// [`FigureError::Missing`] where the results have no such sweep, rate, barrier or directionality.
pub fn open_question(curve: &Results, counted: Option<Counted<'_>>) -> Result<NamedFigure, FigureError> {
    let exact = Reader::new(curve);
    let depths = depths(&exact)?;
    let line = |quantity: Quantity| {
        let values = quantity.values(&exact).ok_or_else(|| missing(quantity.words, BOTTOM))?;
        let ordinate = quantity.axis(&exact).include_zero();
        Ok(Panel::new(abscissa(), ordinate).curve(Curve::line(depths.clone(), values)).height(34.0))
    };
    let mut panels = vec![line(ROTATION_RATE)?, line(BARRIER)?];
    let mut caption = String::from(
        "What the paper leaves open: rotation rate R and barrier ΔU against the depth of the band bottom below the zero of energy, \
         at 5 V and φ = −π/4.",
    );
    if let Some(counted) = counted {
        panels.extend(directionalities(counted)?);
        caption.push_str(
            " Dir is counted by full and by half revolutions: the points, with one standard error, from the minimum of the \
             potential; the pale bands are the spread over the origin of the count. Dashed: the paper's 50.68 %.",
        );
    }
    Ok(NamedFigure::new("open_question", Figure::new(Width::SingleColumn, panels).share_x(), caption))
}

const BOTTOM: &str = "band_bottom";

fn abscissa() -> Axis {
    Axis::new("depth of the band bottom", "eV").log()
}

/// How far the swept bottoms lie below the zero of energy.
fn depths(reader: &Reader<'_>) -> Result<Vec<f64>, FigureError> {
    Ok(one_axis(reader, BOTTOM)?.values.iter().map(|bottom| -bottom).collect())
}

/// A panel for each count, all with one range.
fn directionalities(counted: Counted<'_>) -> Result<Vec<Panel>, FigureError> {
    let from_minimum = Reader::new(counted.from_minimum);
    let from_each = Reader::new(counted.from_each_origin);
    let depths = depths(&from_minimum)?;
    let ends = depths.iter().fold((f64::INFINITY, 0.0_f64), |(l, h), x| (l.min(*x), h.max(*x)));
    let mut curves = Vec::new();
    let (mut least, mut most) = (PAPER_DIRECTIONALITY, PAPER_DIRECTIONALITY);
    for (quantity, label, colour, marker) in COUNTS {
        let lacking = || missing(quantity.simulated, BOTTOM);
        let (values, errors) = quantity.simulated(&from_minimum).ok_or_else(lacking)?;
        let (each, _) = quantity.simulated(&from_each).ok_or_else(lacking)?;
        if each.len() % values.len() != 0 {
            return Err(lacking());
        }
        // The minimum of the potential is one of the origins.
        let over_origins = |pick: fn(f64, f64) -> f64| -> Vec<f64> {
            let rows = each.chunks(each.len() / values.len());
            rows.zip(&values).map(|(row, value)| row.iter().copied().fold(*value, pick)).collect()
        };
        let (low, high) = (over_origins(f64::min), over_origins(f64::max));
        least = low.iter().copied().fold(least, f64::min);
        most = high.iter().copied().fold(most, f64::max);
        let curve = Curve::line(depths.clone(), values).colour(colour).marker(marker).width(0.9);
        curves.push(curve.errors(errors).band(low, high).label(Text::plain(label)));
    }
    // With room for the letters.
    let (low, high) = (least - 0.08 * (most - least), most + 0.25 * (most - least));
    let panel = |curve: Curve| {
        let paper = Curve::line(vec![ends.0, ends.1], vec![PAPER_DIRECTIONALITY; 2]).dash(Dash::Dashed);
        let paper = paper.width(0.8).label(Text::plain("the paper’s 50.68 %"));
        let ordinate = Axis::new("Dir", "%").limits(low, high);
        Panel::new(abscissa(), ordinate).curve(curve).curve(paper).height(38.0)
    };
    Ok(curves.into_iter().map(panel).collect())
}
