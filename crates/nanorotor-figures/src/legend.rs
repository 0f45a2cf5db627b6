//! Find a place for panel letter, note and legend that no curve runs through.

use crate::axis::Range;
use crate::colour::Colour;
use crate::curve::Curve;
use crate::font::{Fonts, HALF_DIGIT};
use crate::panel::{FONT, Frame, Panel, draw_marker};
use crate::scene::{Anchor, Dash, Pen, Point, Scene};
use crate::text::Text;

/// Length of the piece of line that shows how a curve is drawn.
const SAMPLE: f64 = 17.0;
const GAP: f64 = 3.0;
const ROW: f64 = 9.6;
const INSET: f64 = 5.5;

/// A rectangle `[left, top, right, bottom]` in points.
type Area = [f64; 4];

/// What is written into a panel, and where.
pub(crate) struct Inscription {
    letter: Option<Text>,
    note: Option<(Text, Point)>,
    entries: Vec<(usize, Point)>,
    /// The range of y with the room that the inscription needs.
    pub(crate) range: Range,
}

/// Where the legend may stand, the preferred first.
#[derive(Clone, Copy)]
enum Corner {
    TopRight,
    BottomRight,
    BottomLeft,
    TopLeft,
    TopRow,
}

const CORNERS: [Corner; 5] =
    [Corner::TopRight, Corner::TopRow, Corner::BottomRight, Corner::BottomLeft, Corner::TopLeft];

/// The parts of the old range that may be kept, the largest first.
const SHARES: [f64; 8] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.74, 0.67, 0.6];

/// Place what is written into a panel; where curves leave no room, the range of y grows upwards.
pub(crate) fn inscribe(panel: &Panel, frame: &Frame, letter: Option<Text>, fonts: &Fonts) -> Inscription {
    let named: Vec<usize> = (0..panel.curves.len()).filter(|k| panel.curves[*k].label.is_some()).collect();
    let widths: Vec<f64> = named.iter().map(|k| entry_width(&panel.curves[*k], fonts)).collect();
    let letter_width = letter.as_ref().map_or(0.0, |text| FONT * fonts.width(text) + 6.0);
    let note_width = panel.note.as_ref().map_or(0.0, |text| FONT * fonts.width(text) + 6.0);
    let head = letter_width + note_width;
    let fixed = panel.y.limits.is_some();
    let shares = if fixed { &SHARES[..1] } else { &SHARES[..] };
    let mut best: Option<(usize, Range, Vec<Point>)> = None;
    for share in shares {
        let range = if *share == 1.0 { frame.y } else { frame.y.filling(*share) };
        let obstacles = obstacles(panel, &Frame { y: range, ..frame.clone() });
        let crossings = |area: Area| obstacles.iter().filter(|point| within(**point, area)).count();
        let head_area = [frame.left, frame.top, frame.left + INSET + head, frame.top + INSET + ROW];
        let head_crossings = if head > 0.0 { crossings(head_area) } else { 0 };
        for corner in CORNERS {
            let Some((area, entries)) = legend(corner, frame, &widths, head) else { continue };
            let count = head_crossings + if named.is_empty() { 0 } else { crossings(area) };
            if best.as_ref().is_none_or(|(fewest, ..)| count < *fewest) {
                best = Some((count, range, entries));
            }
        }
        if best.as_ref().is_some_and(|(count, ..)| *count == 0) {
            break;
        }
    }
    let (range, places) = best.map_or((frame.y, Vec::new()), |(_, range, places)| (range, places));
    let line = frame.top + INSET + 0.73 * FONT;
    Inscription {
        letter,
        note: panel.note.clone().map(|note| (note, [frame.left + INSET + letter_width, line])),
        entries: named.into_iter().zip(places).collect(),
        range,
    }
}

