//! Find a place for panel letter, note and legend that no curve runs through.

use crate::page::colour::Colour;
use crate::page::font::{Fonts, HALF_DIGIT};
use crate::page::scene::{Anchor, Pen, Point, Scene};
use crate::page::text::Text;
use crate::plot::axis::Range;
use crate::plot::curve::Curve;
use crate::plot::draw::draw_marker;
use crate::plot::frame::{FONT, Frame};
use crate::plot::panel::Panel;

/// Length of the piece of line that shows how a curve is drawn.
const SAMPLE: f64 = 17.0;
const GAP: f64 = 3.0;
const ROW: f64 = 9.6;
const INSET: f64 = 5.5;
/// Between entries side by side.
const BETWEEN: f64 = 8.0;
/// Kept free around a legend.
const ROOM: f64 = 2.0;

/// A rectangle `[left, top, right, bottom]` in points.
pub(crate) type Area = [f64; 4];

/// What is written into a panel, and where.
pub(crate) struct Inscription {
    letter: Option<Text>,
    /// What letter and note take up.
    head: Option<Area>,
    note: Option<(Text, Point, f64)>,
    entries: Vec<Entry>,
    /// The range of y with the room that the inscription needs.
    pub(crate) range: Range,
}

impl Inscription {
    /// Find the places again in the final frame, whose range stays.
    pub(crate) fn settle(&mut self, panel: &Panel, frame: &Frame, fonts: &Fonts) {
        let mut panel = panel.clone();
        panel.y.limits = Some((frame.y.low, frame.y.high));
        *self = inscribe(&panel, frame, self.letter.take(), fonts);
    }

    /// A corner of the legend in shares of the frame (from its lower left corner), whether that is the upper right one instead of the
    /// upper left, and the number of columns; none without a legend.
    pub(crate) fn legend(&self, frame: &Frame) -> Option<([f64; 2], bool, usize)> {
        let first = self.entries.first()?;
        let left = self.entries.iter().fold(f64::INFINITY, |left, entry| left.min(entry.at[0]));
        let right = self.entries.iter().fold(0.0, |right: f64, entry| right.max(entry.at[0] + entry.width));
        let columns = self.entries.iter().take_while(|entry| entry.at[1] == first.at[1]).count();
        let is_right = left - frame.left > frame.right - right;
        let x = (if is_right { right } else { left } - frame.left) / (frame.right - frame.left);
        let y = (frame.bottom - (first.at[1] - ROW / 2.0)) / (frame.bottom - frame.top);
        Some(([x, y], is_right, columns))
    }

    /// What is taken up by letter, note and legend.
    pub(crate) fn areas(&self) -> Vec<Area> {
        let head = self.head.into_iter();
        head.chain(self.entries.iter().map(|Entry { at: [left, middle], width, .. }| {
            [*left, middle - ROW / 2.0, left + width, middle + ROW / 2.0]
        }))
        .collect()
    }
}

/// A line of the legend: which curve, its name as far as it fits, the width of both, and the left end of the sample.
#[derive(Clone)]
struct Entry {
    curve: usize,
    label: Text,
    width: f64,
    at: Point,
}

/// Where the legend may stand, the preferred first.
#[derive(Clone, Copy, PartialEq)]
enum Corner {
    TopRight,
    TopLeft,
    TopRows,
    BottomRight,
    BottomLeft,
}

const CORNERS: [Corner; 5] =
    [Corner::TopRight, Corner::TopLeft, Corner::TopRows, Corner::BottomRight, Corner::BottomLeft];

/// The parts of the old range that may be kept, the largest first.
const SHARES: [f64; 8] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.74, 0.67, 0.6];

