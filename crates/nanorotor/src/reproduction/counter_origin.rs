//! Count turns from several origins: how far Dir depends on where the count of a rotation begins.
//!
//! Dir = ½ + (2π/L_c) R/(2ν), equation (17) of Preston & Kosov (2023) in the form of [`directionality`]; ν depends on θ_c.

use std::sync::atomic::AtomicBool;

use super::parts::{PartOptions, parts};
use crate::error::{Error, Result};
use crate::langevin::{Counts, Ensemble, Kernel, Options, Tally};
use crate::observables::directionality::directionality;
use crate::observables::rates;
use crate::observables::trajectories::{Outcome, Target, run_until};
use crate::study::results::{Axis, Coordinates};
use crate::study::{Resolved, Results, Study};
use crate::sweep::{CONVERGED, Grid, Key};
use crate::units::TIME_IN_NANOSECONDS;

/// The origins over the period, the first at the lowest minimum of U.
pub const COUNTER_ORIGINS: usize = 8;
/// The measured time for each origin (ns).
const NANOSECONDS: f64 = 1000.0;
/// The time step (a.u.), that of the other trajectories at the paper's moment of inertia.
const STEP: f64 = 1000.0;

/// Dir by revolutions and by hops at every bottom of the part `open_bottom_trajectories` for [`COUNTER_ORIGINS`] origins of the
/// count, over the axes `band_bottom` and `counter_origin` (rad beyond the lowest minimum of U); none if it was cancelled.
///
/// [`judge`](super::judge) looks for it under the name `counter_origin`. `progress` is told the part that is done.
///
/// # Errors
/// As [`Study::resolve`], [`rates`] and [`Ensemble::new`].
pub fn counter_origins(
    kernel: Option<Kernel>,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(f64),
) -> Result<Option<Results>> {
    let part =
        parts(&PartOptions::default()).into_iter().find(|part| part.name == "open_bottom_trajectories");
    let Some(part) = part else {
        return Err(Error::Model {
            what: "there is no part open_bottom_trajectories".into(),
            hint: "please report it".into(),
        });
    };
    over_origins(&Study::from_toml(&part.text, part.name, None)?, NANOSECONDS, kernel, cancel, progress)
}

/// How the counts of one kind are found.
type Pick = fn(&Tally) -> &Counts;

const COUNTS: [(&str, Pick); 2] =
    [("directionality_revolution", |tally| &tally.revolution), ("directionality_hop", |tally| &tally.hop)];

fn over_origins(
    study: &Study,
    nanoseconds: f64,
    kernel: Option<Kernel>,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(f64),
) -> Result<Option<Results>> {
    let grid = Grid::new(study)?;
    let mut values = [const { Vec::new() }; 2];
    let mut errors = [const { Vec::new() }; 2];
    let mut period = 0.0;
    for point in 0..grid.len() {
        let resolved = grid.resolve(point)?;
        period = resolved.rotor.period;
        let landscape = resolved.landscape()?;
        let inertia = resolved.rotor.moment_of_inertia;
        let rate = rates(&landscape, inertia, &resolved.rate_options())?.rotation_rate;
        let minimum = landscape.potential().minimum().0;
        for k in 0..COUNTER_ORIGINS {
            let options = Options {
                seed: seed(&resolved, k),
                origin: Some(minimum + offset(period, k)),
                kernel,
                ..Options::new(STEP)
            };
            let mut ensemble = Ensemble::new(&landscape, inertia, &options)?;
            let target = Target::TotalTime(nanoseconds / TIME_IN_NANOSECONDS);
            if run_until(&mut ensemble, target, f64::MAX, cancel, &mut |_| {})? == Outcome::Cancelled {
                return Ok(None);
            }
            let tally = ensemble.tally();
            for (which, (_, counts)) in COUNTS.iter().enumerate() {
                let found = directionality(counts(&tally), tally.time, rate);
                values[which].push(found.as_ref().map_or(f64::NAN, |dir| dir.value));
                errors[which].push(found.as_ref().map_or(f64::NAN, |dir| dir.error));
            }
            progress((point * COUNTER_ORIGINS + k + 1) as f64 / (grid.len() * COUNTER_ORIGINS) as f64);
        }
    }
    let mut results = Results::default();
    for axis in grid.axes() {
        results.axes.push(Axis {
            name: axis.name.clone(),
            coordinates: Coordinates::Numbers(axis.values.clone()),
            unit: Some(axis.unit.clone()),
        });
    }
    results.numbers("counter_origin", (0..COUNTER_ORIGINS).map(|k| offset(period, k)).collect());
    results.swept = results.axes.len();
    let names: Vec<String> = results.axes.iter().map(|axis| axis.name.clone()).collect();
    let axes: Vec<&str> = names.iter().map(String::as_str).collect();
    for (((name, _), values), errors) in COUNTS.iter().zip(values).zip(errors) {
        results.variable(name, &axes, values);
        results.variable(&format!("{name}_error"), &axes, errors);
    }
    results.note("counter_origin", "beyond the lowest minimum of the potential");
    results.point_status = vec![CONVERGED.into(); grid.len() * COUNTER_ORIGINS];
    Ok(Some(results))
}

/// How far the origin k is beyond the minimum (rad).
fn offset(period: f64, k: usize) -> f64 {
    period * k as f64 / COUNTER_ORIGINS as f64
}

/// A seed of its own for each point and origin.
fn seed(resolved: &Resolved, k: usize) -> u64 {
    Key::seed(resolved).wrapping_add(k as u64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::super::recipe::Recipe;
    use super::*;

    fn study() -> Study {
        let text =
            Recipe::new("t", "c").sweep(&["band_bottom = { values = [\"-5 eV\", \"-10 eV\"] }"]).text();
        Study::from_toml(&text, "test", None).unwrap()
    }

    #[test]
    fn the_first_origin_is_the_minimum_and_the_maximum_gives_another_direction() {
        let cancel = AtomicBool::new(false);
        let mut told = Vec::new();
        let found =
            over_origins(&study(), 60.0, None, &cancel, &mut |part| told.push(part)).unwrap().unwrap();
        assert_eq!((found.swept, told.len(), told[15]), (2, 16, 1.0));
        let dir = &found.get("directionality_revolution").unwrap().values;
        let error = &found.get("directionality_revolution_error").unwrap().values;
        // The preset from -10 eV: 0.5104 from the minimum of U, 0.5128 from its maximum, about half a period away.
        assert!((dir[8] - 0.5104).abs() < 4.0 * error[8] + 5e-5, "{} ± {}", dir[8], error[8]);
        let most = dir[8..].iter().copied().fold(0.0, f64::max);
        assert!((most - 0.5128).abs() < 0.0006, "{most}");
    }

    #[test]
    fn a_raised_flag_leaves_nothing() {
        let found = over_origins(&study(), 60.0, None, &AtomicBool::new(true), &mut |_| {}).unwrap();
        assert_eq!(found, None);
    }
}
