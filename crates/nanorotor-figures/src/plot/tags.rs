//! Write the names of curves beside them, where no other curve runs.

use crate::page::font::{Fonts, HALF_DIGIT};
use crate::page::scene::{Anchor, Dash, Item, Pen, Point, Scene};
use crate::page::text::Text;
use crate::plot::frame::{FONT, Frame};
use crate::plot::legend::{Area, curve_points, within};
use crate::plot::panel::Panel;

/// Free paper between a line and its name.
const GAP: f64 = 2.2;
/// A name this far from every other curve is as clear as it gets.
const CLEAR: f64 = 12.0;
/// A name stands beside its curve only where every other one is this much farther away.
const NEARER: f64 = 2.0;
/// A crossed curve costs a pointer as much as this length.
const CROSSING: f64 = 40.0;

/// A name, the middle of its base line, and the line that points from it to its curve where the name stands apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    pub(crate) curve: usize,
    pub(crate) text: Text,
    pub(crate) at: Point,
    pub(crate) pointer: Option<[Point; 2]>,
}

/// Find the places of all names in a panel; `taken` is occupied already.
///
/// A name stands on its curve where it is plain which one that is, else on free paper with a line that points to the curve.
pub(crate) fn place(panel: &Panel, frame: &Frame, taken: Vec<Area>, fonts: &Fonts) -> Vec<Tag> {
    let points = panel.curves.iter().map(|curve| curve_points(curve, frame)).collect();
    let mut search = Search { frame, points, taken };
    let names: Vec<(usize, &Text)> = panel
        .curves
        .iter()
        .enumerate()
        .filter_map(|(k, curve)| Some((k, curve.tag.as_ref().filter(|text| !text.is_empty())?)))
        .collect();
    let (mut tags, mut apart) = (Vec::new(), Vec::new());
    for (k, text) in names {
        let half = [FONT * fonts.width(text) / 2.0, FONT / 2.0];
        let away = half[1] + GAP + panel.curves[k].line.unwrap_or(0.0) / 2.0;
        match search.beside(k, half, away) {
            Some(area) => tags.push(search.take(k, text, area, None)),
            None => apart.push((k, text, half)),
        }
    }
    for (k, text, half) in apart {
        if let Some((area, pointer)) = search.apart(k, half) {
            tags.push(search.take(k, text, area, Some(pointer)));
        }
    }
    tags
}

/// The curves as points close together, and what is occupied.
struct Search<'a> {
    frame: &'a Frame,
    points: Vec<Vec<Point>>,
    taken: Vec<Area>,
}

