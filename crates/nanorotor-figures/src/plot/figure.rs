//! Put panels together to a figure of a journal's width.

use crate::page::colour::ColourMap;
use crate::plot::axis::Axis;
use crate::plot::panel::Panel;

/// The width of a figure in print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// One column of a page, 86 mm.
    #[default]
    SingleColumn,
    /// The whole page, 178 mm.
    DoubleColumn,
}

impl Width {
    /// Millimetres.
    pub fn millimetres(self) -> f64 {
        match self {
            Self::SingleColumn => 86.0,
            Self::DoubleColumn => 178.0,
        }
    }
}

/// The bar over the panels that explains the colours of shaded curves and heat maps.
#[derive(Debug, Clone, PartialEq)]
pub struct ColourBar {
    pub(crate) axis: Axis,
    pub(crate) map: ColourMap,
}

impl ColourBar {
    /// A bar along `axis`, whose range is that of all shades unless it has limits.
    pub fn new(axis: Axis) -> Self {
        Self { axis, map: ColourMap::Sequential }
    }

    /// Colour values of both signs, white at zero; the range reaches equally far to either side.
    #[must_use]
    pub fn diverging(mut self) -> Self {
        self.map = ColourMap::Diverging;
        self
    }
}

/// A figure: panels in a grid, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub(crate) width: Width,
    pub(crate) columns: usize,
    pub(crate) panels: Vec<Panel>,
    pub(crate) shares_x: bool,
    pub(crate) shares_y: bool,
    pub(crate) colour_bar: Option<ColourBar>,
}

impl Figure {
    /// Panels in one column, each with an abscissa of its own.
    pub fn new(width: Width, panels: Vec<Panel>) -> Self {
        Self { width, columns: 1, panels, shares_x: false, shares_y: false, colour_bar: None }
    }

    /// Set the panels in this many columns, filled row by row; 0 counts as 1.
    #[must_use]
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns.max(1);
        self
    }

    /// Let the panels of a column share one abscissa, labelled under the lowest.
    #[must_use]
    pub fn share_x(mut self) -> Self {
        self.shares_x = true;
        self
    }

    /// Let all panels show one range of ordinates.
    #[must_use]
    pub fn share_y(mut self) -> Self {
        self.shares_y = true;
        self
    }

    /// Put a colour bar over the panels.
    #[must_use]
    pub fn colour_bar(mut self, bar: ColourBar) -> Self {
        self.colour_bar = Some(bar);
        self
    }
}
