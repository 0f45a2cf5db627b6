//! Refuse values that no rotor has: a unit or an exponent went wrong before any work starts.

use super::checks::{self, show_in};
use super::draft::Field;
use crate::error::Fault;
use crate::expression::Formula;
use crate::units::{Dimension, HARTREE_IN_EV, INERTIA_IN_KG_M2, Unit};

/// The largest size of a value by its dimension, in a unit that people know: beyond core levels, and beyond what a particle of
/// dust has.
const LARGEST: [(Dimension, f64, &str); 5] = [
    (Dimension::NUMBER, 1e6, ""),
    (Dimension::ENERGY, 1e4, "eV"),
    (Dimension::FRICTION, 1e15, "eV ps"),
    (Dimension::DIFFUSION, 1e20, "eV^2 ps"),
    (Dimension::INERTIA, 1e-25, "kg m^2"),
];

/// The ends of a band may lie deeper than anything else, to see what its depth does (eV).
const DEEPEST_BAND: f64 = 1e6;

/// The least moment of inertia (m_e a0²), far below that of an electron on the Bohr radius: 1e-58 kg m².
const LIGHTEST: f64 = 1e-58 / INERTIA_IN_KG_M2;

/// The lowest k_BT (Ha), of a microkelvin.
const COLDEST: f64 = 8.617e-11 / HARTREE_IN_EV;

/// The largest spin degeneracy, spins and orbitals together.
const MOST_SPINS: f64 = 100.0;

/// The largest size of a value of a dimension in atomic units, and as it is shown.
pub(crate) fn largest(dimension: Dimension) -> Option<(f64, String)> {
    let (_, most, unit) = LARGEST.iter().find(|(known, ..)| known.matches(dimension))?;
    let unit: Unit = unit.parse().ok()?;
    let most = most * unit.factor();
    Some((most, show_in(most, unit)))
}

/// Refuse a field that is larger anywhere than such a thing can be.
pub(super) fn size(formula: &Formula, field: &Field) -> Result<(), Fault> {
    let Some(&(_, most, unit)) = LARGEST.iter().find(|(dimension, ..)| dimension.matches(field.dimension))
    else {
        return Ok(());
    };
    let is_band = ["bottom", "half_width", "center"].iter().any(|key| field.what.starts_with(key));
    let most = if is_band { DEEPEST_BAND } else { most };
    let unit: Unit = unit.parse()?;
    let at = |theta: f64| formula.at(theta).value;
    let largest = if formula.is_constant() {
        at(0.0)
    } else {
        checks::angles()
            .map(at)
            .fold(0.0, |largest: f64, value| if value.abs() > largest.abs() { value } else { largest })
    };
    if largest.abs() <= most * unit.factor() {
        return Ok(());
    }
    let own = field.expression.whole_quantity().map_or_else(|| unit.clone(), |found| found.unit().clone());
    let shown = show_in(most * unit.factor(), unit);
    Err(Fault::new(
        format!("{} is {}, more than any rotor has", field.what, show_in(largest, own)),
        field.span.clone(),
        format!("beyond {shown}"),
        format!("look at the unit and the exponent: at most {shown} is taken"),
    ))
}

/// Whether a moment of inertia (m_e a0²) is that of something.
pub(super) fn is_inertia(inertia: f64) -> bool {
    inertia >= LIGHTEST
}

/// Whether a k_BT (Ha) is a temperature that somebody can reach.
pub(super) fn is_warm(thermal_energy: f64) -> bool {
    thermal_energy >= COLDEST
}

/// Whether a spin degeneracy is a number of equal states.
pub(super) fn is_degeneracy(spins: f64) -> bool {
    spins.fract() == 0.0 && (1.0..=MOST_SPINS).contains(&spins)
}
