//! Give every panel its place on the page, so that the frames of a column and of a row align.

use crate::error::FigureError;
use crate::page::colour::{Colour, ColourMap};
use crate::page::font::Fonts;
use crate::page::scene::{Anchor, Dash, Pen, Scene};
use crate::page::text::Text;
use crate::plot::axis::{Range, Scale, is_constant, usable};
use crate::plot::curve::Curve;
use crate::plot::draw::draw_curves;
use crate::plot::figure::{ColourBar, Figure};
use crate::plot::frame::{FONT, Frame, draw_frame};
use crate::plot::heat;
use crate::plot::legend::{self, Inscription};
use crate::plot::panel::Panel;
use crate::plot::tags::{self, Tag};
use crate::plot::ticks::{Ticks, single, ticks};

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
const LARGEST: f64 = 600.0;

/// Where everything stands, and the ranges that the axes show.
pub(crate) struct Layout {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) columns: usize,
    /// One a panel, as all that follow.
    pub(crate) frames: Vec<Frame>,
    pub(crate) tags: Vec<Vec<Tag>>,
    pub(crate) inscriptions: Vec<Inscription>,
    pub(crate) shades: Option<Shades>,
}

/// The finished page of a figure.
pub(crate) fn lay_out(figure: &Figure, fonts: &Fonts) -> Result<Scene, FigureError> {
    let Layout { width, height, columns, frames, tags, inscriptions, shades } = place(figure, fonts)?;
    let mut scene = Scene { width, height, items: Vec::new() };
    if let (Some(bar), Some(shades)) = (&figure.colour_bar, &shades) {
        draw_colour_bar(&mut scene, bar, shades, &frames, fonts);
    }
    for (k, (panel, frame)) in figure.panels.iter().zip(&frames).enumerate() {
        let lowest = k + columns >= figure.panels.len();
        let shading = shades.as_ref().map(|shades| (shades.range, shades.map));
        if let Some(map) = &panel.heat {
            heat::draw(&mut scene, map, [panel.x.scale, panel.y.scale], frame, shading);
        }
        draw_curves(&mut scene, panel, frame, shading);
        let sides = cell(width, columns, k % columns);
        draw_panel(&mut scene, panel, frame, sides, lowest || !figure.shares_x, fonts);
        legend::draw(&mut scene, panel, frame, &inscriptions[k]);
        tags::draw(&mut scene, panel, &tags[k]);
    }
    Ok(scene)
}

