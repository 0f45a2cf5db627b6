//! Draw nanorotor results as SVG, PDF and PNG.
//!
//! Plain data in, the bytes of a file out. [`Figure`] is a grid of [`Panel`]s with [`Curve`]s or a [`HeatMap`];
//! [`landscape_figure`], [`electrons_figure`], [`rate_figure`], [`load_figure`], [`sensitivity_figure`] and [`trajectories_figure`] fill one with what the program computes at one point,
//! [`sweep_figures`] makes the figures of any results, and [`paper`] those of Preston & Kosov (2023).

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "captions are put together piece by piece"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests fail by panicking"))]

mod axis;
mod colour;
mod curve;
mod electrons;
mod error;
mod figure;
mod font;
mod format;
mod heat;
mod landscape;
mod layout;
mod legend;
mod load;
mod matplotlib;
mod names;
mod panel;
pub mod paper;
mod pdf;
mod png;
mod rate;
mod reading;
mod scene;
mod sensitivity;
mod spectrum;
mod svg;
mod sweep;
mod tags;
mod text;
mod ticks;
mod trajectories;

pub use axis::{Axis, Scale};
pub use colour::{Colour, ColourMap};
pub use curve::{Curve, Marker};
pub use electrons::{ElectronsFigure, electrons_figure};
pub use error::FigureError;
pub use figure::{ColourBar, Figure, Width};
pub use format::Format;
pub use heat::HeatMap;
pub use landscape::{LandscapeFigure, LeadValues, Units, landscape_figure};
pub use load::{LoadFigure, load_figure};
pub use matplotlib::MatplotlibFiles;
pub use panel::Panel;
pub use rate::{RateFigure, rate_figure};
pub use scene::Dash;
pub use sensitivity::{SensitivityFigure, sensitivity_figure};
pub use spectrum::{SpectrumFigure, spectrum_figure};
pub use sweep::{NamedFigure, sweep_figures};
pub use text::Text;
pub use trajectories::{TrajectoriesFigure, Trajectory, trajectories_figure};