/// Draw what is written into a panel.
pub(crate) fn draw(scene: &mut Scene, panel: &Panel, frame: &Frame, inscription: &Inscription) {
    if let Some(letter) = &inscription.letter {
        let at = [frame.left + INSET, frame.top + INSET + 0.73 * FONT];
        scene.label(letter.clone(), at, FONT, Anchor::Start);
    }
    if let Some((note, at)) = &inscription.note {
        scene.label(note.clone(), *at, FONT, Anchor::Start);
    }
    for (k, [left, middle]) in &inscription.entries {
        let curve = &panel.curves[*k];
        let pen = |width: f64| Pen { colour: curve.colour, width, dash: curve.dash, round: false };
        if let Some(width) = curve.line {
            let mut pen = pen(width);
            if curve.shade.is_some() {
                pen.colour = Colour::of_share(0.5);
            }
            scene.stroke(vec![[*left, *middle], [left + SAMPLE, *middle]], pen);
        }
        if let Some(marker) = curve.marker {
            let pen = Pen { dash: Dash::Solid, ..pen(0.7) };
            draw_marker(scene, marker, [left + SAMPLE / 2.0, *middle], pen);
        }
        if let Some(label) = &curve.label {
            let at = [left + SAMPLE + GAP, middle + HALF_DIGIT * FONT];
            scene.label(label.clone(), at, FONT, Anchor::Start);
        }
    }
}

fn entry_width(curve: &Curve, fonts: &Fonts) -> f64 {
    SAMPLE + GAP + curve.label.as_ref().map_or(0.0, |label| FONT * fonts.width(label))
}

/// The area of a legend and the left ends of its samples; `None` where it does not fit into the frame.
fn legend(corner: Corner, frame: &Frame, widths: &[f64], head: f64) -> Option<(Area, Vec<Point>)> {
    let count = widths.len() as f64;
    let between = 8.0;
    let (width, height) = match corner {
        Corner::TopRow => (widths.iter().sum::<f64>() + between * (count - 1.0).max(0.0), ROW),
        _ => (widths.iter().fold(0.0, |a: f64, b| a.max(*b)), count * ROW),
    };
    let left = match corner {
        Corner::TopRight | Corner::BottomRight | Corner::TopRow => frame.right - INSET - width,
        Corner::TopLeft | Corner::BottomLeft => frame.left + INSET,
    };
    let top = match corner {
        Corner::TopRight | Corner::TopRow => frame.top + INSET,
        Corner::TopLeft => frame.top + INSET + if head > 0.0 { ROW + 1.0 } else { 0.0 },
        Corner::BottomLeft | Corner::BottomRight => frame.bottom - INSET - height,
    };
    let beside_head = matches!(corner, Corner::TopRight | Corner::TopRow);
    let least = frame.left + INSET + if beside_head { head } else { 0.0 };
    if left < least - 1e-9 || top < frame.top || top + height > frame.bottom {
        return None;
    }
    let mut places = Vec::with_capacity(widths.len());
    let (mut x, mut y) = (left, top + ROW / 2.0);
    for entry in widths {
        places.push([x, y]);
        if matches!(corner, Corner::TopRow) {
            x += entry + between;
        } else {
            y += ROW;
        }
    }
    let room = 2.0;
    Some(([left - room, top - room, left + width + room, top + height + room], places))
}

/// Points that must stay free: along every curve, close together, and the ends of error bars and bands.
fn obstacles(panel: &Panel, frame: &Frame) -> Vec<Point> {
    let mut points = Vec::new();
    for curve in &panel.curves {
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
                points.extend(
                    [y - error.abs(), y + error.abs()].iter().filter_map(|end| frame.place(*x, *end)),
                );
            }
            if let Some((low, high)) = &curve.band {
                let ends = [low.get(k), high.get(k)];
                points.extend(ends.into_iter().flatten().filter_map(|end| frame.place(*x, *end)));
            }
            before = here;
        }
    }
    points
}

fn within([x, y]: Point, [left, top, right, bottom]: Area) -> bool {
    (left..=right).contains(&x) && (top..=bottom).contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::Axis;

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
}
