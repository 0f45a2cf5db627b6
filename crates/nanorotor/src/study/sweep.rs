//! Turn the axes of a sweep into values, and numbers into the unit that the study gave their parameter.

use std::ops::Range;

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
    /// The unit that the values are shown in.
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
        let values = values(draft, inference, axis)?;
        points = points.saturating_mul(values.len());
        if points > MOST_POINTS {
            return Err(Fault::new(
                "the sweep has too many points",
                axis.name_span.clone(),
                format!("more than {MOST_POINTS} with this axis"),
                "take fewer points, or split the study",
            ));
        }
        let unit = unit(draft, inference, &axis.name);
        axes.push(Axis { name: axis.name.clone(), values, unit });
    }
    Ok(axes)
}

/// The unit that a parameter is shown in.
pub(super) fn unit(draft: &Draft, inference: &Inference, name: &str) -> Unit {
    draft
        .parameter(name)
        .map_or_else(Unit::atomic, |parameter| display_unit(parameter, inference.dimension(name)))
}

/// The value of an end of an axis, in atomic units.
fn in_atomic(
    draft: &Draft,
    inference: &Inference,
    name: &str,
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
        format!("the sweep of `{name}` needs finite numbers"),
        span.clone(),
        if formula.is_constant() { "not finite" } else { "depends on theta" },
        "write a number or a quantity",
    ))
}

fn values(draft: &Draft, inference: &Inference, axis: &draft::Axis) -> Result<Vec<f64>, Fault> {
    let value = |(expression, span): &(Expression, Range<usize>)| {
        in_atomic(draft, inference, &axis.name, expression, span)
    };
    match &axis.points {
        AxisPoints::Values(items) => items.iter().map(value).collect(),
        AxisPoints::Range { from, to, points, logarithmic, span } => {
            let (from, to) = (value(from)?, value(to)?);
            if *logarithmic && (from * to <= 0.0 || !(to / from).is_finite()) {
                return Err(Fault::new(
                    format!("the logarithmic sweep of `{}` touches zero", axis.name),
                    span.clone(),
                    "both ends must have one sign and differ from zero",
                    "leave out scale = \"log\", or begin above zero",
                ));
            }
            let last = points - 1;
            Ok((0..*points)
                .map(|k| {
                    let t = k as f64 / last as f64;
                    if k == last {
                        to
                    } else if *logarithmic {
                        from * (to / from).powf(t)
                    } else {
                        from + (to - from) * t
                    }
                })
                .collect())
        }
    }
}
