//! Place a panel on the page, and draw its frame and ticks.

use crate::page::colour::{Colour, ColourMap};
use crate::page::font::HALF_DIGIT;
use crate::page::scene::{Anchor, Dash, Pen, Point, Scene};
use crate::plot::axis::Range;
use crate::plot::ticks::Ticks;

/// Size of all letters on the line, in points.
pub(crate) const FONT: f64 = 8.0;
/// Width of frames and ticks in points.
const THIN: f64 = 0.5;
const MAJOR: f64 = 3.2;
const MINOR: f64 = 1.7;

/// The place of a panel on the page and what its sides stand for.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
    pub(crate) x: Range,
    pub(crate) y: Range,
}

impl Frame {
    /// Where a pair of values stands on the page.
    pub(crate) fn place(&self, x: f64, y: f64) -> Option<Point> {
        Some([self.across(x)?, self.up(y)?])
    }

    pub(crate) fn across(&self, x: f64) -> Option<f64> {
        Some(self.left + self.x.share(x)? * (self.right - self.left))
    }

    pub(crate) fn up(&self, y: f64) -> Option<f64> {
        Some(self.bottom - self.y.share(y)? * (self.bottom - self.top))
    }

    /// The left end of the line at zero, where zero lies inside a linear axis.
    pub(crate) fn zero_line(&self) -> Option<Point> {
        let inside = !self.y.log && self.y.low < 0.0 && self.y.high > 0.0;
        self.up(0.0).filter(|_| inside).map(|y| [self.left, y])
    }

    pub(crate) fn edges(&self) -> [f64; 4] {
        [self.left, self.top, self.right, self.bottom]
    }

    pub(crate) fn holds(&self, [x, y]: Point) -> bool {
        let slack = 0.01;
        (self.left - slack..=self.right + slack).contains(&x)
            && (self.top - slack..=self.bottom + slack).contains(&y)
    }
}

/// The range of the colour bar and its map, where there is one.
pub(crate) type Shading = Option<(Range, ColourMap)>;

/// Draw the frame with ticks inwards on all four sides, and the labels of the ordinate.
pub(crate) fn draw_frame(scene: &mut Scene, frame: &Frame, x: &Ticks, y: &Ticks) {
    let pen = Pen { colour: Colour::BLACK, width: THIN, dash: Dash::Solid };
    let [left, top, right, bottom] = frame.edges();
    // The first side is drawn again at the end, so that the corner is joined like the others.
    scene.stroke(
        vec![[left, top], [right, top], [right, bottom], [left, bottom], [left, top], [right, top]],
        pen,
    );
    let lengths = |ticks: &Ticks| -> Vec<(f64, f64)> {
        let major = ticks.major.iter().map(|(value, _)| (*value, MAJOR));
        major.chain(ticks.minor.iter().map(|value| (*value, MINOR))).collect()
    };
    let off_corner = |at: f64, low: f64, high: f64| at - low > 0.1 && high - at > 0.1;
    for (value, length) in lengths(x) {
        if let Some(at) = frame.across(value).filter(|at| off_corner(*at, left, right)) {
            scene.stroke(vec![[at, bottom], [at, bottom - length]], pen);
            scene.stroke(vec![[at, top], [at, top + length]], pen);
        }
    }
    for (value, length) in lengths(y) {
        if let Some(at) = frame.up(value).filter(|at| off_corner(*at, top, bottom)) {
            scene.stroke(vec![[left, at], [left + length, at]], pen);
            scene.stroke(vec![[right, at], [right - length, at]], pen);
        }
    }
    for (value, text) in &y.major {
        if let Some(at) = frame.up(*value) {
            let at = [left - 3.0, at + HALF_DIGIT * FONT];
            scene.label(text.clone(), at, FONT, Anchor::End);
        }
    }
}
