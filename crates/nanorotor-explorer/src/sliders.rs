//! Describe a study to the page: its parameters, each with a range that a slider can go over.

use nanorotor::Result;
use nanorotor::export::json_number;
use nanorotor::expression::Expression;
use nanorotor::quantity::Task;
use nanorotor::study::{Geometry, Model, Resolved, ResolvedParameter, Study};
use nanorotor::units::{Dimension, Quantity};
use serde_json::{Map, Value, json};

use crate::quantities;
use crate::request::Asked;
use crate::session::Session;

/// What the page needs to know of a study before it computes anything.
pub(crate) fn describe(session: &Session, asked: &Asked) -> Result<Value> {
    let Asked { original, study, .. } = asked;
    let resolved = study.resolve()?;
    // Ranges are those of the study as it was opened, so that they do not run away under the hand.
    let ranges = session.ranges(original, || {
        let resolved = original.resolve()?;
        Ok(resolved.parameters.iter().map(|parameter| range(original, &resolved, parameter)).collect())
    });
    // Where the opened study is wrong, and what is set mends it, there is only what is set.
    let ranges = ranges.unwrap_or_else(|_| {
        resolved.parameters.iter().map(|parameter| range(study, &resolved, parameter)).collect()
    });
    let defaults = original.resolve().map_or_else(|_| Vec::new(), |resolved| resolved.parameters);
    let unused = study.unused_by(&[Task::Landscape, Task::Rate]);
    let parameters: Vec<Value> = resolved
        .parameters
        .iter()
        .zip(&*ranges)
        .map(|(parameter, range)| {
            let default = defaults.iter().find(|default| default.name == parameter.name);
            let names = |text: &str| Expression::parse(text).is_ok_and(|e| e.names().next().is_some());
            json!({
                "name": parameter.name,
                "text": parameter.text,
                "default_text": default.map_or("", |default| default.text.as_str()),
                "value": parameter.quantity().map_or(Value::Null, |quantity| json_number(quantity.number())),
                "unit": parameter.unit.text(),
                "minimum": json_number(range.minimum),
                "maximum": json_number(range.maximum),
                "logarithmic": range.logarithmic,
                "used": !unused.contains(&parameter.name.as_str()),
                "fixed_by_formula": names(&parameter.text),
                "comment": comment(study.text(), &parameter.name),
            })
        })
        .collect();
    let leads: Vec<&str> = resolved.leads().map(|lead| lead.name.as_str()).collect();
    let levels = match &resolved.model {
        Model::Junction(model) => (1..=model.levels()).map(|level| level.to_string()).collect(),
        Model::Landscape(_) => Vec::new(),
    };
    let sweep: Map<String, Value> = study
        .axes()
        .iter()
        .map(|axis| (axis.name.clone(), json!({ "values": axis.numbers, "unit": axis.unit.text() })))
        .collect();
    Ok(json!({
        "title": study.title(),
        "parameters": parameters,
        "leads": leads,
        "levels": levels,
        "period": resolved.rotor.period,
        "geometry": study.geometry().map(|atoms| geometry(atoms, &leads)),
        "toml": study.text(),
        "sweep": if sweep.is_empty() { Value::Null } else { sweep.into() },
        "quantities": quantities::of(&resolved),
    }))
}

/// The atoms of a study from a scan; lengths in Å, leads by their place in the study.
fn geometry(atoms: &Geometry, leads: &[&str]) -> Value {
    let called = |lead: &str| lead.replace(|c: char| !c.is_alphanumeric(), "_");
    let anchors = atoms.anchors.iter().flat_map(|(name, own)| {
        let lead = leads.iter().position(|lead| called(lead) == *name);
        own.iter().filter_map(move |atom| lead.map(|lead| [*atom, lead]))
    });
    let place =
        |xyz: &[f64; 3]| -> Value { xyz.iter().map(|&x| json_number((x * 1e4).round() / 1e4)).collect() };
    json!({
        "angle": json_number(atoms.angle),
        "numbers": atoms.numbers,
        "positions": atoms.positions.iter().map(place).collect::<Vec<_>>(),
        "rotor": atoms.rotor,
        "point": place(&atoms.point),
        "direction": atoms.direction.map(json_number),
        "bonds": atoms.bonds,
        "anchors": anchors.collect::<Vec<_>>(),
    })
}

/// The ends of a slider, in the unit of its parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    minimum: f64,
    maximum: f64,
    logarithmic: bool,
}

