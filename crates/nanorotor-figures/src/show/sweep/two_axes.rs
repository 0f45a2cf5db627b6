//! Draw a sweep over two axes: maps where both have many values, else families of curves.

use super::one_axis::{line, measured, with};
use super::quantity::{ALL, Quantity};
use crate::page::colour::Colour;
use crate::page::scene::Dash;
use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::Marker;
use crate::plot::figure::{ColourBar, Figure, Width};
use crate::plot::heat::HeatMap;
use crate::plot::panel::Panel;
use crate::show::named::NamedFigure;
use crate::show::names;
use crate::show::reading::Reader;

/// An axis with fewer values names the curves of a family.
const MANY: usize = 6;
/// Values of both signs count as such where the smaller reach is more than this share of the larger.
const SIGNED: f64 = 1e-6;
/// An axis has no effect on values that change along it by no more than this part of the largest.
const IDLE: f64 = 1e-9;
const MARKERS: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Ring];

pub(super) fn figures(reader: &Reader<'_>) -> Vec<NamedFigure> {
    let draw = |quantity: &Quantity| {
        let parts = quantity.parts(reader);
        let (first, _) = parts.first()?;
        let shape = Shape::of(reader, &parts)?;
        let maps = shape == Shape::Map;
        let panels = parts.iter().filter_map(|(part, name)| {
            let panel = panel(reader, *part, shape, &[None, None])?.height(if maps { 62.0 } else { 56.0 });
            Some(match name {
                Some(name) => panel.note(name.clone()),
                None => panel,
            })
        });
        let mut figure = Figure::new(Width::SingleColumn, panels.collect()).share_x();
        let mut caption = format!("{} {}.", quantity.words, shape.words(reader));
        if maps {
            figure = figure.colour_bar(bar(reader, &parts));
            caption.push_str(hatched(reader, &parts));
        } else if first.values(reader).is_some() && first.simulated(reader).is_some() {
            caption.push_str(" Lines: deterministic; points: trajectories with one standard error.");
        }
        caption.push_str(&reader.remarks(&[first.known(reader)]));
        Some(NamedFigure::new(quantity.figure(), figure, caption))
    };
    ALL.iter().filter_map(draw).collect()
}

/// How a quantity is drawn over the two fastest axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A map.
    Map,
    /// Curves named by the shorter axis.
    Curves,
    /// One curve over the only axis that has an effect, by its place.
    Curve(usize),
}

impl Shape {
    /// What suits the parts of a quantity; nothing where neither axis has an effect.
    pub(super) fn of(reader: &Reader<'_>, parts: &[(Quantity, Option<Text>)]) -> Option<Self> {
        let [slow, fast] = [reader.axes.len() - 2, reader.axes.len() - 1];
        let all: Vec<Vec<f64>> = parts.iter().filter_map(|(part, _)| part.any(reader)).collect();
        let has_effect = |axis: usize| all.iter().any(|values| changes_along(reader, values, axis));
        match (has_effect(slow), has_effect(fast)) {
            (false, false) => None,
            (true, false) => Some(Self::Curve(slow)),
            (false, true) => Some(Self::Curve(fast)),
            (true, true) if are_maps(reader) => Some(Self::Map),
            (true, true) => Some(Self::Curves),
        }
    }

    /// "over V and φ", or that one of them has no effect.
    pub(super) fn words(self, reader: &Reader<'_>) -> String {
        let name = |axis: usize| names::symbol(&reader.axes[axis].name).unformatted();
        let [slow, fast] = [reader.axes.len() - 2, reader.axes.len() - 1];
        match self {
            Self::Map | Self::Curves => format!("over {} and {}", name(slow), name(fast)),
            Self::Curve(axis) => {
                format!("against {}; {} has no effect on it", name(axis), name(slow + fast - axis))
            }
        }
    }
}

/// Whether values change along an axis at any point of the others; to be missing is a change.
fn changes_along(reader: &Reader<'_>, values: &[f64], axis: usize) -> bool {
    let size = values.iter().filter(|v| v.is_finite()).fold(0.0, |size: f64, v| size.max(v.abs()));
    (0..values.len()).any(|point| {
        let mut position: Vec<Option<usize>> = reader.position(point).into_iter().map(Some).collect();
        position[axis] = Some(0);
        let first = reader.points(&position).first().map_or(f64::NAN, |first| values[*first]);
        let value = values[point];
        value.is_nan() != first.is_nan() || (value - first).abs() > IDLE * size
    })
}

