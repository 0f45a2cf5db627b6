//! Give every panel its place on the page, so that the frames of a column and of a row align.

use crate::FigureError;
use crate::axis::{Range, Scale, is_constant, usable};
use crate::colour::Colour;
use crate::figure::{ColourBar, Figure};
use crate::font::Fonts;
use crate::legend::{self, Inscription};
use crate::panel::{FONT, Frame, Panel, draw_curves, draw_frame};
use crate::scene::{Anchor, Dash, Pen, Scene};
use crate::text::Text;
use crate::ticks::{Ticks, single, ticks};

const POINTS_PER_MM: f64 = 72.0 / 25.4;
/// Free paper around everything.
const EDGE: f64 = 3.0;
/// Height of tick labels and of a title under a frame.
const TICK_LABELS: f64 = 3.0 + FONT;
const TITLE: f64 = 4.0 + FONT;
const BETWEEN: f64 = 6.0;
/// Height of the colour bar.
const BAR: f64 = 5.0;
/// Largest side of a figure in millimetres.
const LARGEST: f64 = 2000.0;

/// The finished page of a figure.
pub(crate) fn lay_out(figure: &Figure, fonts: &Fonts) -> Result<Scene, FigureError> {
    check(figure)?;
    let columns = figure.columns.min(figure.panels.len());
    let rows = figure.panels.len().div_ceil(columns);
    let width = figure.width.millimetres() * POINTS_PER_MM;
    let shades = figure.colour_bar.as_ref().map(|bar| Shades::new(figure, bar));
    let head = if shades.is_some() { BAR + TICK_LABELS + TITLE } else { 0.0 };

    let mut frames = Vec::new();
    let mut top = EDGE + head + FONT / 2.0;
    for row in 0..rows {
        let height = (0..columns).filter_map(|c| figure.panels.get(row * columns + c));
        let height = POINTS_PER_MM * height.fold(0.0_f64, |most, panel| most.max(panel.height));
        for column in 0..columns.min(figure.panels.len() - row * columns) {
            let (x, y) = ranges(figure, row * columns + column, columns);
            let (left, right) = cell(width, columns, column);
            frames.push(Frame { left, top, right, bottom: top + height, x, y });
        }
        let last = row + 1 == rows;
        top += height + if last || figure.shares_x { 0.0 } else { TICK_LABELS + TITLE };
        top += if last { TICK_LABELS + TITLE + EDGE } else { BETWEEN };
    }
    let height = top;

    set_sides(figure, &mut frames, fonts);
    let inscriptions: Vec<Inscription> = (0..frames.len())
        .map(|k| {
            let inscription = legend::inscribe(&figure.panels[k], &frames[k], letter(figure, k), fonts);
            frames[k].y = inscription.range;
            inscription
        })
        .collect();
    for (k, frame) in frames.iter_mut().enumerate() {
        (frame.left, frame.right) = cell(width, columns, k % columns);
    }
    set_sides(figure, &mut frames, fonts);

    let mut scene = Scene { width, height, items: Vec::new() };
    if let (Some(bar), Some(shades)) = (&figure.colour_bar, &shades) {
        draw_colour_bar(&mut scene, bar, shades, &frames);
    }
    for (k, (panel, frame)) in figure.panels.iter().zip(&frames).enumerate() {
        let lowest = k + columns >= figure.panels.len();
        draw_curves(&mut scene, panel, frame, shades.as_ref().map(|shades| shades.range));
        let (cell_left, _) = cell(width, columns, k % columns);
        draw_panel(&mut scene, panel, frame, cell_left, lowest || !figure.shares_x, fonts);
        legend::draw(&mut scene, panel, frame, &inscriptions[k]);
    }
    Ok(scene)
}

fn check(figure: &Figure) -> Result<(), FigureError> {
    if figure.panels.is_empty() {
        return Err(FigureError::Layout { what: "it has no panel".to_owned() });
    }
    let mut total = 0.0;
    for panel in &figure.panels {
        if !(10.0..=500.0).contains(&panel.height) {
            return Err(FigureError::Layout { what: format!("a panel {} mm high", panel.height) });
        }
        total += panel.height + 12.0;
        for (place, curve) in (1..).zip(&panel.curves) {
            curve.check(place)?;
        }
    }
    if total / figure.columns as f64 > LARGEST || figure.columns > 8 {
        let (count, columns) = (figure.panels.len(), figure.columns);
        return Err(FigureError::Layout { what: format!("{count} panels in {columns} columns") });
    }
    Ok(())
}

/// The sides of a column's share of the page.
fn cell(width: f64, columns: usize, column: usize) -> (f64, f64) {
    let pitch = width / columns as f64;
    (pitch * column as f64, pitch * (column + 1) as f64)
}

/// The letter of a panel; a single one has none.
fn letter(figure: &Figure, k: usize) -> Option<Text> {
    let letter = char::from(b'a' + u8::try_from(k).ok().filter(|k| *k < 26)?);
    (figure.panels.len() > 1).then(|| Text::plain(&format!("({letter})")))
}

/// The ranges of a panel; the abscissa is common to a column where panels share it.
fn ranges(figure: &Figure, k: usize, columns: usize) -> (Range, Range) {
    let panel = &figure.panels[k];
    let column = figure.panels.iter().skip(k % columns).step_by(columns);
    let shown: Vec<&Panel> = if figure.shares_x { column.collect() } else { vec![panel] };
    let abscissae = shown.iter().flat_map(|panel| &panel.curves).flat_map(|curve| curve.x.iter().copied());
    // Lines fill the width; points keep away from the frame.
    let points = shown.iter().flat_map(|panel| &panel.curves).any(|curve| curve.marker.is_some());
    let x = panel.x.range(abscissae, if points { 0.03 } else { 0.0 });
    let y = panel.y.range(panel.curves.iter().flat_map(|curve| curve.ordinates()), 0.06);
    (x, y)
}

