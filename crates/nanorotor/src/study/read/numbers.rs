//! Turn numbers into the unit that the study gave their parameter.

use std::ops::Range;

use super::document::short;
use super::draft::{Draft, Parameter};
use super::inference::{Inference, bare_number};
use crate::error::Fault;
use crate::expression::{Expression, Formula};
use crate::units::{Dimension, Quantity, Unit, readings};

/// The unit of the study's own value, eV for other energies, atomic units for the rest.
pub(in crate::study) fn display_unit(parameter: &Parameter, dimension: Dimension) -> Unit {
    if let Some(quantity) = parameter.expression.whole_quantity() {
        return quantity.unit().clone();
    }
    if dimension.matches(Dimension::NUMBER) {
        Unit::one()
    } else if dimension.matches(Dimension::ENERGY) {
        "eV".parse().unwrap_or_else(|_| Unit::atomic())
    } else {
        Unit::atomic()
    }
}

/// Refuse a number without a unit for a parameter that has a dimension; zero needs no unit.
pub(in crate::study) fn refuse_bare_number(
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
pub(in crate::study) fn in_unit_of_study(
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

/// The unit that a parameter is shown in.
pub(in crate::study) fn unit(draft: &Draft, inference: &Inference, name: &str) -> Unit {
    draft
        .parameter(name)
        .map_or_else(Unit::atomic, |parameter| display_unit(parameter, inference.dimension(name)))
}

/// The value of an end of an axis, or of `what` else is a number of a parameter, in atomic units.
pub(in crate::study) fn in_atomic(
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

/// A value in atomic units in a unit, as people write it.
pub(in crate::study) fn shown(atomic: f64, unit: &Unit) -> f64 {
    let number = Quantity::from_atomic(atomic, unit.clone()).number();
    as_written(number, number)
}

/// The decimal number that somebody would write for one that comes out of arithmetic with numbers of the size `scale`: 0.029 for
/// 0.028999999999999995. One that needs more than 12 digits is left as it is.
pub(in crate::study) fn as_written(number: f64, scale: f64) -> f64 {
    let decimals = 14.0 - scale.abs().log10().floor();
    if !(3.0..=300.0).contains(&decimals) {
        return number;
    }
    let rounded = |decimals: f64| format!("{number:.*}", decimals as usize).parse().unwrap_or(number);
    let (fine, coarse): (f64, f64) = (rounded(decimals), rounded(decimals - 3.0));
    // Zero has no sign.
    if fine == coarse { coarse + 0.0 } else { number }
}