/// What the caption of a map says about cells without a value, where there are any.
pub(super) fn hatched(reader: &Reader<'_>, parts: &[(Quantity, Option<Text>)]) -> &'static str {
    let mut values = parts.iter().filter_map(|(part, _)| part.any(reader)).flatten();
    if values.any(f64::is_nan) { " Hatched: no value." } else { "" }
}

/// Whether the two fastest axes have many values both.
pub(super) fn are_maps(reader: &Reader<'_>) -> bool {
    reader.axes.iter().rev().take(2).all(|axis| axis.values.len() >= MANY)
}

/// The colour bar of the parts of a quantity; signed values are white at zero.
pub(super) fn bar(reader: &Reader<'_>, parts: &[(Quantity, Option<Text>)]) -> ColourBar {
    let values = parts.iter().filter_map(|(part, _)| part.any(reader)).flatten();
    let (low, high) = values.fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    let bar = ColourBar::new(parts.first().map_or_else(Axis::default, |(part, _)| part.axis(reader)));
    if -low.min(0.0) > SIGNED * high && high > -SIGNED * low { bar.diverging() } else { bar }
}

/// The panel of a quantity over the two fastest axes, the positions along the others given; the first of the two is the
/// abscissa.
pub(super) fn panel(
    reader: &Reader<'_>,
    quantity: Quantity,
    shape: Shape,
    positions: &[Option<usize>],
) -> Option<Panel> {
    let values = quantity.any(reader)?;
    let at = |points: &[usize], values: &[f64]| points.iter().map(|point| values[*point]).collect::<Vec<_>>();
    let [slow, fast] = [reader.axes.len() - 2, reader.axes.len() - 1];
    if shape == Shape::Map {
        let (x, y) = (&reader.axes[slow], &reader.axes[fast]);
        let cells = at(&reader.points(positions), &values);
        let rows = y.values.len();
        // Points come column by column, a map takes them row by row.
        let cells = (0..rows).flat_map(|j| cells.iter().skip(j).step_by(rows).copied()).collect();
        let map = HeatMap::new(x.values.clone(), y.values.clone(), cells);
        return Some(Panel::new(x.axis(), y.axis()).heat(map));
    }
    let (along, family) = match shape {
        Shape::Curve(axis) => (axis, slow + fast - axis),
        // The shorter axis names the curves.
        _ if reader.axes[fast].values.len() > reader.axes[slow].values.len() => (fast, slow),
        _ => (slow, fast),
    };
    let count = if matches!(shape, Shape::Curve(_)) { 1 } else { reader.axes[family].values.len() };
    let (x, named) = (&reader.axes[along], &reader.axes[family]);
    let (exact, simulated) = (quantity.values(reader), quantity.simulated(reader));
    let mut panel = Panel::new(x.axis(), quantity.axis(reader));
    for k in 0..count {
        let mut positions = positions.to_vec();
        positions[family] = Some(k);
        let points = reader.points(&positions);
        let (colour, dash) = (Colour::PALETTE[k % Colour::PALETTE.len()], Dash::ALL[k % Dash::ALL.len()]);
        let mut label = (count > 1).then(|| named.equation(k));
        let mut curves = Vec::new();
        if let Some(values) = &exact {
            curves.extend(line(&x.values, &at(&points, values)).into_iter().map(|curve| curve.dash(dash)));
        }
        if let Some((values, errors)) = &simulated {
            let found = (at(&points, values), at(&points, errors));
            curves.push(measured(&x.values, &found).marker(MARKERS[k % MARKERS.len()]));
        }
        // One curve stands for all.
        let colour = if count > 1 { colour } else { Colour::BLACK };
        let curves = curves.into_iter().map(|curve| match label.take() {
            Some(label) => curve.colour(colour).label(label),
            None => curve.colour(colour),
        });
        panel = with(panel, curves.collect());
    }
    Some(panel)
}
