//! Draw nanorotor results as SVG, PDF and PNG.
//!
//! Plain data in, the bytes of a file out. [`Figure`] is a grid of [`Panel`]s with [`Curve`]s or a [`HeatMap`];
//! [`landscape_figure`], [`electrons_figure`], [`rate_figure`], [`load_figure`], [`sensitivity_figure`], [`search_figure`] and [`trajectories_figure`] fill one with what the program computes at one point,
//! [`sweep_figures`] makes the figures of any results.
//! [`show`] has the pieces of which these are made, for figures of one's own.
//!
//! Three layers, each of which knows only those before it: `page` (a scene and its files) ← `plot` (axes, curves, panels,
//! layout) ← `show` (what is drawn of results).

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "captions are put together piece by piece"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests fail by panicking"))]

mod error;
mod page;
mod plot;
pub mod show;

pub use error::FigureError;
pub use page::colour::{Colour, ColourMap};
pub use page::format::Format;
pub use page::scene::Dash;
pub use page::text::Text;
pub use plot::axis::{Axis, Scale};
pub use plot::curve::{Curve, Marker};
pub use plot::figure::{ColourBar, Figure, Width};
pub use plot::heat::HeatMap;
pub use plot::matplotlib::MatplotlibFiles;
pub use plot::panel::Panel;
pub use show::electrons::{ElectronsFigure, electrons_figure};
pub use show::landscape::{LandscapeFigure, LeadValues, landscape_figure};
pub use show::load::{LoadFigure, load_figure};
pub use show::named::NamedFigure;
pub use show::rate::{RateFigure, rate_figure};
pub use show::search::{SearchColumn, SearchFigure, search_figure};
pub use show::sensitivity::{SensitivityFigure, sensitivity_figure};
pub use show::spectrum::{SpectrumFigure, Transmission, spectrum_figure};
pub use show::sweep::sweep_figures;
pub use show::trajectories::{TrajectoriesFigure, Trajectory, trajectories_figure};
pub use show::uncertain::{UncertainFigure, UncertainParameter, uncertain_figure};