/// A range around the value of a parameter: that of its sweep, or such as its dimension suggests and the study accepts.
fn range(study: &Study, resolved: &Resolved, parameter: &ResolvedParameter) -> Range {
    let number = parameter.quantity().map_or(0.0, |quantity| quantity.number());
    if let Some(axis) = study.axes().iter().find(|axis| axis.name == parameter.name) {
        let ends = axis.numbers.iter().fold((number, number), |(a, b), &x| (a.min(x), b.max(x)));
        let logarithmic = ends.0 > 0.0 && ends.1 / ends.0 > 50.0;
        return Range { minimum: ends.0, maximum: ends.1, logarithmic };
    }
    let accepts = |number: f64| {
        let value = Quantity::new(number, parameter.unit.clone()).value();
        study.with_value(&parameter.name, value).and_then(|study| study.resolve()).is_ok()
    };
    let is = |dimension: Dimension| parameter.dimension.matches(dimension);
    let decades = |below: f64, above: f64| Range {
        minimum: power_of_ten(number / below),
        maximum: power_of_ten(number * above),
        logarithmic: true,
    };
    if is(Dimension::NUMBER) {
        if is_angle(parameter) {
            let half = resolved.rotor.period / 2.0 / Quantity::new(1.0, parameter.unit.clone()).value();
            let half = if number.abs() > half { 2.0 * half } else { half };
            return Range { minimum: -half, maximum: half, logarithmic: false };
        }
        let reach = if number.abs() <= 1.0 { 1.0 } else { rounded_up(2.0 * number.abs()) };
        let minimum = if number < 0.0 { -reach } else { 0.0 };
        return Range { minimum, maximum: reach, logarithmic: false };
    }
    if number > 0.0 && is(Dimension::INERTIA) {
        return decades(1e4, 10.0);
    }
    if number > 0.0 && [Dimension::FRICTION, Dimension::TIME, Dimension::RATE].into_iter().any(is) {
        return decades(100.0, 100.0);
    }
    // Zero is refused where it has no meaning, as for a temperature.
    if number > 0.0 && !accepts(0.0) && !accepts(-number) {
        return Range { minimum: number / 10.0, maximum: number * 10.0, logarithmic: true };
    }
    let usual = Quantity::from_atomic(0.03, parameter.unit.clone()).number();
    let reach = rounded_up(if number == 0.0 { usual } else { 1.2 * number.abs() });
    let end = |sign: f64| [sign * reach, 0.0, number].into_iter().find(|&end| accepts(end)).unwrap_or(number);
    Range { minimum: end(-1.0).min(number), maximum: end(1.0).max(number), logarithmic: false }
}

/// Whether a pure number is meant as an angle: it is written with π or an angle's unit, or called like one.
fn is_angle(parameter: &ResolvedParameter) -> bool {
    let written = parameter.text.contains("pi") || parameter.unit.angle() != 0;
    let name = parameter.name.to_lowercase();
    written || ["phi", "theta", "psi", "angle", "chi", "varphi"].iter().any(|known| name.starts_with(known))
}

/// The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten.
fn rounded_up(number: f64) -> f64 {
    let decade = 10_f64.powf(number.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * decade).find(|&step| step >= number * (1.0 - 1e-9)).unwrap_or(number)
}

fn power_of_ten(number: f64) -> f64 {
    10_f64.powf(number.log10().round())
}

/// What the study says behind a parameter.
fn comment(text: &str, name: &str) -> Option<String> {
    let is_of = |line: &&str| line.split_once('=').is_some_and(|(key, _)| key.trim() == name);
    let line = text.lines().find(is_of)?;
    let mut quoted = false;
    let at = line.char_indices().find(|&(_, c)| {
        quoted ^= c == '"';
        c == '#' && !quoted
    })?;
    Some(line[at.0 + 1..].trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    fn of(name: &str) -> Range {
        let study = Study::preset("preston2023").unwrap();
        let resolved = study.resolve().unwrap();
        let parameter = resolved.parameters.iter().find(|p| p.name == name).unwrap();
        range(&study, &resolved, parameter)
    }

    #[test]
    fn sliders_go_where_the_study_has_an_answer() {
        let linear = |minimum: f64, maximum: f64| Range { minimum, maximum, logarithmic: false };
        assert_eq!(of("V"), linear(-6.0, 6.0));
        assert_eq!(of("phi"), linear(-PI / 2.0, PI / 2.0));
        assert_eq!(of("A"), linear(0.0, 1.0));
        assert_eq!(of("v"), linear(-1.5, 1.5));
        let (inertia, friction, warmth) = (of("I"), of("xi_solv"), of("kT"));
        assert!(inertia.logarithmic && inertia.minimum <= 450.0 && inertia.maximum >= 4.5e6);
        assert!(friction.logarithmic && friction.minimum > 0.0 && friction.maximum >= 100.0);
        assert!(warmth.logarithmic && warmth.minimum > 0.0, "{warmth:?}");
        let gamma = of("Gamma_L");
        assert!(gamma.minimum == 0.0 && gamma.maximum > 0.272, "{gamma:?}");
        assert!(of("band_bottom").minimum <= -10.0 && of("band_bottom").maximum < 0.5);
    }

    #[test]
    fn every_end_of_every_slider_is_accepted() {
        for (name, _) in nanorotor::study::PRESETS {
            let study = Study::preset(name).unwrap();
            let resolved = study.resolve().unwrap();
            for parameter in resolved.parameters.iter().filter(|p| p.quantity().is_some()) {
                let range = range(&study, &resolved, parameter);
                assert!(range.minimum < range.maximum, "{name} {} {range:?}", parameter.name);
                for end in [range.minimum, range.maximum] {
                    let value = Quantity::new(end, parameter.unit.clone()).value();
                    let set = study.with_value(&parameter.name, value).unwrap().resolve();
                    assert!(set.is_ok(), "{name} {} = {end}: {set:?}", parameter.name);
                }
            }
        }
    }

    #[test]
    fn comments_are_what_stands_behind_a_value() {
        let text = Study::preset("preston2023").unwrap().text().to_owned();
        assert_eq!(comment(&text, "V").as_deref(), Some("bias"));
        assert_eq!(comment(&text, "E_1"), None);
    }
}
