//! Choose sensible figures for any results: one point, a line of points, a plane, or more.

mod landscapes;
mod many_axes;
mod one_axis;
mod one_point;
mod quantity;
mod two_axes;

use nanorotor::results::Results;

use crate::show::named::NamedFigure;
use crate::show::reading::Reader;

pub use landscapes::tagged_potentials;
pub use one_axis::{line, measured};
pub use quantity::{BARRIER, DIRECTIONALITY, DIRECTIONALITY_BY_HOPS, Quantity, ROTATION_RATE};

/// The figures of any results, in practical units; empty where no variable has a value that can be drawn.
///
/// | swept axes with more than one value | figures |
/// |---|---|
/// | none | landscape, stationary state |
/// | one  | each quantity against it, those of trajectories as points with error bars |
/// | two, both with 6 values or more | maps |
/// | two  | families of curves, named by the shorter axis |
/// | more | small multiples of these over the slower axes |
///
/// Points without a value leave gaps, and the caption says how many. Potentials coloured by the effective temperature
/// are shown for a few points spread over the sweep.
pub fn sweep_figures(results: &Results) -> Vec<NamedFigure> {
    let reader = Reader::new(results);
    let mut figures = match reader.axes.len() {
        0 => return one_point::figures(&reader),
        1 => one_axis::figures(&reader),
        2 => two_axes::figures(&reader),
        _ => many_axes::figures(&reader),
    };
    figures.extend(landscapes::figure(&reader));
    figures
}
