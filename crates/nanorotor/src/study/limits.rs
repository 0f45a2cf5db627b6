//! Refuse values that no rotor has: a unit or an exponent went wrong before any work starts.

use crate::study::words::show_in;
use crate::units::{Dimension, HARTREE_IN_EV, INERTIA_IN_KG_M2, Unit};

/// The largest size of a value by its dimension, in a unit that people know: beyond core levels, and beyond what a particle of
/// dust has.
pub(super) const LARGEST: [(Dimension, f64, &str); 5] = [
    (Dimension::NUMBER, 1e6, ""),
    (Dimension::ENERGY, 1e4, "eV"),
    (Dimension::FRICTION, 1e15, "eV ps"),
    (Dimension::DIFFUSION, 1e20, "eV^2 ps"),
    (Dimension::INERTIA, 1e-25, "kg m^2"),
];

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