/// Check a figure and find the place of everything.
pub(crate) fn place(figure: &Figure, fonts: &Fonts) -> Result<Layout, FigureError> {
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
        // Letters and notes stand over heat maps, not on them.
        let is_headed = |k: usize| {
            let panel = figure.panels.get(k);
            panel.is_some_and(|panel| {
                panel.heat.is_some() && (figure.panels.len() > 1 || panel.note.is_some())
            })
        };
        if (0..columns).any(|c| is_headed(row * columns + c)) {
            top += FONT;
        }
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
    let mut inscriptions: Vec<Inscription> = (0..frames.len())
        .map(|k| {
            let inscription = legend::inscribe(&figure.panels[k], &frames[k], letter(figure, k), fonts);
            frames[k].y = inscription.range;
            inscription
        })
        .collect();
    if figure.shares_y {
        // What one panel needs for its legend, all get.
        let highest = frames.iter().map(|frame| frame.y).max_by(|a, b| a.high.total_cmp(&b.high));
        for frame in &mut frames {
            frame.y = highest.unwrap_or(frame.y);
        }
    }
    for (k, frame) in frames.iter_mut().enumerate() {
        (frame.left, frame.right) = cell(width, columns, k % columns);
    }
    set_sides(figure, &mut frames, fonts);

    for (k, inscription) in inscriptions.iter_mut().enumerate() {
        // The final sides differ from the first ones where the labels of the grown range are wider.
        inscription.settle(&figure.panels[k], &frames[k], fonts);
    }
    let tags = (0..frames.len())
        .map(|k| tags::place(&figure.panels[k], &frames[k], inscriptions[k].areas(), fonts))
        .collect();
    Ok(Layout { width, height, columns, frames, tags, inscriptions, shades })
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
        if let Some(map) = &panel.heat {
            map.check()?;
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
pub(crate) fn letter(figure: &Figure, k: usize) -> Option<Text> {
    let letter = char::from(b'a' + u8::try_from(k).ok().filter(|k| *k < 26)?);
    (figure.panels.len() > 1).then(|| Text::plain(&format!("({letter})")))
}

/// The ranges of a panel; the abscissa is common to a column where panels share it.
fn ranges(figure: &Figure, k: usize, columns: usize) -> (Range, Range) {
    let panel = &figure.panels[k];
    let column = figure.panels.iter().skip(k % columns).step_by(columns);
    let shown: Vec<&Panel> = if figure.shares_x { column.collect() } else { vec![panel] };
    let edges = shown.iter().filter_map(|panel| Some(panel.heat.as_ref()?.x_edges(panel.x.scale)));
    let abscissae = shown.iter().flat_map(|panel| &panel.curves).flat_map(|curve| curve.x.iter().copied());
    let abscissae = abscissae.chain(edges.flatten());
    // Lines fill the width; points keep away from the frame.
    let points = shown.iter().flat_map(|panel| &panel.curves).any(|curve| curve.marker.is_some());
    let x = panel.x.range(abscissae, if points { 0.03 } else { 0.0 });
    let all = if figure.shares_y { &figure.panels[..] } else { std::slice::from_ref(panel) };
    let edges = all.iter().filter_map(|panel| Some(panel.heat.as_ref()?.y_edges(panel.y.scale))).flatten();
    let ordinates = all.iter().flat_map(|panel| &panel.curves).flat_map(Curve::ordinates).chain(edges);
    // Names on the highest curve need room above it.
    let named = panel.curves.iter().any(|curve| curve.tag.is_some());
    let margin = if panel.heat.is_some() {
        0.0
    } else if named {
        0.1
    } else {
        0.06
    };
    let y = panel.y.range(ordinates, margin);
    (x, y)
}

pub(crate) fn x_ticks(panel: &Panel, frame: &Frame) -> Ticks {
    ticks(frame.x, panel.x.scale, ((frame.right - frame.left) / 28.0) as usize)
}

pub(crate) fn y_ticks(panel: &Panel, frame: &Frame) -> Ticks {
    let most = ((frame.bottom - frame.top) / 13.0) as usize;
    ticks(frame.y, panel.y.scale, if panel.y.scale == Scale::Log { most } else { most.min(8) })
}

/// Leave room for the labels of the ordinates: the same in every column, so that all frames are equally wide.
fn set_sides(figure: &Figure, frames: &mut [Frame], fonts: &Fonts) {
    let mut left = 0.0_f64;
    for (panel, frame) in figure.panels.iter().zip(frames.iter()) {
        let labels = y_ticks(panel, frame).major;
        let widest = labels.iter().map(|(_, text)| FONT * fonts.width(text)).fold(0.0, f64::max);
        left = left.max(EDGE + 1.25 * FONT + 4.0 + widest + 3.0);
    }
    for frame in &mut *frames {
        // Long labels may not push a frame to nothing.
        frame.left += left.min(0.6 * (frame.right - frame.left));
    }
    // Half of the last label of the abscissa may stand out to the right.
    let mut right = EDGE + 1.0;
    for (panel, frame) in figure.panels.iter().zip(frames.iter()) {
        let width = frame.right - frame.left;
        for (value, text) in x_ticks(panel, frame).major {
            let half = FONT * fonts.width(&text) / 2.0;
            if let Some(share) = frame.x.share(value).filter(|share| *share > 0.5) {
                right = right.max(width - (width - EDGE - half) / share);
            }
        }
    }
    for frame in frames {
        frame.right -= right.min(0.3 * (frame.right - frame.left));
    }
}

fn draw_panel(
    scene: &mut Scene,
    panel: &Panel,
    frame: &Frame,
    cell: (f64, f64),
    label_x: bool,
    fonts: &Fonts,
) {
    let (x, y) = (x_ticks(panel, frame), y_ticks(panel, frame));
    draw_frame(scene, frame, &x, &y);
    if label_x {
        for (value, text) in &x.major {
            if let Some(at) = frame.across(*value) {
                let at = kept_on_page(at, FONT * fonts.width(text), scene.width);
                let line = frame.bottom + 3.0 + 0.73 * FONT;
                scene.label(text.clone(), [at, line], FONT, Anchor::Middle);
            }
        }
        let at = [f64::midpoint(frame.left, frame.right), frame.bottom + TICK_LABELS + TITLE - 2.5];
        let title = panel.x.title(x.exponent);
        let room = 2.0 * (at[0] - cell.0).min(cell.1 - at[0]) - 2.0 * EDGE;
        let size = fitting(&title, room, fonts);
        scene.label(title, at, size, Anchor::Middle);
    }
    let title = panel.y.title(y.exponent);
    let size = fitting(&title, frame.bottom - frame.top + BETWEEN, fonts);
    let at = [cell.0 + EDGE + 0.85 * FONT, f64::midpoint(frame.top, frame.bottom)];
    scene.upward_label(title, at, size);
}

/// The middle of a label, moved where it would stand out over the paper.
fn kept_on_page(middle: f64, width: f64, paper: f64) -> f64 {
    middle.min(paper - EDGE - width / 2.0).max(EDGE + width / 2.0)
}

/// The usual size of letters, or a smaller one where a text would not fit.
fn fitting(text: &Text, room: f64, fonts: &Fonts) -> f64 {
    let width = fonts.width(text);
    if width > 0.0 { FONT.min(room / width) } else { FONT }
}

/// What the colours of shaded curves and heat maps stand for.
pub(crate) struct Shades {
    pub(crate) range: Range,
    pub(crate) map: ColourMap,
    /// The only value there is, where all are one up to rounding noise.
    only: Option<f64>,
}

impl Shades {
    fn new(figure: &Figure, bar: &ColourBar) -> Self {
        let curves = figure.panels.iter().flat_map(|panel| &panel.curves);
        let shades = curves.flat_map(|curve| curve.shade.iter().flatten().copied());
        let cells = figure.panels.iter().filter_map(|panel| panel.heat.as_ref());
        let shades = shades.chain(cells.flat_map(|map| map.values.iter().copied())).filter_map(usable);
        let (low, high) = shades.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let map = bar.map;
        if map == ColourMap::Diverging && low <= high {
            let reach = low.abs().max(high.abs());
            return Self { range: bar.axis.range([-reach, reach].into_iter(), 0.0), map, only: None };
        }
        let zero = low.abs().max(high.abs()) <= bar.axis.zero_below;
        if bar.axis.limits.is_some() || low > high || zero || !is_constant(low, high) {
            return Self { range: bar.axis.range([low, high].into_iter(), 0.0), map, only: None };
        }
        // The value stands in the middle of the bar, whatever its axis would show.
        let value = f64::midpoint(low, high);
        let reach = if value == 0.0 { 1.0 } else { 0.1 * value.abs() };
        Self { range: Range { low: value - reach, high: value + reach, log: false }, map, only: Some(value) }
    }
}

fn draw_colour_bar(scene: &mut Scene, bar: &ColourBar, shades: &Shades, frames: &[Frame], fonts: &Fonts) {
    let left = frames.iter().fold(f64::INFINITY, |left, frame| left.min(frame.left));
    let right = frames.iter().fold(0.0, |right: f64, frame| right.max(frame.right));
    let (range, top) = (shades.range, EDGE + TITLE + TICK_LABELS);
    let bottom = top + BAR;
    let steps = if shades.only.is_some() { 1 } else { 64 };
    for step in 0..steps {
        // Each piece reaches to the end and the next lies over it: no seam can show.
        let from = left + (right - left) * f64::from(step) / f64::from(steps);
        let colour = shades.map.colour((f64::from(step) + 0.5) / f64::from(steps));
        scene.fill(vec![[from, top], [right, top], [right, bottom], [from, bottom]], colour);
    }
    let pen = Pen { colour: Colour::BLACK, width: 0.5, dash: Dash::Solid };
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
            // A label at the end of the bar stays on the page.
            let x = kept_on_page(x, FONT * fonts.width(text), scene.width);
            scene.label(text.clone(), [x, top - 3.6], FONT, Anchor::Middle);
        }
    }
    let at = [f64::midpoint(left, right), EDGE + 0.8 * FONT];
    let title = bar.axis.title(marks.exponent);
    let size = fitting(&title, right - left, fonts);
    scene.label(title, at, size, Anchor::Middle);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::scene::Item;
    use crate::plot::axis::Axis;
    use crate::plot::curve::Marker;
    use crate::plot::figure::Width;

    /// Every coordinate is a number on the page, and every letter stands on it too.
    fn assert_on_page(scene: &Scene) {
        let fonts = Fonts::load().unwrap();
        // A thick line along the frame may reach over it by half its width.
        let on_page = |[x, y]: [f64; 2]| {
            (-0.01..=scene.width + 0.01).contains(&x) && (-0.01..=scene.height + 0.01).contains(&y)
        };
        for item in &scene.items {
            match item {
                Item::Stroke { points, .. } | Item::Fill { points, .. } => {
                    assert!(points.iter().all(|point| on_page(*point)), "{item:?}");
                }
                Item::Label { text, at, size, anchor, upward, .. } => {
                    assert!(*size > 0.0 && *size <= FONT, "{size}");
                    let width = size * fonts.width(text);
                    let start = match anchor {
                        Anchor::Start => 0.0,
                        Anchor::Middle => -width / 2.0,
                        Anchor::End => -width,
                    };
                    for (right, below) in [(start, 0.3 * size), (start + width, -0.9 * size)] {
                        let corner = if *upward {
                            [at[0] + below, at[1] - right]
                        } else {
                            [at[0] + right, at[1] + below]
                        };
                        assert!(on_page(corner), "{text} at {at:?} on {} x {}", scene.width, scene.height);
                    }
                }
            }
        }
    }

    fn draw(figure: &Figure) -> Scene {
        let scene = lay_out(figure, &Fonts::load().unwrap()).unwrap();
        assert_on_page(&scene);
        scene
    }

    fn with(x: Vec<f64>, y: Vec<f64>) -> Panel {
        let shade = y.clone();
        Panel::new(Axis::new("*x*", "ns"), Axis::new("*y*", "eV"))
            .curve(Curve::line(x, y).shade(shade).marker(Marker::Ring).label(Text::plain("curve")))
    }

    #[test]
    fn awkward_data_stay_on_the_page() {
        let nan = f64::NAN;
        let cases: [&[f64]; 12] = [
            &[],
            &[1.0],
            &[nan, nan],
            &[0.0, 0.0, 0.0],
            &[3.0, 3.0, 3.0 + 1e-15],
            &[1.0, nan, 2.0, nan, 1.5],
            &[1e-300, 2e-300, -1e-300],
            &[1e300, -1e300, 0.0],
            &[f64::MAX, f64::MIN, 1.0],
            &[f64::INFINITY, 0.0, f64::NEG_INFINITY, 1.0],
            &[1e15, 1e15 + 2.0, 1e15 + 4.0],
            &[-1.000_000_1, -1.000_000_3, -1.000_03],
        ];
        for values in cases {
            for x in [values.to_vec(), (0..values.len()).map(|k| k as f64).collect()] {
                let panel = with(x, values.to_vec());
                let bar = ColourBar::new(Axis::new("*T*", "K"));
                draw(&Figure::new(Width::SingleColumn, vec![panel]).colour_bar(bar));
            }
        }
    }

    #[test]
    fn frames_of_a_column_align_and_a_row_is_equally_high() {
        let panels: Vec<Panel> = [1.0, 1e-7, 123_456.0, 0.001]
            .into_iter()
            .map(|size| with(vec![0.0, 1.0, 2.0], vec![0.0, size, -size]))
            .collect();
        let scene = draw(&Figure::new(Width::DoubleColumn, panels).columns(2).share_x());
        // A frame is the only line with six points whose first and fifth are one.
        let frames: Vec<_> = scene
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Stroke { points, .. } if points.len() == 6 && points[0] == points[4] => {
                    Some((points[0], points[2]))
                }
                _ => None,
            })
            .collect();
        assert_eq!(frames.len(), 4);
        assert_eq!([frames[0].0[0], frames[1].0[0]], [frames[2].0[0], frames[3].0[0]]);
        assert_eq!([frames[0].0[1], frames[0].1[1]], [frames[1].0[1], frames[1].1[1]]);
        assert!((frames[0].1[0] - frames[0].0[0] - frames[1].1[0] + frames[1].0[0]).abs() < 1e-9);
    }

    #[test]
    fn a_figure_without_panels_or_with_impossible_ones_is_refused() {
        let fonts = Fonts::load().unwrap();
        let refused = |panels| lay_out(&Figure::new(Width::SingleColumn, panels), &fonts).is_err();
        assert!(refused(vec![]));
        for height in [0.0, f64::NAN, f64::INFINITY, -1.0, 1e9] {
            assert!(refused(vec![with(vec![], vec![]).height(height)]));
        }
        assert!(refused(vec![with(vec![], vec![]); 100]));
    }

    #[test]
    fn equilibrium_has_a_bar_of_one_colour_and_one_value() {
        let panel = with(vec![0.0, 1.0, 2.0], vec![0.0272, 0.0272 + 1e-17, 0.0272]);
        let bar = ColourBar::new(Axis::new("*k*_{B}*T*", "eV"));
        let scene = draw(&Figure::new(Width::SingleColumn, vec![panel]).colour_bar(bar));
        let bars =
            scene.items.iter().filter(|item| matches!(item, Item::Fill { points, .. } if points.len() == 4));
        assert_eq!(bars.count(), 1);
        let label = |item: &&Item| matches!(item, Item::Label { text, .. } if text.to_string() == "0.0272");
        assert_eq!(scene.items.iter().filter(label).count(), 1);
    }

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![any::<f64>(), -1.0..1.0, Just(f64::NAN), Just(0.0), -1e6..1e6]
    }

    fn any_axis() -> impl Strategy<Value = Axis> {
        (0_usize..3, proptest::option::of((number(), number())), number(), "\\PC{0,40}").prop_map(
            |(scale, limits, floor, unit)| {
                let mut axis = Axis::new("*y*_{a}", &unit).zero_below(floor);
                axis.scale = [Scale::Linear, Scale::Log, Scale::Angle][scale];
                axis.limits = limits;
                axis
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_that_data_can_be_panics_or_leaves_the_page(
            axes in (any_axis(), any_axis(), any_axis()),
            rows in proptest::collection::vec((number(), number(), number(), number()), 0..30),
            name in "\\PC{0,60}",
            width in number(),
            (columns, count, share) in (0_usize..4, 1_usize..5, any::<bool>()),
        ) {
            let column = |k: usize| rows.iter().map(|row| [row.0, row.1, row.2, row.3][k]).collect::<Vec<_>>();
            let shaded = Curve::line(column(0), column(1)).shade(column(2)).width(width).label(Text::plain(&name));
            let marked = Curve::points(column(0), column(1)).errors(column(2)).band(column(2), column(3));
            let panel = Panel::new(axes.0, axes.1).curve(shaded).curve(marked).note(Text::plain(&name));
            let figure = Figure::new(Width::SingleColumn, vec![panel; count])
                .columns(columns)
                .colour_bar(ColourBar::new(axes.2));
            let figure = if share { figure.share_x() } else { figure };
            let scene = draw(&figure);
            prop_assert_eq!(scene, draw(&figure));
        }
    }
}
