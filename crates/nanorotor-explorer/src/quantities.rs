//! Name the quantities that a curve can show, and find their values in results.

use nanorotor::Landscape;
use nanorotor::quantity::{System, long_name, output_unit};
use nanorotor::results::Results;
use nanorotor::study::Resolved;
use serde_json::{Value, json};

/// The quantities of one number at a point.
const NUMBERS: [&str; 12] = [
    "rotation_rate",
    "rotational_diffusion",
    "barrier",
    "mean_torque",
    "max_effective_temperature",
    "mean_kinetic_temperature",
    "power",
    "electrical_power",
    "efficiency",
    "entropy_production",
    "certainty_time",
    "heat_to_environment",
];

/// The quantities of one number for each lead.
const OF_LEADS: [&str; 2] = ["mean_current", "mean_heat_current"];

/// Those that need no stationary state.
const OF_LANDSCAPE: [&str; 3] = ["barrier", "mean_torque", "max_effective_temperature"];

/// The name, the words and the unit of each.
pub(crate) fn of(resolved: &Resolved) -> Vec<Value> {
    let leads: Vec<&str> = resolved.leads().map(|lead| lead.name.as_str()).collect();
    let needs_leads = |name: &&str| !leads.is_empty() || !["electrical_power"].contains(name);
    let numbers = NUMBERS.iter().filter(|name| needs_leads(name)).map(|name| (*name).to_owned());
    let of_leads = OF_LEADS.iter().flat_map(|name| leads.iter().map(move |lead| format!("{name}.{lead}")));
    numbers.chain(of_leads).map(|name| describe(&name)).collect()
}

/// The name, the words and the unit of a quantity.
pub(crate) fn describe(name: &str) -> Value {
    let (base, lead) = split(name);
    let label = if lead.is_empty() { long_name(base) } else { format!("{}, {lead}", long_name(base)) };
    json!({ "name": name, "label": label, "unit": unit(name) })
}

/// The practical unit of a quantity.
pub(crate) fn unit(name: &str) -> &'static str {
    output_unit(split(name).0).map_or("", |unit| unit.name(System::Practical))
}

/// Whether there is such a quantity.
pub(crate) fn is_known(name: &str) -> bool {
    let (base, lead) = split(name);
    if lead.is_empty() { NUMBERS.contains(&base) } else { OF_LEADS.contains(&base) }
}

/// Whether the landscape alone tells it.
pub(crate) fn is_of_landscape(name: &str) -> bool {
    OF_LANDSCAPE.contains(&name)
}

fn split(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or((name, ""))
}

/// A quantity and its error in practical units, NaN where there is none.
pub(crate) fn find(results: &Results, name: &str) -> (f64, f64) {
    let (base, lead) = split(name);
    let found = results.get(base).and_then(|variable| {
        let members = results.members(variable, &[]);
        let (_, at) = members.iter().find(|(member, _)| member == lead)?;
        variable.values_in(System::Practical).get(*at).copied()
    });
    let factor = output_unit(base).map_or(1.0, |unit| unit.factor(System::Practical));
    let error = results.errors.iter().find(|(known, _)| known == name).map_or(f64::NAN, |(_, e)| e * factor);
    (found.unwrap_or(f64::NAN), error)
}

/// A quantity of the landscape alone and its error in practical units.
pub(crate) fn find_in(landscape: &Landscape, name: &str) -> (f64, f64) {
    let value = match name {
        "barrier" => landscape.barrier(),
        "mean_torque" => landscape.mean_torque(),
        _ => landscape.max_effective_temperature(),
    };
    let factor = output_unit(name).map_or(1.0, |unit| unit.factor(System::Practical));
    let errors = landscape.error_estimates();
    let error = errors.iter().find(|(known, _)| known == name).map_or(f64::NAN, |(_, error)| *error);
    (value * factor, error * factor)
}
