//! Write values for messages.

use crate::units::{Dimension, Quantity, Unit};

/// A number with six digits.
pub(super) fn significant(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// A value for a message: in eV where it is an energy, in atomic units otherwise.
pub(super) fn show(value: f64, dimension: Dimension) -> String {
    let unit = if dimension.matches(Dimension::ENERGY) {
        "eV".parse().unwrap_or_else(|_| Unit::atomic())
    } else if dimension.matches(Dimension::NUMBER) {
        Unit::one()
    } else {
        Unit::atomic()
    };
    show_in(value, unit)
}

/// A value for a message in a given unit.
pub(super) fn show_in(value: f64, unit: Unit) -> String {
    let quantity = Quantity::from_atomic(value, unit);
    Quantity::new(significant(quantity.number()), quantity.unit().clone()).to_string()
}
