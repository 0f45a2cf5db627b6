//! Write results as one JSON object: variables by name, arrays over theta, objects over leads, units under `units`.

use serde_json::{Map, Value, json};

use crate::quantity::{PARAMETER, System, is_count, output_unit};
use crate::results::{Assumption, Axis, Coordinates, Results, Variable};

/// Results as one JSON object: variables by name, arrays over theta, objects over leads, units under `units`.
pub fn json(results: &Results, system: System) -> Value {
    let mut object = Map::new();
    let mut units = Map::new();
    for axis in &results.axes {
        if let Coordinates::Numbers(numbers) = &axis.coordinates {
            let unit = output_unit(&axis.name);
            let factor = unit.map_or(1.0, |unit| unit.factor(system));
            let value =
                |x: &f64| if is_count(&axis.name) { Value::from(*x as i64) } else { json_number(x * factor) };
            object.insert(axis.name.clone(), numbers.iter().map(value).collect());
            if let Some(unit) = unit {
                units.insert(axis.name.clone(), unit.name(system).into());
            }
        }
    }
    for variable in &results.variables {
        let values = variable.values_in(system);
        let count = values
            .first()
            .filter(|x| variable.axes.is_empty() && variable.unit().is_none() && x.fract() == 0.0);
        let value = count.map_or_else(|| value(results, variable, system), |&x| Value::from(x as i64));
        object.insert(variable.name.clone(), value);
        if let Some(unit) = variable.unit() {
            units.insert(variable.name.clone(), unit.name(system).into());
        }
    }
    if let Some(derivatives) = derivatives(results, system) {
        object.insert("derivatives".into(), derivatives);
        for (name, short) in [
            ("torque_sensitivity", "push"),
            ("friction_sensitivity", "drag"),
            ("diffusion_sensitivity", "heat"),
        ] {
            let same = object.get(name).cloned().unwrap_or(Value::Null);
            object.insert(short.into(), same);
            units.insert(short.into(), output_unit(name).map_or("", |unit| unit.name(system)).into());
        }
    }
    if !results.errors.is_empty() {
        // No error is 0: it is not known.
        let errors = results.errors.iter().filter(|(_, error)| *error != 0.0).map(|(name, error)| {
            let base = name.split('.').next().unwrap_or_default();
            (name.clone(), json_number(error * output_unit(base).map_or(1.0, |unit| unit.factor(system))))
        });
        object.insert("error_estimate".into(), Value::Object(errors.collect()));
    }
    object.insert("status".into(), results.status.to_string().into());
    let mut notes = Map::new();
    for (name, text) in &results.notes {
        // A remark about a variable stands beside it; one of its own name is a result itself.
        let target = if object.contains_key(name) { &mut notes } else { &mut object };
        target.insert(name.clone(), text.clone().into());
    }
    if !notes.is_empty() {
        object.insert("notes".into(), notes.into());
    }
    object.insert("validity".into(), json_validity(&results.validity));
    object.insert("units".into(), units.into());
    Value::Object(object)
}

/// {quantity: {parameter: {value, error, unit}}} of what was differentiated.
fn derivatives(results: &Results, system: System) -> Option<Value> {
    let axis = results.axis(PARAMETER)?;
    let Coordinates::Names(names) = &axis.coordinates else { return None };
    let variable = results.get("derivative")?;
    let (unit, factor) = variable.unit().map_or(("", 1.0), |unit| (unit.name(system), unit.factor(system)));
    let each = names.iter().zip(variable.values_in(system)).map(|(name, value)| {
        let key = format!("derivative.{name}");
        let error =
            results.errors.iter().find(|(known, _)| *known == key).map_or(f64::NAN, |(_, e)| e * factor);
        let parameter = results.unit_of_parameter(name);
        let unit = if parameter.is_empty() { unit.to_owned() } else { format!("{unit} per {parameter}") };
        (name.clone(), json!({ "value": json_number(value), "error": json_number(error), "unit": unit }))
    });
    Some(json!({ "rotation_rate": Value::Object(each.collect()) }))
}

/// How far each assumption holds and why, by name.
pub fn json_validity(assumptions: &[Assumption]) -> Value {
    let of = |a: &Assumption| json!({ "standing": a.standing.in_words(), "text": a.text });
    Value::Object(assumptions.iter().map(|a| (a.name.replace(' ', "_"), of(a))).collect())
}

/// Objects over axes of names, arrays over axes of numbers, the number itself at the end; angles, energies and loads innermost.
fn value(results: &Results, variable: &Variable, system: System) -> Value {
    let mut stride = variable.values.len();
    let mut axes = Vec::new();
    for name in &variable.axes {
        let Some(axis) = results.axis(name) else { return Value::Null };
        stride /= axis.coordinates.len().max(1);
        axes.push((axis, stride));
    }
    axes.sort_by_key(|(axis, _)| results.is_row(&axis.name));
    nested(&axes, &variable.values_in(system))
}

/// The values from the first of them on, each axis with the distance between its positions.
fn nested(axes: &[(&Axis, usize)], values: &[f64]) -> Value {
    let Some(((axis, stride), rest)) = axes.split_first() else {
        return values.first().map_or(Value::Null, |&x| json_number(x));
    };
    let part = |i: usize| nested(rest, values.get(i * stride..).unwrap_or_default());
    match &axis.coordinates {
        Coordinates::Names(names) => {
            Value::Object(names.iter().enumerate().map(|(i, name)| (name.clone(), part(i))).collect())
        }
        Coordinates::Numbers(numbers) => Value::Array((0..numbers.len()).map(part).collect()),
    }
}

/// JSON has no NaN: what did not converge is null.
pub fn json_number(x: f64) -> Value {
    serde_json::Number::from_f64(x).map_or(Value::Null, Value::Number)
}
