//! Describe a curve and cut it into what can be drawn.

use crate::error::FigureError;
use crate::page::colour::Colour;
use crate::page::scene::{Dash, Point};
use crate::page::text::Text;

/// The sign at each point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// A filled circle.
    Circle,
    /// An open circle.
    Ring,
    /// A filled square.
    Square,
    /// A filled triangle.
    Triangle,
}

/// One set of data in a panel; NaN leaves a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    pub(crate) label: Option<Text>,
    /// Written beside the curve instead of into the legend.
    pub(crate) tag: Option<Text>,
    pub(crate) colour: Colour,
    /// Width in points.
    pub(crate) line: Option<f64>,
    pub(crate) dash: Dash,
    pub(crate) marker: Option<Marker>,
    pub(crate) errors: Option<Vec<f64>>,
    pub(crate) band: Option<(Vec<f64>, Vec<f64>)>,
    pub(crate) shade: Option<Vec<f64>>,
}

impl Curve {
    /// A black line through the points.
    pub fn line(x: Vec<f64>, y: Vec<f64>) -> Self {
        Self {
            x,
            y,
            label: None,
            tag: None,
            colour: Colour::BLACK,
            line: Some(1.1),
            dash: Dash::Solid,
            marker: None,
            errors: None,
            band: None,
            shade: None,
        }
    }

    /// Black circles at the points, with no line.
    pub fn points(x: Vec<f64>, y: Vec<f64>) -> Self {
        Self { line: None, marker: Some(Marker::Circle), ..Self::line(x, y) }
    }

    /// Name the curve in the legend.
    #[must_use]
    pub fn label(mut self, label: Text) -> Self {
        self.label = Some(label);
        self
    }

    /// Name the curve beside its line, where nothing else runs; for curves that no legend can tell apart.
    #[must_use]
    pub fn tag(mut self, tag: Text) -> Self {
        self.tag = Some(tag);
        self
    }

    /// Draw it in this colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// Draw its line in this style.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }

    /// Draw its line this many points wide; widths outside 0.1 to 20 are brought inside.
    #[must_use]
    pub fn width(mut self, points: f64) -> Self {
        self.line = Some(if points.is_nan() { 1.1 } else { points.clamp(0.1, 20.0) });
        self
    }

    /// Put a sign at each point.
    #[must_use]
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = Some(marker);
        self
    }

    /// Give each point a bar of ± its error, in the unit of y.
    #[must_use]
    pub fn errors(mut self, errors: Vec<f64>) -> Self {
        self.errors = Some(errors);
        self
    }

    /// Lay a pale band from `low` to `high` behind the line.
    #[must_use]
    pub fn band(mut self, low: Vec<f64>, high: Vec<f64>) -> Self {
        self.band = Some((low, high));
        self
    }

    /// Colour the line, or the points where there is no line, by these values, which the colour bar of the figure explains.
    #[must_use]
    pub fn shade(mut self, values: Vec<f64>) -> Self {
        self.shade = Some(values);
        self
    }

    /// Refuse columns of different lengths.
    pub(crate) fn check(&self, place: usize) -> Result<(), FigureError> {
        let name = self
            .label
            .as_ref()
            .or(self.tag.as_ref())
            .map_or_else(|| format!("curve {place}"), ToString::to_string);
        let columns = [
            ("", Some(&self.y)),
            (", errors", self.errors.as_ref()),
            (", lower edge of the band", self.band.as_ref().map(|b| &b.0)),
            (", upper edge of the band", self.band.as_ref().map(|b| &b.1)),
            (", shades", self.shade.as_ref()),
        ];
        for (column, values) in columns {
            if let Some(values) = values.filter(|values| values.len() != self.x.len()) {
                let (expected, found) = (self.x.len(), values.len());
                return Err(FigureError::Lengths { what: format!("{name}{column}"), expected, found });
            }
        }
        Ok(())
    }

    /// Every ordinate that the axis has to reach.
    pub(crate) fn ordinates(&self) -> impl Iterator<Item = f64> {
        let errors = self
            .errors
            .iter()
            .flat_map(|errors| self.y.iter().zip(errors).flat_map(|(y, e)| [y - e.abs(), y + e.abs()]));
        let band = self.band.iter().flat_map(|(low, high)| low.iter().chain(high).copied());
        self.y.iter().copied().chain(errors).chain(band)
    }
}

