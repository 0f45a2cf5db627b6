//! Draw a sweep over two axes: maps where both have many values, else families of curves.

use super::NamedFigure;
use super::one_axis::{line, measured, with};
use super::quantity::{BARRIER, DIFFUSION, DIRECTIONALITY, Quantity, ROTATION_RATE, TEMPERATURE};
use crate::colour::Colour;
use crate::curve::Marker;
use crate::figure::{ColourBar, Figure, Width};
use crate::heat::HeatMap;
use crate::names;
use crate::panel::Panel;
use crate::reading::Reader;
use crate::scene::Dash;

/// An axis with fewer values names the curves of a family.
const MANY: usize = 6;
/// Values of both signs count as such where the smaller reach is more than this share of the larger.
const SIGNED: f64 = 1e-6;
const MARKERS: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Ring];

pub(super) fn figures(reader: &Reader<'_>) -> Vec<NamedFigure> {
    let [slow, fast] = [&reader.axes[0], &reader.axes[1]];
    let maps = are_maps(reader);
    let quantities: &[Quantity] = if maps {
        &[ROTATION_RATE, BARRIER, DIRECTIONALITY]
    } else {
        &[ROTATION_RATE, DIFFUSION, BARRIER, TEMPERATURE, DIRECTIONALITY]
    };
    let over = |name: &str| names::symbol(name).unformatted();
    let draw = |quantity: &Quantity| {
        let name = if quantity.name.is_empty() { quantity.simulated } else { quantity.name };
        let panel = panel(reader, *quantity, &[None, None])?.height(if maps { 62.0 } else { 56.0 });
        let mut figure = Figure::new(Width::SingleColumn, vec![panel]);
        let mut caption = format!("{} over {} and {}.", quantity.words, over(&fast.name), over(&slow.name));
        if maps {
            figure = figure.colour_bar(bar(reader, *quantity));
            caption.push_str(HATCHED);
        } else if quantity.values(reader).is_some() && quantity.simulated(reader).is_some() {
            caption.push_str(" Lines: without noise; points: trajectories with one standard error.");
        }
        caption.push_str(&reader.remarks(&[quantity.known(reader)]));
        Some(NamedFigure::new(name, figure, caption))
    };
    quantities.iter().filter_map(draw).collect()
}

/// What the caption of a map says about cells without a value.
pub(super) const HATCHED: &str = " Hatched: no value.";

/// Whether the two fastest axes have many values both.
pub(super) fn are_maps(reader: &Reader<'_>) -> bool {
    reader.axes.iter().rev().take(2).all(|axis| axis.values.len() >= MANY)
}

/// The colour bar of a quantity; signed values are white at zero.
pub(super) fn bar(reader: &Reader<'_>, quantity: Quantity) -> ColourBar {
    let values = quantity.any(reader).unwrap_or_default();
    let (low, high) = values.iter().fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(*v), h.max(*v)));
    let bar = ColourBar::new(quantity.axis(reader));
    if -low.min(0.0) > SIGNED * high && high > -SIGNED * low { bar.diverging() } else { bar }
}

/// The panel of a quantity over the two fastest axes, the positions along the others given.
pub(super) fn panel(reader: &Reader<'_>, quantity: Quantity, positions: &[Option<usize>]) -> Option<Panel> {
    let values = quantity.any(reader)?;
    let at = |points: &[usize], values: &[f64]| points.iter().map(|point| values[*point]).collect::<Vec<_>>();
    let [slow, fast] = [reader.axes.len() - 2, reader.axes.len() - 1];
    if are_maps(reader) {
        let (x, y) = (&reader.axes[fast], &reader.axes[slow]);
        let cells = at(&reader.points(positions), &values);
        let map = HeatMap::new(x.values.clone(), y.values.clone(), cells);
        return Some(Panel::new(x.axis(), y.axis()).heat(map));
    }
    // The shorter axis names the curves.
    let (along, family) = if reader.axes[fast].values.len() >= reader.axes[slow].values.len() {
        (fast, slow)
    } else {
        (slow, fast)
    };
    let (x, named) = (&reader.axes[along], &reader.axes[family]);
    let (exact, simulated) = (quantity.values(reader), quantity.simulated(reader));
    let mut panel = Panel::new(x.axis(), quantity.axis(reader));
    for k in 0..named.values.len() {
        let mut positions = positions.to_vec();
        positions[family] = Some(k);
        let points = reader.points(&positions);
        let (colour, dash) = (Colour::PALETTE[k % Colour::PALETTE.len()], Dash::ALL[k % Dash::ALL.len()]);
        let mut label = Some(named.equation(k));
        let mut curves = Vec::new();
        if let Some(values) = &exact {
            curves.extend(line(&x.values, &at(&points, values)).into_iter().map(|curve| curve.dash(dash)));
        }
        if let Some((values, errors)) = &simulated {
            let found = (at(&points, values), at(&points, errors));
            curves.push(measured(&x.values, &found).marker(MARKERS[k % MARKERS.len()]));
        }
        let curves = curves.into_iter().map(|curve| match label.take() {
            Some(label) => curve.colour(colour).label(label),
            None => curve.colour(colour),
        });
        panel = with(panel, curves.collect());
    }
    Some(panel)
}