/// Place what is written into a panel; where curves leave no room, the range of y grows upwards.
pub(crate) fn inscribe(panel: &Panel, frame: &Frame, letter: Option<Text>, fonts: &Fonts) -> Inscription {
    let entries = entries(panel, frame, fonts);
    let letter_width = letter.as_ref().map_or(0.0, |text| FONT * fonts.width(text) + 6.0);
    let note_room = frame.right - frame.left - 2.0 * INSET - letter_width;
    let note = panel.note.as_ref().map(|text| (text, fonts.width(text).max(1e-6)));
    let note_size = note.map_or(FONT, |(_, width)| FONT.min(note_room / width));
    let head = letter_width + note.map_or(0.0, |(_, width)| note_size * width + 6.0);
    let fixed = panel.y.limits.is_some();
    let shares = if fixed { &SHARES[..1] } else { &SHARES[..] };
    let mut best: Option<(usize, Range, Vec<Entry>)> = None;
    for share in shares {
        let range = if *share == 1.0 { frame.y } else { frame.y.filling(*share) };
        let obstacles = obstacles(panel, &Frame { y: range, ..frame.clone() });
        let crossings = |area: Area| obstacles.iter().filter(|point| within(**point, area)).count();
        let head_area = [frame.left, frame.top, frame.left + INSET + head, frame.top + INSET + ROW];
        let head_crossings = if head > 0.0 && panel.heat.is_none() { crossings(head_area) } else { 0 };
        for corner in CORNERS {
            let mut placed = entries.clone();
            let Some(area) = place(&mut placed, corner, frame, head) else { continue };
            let count = head_crossings + if placed.is_empty() { 0 } else { crossings(area) };
            if best.as_ref().is_none_or(|(fewest, ..)| count < *fewest) {
                best = Some((count, range, placed));
            }
        }
        if best.as_ref().is_some_and(|(count, ..)| *count == 0) {
            break;
        }
    }
    let (range, entries) = best.map_or((frame.y, Vec::new()), |(_, range, placed)| (range, placed));
    let [start, line] = head_start(panel, frame);
    let note = panel.note.clone().map(|note| (note, [start + letter_width, line], note_size));
    let head = [
        frame.left + INSET - ROOM,
        frame.top + INSET - ROOM,
        frame.left + INSET + head,
        frame.top + INSET + ROW,
    ];
    let head = (letter.is_some() || note.is_some()).then_some(head);
    Inscription { letter, head, note, entries, range }
}

/// Draw what is written into a panel.
pub(crate) fn draw(scene: &mut Scene, panel: &Panel, frame: &Frame, inscription: &Inscription) {
    if let Some(letter) = &inscription.letter {
        scene.label(letter.clone(), head_start(panel, frame), FONT, Anchor::Start);
    }
    if let Some((note, at, size)) = &inscription.note {
        scene.label(note.clone(), *at, *size, Anchor::Start);
    }
    for Entry { curve, label, at: [left, middle], .. } in &inscription.entries {
        let curve = &panel.curves[*curve];
        if let Some(width) = curve.line {
            let colour = if curve.shade.is_some() { Colour::of_share(0.5) } else { curve.colour };
            let pen = Pen { colour, width, dash: curve.dash };
            scene.stroke(vec![[*left, *middle], [left + SAMPLE, *middle]], pen);
        }
        if let Some(marker) = curve.marker {
            draw_marker(scene, marker, [left + SAMPLE / 2.0, *middle], curve.colour);
        }
        let at = [left + SAMPLE + GAP, middle + HALF_DIGIT * FONT];
        scene.label(label.clone(), at, FONT, Anchor::Start);
    }
}

/// Where letter and note begin: inside the frame, or over it where a heat map fills the frame.
fn head_start(panel: &Panel, frame: &Frame) -> Point {
    if panel.heat.is_some() {
        return [frame.left, frame.top - 3.0];
    }
    [frame.left + INSET, frame.top + INSET + 0.73 * FONT]
}

/// The named curves, their names cut with an ellipsis where they are wider than the frame.
fn entries(panel: &Panel, frame: &Frame, fonts: &Fonts) -> Vec<Entry> {
    let room = frame.right - frame.left - 2.0 * INSET - SAMPLE - GAP;
    let named = panel
        .curves
        .iter()
        .enumerate()
        .filter_map(|(k, curve)| Some((k, curve.label.as_ref().filter(|label| !label.is_empty())?)));
    named
        .map(|(curve, label)| {
            let label = shortened(label, room, fonts);
            let width = SAMPLE + GAP + FONT * fonts.width(&label);
            Entry { curve, label, width, at: [0.0; 2] }
        })
        .collect()
}