/// The pieces of a line inside a frame; gaps and the frame cut it.
///
/// The frame is `[left, top, right, bottom]` in points. Each point carries a value that is interpolated at the cuts.
pub(crate) fn clip(points: &[Option<(Point, f64)>], frame: [f64; 4]) -> Vec<Vec<(Point, f64)>> {
    let mut pieces: Vec<Vec<(Point, f64)>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let [Some(from), Some(to)] = pair else {
            open = false;
            continue;
        };
        let Some((enter, leave)) = inside(from.0, to.0, frame) else {
            open = false;
            continue;
        };
        let at = |t: f64| {
            if t == 0.0 {
                return *from;
            }
            if t == 1.0 {
                return *to;
            }
            let mix = |a: f64, b: f64| a + t * (b - a);
            ([mix(from.0[0], to.0[0]), mix(from.0[1], to.0[1])], mix(from.1, to.1))
        };
        match pieces.last_mut() {
            Some(piece) if open && enter == 0.0 => piece.push(at(leave)),
            _ => pieces.push(vec![at(enter), at(leave)]),
        }
        open = leave == 1.0;
    }
    pieces
}

/// The part of a segment inside the frame, as shares of its length (Liang & Barsky).
fn inside(from: Point, to: Point, frame: [f64; 4]) -> Option<(f64, f64)> {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let (low, high) = (frame[axis], frame[axis + 2]);
        let step = to[axis] - from[axis];
        if step == 0.0 {
            if from[axis] < low || from[axis] > high {
                return None;
            }
            continue;
        }
        let (a, b) = ((low - from[axis]) / step, (high - from[axis]) / step);
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    (enter <= leave).then_some((enter, leave))
}

/// Thin a long line to what print can show: of the points within a tenth of a point of abscissa, those that
/// begin it, end it and reach highest and lowest.
pub(crate) fn thin(points: Vec<(Point, f64)>) -> Vec<(Point, f64)> {
    const CELL: f64 = 0.1;
    if points.len() < 2000 {
        return points;
    }
    let mut kept = Vec::new();
    for cell in points.chunk_by(|a, b| (a.0[0] / CELL).floor() == (b.0[0] / CELL).floor()) {
        let by_height =
            |a: &&(usize, &(Point, f64)), b: &&(usize, &(Point, f64))| a.1.0[1].total_cmp(&b.1.0[1]);
        let numbered: Vec<_> = cell.iter().enumerate().collect();
        let extremes = [numbered.iter().min_by(by_height), numbered.iter().max_by(by_height)];
        let mut places = vec![0, cell.len() - 1];
        places.extend(extremes.into_iter().flatten().map(|(place, _)| *place));
        places.sort_unstable();
        places.dedup();
        kept.extend(places.into_iter().map(|place| cell[place]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [f64; 4] = [0.0, 0.0, 10.0, 10.0];

    fn path(points: &[[f64; 2]]) -> Vec<Option<(Point, f64)>> {
        points.iter().map(|p| p[1].is_finite().then_some((*p, p[0]))).collect()
    }

    #[test]
    fn a_gap_cuts_the_line() {
        let pieces = clip(&path(&[[0.0, 1.0], [1.0, 1.0], [2.0, f64::NAN], [3.0, 1.0], [4.0, 1.0]]), FRAME);
        assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn the_frame_cuts_the_line_where_it_crosses() {
        let pieces = clip(&path(&[[0.0, 5.0], [5.0, 15.0], [10.0, 5.0]]), FRAME);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0][1], ([2.5, 10.0], 2.5));
        assert_eq!(pieces[1][0], ([7.5, 10.0], 7.5));
        assert!(clip(&path(&[[0.0, 20.0], [9.0, 30.0]]), FRAME).is_empty());
    }

    #[test]
    fn thinning_keeps_peaks() {
        let mut points: Vec<(Point, f64)> = (0..10_000).map(|k| ([f64::from(k) * 1e-3, 0.0], 0.0)).collect();
        points[4321].0[1] = 7.0;
        let thinned = thin(points.clone());
        assert!(thinned.len() < 1000);
        assert!(thinned.contains(&points[4321]));
        assert_eq!((thinned[0], thinned[thinned.len() - 1]), (points[0], points[9999]));
    }

    #[test]
    fn unequal_columns_are_refused_by_name() {
        let curve = Curve::line(vec![0.0, 1.0], vec![0.0]).label(Text::plain("left"));
        let error = curve.check(1).unwrap_err();
        assert_eq!(error.to_string(), "left: 1 values for 2 abscissae");
        assert!(Curve::points(vec![0.0], vec![0.0]).errors(vec![]).check(1).is_err());
    }
}
