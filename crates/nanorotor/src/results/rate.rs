//! Put the deterministic rotation of a study under the names of the results.

use std::f64::consts::TAU;

use super::validity::{Velocity, certainty};
use super::variables::Results;
use crate::error::{Error, Result};
use crate::kramers;
use crate::landscape::Landscape;
use crate::observables::{
    Estimate, Passage, RateOptions, Rates, environment_has_one_temperature, isothermal,
};
use crate::quantity::{LEAD, LEAD_2, in_practical_units};
use crate::study::{Model, Resolved};

/// The number of angles of the common grid of results.
pub const THETA_POINTS: usize = 256;

/// What to do where errors are larger than asked for.
pub(super) const LARGER_ERRORS: &str = "the results stand with their larger errors: ask for less with a larger tolerance; more \
    memory helps where the errors of the coefficients and rounding are not what is left";

impl Resolved {
    /// Options that know the leads of this study.
    pub fn rate_options(&self) -> RateOptions {
        RateOptions {
            solver: self.solver.clone(),
            points: THETA_POINTS,
            passage: self.passage,
            counter_origin: self.simulation.counter_origin,
            leads: self.leads().cloned().collect(),
            ..RateOptions::default()
        }
    }
}

/// Rotation rate, diffusion, heats, powers, density and kinetic temperature without noise, the last two at the angles `theta`.
///
/// What did not converge is NaN, with the reason in [`Results::failure`]; what the landscape alone tells is there all the same.
///
/// # Errors
/// As [`Resolved::validity`].
pub(super) fn rate_results(
    resolved: &Resolved,
    landscape: &Landscape,
    found: Result<&Rates, &Error>,
    theta: Vec<f64>,
) -> Result<Results> {
    let mut results = Results::default();
    if let Err(failure) = found {
        results.fail(failure.clone());
    }
    let found = found.ok();
    if let Some(rates) = found {
        say_what_was_reached(rates, resolved.solver.tolerance, &mut results);
    }
    let value = |pick: &dyn Fn(&Rates) -> f64| found.map_or(f64::NAN, pick);
    let has_leads = matches!(resolved.model, Model::Junction(_));

    results.scalar("rotation_rate", value(&|r| r.rotation_rate.value));
    results.scalar("rotational_diffusion", value(&|r| r.rotational_diffusion.value));
    results.scalar("barrier", landscape.barrier());
    results.scalar("mean_kinetic_temperature", value(&|r| r.mean_kinetic_temperature.value));
    results.scalar("mean_kinetic_energy", value(&|r| r.mean_kinetic_energy.value));
    results.scalar("max_effective_temperature", landscape.max_effective_temperature());
    results.scalar("mean_torque", landscape.mean_torque());
    if let Model::Junction(model) = &resolved.model {
        let leads: Vec<String> = model.leads.iter().map(|lead| lead.lead.name.clone()).collect();
        results.names(LEAD, leads.clone());
        results.names(LEAD_2, leads);
    }
    for of in landscape.averaged().chunk_by(|a, b| a.quantity == b.quantity) {
        let name = &of[0].quantity;
        let means = found.map_or_else(
            || vec![f64::NAN; of.len()],
            |found| found.mean(name).iter().map(|mean| mean.value).collect(),
        );
        results.of_kind(name, means);
    }
    results.scalar("power", value(&|r| r.power.value));
    results
        .scalar("electrical_power", if has_leads { value(&|r| r.electrical_power.value) } else { f64::NAN });
    let optional = |pick: fn(&Rates) -> Option<Estimate>| value(&|r| pick(r).map_or(f64::NAN, |e| e.value));
    results.scalar("efficiency", optional(|r| r.efficiency));
    results.scalar("entropy_production", optional(|r| r.entropy_production));
    results.scalar("heat_to_environment", value(&|r| r.heat_to_environment.value));
    results.scalar("heat_to_electrons", value(&|r| r.heat_to_electrons.value));
    results.scalar("certainty_time", optional(|r| r.certainty_time));
    // 5 % of a rate that is not known from zero is no time.
    let is_known = |rate: Estimate| rate.error < rate.value.abs();
    let averaging = |r: &Rates| if is_known(r.rotation_rate) { r.averaging_time } else { f64::NAN };
    results.scalar("averaging_time", value(&averaging));
    results.scalar("relative_accuracy", value(&|r| r.relative_error));
    let count = |pick: &dyn Fn(kramers::Resolution) -> usize| {
        value(&|r| r.expansion.map_or(f64::NAN, |expansion| pick(expansion) as f64))
    };
    results.scalar("hermite_levels", count(&|r| r.hermite_levels));
    results.scalar("fourier_modes", count(&|r| r.fourier_modes));

    for (name, estimate) in
        found.iter().filter_map(|r| r.passage.as_ref()?.as_ref().ok()).flat_map(Passage::results)
    {
        results.scalar(&name, estimate.value);
    }

    // ½ I⟨u²⟩ is the mean kinetic energy.
    let velocity = found.map_or(Velocity::Unknown, |r| {
        Velocity::RootMeanSquare(
            (2.0 * r.mean_kinetic_energy.value / resolved.rotor.moment_of_inertia).sqrt(),
        )
    });
    resolved.validity(landscape, velocity)?.put_into(&mut results);
    let sure = found.and_then(|rates| certainty(landscape, resolved.rotor.moment_of_inertia, rates));
    results.scalar("certainty_ratio", sure.as_ref().map_or(f64::NAN, |(ratio, _)| *ratio));
    results.validity.extend(sure.map(|(_, assumption)| assumption));

    let nothing = || vec![f64::NAN; theta.len()];
    let profile = |pick: fn(&Rates) -> &Vec<f64>| found.map_or_else(nothing, |r| pick(r).clone());
    let profiles = [
        ("density", profile(|r| &r.density)),
        ("density_error", profile(|r| &r.density_error)),
        ("kinetic_temperature", profile(|r| &r.kinetic_temperature)),
        ("kinetic_temperature_error", profile(|r| &r.kinetic_temperature_error)),
    ];
    results.numbers("theta", theta);
    for (name, values) in profiles {
        results.variable(name, &["theta"], values);
    }
    results.errors = found.map_or_else(Vec::new, Rates::error_estimates);
    results.errors.extend(landscape.error_estimates());
    if !has_leads {
        results.errors.retain(|(name, _)| name != "electrical_power");
    }
    if has_leads && !isothermal(landscape, &resolved.rate_options().leads) {
        results.note(
            "efficiency",
            if environment_has_one_temperature(landscape) {
                "leads and environment differ in temperature: the power over the electrical power and the heat drawn from what is warmer than the coldest of them"
            } else {
                "none: the environment has no one temperature"
            },
        );
    }
    results.note_choices(resolved);
    Ok(results)
}

