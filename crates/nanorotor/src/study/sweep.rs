//! Turn the axes of a sweep into values, and numbers into the unit that the study gave their parameter.

use std::ops::Range;

use super::checks::show_in;
use super::document::short;
use super::draft::{self, AxisPoints, Draft};
use super::inference::{Inference, bare_number};
use super::resolve::display_unit;
use crate::error::Fault;
use crate::expression::{Expression, Formula};
use crate::units::{Dimension, Quantity, Unit, readings};

/// The most points of all axes together.
const MOST_POINTS: usize = 100_000_000;

/// A parameter that is swept.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The parameter.
    pub name: String,
    /// Its values in atomic units, in the order of the sweep.
    pub values: Vec<f64>,
    /// The same values in `unit`, as they were given.
    pub numbers: Vec<f64>,
    /// The unit that the study gives the parameter.
    pub unit: Unit,
}

/// Refuse a number without a unit for a parameter that has a dimension; zero needs no unit.
pub(super) fn refuse_bare_number(
    draft: &Draft,
    inference: &Inference,
    name: &str,
    expression: &Expression,
    span: &Range<usize>,
) -> Result<(), Fault> {
    let dimension = inference.dimension(name);
    match expression.bare_number() {
        Some(number) if number != 0.0 && !dimension.matches(Dimension::NUMBER) => {
            let mut fault = bare_number(&format!("`{}`", short(name)), dimension, span);
            let unit = unit(draft, inference, name);
            fault.hint = format!("write {}", readings(number, &[unit.text(), dimension.usual_unit(), "au"]));
            Err(fault)
        }
        _ => Ok(()),
    }
}

/// A number in the unit that the study gives a parameter.
pub(super) fn in_unit_of_study(
    draft: &Draft,
    inference: &Inference,
    name: &str,
    number: f64,
    span: &Range<usize>,
) -> Result<Quantity, Fault> {
    let dimension = inference.dimension(name);
    let given = draft.parameter(name).and_then(|parameter| parameter.expression.whole_quantity());
    if let Some(quantity) = given {
        return Ok(Quantity::new(number, quantity.unit().clone()));
    }
    if number == 0.0 || dimension.matches(Dimension::NUMBER) {
        return Ok(Quantity::new(number, Unit::one()));
    }
    let mut fault = bare_number(&format!("`{}`", short(name)), dimension, span);
    fault.labels[0].1 = "the study states no unit for it".into();
    fault.hint = format!("write {}", readings(number, &[dimension.usual_unit(), "au"]));
    Err(fault)
}

/// The axes of a study.
pub(super) fn axes(draft: &Draft, inference: &Inference) -> Result<Vec<Axis>, Fault> {
    let mut axes = Vec::new();
    let mut points = 1usize;
    for axis in &draft.sweep {
        let unit = unit(draft, inference, &axis.name);
        let (numbers, values): (Vec<f64>, Vec<f64>) =
            values(draft, inference, axis, &unit)?.into_iter().unzip();
        points = points.saturating_mul(values.len());
        if points > MOST_POINTS {
            return Err(Fault::new(
                "the sweep has too many points",
                axis.name_span.clone(),
                format!("more than {MOST_POINTS} with this axis"),
                "take fewer points, or split the study",
            ));
        }
        refuse_repeated(&axis.name, &values, &unit, &axis.name_span)?;
        axes.push(Axis { name: axis.name.clone(), values, numbers, unit });
    }
    Ok(axes)
}

/// Refuse an axis that has a value twice: the same would be computed again, and no value would name its point.
pub(super) fn refuse_repeated(
    name: &str,
    values: &[f64],
    unit: &Unit,
    span: &Range<usize>,
) -> Result<(), Fault> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) else { return Ok(()) };
    Err(Fault::new(
        format!("the sweep of `{}` has {} twice", short(name), show_in(pair[0], unit.clone())),
        span.clone(),
        "a value stands twice",
        "give each value once",
    ))
}

/// The unit that a parameter is shown in.
pub(super) fn unit(draft: &Draft, inference: &Inference, name: &str) -> Unit {
    draft
        .parameter(name)
        .map_or_else(Unit::atomic, |parameter| display_unit(parameter, inference.dimension(name)))
}

/// The value of an end of an axis, or of `what` else is a number of a parameter, in atomic units.
pub(super) fn in_atomic(
    draft: &Draft,
    inference: &Inference,
    name: &str,
    what: &str,
    expression: &Expression,
    span: &Range<usize>,
) -> Result<f64, Fault> {
    refuse_bare_number(draft, inference, name, expression, span)?;
    inference.check(name, expression, span.clone())?;
    let formula = Formula::compile(expression, &|_| None, &Vec::new)?;
    let value = formula.at(0.0).value;
    if formula.is_constant() && value.is_finite() {
        return Ok(value);
    }
    Err(Fault::new(
        format!("{what} needs finite numbers"),
        span.clone(),
        if formula.is_constant() { "not finite" } else { "depends on theta" },
        "write a number or a quantity",
    ))
}

