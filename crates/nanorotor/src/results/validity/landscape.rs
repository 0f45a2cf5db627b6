//! Judge a landscape: its period, the work of its torque, the sign of its friction.

use std::f64::consts::{PI, TAU};

use super::{Assumption, Standing, electronvolts};
use crate::landscape::Landscape;
use crate::observables::Regime;
use crate::study::{Model, Resolved};
use crate::units::{HARTREE_IN_EV, TIME_IN_NANOSECONDS};

pub(super) fn drive(resolved: &Resolved, landscape: &Landscape) -> Assumption {
    let mean = landscape.mean_torque();
    let work = mean * landscape.period();
    let (by, does) = match resolved.model {
        Model::Junction(_) => ("the electrons", "do"),
        Model::Landscape(_) => ("the study's torque", "does"),
    };
    // Ten digits of the largest torque are asked for, so a mean below that is none.
    let text = if mean.abs() <= 1e-10 * landscape.torque().magnitude() {
        format!("conservative: {by} and a rotor that turns once exchange no work")
    } else {
        format!(
            "a nonconservative drive, a wind: {by} {does} {} of work over each period",
            electronvolts(work)
        )
    };
    Assumption { name: "torque", standing: Standing::Holds, text }
}

pub(super) fn period(landscape: &Landscape) -> Assumption {
    let (given, smallest) = (landscape.stated_period(), landscape.period());
    let text = if landscape.parts() > 1 {
        format!(
            "the landscape already repeats after {}, not only after the study's {}: hops are counted over the former",
            turn(smallest),
            turn(given)
        )
    } else {
        format!("{} is the smallest", turn(given))
    };
    Assumption { name: "period", standing: Standing::Holds, text }
}

/// 2π/n in words.
fn turn(angle: f64) -> String {
    let n = (TAU / angle).round();
    let fraction = if (angle - PI).abs() < 1e-9 { "pi".into() } else { format!("2 pi/{n}") };
    let fraction = if n == 1.0 { "2 pi".into() } else { fraction };
    format!("{angle:.6} rad = {fraction}")
}

/// Friction that is positive everywhere holds; where it is positive on the average only, as far as adiabaticity at the velocities that
/// are reached.
pub(super) fn sign(lowest: f64, mean: f64) -> Standing {
    match (lowest, mean) {
        (lowest, _) if lowest > 0.0 => Standing::Holds,
        (_, mean) if mean > 0.0 => Standing::Questionable,
        _ => Standing::Fails,
    }
}

pub(super) fn friction(landscape: &Landscape, (theta, lowest): (f64, f64), regime: Regime) -> Assumption {
    let shown = |friction: f64| format!("{:.3e} eV ps", friction * HARTREE_IN_EV * TIME_IN_NANOSECONDS * 1e3);
    let mean = landscape.total_friction().mean();
    let text = if lowest > 0.0 {
        let own = landscape.friction().minimum();
        let rounding = 1e-9 * landscape.friction().magnitude();
        let outweighed = if own.1 < -rounding {
            format!("; that of the electrons alone falls to {} at theta = {:.3}", shown(own.1), own.0)
        } else {
            String::new()
        };
        format!("positive everywhere, at least {}{outweighed}", shown(lowest))
    } else if lowest == 0.0 {
        format!("none at theta = {theta:.3}: nothing brakes the rotor there")
    } else {
        let limit = if mean > 0.0 {
            "; the first order in the velocity is enough as far as adiabaticity holds at the velocities that are reached"
        } else {
            ", until the first order in the velocity, all that this theory has, is not enough"
        };
        format!(
            "negative, down to {} at theta = {theta:.3}, where it drives the rotor, and {} on the average: {}{limit}",
            shown(lowest),
            shown(mean),
            regime.in_words().unwrap_or_default(),
        )
    };
    Assumption { name: "friction", standing: sign(lowest, mean), text }
}