/// By which method, to which accuracy, and what that falls short of.
fn say_what_was_reached(rates: &Rates, asked: f64, results: &mut Results) {
    if let Some(Err(failure)) = &rates.passage {
        results.fail(failure.clone());
    }
    if let Some(bound) = rates.stuck {
        let shown = |name: &str, value: f64| in_practical_units(name, value);
        results.note(
            "stuck",
            format!(
                "the rotor hops too rarely for any digit: R is at most {}, D_eff at most {}, and the mean time between hops at least {}",
                shown("rotation_rate", bound.velocity / TAU),
                shown("rotational_diffusion", bound.diffusion),
                shown("total_time", bound.time_between_hops),
            ),
        );
    }
    if rates.stuck.is_some() || !rates.converged {
        let hint = if rates.stuck.is_some() {
            "bounds are all that 64 bits tell of its motion; lower the barrier or raise the temperature"
        } else {
            LARGER_ERRORS
        };
        results.fail(Error::LessAccurate {
            quantity: "the stationary state",
            reached: rates.relative_error,
            asked,
            hint: hint.into(),
        });
        let of = if rates.rotation_rate.value.abs() < rates.rotation_rate.error { "its error" } else { "it" };
        let time = in_practical_units("averaging_time", rates.averaging_time);
        results.note(
            "trajectories",
            format!("they would have to run for {time}, all together, to tell R to 5 % of {of}"),
        );
    }
    results.note("method", format!("{} ({})", rates.method, rates.resolution));
}
