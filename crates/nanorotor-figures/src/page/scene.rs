//! Describe a finished picture as strokes, fills and texts on a page.

use crate::page::colour::Colour;
use crate::page::text::Text;

/// A place on the page in points (1/72 inch), x to the right and y down from the upper left corner.
pub(crate) type Point = [f64; 2];

/// How a line is dashed; lines are told apart by it where colour is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dash {
    /// Unbroken.
    #[default]
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Dashes and dots in turn.
    DashDotted,
}

impl Dash {
    /// Every style, in the order in which curves take them.
    pub const ALL: [Self; 4] = [Self::Solid, Self::Dashed, Self::DashDotted, Self::Dotted];

    /// Lengths of strokes and gaps in points; empty for an unbroken line.
    pub(crate) fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[4.5, 2.0],
            Self::Dotted => &[1.1, 1.5],
            Self::DashDotted => &[5.0, 1.6, 1.2, 1.6],
        }
    }
}

/// The pen of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pen {
    pub(crate) colour: Colour,
    pub(crate) width: f64,
    pub(crate) dash: Dash,
}

/// Which point of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One thing on the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    /// A line through two or more points.
    Stroke { points: Vec<Point>, pen: Pen },
    /// A filled polygon.
    Fill { points: Vec<Point>, colour: Colour },
    /// A text whose base line runs through `at`; `upward` turns it by 90° against the clock.
    Label { text: Text, at: Point, size: f64, anchor: Anchor, upward: bool, colour: Colour },
}

/// A page and what is on it, from back to front.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) items: Vec<Item>,
}

impl Scene {
    pub(crate) fn stroke(&mut self, points: Vec<Point>, pen: Pen) {
        if points.len() > 1 {
            self.items.push(Item::Stroke { points, pen });
        }
    }

    pub(crate) fn fill(&mut self, points: Vec<Point>, colour: Colour) {
        if points.len() > 2 {
            self.items.push(Item::Fill { points, colour });
        }
    }

    pub(crate) fn label(&mut self, text: Text, at: Point, size: f64, anchor: Anchor) {
        if !text.is_empty() {
            self.items.push(Item::Label { text, at, size, anchor, upward: false, colour: Colour::BLACK });
        }
    }

    pub(crate) fn upward_label(&mut self, text: Text, at: Point, size: f64) {
        if !text.is_empty() {
            let anchor = Anchor::Middle;
            self.items.push(Item::Label { text, at, size, anchor, upward: true, colour: Colour::BLACK });
        }
    }
}
