//! Write the names of curves beside them, where no other curve runs.

use crate::font::{Fonts, HALF_DIGIT};
use crate::legend::{Area, curve_points, within};
use crate::panel::{FONT, Frame, Panel};
use crate::scene::{Anchor, Item, Point, Scene};
use crate::text::Text;

/// Free paper between a line and its name.
const GAP: f64 = 2.2;
/// A name this far from every other curve is as clear as it gets.
const CLEAR: f64 = 12.0;

/// A name and the middle of its base line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    pub(crate) curve: usize,
    pub(crate) text: Text,
    pub(crate) at: Point,
}

/// Find the places of all names in a panel; `taken` is occupied already.
pub(crate) fn place(panel: &Panel, frame: &Frame, mut taken: Vec<Area>, fonts: &Fonts) -> Vec<Tag> {
    let points: Vec<Vec<Point>> = panel.curves.iter().map(|curve| curve_points(curve, frame)).collect();
    let mut tags = Vec::new();
    for (k, curve) in panel.curves.iter().enumerate() {
        let Some(text) = curve.tag.as_ref().filter(|text| !text.is_empty()) else { continue };
        let half = [FONT * fonts.width(text) / 2.0, FONT / 2.0];
        let away = half[1] + GAP + curve.line.unwrap_or(0.0) / 2.0;
        let others = || points.iter().enumerate().filter(|(other, _)| *other != k).flat_map(|(_, p)| p);
        let stride = (points[k].len() / 150).max(1);
        let mut best: Option<(f64, Area)> = None;
        for [x, y] in points[k].iter().step_by(stride) {
            for middle in [y - away, y + away] {
                let area = [x - half[0], middle - half[1], x + half[0], middle + half[1]];
                let [left, top, right, bottom] = area;
                let inside = left > frame.left + 3.0
                    && right < frame.right - 3.0
                    && top > frame.top + 2.0
                    && bottom < frame.bottom - 2.0;
                if !inside {
                    continue;
                }
                let overlaps = taken.iter().filter(|other| overlap(**other, area)).count() as f64;
                let own = points[k].iter().filter(|point| within(**point, area)).count() as f64;
                let clearance = others().map(|point| distance(*point, area)).fold(CLEAR, f64::min);
                let cost = 100.0 * overlaps + 4.0 * own - clearance;
                if best.is_none_or(|(least, _)| cost < least - 1e-9) {
                    best = Some((cost, area));
                }
            }
        }
        if let Some((_, area)) = best {
            taken.push(area);
            let at = [f64::midpoint(area[0], area[2]), f64::midpoint(area[1], area[3]) + HALF_DIGIT * FONT];
            tags.push(Tag { curve: k, text: text.clone(), at });
        }
    }
    tags
}

/// Draw the names in the colours of their curves; those of shaded curves are black.
pub(crate) fn draw(scene: &mut Scene, panel: &Panel, tags: &[Tag]) {
    for Tag { curve, text, at } in tags {
        let curve = &panel.curves[*curve];
        let (text, anchor, upward) = (text.clone(), Anchor::Middle, false);
        scene.items.push(Item::Label { text, at: *at, size: FONT, anchor, upward, colour: curve.colour });
    }
}

fn overlap(a: Area, b: Area) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// From a point to the nearest side of an area; 0 inside.
fn distance([x, y]: Point, [left, top, right, bottom]: Area) -> f64 {
    let across = (left - x).max(x - right).max(0.0);
    let along = (top - y).max(y - bottom).max(0.0);
    across.hypot(along)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::{Axis, Range};
    use crate::curve::Curve;

    #[test]
    fn names_stand_by_their_curves_and_on_no_other() {
        let fonts = Fonts::load().unwrap();
        let x: Vec<f64> = (0..=100).map(|k| f64::from(k) / 100.0).collect();
        let panel = (1..=4).fold(Panel::new(Axis::new("x", ""), Axis::new("y", "")), |panel, k| {
            let y = x.iter().map(|x| f64::from(k) * 0.2 * (9.0 * x).sin().abs()).collect();
            panel.curve(Curve::line(x.clone(), y).tag(Text::plain(&format!("{k} eV"))))
        });
        let unit = |high| Range { low: 0.0, high, log: false };
        let frame = Frame { left: 30.0, top: 10.0, right: 230.0, bottom: 170.0, x: unit(1.0), y: unit(1.0) };
        let tags = place(&panel, &frame, Vec::new(), &fonts);
        assert_eq!(tags.len(), 4);
        for tag in &tags {
            let half = FONT * fonts.width(&tag.text) / 2.0;
            let area = [tag.at[0] - half, tag.at[1] - 6.0, tag.at[0] + half, tag.at[1]];
            for curve in &panel.curves {
                assert!(!curve_points(curve, &frame).into_iter().any(|point| within(point, area)), "{tag:?}");
            }
            let nearest = |k: usize| {
                let points = curve_points(&panel.curves[k], &frame);
                points.into_iter().map(|point| distance(point, area)).fold(f64::INFINITY, f64::min)
            };
            assert!((0..4).all(|other| nearest(other) >= nearest(tag.curve)), "{tag:?}");
        }
    }

    #[test]
    fn a_curve_outside_the_frame_has_no_name() {
        let fonts = Fonts::load().unwrap();
        let panel = Panel::new(Axis::new("x", ""), Axis::new("y", ""))
            .curve(Curve::line(vec![0.0, 1.0], vec![f64::NAN, 9.0]).tag(Text::plain("far")));
        let unit = Range { low: 0.0, high: 1.0, log: false };
        let frame = Frame { left: 0.0, top: 0.0, right: 90.0, bottom: 90.0, x: unit, y: unit };
        assert!(place(&panel, &frame, Vec::new(), &fonts).is_empty());
    }
}
