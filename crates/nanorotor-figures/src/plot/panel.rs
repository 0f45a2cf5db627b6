//! Describe one panel: its axes, its curves, what is written into it.

use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::Curve;
use crate::plot::heat::HeatMap;

/// One pair of axes with its curves.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) heat: Option<HeatMap>,
    pub(crate) curves: Vec<Curve>,
    pub(crate) height: f64,
    pub(crate) note: Option<Text>,
}

impl Panel {
    /// An empty panel with a frame 30 mm high.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self { x, y, heat: None, curves: Vec::new(), height: 30.0, note: None }
    }

    /// Whether nothing is drawn in it.
    pub fn is_empty(&self) -> bool {
        self.curves.is_empty() && self.heat.is_none()
    }

    /// Add a curve; later ones lie over earlier ones.
    #[must_use]
    pub fn curve(mut self, curve: Curve) -> Self {
        self.curves.push(curve);
        self
    }

    /// Lay a heat map behind the curves; the colour bar of the figure explains it.
    #[must_use]
    pub fn heat(mut self, map: HeatMap) -> Self {
        self.heat = Some(map);
        self
    }

    /// Make the frame this many millimetres high.
    #[must_use]
    pub fn height(mut self, millimetres: f64) -> Self {
        self.height = millimetres;
        self
    }

    /// Write a line into the panel, like a parameter that holds for it.
    #[must_use]
    pub fn note(mut self, note: Text) -> Self {
        self.note = Some(note);
        self
    }
}
