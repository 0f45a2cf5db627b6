//! Draw a sweep over three or more axes: small multiples over the slower ones.

use std::fmt::Write as _;

use super::quantity::ALL;
use super::two_axes::{Shape, bar, hatched, panel};
use crate::plot::figure::{Figure, Width};
use crate::show::named::NamedFigure;
use crate::show::names;
use crate::show::reading::{Reader, spread};

/// The most panels of a figure.
const MOST: usize = 12;
const COLUMNS: usize = 3;

pub(super) fn figures(reader: &Reader<'_>) -> Vec<NamedFigure> {
    let slower = reader.axes.len() - 2;
    // The first point of each combination of the slower axes.
    let mut first: Vec<Option<usize>> = vec![None; slower];
    first.extend([Some(0), Some(0)]);
    let combinations = reader.points(&first);
    let shown = spread(combinations.len(), MOST);
    let symbols: Vec<String> =
        reader.axes.iter().map(|axis| names::symbol(&axis.name).unformatted()).collect();
    let mut figures = Vec::new();
    for quantity in ALL {
        // Of the currents the first lead's; the others are in the results.
        let parts: Vec<_> = quantity.parts(reader).into_iter().take(1).collect();
        let Some((part, lead)) = parts.first() else { continue };
        let Some(shape) = Shape::of(reader, &parts) else { continue };
        let panels = shown.iter().filter_map(|place| {
            let mut positions: Vec<Option<usize>> =
                reader.position(combinations[*place]).into_iter().map(Some).collect();
            positions[slower] = None;
            positions[slower + 1] = None;
            Some(panel(reader, *part, shape, &positions)?.note(reader.equations(&positions)).height(38.0))
        });
        let panels: Vec<_> = panels.collect();
        if panels.is_empty() {
            continue;
        }
        let mut figure = Figure::new(Width::DoubleColumn, panels)
            .columns(if combinations.len() == 4 { 2 } else { COLUMNS })
            .share_x()
            .share_y();
        let of = lead.as_ref().map_or_else(String::new, |lead| format!(" of {}", lead.unformatted()));
        let mut caption = format!(
            "{}{of} {}, each panel at one {}.",
            quantity.words,
            shape.words(reader),
            symbols[..slower].join(" and ")
        );
        if shape == Shape::Map {
            figure = figure.colour_bar(bar(reader, &parts));
            caption.push_str(hatched(reader, &parts));
        }
        if shown.len() < combinations.len() {
            let (few, all) = (shown.len(), combinations.len());
            let left = all - few;
            let _ = write!(
                caption,
                " {few} of {all} combinations are shown, evenly spread; the other {left} are left out."
            );
        }
        caption.push_str(&reader.remarks(&[part.known(reader)]));
        figures.push(NamedFigure::new(quantity.figure(), figure, caption));
    }
    figures
}