fn shortened(label: &Text, room: f64, fonts: &Fonts) -> Text {
    if FONT * fonts.width(label) <= room {
        return label.clone();
    }
    let letters: Vec<char> = label.to_string().chars().collect();
    let cut = |count: usize| Text::plain(&format!("{}…", letters[..count].iter().collect::<String>()));
    let fits = |count: &usize| FONT * fonts.width(&cut(*count)) <= room;
    cut((0..letters.len().min(200)).rev().find(fits).unwrap_or(0))
}

/// Place the entries in a corner and return the area they take; `None` where they do not fit.
///
/// Rows always fit: entries that reach out of the frame are left out.
fn place(entries: &mut Vec<Entry>, corner: Corner, frame: &Frame, head: f64) -> Option<Area> {
    if corner == Corner::TopRows {
        return Some(place_rows(entries, frame, head));
    }
    let width = entries.iter().fold(0.0, |most: f64, entry| most.max(entry.width));
    let height = entries.len() as f64 * ROW;
    let below_head = if head > 0.0 { ROW + 1.0 } else { 0.0 };
    let (left, top) = match corner {
        Corner::TopLeft => (frame.left + INSET, frame.top + INSET + below_head),
        Corner::BottomLeft => (frame.left + INSET, frame.bottom - INSET - height),
        Corner::BottomRight => (frame.right - INSET - width, frame.bottom - INSET - height),
        Corner::TopRight | Corner::TopRows => (frame.right - INSET - width, frame.top + INSET),
    };
    let beside_head = corner == Corner::TopRight;
    let least = frame.left + INSET + if beside_head { head } else { 0.0 };
    let under_head = corner == Corner::BottomLeft && top < frame.top + INSET + below_head;
    let beyond = left + width > frame.right;
    if left < least - 1e-9 || beyond || under_head || top < frame.top || top + height > frame.bottom {
        return None;
    }
    for (k, entry) in entries.iter_mut().enumerate() {
        entry.at = [left, top + (k as f64 + 0.5) * ROW];
    }
    Some([left - ROOM, top - ROOM, left + width + ROOM, top + height + ROOM])
}

/// Place the entries side by side from the top, right of the letter; one row keeps to the right.
fn place_rows(entries: &mut Vec<Entry>, frame: &Frame, head: f64) -> Area {
    let (start, end, top) = (frame.left + INSET, frame.right - INSET, frame.top + INSET);
    let (mut x, mut y) = (start + head, top + ROW / 2.0);
    for entry in &mut *entries {
        if x + entry.width > end && x > start {
            (x, y) = (start, y + ROW);
        }
        entry.at = [x, y];
        x += entry.width + BETWEEN;
    }
    let one_row = y == top + ROW / 2.0;
    let shift = if one_row { (end + BETWEEN - x).max(0.0) } else { 0.0 };
    for entry in &mut *entries {
        entry.at[0] += shift;
    }
    entries.retain(|entry| entry.at[1] + ROW / 2.0 < frame.bottom && entry.at[0] + entry.width < frame.right);
    let left = if one_row { start + head + shift } else { frame.left };
    [left - ROOM, top - ROOM, frame.right, y + ROW / 2.0 + ROOM]
}

/// Points that must stay free: along every curve, close together, and the ends of error bars and bands.
fn obstacles(panel: &Panel, frame: &Frame) -> Vec<Point> {
    let mut points = Vec::new();
    if let Some([_, zero]) = frame.zero_line() {
        let steps = ((frame.right - frame.left) / 2.0) as usize;
        points.extend((0..steps).map(|step| [frame.left + 2.0 * step as f64, zero]));
    }
    for curve in &panel.curves {
        points.extend(curve_points(curve, frame));
    }
    points
}