fn x_ticks(panel: &Panel, frame: &Frame) -> Ticks {
    ticks(frame.x, panel.x.scale, ((frame.right - frame.left) / 32.0) as usize)
}

fn y_ticks(panel: &Panel, frame: &Frame) -> Ticks {
    let most = ((frame.bottom - frame.top) / 17.0) as usize;
    ticks(frame.y, panel.y.scale, if panel.y.scale == Scale::Log { most } else { most.min(6) })
}

/// Leave room for the labels of the ordinates: the same in every column, so that all frames are equally wide.
fn set_sides(figure: &Figure, frames: &mut [Frame], fonts: &Fonts) {
    let mut left = 0.0_f64;
    for (panel, frame) in figure.panels.iter().zip(frames.iter()) {
        let labels = y_ticks(panel, frame).major;
        let widest = labels.iter().map(|(_, text)| FONT * fonts.width(text)).fold(0.0, f64::max);
        left = left.max(EDGE + 1.25 * FONT + 4.0 + widest + 3.0);
    }
    // Half of the last label of the abscissa stands out to the right.
    let mut right = 0.0_f64;
    for (panel, frame) in figure.panels.iter().zip(frames.iter()) {
        for (value, text) in x_ticks(panel, frame).major {
            let share = frame.x.share(value).unwrap_or_default();
            let free = (1.0 - share) * (frame.right - frame.left - left);
            right = right.max(FONT * fonts.width(&text) / 2.0 - free);
        }
    }
    let right = EDGE + right.max(1.0);
    for frame in frames {
        // Long labels may not push a frame to nothing.
        let pitch = frame.right - frame.left;
        frame.left += left.min(0.6 * pitch);
        frame.right -= right.min(0.2 * pitch);
    }
}

fn draw_panel(scene: &mut Scene, panel: &Panel, frame: &Frame, cell_left: f64, label_x: bool, fonts: &Fonts) {
    let (x, y) = (x_ticks(panel, frame), y_ticks(panel, frame));
    draw_frame(scene, frame, &x, &y, label_x);
    if label_x {
        let at = [f64::midpoint(frame.left, frame.right), frame.bottom + TICK_LABELS + TITLE - 2.5];
        let title = panel.x.title(x.exponent);
        let size = fitting(&title, frame.right - frame.left + 10.0, fonts);
        scene.label(title, at, size, Anchor::Middle);
    }
    let title = panel.y.title(y.exponent);
    let size = fitting(&title, frame.bottom - frame.top + BETWEEN, fonts);
    let at = [cell_left + EDGE + 0.85 * FONT, f64::midpoint(frame.top, frame.bottom)];
    scene.upward_label(title, at, size);
}

/// The usual size of letters, or a smaller one where a text would not fit.
fn fitting(text: &Text, room: f64, fonts: &Fonts) -> f64 {
    let width = fonts.width(text);
    if width > 0.0 { FONT.min(room / width) } else { FONT }
}

/// What the colours of shaded curves stand for.
struct Shades {
    range: Range,
    /// The only value there is, where all are one up to rounding noise.
    only: Option<f64>,
}

impl Shades {
    fn new(figure: &Figure, bar: &ColourBar) -> Self {
        let curves = figure.panels.iter().flat_map(|panel| &panel.curves);
        let shades = curves.flat_map(|curve| curve.shade.iter().flatten().copied()).filter_map(usable);
        let (low, high) = shades.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let range = bar.axis.range([low, high].into_iter(), 0.0);
        let constant = bar.axis.limits.is_none() && low <= high && is_constant(low, high);
        Self { range, only: constant.then(|| f64::midpoint(low, high)) }
    }
}

fn draw_colour_bar(scene: &mut Scene, bar: &ColourBar, shades: &Shades, frames: &[Frame]) {
    let left = frames.iter().fold(f64::INFINITY, |left, frame| left.min(frame.left));
    let right = frames.iter().fold(0.0, |right: f64, frame| right.max(frame.right));
    let (range, top) = (shades.range, EDGE + TITLE + TICK_LABELS);
    let bottom = top + BAR;
    let steps = if shades.only.is_some() { 1 } else { 64 };
    for step in 0..steps {
        // Each piece reaches to the end and the next lies over it: no seam can show.
        let from = left + (right - left) * f64::from(step) / f64::from(steps);
        let colour = Colour::of_share((f64::from(step) + 0.5) / f64::from(steps));
        scene.fill(vec![[from, top], [right, top], [right, bottom], [from, bottom]], colour);
    }
    let pen = Pen { colour: Colour::BLACK, width: 0.5, dash: Dash::Solid, round: false };
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top], [right, top]];
    scene.stroke(corners.to_vec(), pen);
    let marks = match shades.only {
        Some(value) => single(value),
        None => ticks(range, bar.axis.scale, ((right - left) / 40.0) as usize),
    };
    for (value, text) in &marks.major {
        if let Some(share) = range.share(*value) {
            let x = left + share * (right - left);
            scene.stroke(vec![[x, top], [x, top - 2.0]], pen);
            scene.label(text.clone(), [x, top - 3.6], FONT, Anchor::Middle);
        }
    }
    let at = [f64::midpoint(left, right), EDGE + 0.8 * FONT];
    scene.label(bar.axis.title(marks.exponent), at, FONT, Anchor::Middle);
}