impl Search<'_> {
    fn take(&mut self, curve: usize, text: &Text, area: Area, pointer: Option<[Point; 2]>) -> Tag {
        self.taken.push(area);
        if let Some([from, to]) = pointer {
            let along = |t: f64| [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])];
            let spots = (0..=20).map(|step| along(f64::from(step) / 20.0));
            self.taken.extend(spots.map(|[x, y]| [x - 1.0, y - 1.0, x + 1.0, y + 1.0]));
        }
        let at = [f64::midpoint(area[0], area[2]), f64::midpoint(area[1], area[3]) + HALF_DIGIT * FONT];
        Tag { curve, text: text.clone(), at, pointer }
    }

    fn others(&self, k: usize) -> impl Iterator<Item = &Point> {
        self.points.iter().enumerate().filter(move |(other, _)| *other != k).flat_map(|(_, points)| points)
    }

    fn own(&self, k: usize) -> impl Iterator<Item = &Point> {
        self.points[k].iter().step_by((self.points[k].len() / 120).max(1))
    }

    fn is_free(&self, area: Area) -> bool {
        let [left, top, right, bottom] = self.frame.edges();
        let inside =
            area[0] > left + 3.0 && area[2] < right - 3.0 && area[1] > top + 2.0 && area[3] < bottom - 2.0;
        inside && !self.taken.iter().any(|other| overlap(*other, area))
    }

    /// The clearest place on a curve, always above it: some above and some below could be taken for one another.
    fn beside(&self, k: usize, half: [f64; 2], away: f64) -> Option<Area> {
        let mut best: Option<(f64, Area)> = None;
        for [x, y] in self.own(k) {
            for above in [away, away + 3.0, away + 6.0] {
                let area = [x - half[0], y - above - half[1], x + half[0], y - above + half[1]];
                let from = |points: &mut dyn Iterator<Item = &Point>| {
                    points.map(|point| distance(*point, area)).fold(f64::INFINITY, f64::min)
                };
                if !self.is_free(area) {
                    continue;
                }
                let own = from(&mut self.points[k].iter());
                let clearance = from(&mut self.others(k)).min(CLEAR);
                if own < 1.0 || clearance < own + NEARER {
                    continue;
                }
                let cost = above - away - clearance / 2.0;
                if best.is_none_or(|(least, _)| cost < least - 1e-9) {
                    best = Some((cost, area));
                }
            }
        }
        best.map(|(_, area)| area)
    }

    /// The free place from which the shortest line points to a curve, where no other curve is close, across the fewest.
    fn apart(&self, k: usize, half: [f64; 2]) -> Option<(Area, [Point; 2])> {
        let [left, top, right, bottom] = self.frame.edges();
        let is_inside = |[x, y]: &Point| (left..=right).contains(x) && (top..=bottom).contains(y);
        let is_alone = |end: &&Point| self.others(k).all(|[x, y]| (x - end[0]).hypot(y - end[1]) > 2.2);
        let ends: Vec<&Point> = self.own(k).filter(|end| is_inside(end)).filter(is_alone).collect();
        let mut best: Option<(f64, Area, [Point; 2])> = None;
        let steps = |from: f64, to: f64| {
            (0..((to - from) / 6.0).max(0.0) as usize).map(move |k| from + 6.0 * k as f64)
        };
        for y in steps(top + half[1] + 3.0, bottom - half[1]) {
            for x in steps(left + half[0] + 4.0, right - half[0]) {
                let area = [x - half[0], y - half[1], x + half[0], y + half[1]];
                if !self.is_free(area)
                    || self.points.iter().flatten().any(|point| distance(*point, area) < 3.0)
                {
                    continue;
                }
                for end in &ends {
                    let start = [end[0].clamp(area[0], area[2]), end[1].clamp(area[1] - 0.5, area[3] + 0.5)];
                    let length = (end[0] - start[0]).hypot(end[1] - start[1]);
                    if best.as_ref().is_some_and(|(least, ..)| length >= *least) {
                        continue;
                    }
                    let cost = length + CROSSING * self.crossings(k, start, **end) as f64;
                    if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                        best = Some((cost, area, [start, **end]));
                    }
                }
            }
        }
        best.map(|(_, area, pointer)| (area, pointer))
    }

    /// How many curves and names a pointer runs across; its end on its own curve does not count.
    fn crossings(&self, k: usize, from: Point, to: Point) -> usize {
        let to_own = [from[0] + 0.95 * (to[0] - from[0]), from[1] + 0.95 * (to[1] - from[1])];
        let crossed = |(other, points): (usize, &Vec<Point>)| {
            let to = if other == k { to_own } else { to };
            let corners: Vec<&Point> = points.iter().step_by(4).collect();
            corners.windows(2).any(|pair| cross(from, to, *pair[0], *pair[1]))
        };
        let steps = (0..=10).map(|k| f64::from(k) / 10.0);
        let on_name = |area: &&Area| {
            steps
                .clone()
                .any(|t| within([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])], **area))
        };
        let names = self.taken.iter().filter(on_name).count();
        names + self.points.iter().enumerate().filter(|curve| crossed(*curve)).count()
    }
}

/// Whether two pieces of straight line cross.
fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// Draw the names in the colours of their curves; those of shaded curves are black.
pub(crate) fn draw(scene: &mut Scene, panel: &Panel, tags: &[Tag]) {
    for Tag { curve, text, at, pointer } in tags {
        let curve = &panel.curves[*curve];
        if let Some(ends) = pointer {
            scene.stroke(ends.to_vec(), Pen { colour: curve.colour, width: 0.5, dash: Dash::Solid });
            // The dot says where among close curves the pointer ends.
            let [x, y] = ends[1];
            let corner = |k: i32| (f64::from(k) * std::f64::consts::TAU / 12.0).sin_cos();
            let dot = (0..12).map(corner).map(|(sin, cos)| [x + 1.7 * cos, y + 1.7 * sin]).collect();
            scene.fill(dot, curve.colour);
        }
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
    use crate::plot::axis::{Axis, Range};
    use crate::plot::curve::Curve;

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
    fn curves_close_under_others_are_pointed_at() {
        let fonts = Fonts::load().unwrap();
        let x: Vec<f64> = (0..=100).map(|k| f64::from(k) / 100.0).collect();
        let panel = (0..3).fold(Panel::new(Axis::new("x", ""), Axis::new("y", "")), |panel, k| {
            let y = vec![0.5 + 0.03 * f64::from(k); 101];
            panel.curve(Curve::line(x.clone(), y).tag(Text::plain(&format!("{k} eV"))))
        });
        let unit = Range { low: 0.0, high: 1.0, log: false };
        let frame = Frame { left: 0.0, top: 0.0, right: 200.0, bottom: 160.0, x: unit, y: unit };
        let mut tags = place(&panel, &frame, Vec::new(), &fonts);
        tags.sort_by_key(|tag| tag.curve);
        let pointed: Vec<bool> = tags.iter().map(|tag| tag.pointer.is_some()).collect();
        // Only the highest has free paper above it.
        assert_eq!(pointed, [true, true, false]);
        for (tag, height) in tags.iter().zip([0.5, 0.53]) {
            let [_, end] = tag.pointer.unwrap();
            assert!((end[1] - (1.0 - height) * 160.0).abs() < 1e-9, "{tag:?}");
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
