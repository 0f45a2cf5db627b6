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
const MARKERS: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Ring];

pub(super) fn figures(reader: &Reader<'_>) -> Vec<NamedFigure> {
    let [slow, fast] = [&reader.axes[0], &reader.axes[1]];
    let maps = are_maps(reader);
    let over = |name: &str| names::symbol(name).unformatted();
    let draw = |quantity: &Quantity| {
        let parts = quantity.parts(reader);
        let (first, _) = parts.first()?;
        let panels = parts.iter().filter_map(|(part, name)| {
            let panel = panel(reader, *part, &[None, None])?.height(if maps { 62.0 } else { 56.0 });
            Some(match name {
                Some(name) => panel.note(name.clone()),
                None => panel,
            })
        });
        let mut figure = Figure::new(Width::SingleColumn, panels.collect()).share_x();
        let mut caption = format!("{} over {} and {}.", quantity.words, over(&slow.name), over(&fast.name));
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
pub(super) fn panel(reader: &Reader<'_>, quantity: Quantity, positions: &[Option<usize>]) -> Option<Panel> {
    let values = quantity.any(reader)?;
    let at = |points: &[usize], values: &[f64]| points.iter().map(|point| values[*point]).collect::<Vec<_>>();
    let [slow, fast] = [reader.axes.len() - 2, reader.axes.len() - 1];
    if are_maps(reader) {
        let (x, y) = (&reader.axes[slow], &reader.axes[fast]);
        let cells = at(&reader.points(positions), &values);
        let rows = y.values.len();
        // Points come column by column, a map takes them row by row.
        let cells = (0..rows).flat_map(|j| cells.iter().skip(j).step_by(rows).copied()).collect();
        let map = HeatMap::new(x.values.clone(), y.values.clone(), cells);
        return Some(Panel::new(x.axis(), y.axis()).heat(map));
    }
    // The shorter axis names the curves.
    let (along, family) = if reader.axes[fast].values.len() > reader.axes[slow].values.len() {
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
