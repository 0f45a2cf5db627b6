//! Print what trajectories told: values with errors, directionality by both lattices, the z-score.

use nanorotor::export::{json_number, json_validity};
use nanorotor::observables::Estimate;
use nanorotor::observables::directionality::Directionality;
use nanorotor::observables::trajectories::TooShort;
use nanorotor::quantity::{System, output_unit};
use nanorotor::results::{Results, Simulated, choices_in_words};
use nanorotor::study::Resolved;
use serde_json::{Map, Value, json};

use super::columns::{self, readable};
use super::json_text;
use crate::arguments::Format;

pub(crate) fn text(
    resolved: &Resolved,
    found: &Simulated,
    mut results: Results,
    format: Format,
    system: System,
) -> nanorotor::Result<String> {
    let mut object = object(resolved, found, &results, system);
    Ok(match format {
        Format::Json => {
            object.insert("validity".into(), json_validity(&results.validity));
            json_text(&Value::Object(object))
        }
        Format::Csv => {
            results.note_choices(resolved);
            columns::csv(&results, system)?
        }
        Format::Table => table(object, system) + "\n" + &columns::validity(&results.validity),
    })
}

/// One line for each quantity, its error beside it; then the remarks.
fn table(mut object: Map<String, Value>, system: System) -> String {
    let remarks = ["status", "band", "reference", "notes"].map(|name| (name, object.remove(name)));
    let rows = flat(&object);
    let error_of = |name: &str| {
        let (stem, last) = name.rsplit_once('.')?;
        let error = match last {
            "value" => "error",
            "raw" => "raw_error",
            _ => return None,
        };
        let (_, text) = rows.iter().find(|(name, _)| *name == format!("{stem}.{error}"))?;
        text.parse::<f64>().ok()
    };
    let shown: Vec<(&str, String)> = rows
        .iter()
        .filter(|(name, _)| !name.ends_with("error"))
        .map(|(name, text)| {
            let unit = unit_of(name, system);
            let value = match (text.parse::<f64>(), error_of(name)) {
                // What no number of digits would show.
                (Ok(_), Some(0.0)) => format!("{text} {unit}"),
                (Ok(value), Some(error)) if error < 1e-12 => format!("{value:.12} ± {error:.1e} {unit}"),
                (Ok(value), Some(error)) => {
                    // Two digits of the error, and the value as far.
                    let last = (1.0 - error.log10().floor()).clamp(0.0, 15.0) as usize;
                    format!("{value:.last$} ± {error:.last$} {unit}")
                }
                (Ok(value), None) if value.fract() != 0.0 => format!("{} {unit}", readable(value, 8.0)),
                (Err(_), _) if text == "null" => "none".into(),
                (Ok(_), None) => format!("{text} {unit}"),
                (Err(_), _) => text.clone(),
            };
            (name.strip_suffix(".value").unwrap_or(name), value)
        })
        .collect();
    let width = shown.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let rows =
        shown.iter().map(|(name, value)| format!("{name:<width$}  {value}").trim_end().to_string() + "\n");
    let remark = |(name, text): (&str, Option<Value>)| Some([name, ": ", text?.as_str()?, "\n"].concat());
    rows.chain(remarks.into_iter().filter_map(remark)).collect()
}

fn object(resolved: &Resolved, found: &Simulated, results: &Results, system: System) -> Map<String, Value> {
    let factor = |name: &str| output_unit(name).map_or(1.0, |unit| unit.factor(system));
    let estimate = |name: &str, estimate: Option<&Estimate>| match estimate {
        Some(e) => {
            json!({ "value": json_number(e.value * factor(name)), "error": json_number(e.error * factor(name)) })
        }
        None => json!({ "value": null, "error": null }),
    };
    let leans = found.deterministic_rate.is_ok();
    let direction = |found: &Result<Directionality, TooShort>| match found {
        Ok(d) => json!({
            // Without a deterministic rate there is only the count.
            "value": json_number(if leans { d.value } else { f64::NAN }),
            "error": json_number(if leans { d.error } else { f64::NAN }),
            "raw": json_number(d.raw),
            "raw_error": json_number(d.raw_error),
            "forward": d.forward,
            "back": d.back,
        }),
        Err(_) => {
            json!({ "value": null, "error": null, "raw": null, "raw_error": null, "forward": null, "back": null })
        }
    };
    let directionality = json!({
        "revolution": direction(&found.revolution),
        "hop": direction(&found.hop),
    });
    let entries = json!({
        "rotation_rate": estimate("rotation_rate", Some(&found.rotation_rate)),
        "rotational_diffusion": estimate("rotational_diffusion", found.rotational_diffusion.as_ref().ok()),
        "directionality": directionality,
        "counter_origin": json_number(found.counter_origin),
        "deterministic_rotation_rate": estimate("rotation_rate", found.deterministic_rate.as_ref().ok()),
        "z_score": found.z_score().map_or(Value::Null, json_number),
        "total_time": json_number(found.total_time * factor("total_time")),
        "dt": json_number(found.dt * factor("dt")),
        "trajectories": found.trajectories,
        "burn_in_steps": found.burn_in,
        "seed": found.seed,
        "kernel": found.kernel.name(),
        "steps_per_second": json_number(found.steps_per_second),
        "status": results.status.to_string(),
        "notes": format!(
            "directionality value joins the counts with the deterministic R; raw is the count alone; {}",
            found.errors_in_words()
        ),
        "units": units(system),
    });
    let Value::Object(mut object) = entries else { return Map::new() };
    for (name, text) in choices_in_words(resolved) {
        object.insert(name.into(), text.into());
    }
    object
}

fn units(system: System) -> Value {
    let names = ["rotation_rate", "rotational_diffusion", "counter_origin", "total_time", "dt"];
    let mut units: Map<String, Value> = names
        .iter()
        .filter_map(|name| Some(((*name).to_string(), output_unit(name)?.name(system).into())))
        .collect();
    if let Some(unit) = output_unit("rotation_rate") {
        units.insert("deterministic_rotation_rate".into(), unit.name(system).into());
    }
    Value::Object(units)
}

fn unit_of(name: &str, system: System) -> &'static str {
    let base = name.split('.').next().unwrap_or_default().trim_start_matches("deterministic_");
    output_unit(base).map_or("", |unit| unit.name(system))
}

/// Every entry but the units, nested names joined by dots.
fn flat(object: &Map<String, Value>) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (name, value) in object.iter().filter(|(name, _)| *name != "units") {
        match value {
            Value::Object(inner) => {
                rows.extend(flat(inner).into_iter().map(|(inner, value)| (format!("{name}.{inner}"), value)));
            }
            Value::String(text) => rows.push((name.clone(), text.clone())),
            other => rows.push((name.clone(), other.to_string())),
        }
    }
    rows
}
