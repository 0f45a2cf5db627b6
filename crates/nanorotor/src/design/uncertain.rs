//! Carry what is not known for sure to formulas of quantities.
//!
//! The rotation rate has derivatives from its adjoint, other quantities from differences; samples, the same for all, check them.

use serde_json::{Map, Value, json};

use super::evaluation::value;
use super::goal::Goal;
use crate::error::Result;
use crate::kramers::Watch;
use crate::quantity::System;
use crate::results::{Carried, Results, Samples, carried};
use crate::study::Study;

/// What the uncertain parameters of a study do to its rotation rate, as [`uncertain_results`](crate::results::uncertain_results)
/// tells it, and to formulas of what a rate tells, as JSON:
///
/// {formula: {value, error, unit, propagated_deviation, sampled_mean, sampled_deviation, lower_bound, upper_bound, nonlinearity,
/// variance_share: {parameter: share}, blame, …_error}}, with null for what is not known. The samples are those of the rotation rate.
///
/// # Errors
/// [`Error::Study`](crate::Error::Study) for a formula that cannot be read; as
/// [`uncertain_results`](crate::results::uncertain_results).
pub fn uncertain(
    study: &Study,
    formulas: &[&str],
    samples: Option<usize>,
    system: System,
    watch: Watch<'_, (usize, usize)>,
) -> Result<(Results, Value, Samples)> {
    let goal = |text: &&str| Goal::parse(text, study).map_err(|fault| fault.in_text("the formula", text));
    let goals: Vec<Goal> = formulas.iter().map(goal).collect::<Result<_>>()?;
    let asked =
        if goals.iter().any(Goal::needs_passage) { study.clone().with_passage(true) } else { study.clone() };
    let (results, found, samples) = carried(
        &asked,
        samples,
        &|results, resolved| {
            let at = |goal: &Goal| goal.at(results, &|name| value(resolved, name));
            goals.iter().map(at).map(|of| (of.value, of.error)).collect()
        },
        watch,
    )?;
    let names: Vec<&str> = study.uncertain().iter().map(|u| u.name.as_str()).collect();
    let told = |(goal, of): (&Goal, &Carried)| {
        let (unit, factor) = goal.unit(study, system);
        let mut told = Map::new();
        let mut tell = |name: &str, (value, error): (f64, f64), factor: f64| {
            told.insert(name.into(), (value * factor).into());
            told.insert(format!("{name}_error"), (error * factor).abs().into());
        };
        tell("value", of.value, factor);
        tell("propagated_deviation", of.deviation, factor.abs());
        tell("sampled_mean", of.sampled.mean, factor);
        tell("sampled_deviation", of.sampled.deviation, factor.abs());
        tell("lower_bound", of.sampled.low, factor);
        tell("upper_bound", of.sampled.high, factor);
        told.insert("nonlinearity".into(), of.sampled.nonlinearity.into());
        told.insert("unit".into(), unit.into());
        let shares = names.iter().zip(&of.shares);
        let blame =
            shares.clone().filter(|(_, share)| share.0.is_finite()).max_by(|a, b| a.1.0.total_cmp(&b.1.0));
        told.insert("blame".into(), blame.map(|(name, _)| *name).into());
        let each = |of: fn(&(f64, f64)) -> f64| -> Value {
            shares
                .clone()
                .map(|(name, share)| (name.to_string(), of(share).into()))
                .collect::<Map<_, _>>()
                .into()
        };
        told.insert("variance_share".into(), each(|share| share.0));
        told.insert("variance_share_error".into(), each(|share| share.1));
        told.insert("missing_samples".into(), json!(of.missing));
        (goal.text().to_string(), Value::Object(told))
    };
    Ok((results, goals.iter().zip(&found).map(told).collect::<Map<_, _>>().into(), samples))
}
