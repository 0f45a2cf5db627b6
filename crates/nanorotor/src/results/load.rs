//! Tabulate a rotor against external loads under the names of the results.

use super::rate::LARGER_ERRORS;
use super::validity::Velocity;
use super::variables::Results;
use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::observables::{Estimate, Greatest, LoadCurve, Rates};
use crate::quantity::{LOAD, in_practical_units};
use crate::study::{Model, Resolved, largest};
use crate::units::Dimension;

/// Refuse loads that no rotor bears, and one that stands twice, before any work starts.
pub(super) fn check_loads(loads: &[f64]) -> Result<()> {
    let refuse = |what: String, hint: &str| Err(Error::Model { what, hint: hint.into() });
    let shown = |load: f64| in_practical_units(LOAD, load);
    if let Some((most, in_words)) = largest(Dimension::ENERGY)
        && let Some(load) = loads.iter().find(|load| load.is_nan() || load.abs() > most)
    {
        let what = format!("a load of {} is more than any rotor bears ({in_words} per rad)", shown(*load));
        return refuse(what, "look at the exponent and at the unit");
    }
    let mut sorted = loads.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            refuse(format!("the load {} is asked for twice", shown(pair[0])), "give each load once")
        }
        None => Ok(()),
    }
}

/// Rotation rate, diffusion, powers and efficiency over the loads, with stall torque, greatest power and efficiency.
///
/// # Errors
/// As [`Resolved::validity`].
pub(super) fn load_results(resolved: &Resolved, landscape: &Landscape, found: &LoadCurve) -> Result<Results> {
    let mut results = Results::default();
    results.numbers(LOAD, found.at.iter().map(|one| one.load).collect());
    let mut over_loads = |name: &str, pick: &dyn Fn(&Rates) -> Option<Estimate>| {
        let of = |part: &dyn Fn(Estimate) -> f64| -> Vec<f64> {
            let rates = found.at.iter().map(|one| one.rates.as_ref().ok());
            rates.map(|rates| rates.and_then(pick).map_or(f64::NAN, part)).collect()
        };
        let (values, errors) = (of(&|found| found.value), of(&|found| found.error));
        results.variable(name, &[LOAD], values);
        results.variable(&format!("{name}_error"), &[LOAD], errors);
    };
    let has_leads = matches!(resolved.model, Model::Junction(_));
    over_loads("rotation_rate", &|rates| Some(rates.rotation_rate));
    over_loads("rotational_diffusion", &|rates| Some(rates.rotational_diffusion));
    over_loads("power", &|rates| Some(rates.power));
    if has_leads {
        over_loads("electrical_power", &|rates| Some(rates.electrical_power));
        over_loads("efficiency", &|rates| rates.efficiency);
    }
    let mut scalar = |name: &str, estimate: Option<Estimate>| {
        results.scalar(name, estimate.map_or(f64::NAN, |found| found.value));
        results.errors.extend(estimate.map(|found| (name.to_owned(), found.error)));
    };
    let stall = found.stall_torque.as_ref().ok().copied();
    let place = |of: &Option<Greatest>| of.as_ref().map(|greatest| greatest.load);
    let height = |of: &Option<Greatest>| of.as_ref().map(|greatest| greatest.value);
    scalar("stall_torque", stall);
    scalar("maximum_power", height(&found.power));
    scalar("load_at_maximum_power", place(&found.power));
    if has_leads {
        scalar("efficiency_at_maximum_power", found.power.as_ref().and_then(|greatest| greatest.efficiency));
        scalar("maximum_efficiency", height(&found.efficiency));
        scalar("load_at_maximum_efficiency", place(&found.efficiency));
    }
    remark(resolved, found, &mut results);

    // The theory is judged where the rotor is fastest.
    let square = |rates: &Rates| 2.0 * rates.mean_kinetic_energy.value / resolved.rotor.moment_of_inertia;
    let fastest = found.at.iter().filter_map(|one| one.rates.as_ref().ok()).map(square).fold(0.0, f64::max);
    resolved.validity(landscape, Velocity::RootMeanSquare(fastest.sqrt()))?.put_into(&mut results);
    results.note_choices(resolved);
    Ok(results)
}

/// What is missing or less accurate, and what goes without saying for those who know motors.
fn remark(resolved: &Resolved, found: &LoadCurve, results: &mut Results) {
    match &found.stall_torque {
        Ok(stall) if stall.value == 0.0 => results.note(
            "stall_torque",
            "0: without a load the rotor does not turn, within the error of its rate, so that it delivers no power",
        ),
        Ok(_) => {}
        Err(failure) => results.fail(failure.clone()),
    }
    let asked = resolved.solver.tolerance;
    let less = found.at.iter().filter_map(|one| one.rates.as_ref().ok()).filter(|rates| !rates.converged);
    let worst = less.map(|rates| rates.relative_error).fold(0.0, f64::max);
    if worst > 0.0 && results.failure.is_none() {
        results.fail(Error::LessAccurate {
            quantity: "the stationary state at some loads",
            reached: worst,
            asked,
            hint: LARGER_ERRORS.into(),
        });
    }
    let failed = || found.at.iter().filter_map(|one| Some((one.load, one.rates.as_ref().err()?)));
    if let Some((load, failure)) = failed().next() {
        let (count, all) = (failed().count(), found.at.len());
        let load = in_practical_units(LOAD, load);
        results.note("missing", format!("{count} of {all} loads have no rate; the first, {load}: {failure}"));
        if !matches!(results.failure, Some(Error::NotConverged { .. })) {
            results.fail(failure.clone());
        }
    }
    if resolved.rotor.load != 0.0 {
        let own = in_practical_units(LOAD, resolved.rotor.load);
        results.note("load", format!("the loads take the place of the study's own, {own}"));
    }
}