/// Points close together along a curve, and the ends of its error bars and band.
pub(crate) fn curve_points(curve: &Curve, frame: &Frame) -> Vec<Point> {
    let mut points = Vec::new();
    let mut before: Option<Point> = None;
    for (k, (x, y)) in curve.x.iter().zip(&curve.y).enumerate() {
        let here = frame.place(*x, *y);
        if let (Some(from), Some(to)) = (before, here) {
            let length = (to[0] - from[0]).hypot(to[1] - from[1]).min(2000.0);
            let steps = (length / 2.0).ceil().max(1.0) as usize;
            points.extend((0..steps).map(|step| {
                let t = step as f64 / steps as f64;
                [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]
            }));
        }
        points.extend(here);
        if let Some(error) = curve.errors.as_ref().and_then(|errors| errors.get(k)) {
            points.extend([y - error.abs(), y + error.abs()].iter().filter_map(|end| frame.place(*x, *end)));
        }
        if let Some((low, high)) = &curve.band {
            let ends = [low.get(k), high.get(k)];
            points.extend(ends.into_iter().flatten().filter_map(|end| frame.place(*x, *end)));
        }
        before = here;
    }
    points
}

pub(crate) fn within([x, y]: Point, [left, top, right, bottom]: Area) -> bool {
    (left..=right).contains(&x) && (top..=bottom).contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::axis::Axis;

    fn frame(low: f64, high: f64) -> Frame {
        let x = Range { low: 0.0, high: 1.0, log: false };
        Frame { left: 30.0, top: 10.0, right: 230.0, bottom: 90.0, x, y: Range { low, high, log: false } }
    }

    fn panel(y: impl Fn(f64) -> f64) -> Panel {
        let x: Vec<f64> = (0..=100).map(|k| f64::from(k) / 100.0).collect();
        let y = x.iter().map(|x| y(*x)).collect();
        Panel::new(Axis::new("x", ""), Axis::new("y", ""))
            .curve(Curve::line(x, y).label(Text::plain("left lead")))
    }

    #[test]
    fn a_free_corner_costs_no_room() {
        let fonts = Fonts::load().unwrap();
        let (panel, frame) = (panel(|x| 0.3 * x), frame(0.0, 1.0));
        let inscription = inscribe(&panel, &frame, Some(Text::plain("(a)")), &fonts);
        assert_eq!(inscription.range, frame.y);
    }

    #[test]
    fn a_curve_under_the_letter_makes_the_range_grow_until_it_is_clear() {
        let fonts = Fonts::load().unwrap();
        let (panel, frame) = (panel(|_| 0.97), frame(0.0, 1.0));
        let inscription = inscribe(&panel, &frame, Some(Text::plain("(a)")), &fonts);
        assert!(inscription.range.high > 1.05);
        let grown = Frame { y: inscription.range, ..frame };
        let letter = [grown.left, grown.top, grown.left + 15.0, grown.top + INSET + ROW];
        assert!(!obstacles(&panel, &grown).into_iter().any(|point| within(point, letter)));
    }

    #[test]
    fn limits_that_the_caller_set_stay() {
        let fonts = Fonts::load().unwrap();
        let mut panel = panel(|_| 0.97);
        panel.y = panel.y.limits(0.0, 1.0);
        assert_eq!(inscribe(&panel, &frame(0.0, 1.0), None, &fonts).range.high, 1.0);
    }

    #[test]
    fn many_and_long_names_stay_inside_the_frame() {
        let fonts = Fonts::load().unwrap();
        let mut panel = panel(|x| x);
        let long = "a lead whose name is a whole sentence, written by somebody in a hurry".repeat(3);
        for k in 0..40 {
            let name = if k == 7 { long.clone() } else { format!("lead {k}") };
            panel = panel.curve(Curve::line(vec![0.0, 1.0], vec![0.2, 0.2]).label(Text::plain(&name)));
        }
        let frame = frame(0.0, 1.0);
        let inscription = inscribe(&panel, &frame, Some(Text::plain("(a)")), &fonts);
        assert!(inscription.entries.len() > 5);
        for entry in &inscription.entries {
            assert!(entry.at[0] >= frame.left && entry.at[0] + entry.width <= frame.right, "{:?}", entry.at);
            assert!(entry.at[1] > frame.top && entry.at[1] < frame.bottom);
        }
    }
}