/// The values of an axis: in the unit that the study gives the parameter, and in atomic units.
fn values(
    draft: &Draft,
    inference: &Inference,
    axis: &draft::Axis,
    unit: &Unit,
) -> Result<Vec<(f64, f64)>, Fault> {
    let what = format!("the sweep of `{}`", axis.name);
    let value = |(expression, span): &(Expression, Range<usize>)| {
        let atomic = in_atomic(draft, inference, &axis.name, &what, expression, span)?;
        let number = match expression.whole_quantity() {
            Some(quantity) if quantity.unit().text() == unit.text() => quantity.number(),
            _ => shown(atomic, unit),
        };
        Ok((number, atomic))
    };
    match &axis.points {
        AxisPoints::Values(items) => items.iter().map(value).collect(),
        AxisPoints::Range { from, to, points, logarithmic, span } => {
            let (first, last) = (value(from)?, value(to)?);
            let (from, to) = (first.0, last.0);
            if *logarithmic && (from * to <= 0.0 || !(to / from).is_finite()) {
                return Err(Fault::new(
                    format!("the logarithmic sweep of `{}` touches zero", axis.name),
                    span.clone(),
                    "both ends must have one sign and differ from zero",
                    "leave out scale = \"log\", or begin above zero",
                ));
            }
            let number = |k: usize| {
                let t = k as f64 / (points - 1) as f64;
                if *logarithmic {
                    let number = from * (to / from).powf(t);
                    as_written(number, number)
                } else {
                    as_written(from + (to - from) * t, from.abs().max(to.abs()))
                }
            };
            let between = |k: usize| {
                let number = number(k);
                (number, Quantity::new(number, unit.clone()).value())
            };
            let inner = (1..points - 1).map(between);
            Ok(std::iter::once(first).chain(inner).chain(std::iter::once(last)).collect())
        }
    }
}

/// A value in atomic units in a unit, as people write it.
pub(super) fn shown(atomic: f64, unit: &Unit) -> f64 {
    let number = Quantity::from_atomic(atomic, unit.clone()).number();
    as_written(number, number)
}

/// The decimal number that somebody would write for one that comes out of arithmetic with numbers of the size `scale`: 0.029 for
/// 0.028999999999999995. One that needs more than 12 digits is left as it is.
fn as_written(number: f64, scale: f64) -> f64 {
    let decimals = 14.0 - scale.abs().log10().floor();
    if !(3.0..=300.0).contains(&decimals) {
        return number;
    }
    let rounded = |decimals: f64| format!("{number:.*}", decimals as usize).parse().unwrap_or(number);
    let (fine, coarse): (f64, f64) = (rounded(decimals), rounded(decimals - 3.0));
    // Zero has no sign.
    if fine == coarse { coarse + 0.0 } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Study;

    fn axis(sweep: &str) -> Axis {
        let preset = Study::preset("preston2023").unwrap();
        let text = format!("{}\n[sweep]\n{sweep}\n", preset.text());
        Study::from_toml(&text, "s", None).unwrap().axes()[0].clone()
    }

    #[test]
    fn ranges_are_as_people_write_them() {
        let kt = axis("kT = { from = \"0.025 eV\", to = \"0.03 eV\", points = 6 }");
        assert_eq!(kt.numbers, [0.025, 0.026, 0.027, 0.028, 0.029, 0.03]);
        let v = axis("V = { from = \"-1 eV\", to = \"1 eV\", points = 21 }");
        let tenths: Vec<f64> = (-10..=10).map(|k| f64::from(k) / 10.0).collect();
        assert_eq!(v.numbers, tenths);
        assert!(v.numbers.iter().all(|x| x.to_bits() != (-0.0_f64).to_bits()));
        let i = axis("I = { from = \"1e3 au\", to = \"1e6 au\", points = 4, scale = \"log\" }");
        assert_eq!(i.numbers, [1e3, 1e4, 1e5, 1e6]);
        // What has no short decimal form is not rounded.
        assert_eq!(axis("A = { from = 0, to = 1, points = 4 }").numbers, [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0]);
    }

    #[test]
    fn lists_are_what_was_given() {
        let v = axis("V = { values = [\"1.9 eV\", \"0.7 eV\", \"1800 meV\", \"-2.3 eV\", \"1e-9 eV\"] }");
        assert_eq!(v.numbers, [1.9, 0.7, 1.8, -2.3, 1e-9]);
        assert_eq!(v.unit.text(), "eV");
        for (number, value) in v.numbers.iter().zip(&v.values) {
            let alone = Study::preset("preston2023").unwrap().quantity("V", *number).unwrap().value();
            assert!((alone - value).abs() <= 2e-16 * value.abs(), "{number}");
        }
    }

    #[test]
    fn each_point_of_a_range_is_the_one_that_its_number_sets() {
        let v = axis("V = { from = 0, to = \"6 eV\", points = 121 }");
        let preset = Study::preset("preston2023").unwrap();
        for (number, value) in v.numbers.iter().zip(&v.values) {
            assert_eq!(preset.quantity("V", *number).unwrap().value().to_bits(), value.to_bits());
        }
    }
}
