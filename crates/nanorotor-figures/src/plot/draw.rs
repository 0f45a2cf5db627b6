//! Draw the curves of a panel.

use crate::page::colour::{Colour, ColourMap};
use crate::page::scene::{Dash, Pen, Point, Scene};
use crate::plot::curve::{Curve, Marker, clip, thin};
use crate::plot::frame::{Frame, Shading};
use crate::plot::panel::Panel;

const MARKER: f64 = 1.9;
/// A shaded line changes its colour in this many steps, too fine to see.
const SHADES: f64 = 128.0;

/// Draw the curves of a panel: bands behind, lines, then error bars and markers.
pub(crate) fn draw_curves(scene: &mut Scene, panel: &Panel, frame: &Frame, shades: Shading) {
    for curve in &panel.curves {
        draw_band(scene, curve, frame);
    }
    if panel.heat.is_none()
        && !frame.y.log
        && frame.y.low < 0.0
        && frame.y.high > 0.0
        && let Some(y) = frame.up(0.0)
    {
        let pen = Pen { colour: Colour::GREY, width: 0.4, dash: Dash::Solid };
        scene.stroke(vec![[frame.left, y], [frame.right, y]], pen);
    }
    for curve in &panel.curves {
        draw_line(scene, curve, frame, shades);
        draw_markers(scene, curve, frame, shades);
    }
}

fn draw_band(scene: &mut Scene, curve: &Curve, frame: &Frame) {
    let Some((low, high)) = &curve.band else { return };
    let bound = |y: f64| y.clamp(frame.top, frame.bottom);
    let edges: Vec<_> = curve
        .x
        .iter()
        .zip(low.iter().zip(high))
        .map(|(x, (low, high))| Some((frame.place(*x, *low)?, frame.place(*x, *high)?)))
        .collect();
    for piece in edges.split(Option::is_none) {
        let piece =
            || piece.iter().flatten().filter(|(point, _)| point[0] >= frame.left && point[0] <= frame.right);
        let below = piece().map(|(low, _)| [low[0], bound(low[1])]);
        let above = piece().rev().map(|(_, high)| [high[0], bound(high[1])]);
        scene.fill(below.chain(above).collect(), curve.colour.tint(0.22));
    }
}

fn draw_line(scene: &mut Scene, curve: &Curve, frame: &Frame, shades: Shading) {
    let Some(width) = curve.line else { return };
    let points = |share: &dyn Fn(usize) -> Option<f64>| -> Vec<Option<(Point, f64)>> {
        let pairs = curve.x.iter().zip(&curve.y).enumerate();
        pairs.map(|(k, (x, y))| Some((frame.place(*x, *y)?, share(k)?))).collect()
    };
    let mut plain = |pen: Pen| {
        for piece in clip(&points(&|_| Some(0.0)), frame.edges()) {
            scene.stroke(thin(piece).into_iter().map(|(point, _)| point).collect(), pen);
        }
    };
    let Some(values) = &curve.shade else {
        return plain(Pen { colour: curve.colour, width, dash: curve.dash });
    };
    let share = |k: usize| values.get(k).and_then(|value| shades?.0.share(*value));
    if (0..curve.x.len()).any(|k| share(k).is_none()) {
        // Where there is no value to colour, the curve goes on as a thin line.
        plain(Pen { colour: Colour::GREY, width: 0.8, dash: Dash::Solid });
    }
    for piece in clip(&points(&share), frame.edges()) {
        draw_shaded(scene, &thin(piece), width, shades.map(|(_, map)| map).unwrap_or_default());
    }
}

