//! The plot: axes, curves, heat maps and legends, laid out on a page.

pub(crate) mod axis;
pub(crate) mod curve;
pub(crate) mod draw;
pub(crate) mod figure;
pub(crate) mod frame;
pub(crate) mod heat;
pub(crate) mod layout;
pub(crate) mod legend;
pub(crate) mod matplotlib;
pub(crate) mod panel;
pub(crate) mod render;
pub(crate) mod tags;
pub(crate) mod ticks;