/// Draw a line whose colour follows a value: pieces of one shade each, which overlap so that no seam shows.
fn draw_shaded(scene: &mut Scene, points: &[(Point, f64)], width: f64, map: ColourMap) {
    let bin = |share: f64| (share * SHADES).floor().clamp(0.0, SHADES - 1.0);
    let pen = |bin: f64| Pen { colour: map.colour((bin + 0.5) / SHADES), width, dash: Dash::Solid };
    let mut piece: Vec<Point> = Vec::new();
    let (mut current, mut before) = (f64::NAN, None);
    for pair in points.windows(2) {
        let [(from, a), (to, b)] = [pair[0], pair[1]];
        let steps = ((b - a).abs() * SHADES).ceil().clamp(1.0, SHADES);
        for step in 0..steps as usize {
            let mix = |t: f64| [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])];
            let (start, end) = (step as f64 / steps, (step + 1) as f64 / steps);
            let next = bin(a + (b - a) * (start + end) / 2.0);
            if next != current {
                scene.stroke(std::mem::take(&mut piece), pen(current));
                piece.extend(before);
                piece.push(mix(start));
                current = next;
            }
            piece.push(mix(end));
            before = Some(mix(start));
        }
    }
    scene.stroke(piece, pen(current));
}

fn draw_markers(scene: &mut Scene, curve: &Curve, frame: &Frame, shades: Shading) {
    // Points without a line take the colours of their values, grey where there is none.
    let colour = |k: usize| match (&curve.shade, curve.line, shades) {
        (Some(values), None, Some((range, map))) => values
            .get(k)
            .and_then(|value| range.share(*value))
            .map_or(Colour::GREY, |share| map.colour(share)),
        _ => curve.colour,
    };
    let pen = Pen { colour: curve.colour, width: 0.7, dash: Dash::Solid };
    for (k, (x, y)) in curve.x.iter().zip(&curve.y).enumerate() {
        let Some(at) = frame.place(*x, *y) else { continue };
        if let Some(error) = curve.errors.as_ref().and_then(|errors| errors.get(k)).filter(|e| e.abs() > 0.0)
        {
            draw_error_bar(scene, frame, *x, [y - error.abs(), y + error.abs()], pen);
        }
        if let Some(marker) = curve.marker.filter(|_| frame.holds(at)) {
            draw_marker(scene, marker, at, colour(k));
        }
    }
}

fn draw_error_bar(scene: &mut Scene, frame: &Frame, x: f64, ends: [f64; 2], pen: Pen) {
    let Some(across) = frame.across(x).filter(|at| (frame.left..=frame.right).contains(at)) else { return };
    // On a logarithmic axis a bar that reaches zero goes on to the lower edge.
    let low = frame.up(ends[0]).unwrap_or(f64::INFINITY);
    let Some(high) = frame.up(ends[1]) else { return };
    if high > frame.bottom || low < frame.top {
        return;
    }
    let (from, to) = (low.min(frame.bottom), high.max(frame.top));
    scene.stroke(vec![[across, from], [across, to]], pen);
    for (end, drawn) in [(low, from), (high, to)] {
        if end == drawn {
            let half = 1.6;
            let (left, right) = ((across - half).max(frame.left), (across + half).min(frame.right));
            scene.stroke(vec![[left, drawn], [right, drawn]], pen);
        }
    }
}

/// Draw a marker centred at a place.
pub(crate) fn draw_marker(scene: &mut Scene, marker: Marker, at: Point, colour: Colour) {
    let ring = |count: i32, radius: f64, start: f64| -> Vec<Point> {
        (0..count)
            .map(|k| {
                let angle = (start + 360.0 * f64::from(k) / f64::from(count)).to_radians();
                [at[0] + radius * angle.cos(), at[1] - radius * angle.sin()]
            })
            .collect()
    };
    match marker {
        Marker::Circle => scene.fill(ring(24, MARKER, 0.0), colour),
        Marker::Square => scene.fill(ring(4, 1.25 * MARKER, 45.0), colour),
        Marker::Triangle => scene.fill(ring(3, 1.4 * MARKER, 90.0), colour),
        Marker::Ring => {
            let mut outline = ring(24, MARKER, 0.0);
            scene.fill(outline.clone(), Colour { rgb: [255; 3] });
            outline.push(outline[0]);
            outline.push(outline[1]);
            scene.stroke(outline, Pen { colour, width: 0.7, dash: Dash::Solid });
        }
    }
}
