//! List the unit symbols with their sizes in atomic units.

use std::f64::consts::{PI, TAU};

use super::{
    BOHR_IN_METRES, CHARGE_IN_COULOMBS, HARTREE_IN_EV, HARTREE_IN_JOULES, INERTIA_IN_KG_M2, TIME_IN_SECONDS,
};

/// One metre, second, kilogram and joule in atomic units.
const METRE: f64 = 1.0 / BOHR_IN_METRES;
const SECOND: f64 = 1.0 / TIME_IN_SECONDS;
pub(super) const JOULE: f64 = 1.0 / HARTREE_IN_JOULES;
// From the joule, so that J s² and kg m² are exactly the same moment of inertia.
const KILOGRAM: f64 = BOHR_IN_METRES * BOHR_IN_METRES / INERTIA_IN_KG_M2;
/// One ampere in electrons per atomic unit of time.
const AMPERE: f64 = TIME_IN_SECONDS / CHARGE_IN_COULOMBS;
const BOLTZMANN_IN_JOULES_PER_KELVIN: f64 = 1.380_649e-23;
const AVOGADRO: f64 = 6.022_140_76e23;
const DALTON_IN_KILOGRAMS: f64 = 1.660_539_066_60e-27;
/// The energy h c/cm of one wavenumber in joules.
pub(super) const WAVENUMBER_IN_JOULES: f64 = 6.626_070_15e-34 * 299_792_458.0 * 100.0;

/// Exponents of mass, length, time and of explicitly written angles.
pub(super) type Powers = [i32; 4];

const ANGLE: Powers = [0, 0, 0, 1];
pub(super) const NUMBER: Powers = [0; 4];
pub(super) const ENERGY: Powers = [1, 2, -2, 0];

/// Every symbol with its size in atomic units, its powers and whether it takes metric prefixes.
pub(super) const SYMBOLS: &[(&str, f64, Powers, bool)] = &[
    ("eV", 1.0 / HARTREE_IN_EV, ENERGY, true),
    ("Ha", 1.0, ENERGY, true),
    ("hartree", 1.0, ENERGY, false),
    ("Hartree", 1.0, ENERGY, false),
    ("Eh", 1.0, ENERGY, false),
    ("E_h", 1.0, ENERGY, false),
    ("Ry", 0.5, ENERGY, true),
    ("rydberg", 0.5, ENERGY, false),
    ("J", JOULE, ENERGY, true),
    ("erg", 1e-7 * JOULE, ENERGY, false),
    ("cal", 4.184 * JOULE, ENERGY, true),
    ("K", BOLTZMANN_IN_JOULES_PER_KELVIN * JOULE, ENERGY, true),
    ("kelvin", BOLTZMANN_IN_JOULES_PER_KELVIN * JOULE, ENERGY, false),
    ("mol", AVOGADRO, NUMBER, false),
    ("rad", 1.0, ANGLE, true),
    ("radian", 1.0, ANGLE, false),
    ("radians", 1.0, ANGLE, false),
    ("deg", PI / 180.0, ANGLE, false),
    ("degree", PI / 180.0, ANGLE, false),
    ("degrees", PI / 180.0, ANGLE, false),
    ("°", PI / 180.0, ANGLE, false),
    ("rev", TAU, ANGLE, false),
    ("revolution", TAU, ANGLE, false),
    ("revolutions", TAU, ANGLE, false),
    ("turn", TAU, ANGLE, false),
    ("turns", TAU, ANGLE, false),
    ("s", SECOND, [0, 0, 1, 0], true),
    ("Hz", 1.0 / SECOND, [0, 0, -1, 0], true),
    ("m", METRE, [0, 1, 0, 0], true),
    ("cm", 1e-2 * METRE, [0, 1, 0, 0], false),
    ("A", 1e-10 * METRE, [0, 1, 0, 0], false),
    ("Å", 1e-10 * METRE, [0, 1, 0, 0], false),
    ("Å", 1e-10 * METRE, [0, 1, 0, 0], false),
    ("angstrom", 1e-10 * METRE, [0, 1, 0, 0], false),
    ("Angstrom", 1e-10 * METRE, [0, 1, 0, 0], false),
    ("bohr", 1.0, [0, 1, 0, 0], false),
    ("a0", 1.0, [0, 1, 0, 0], false),
    ("a_0", 1.0, [0, 1, 0, 0], false),
    ("g", 1e-3 * KILOGRAM, [1, 0, 0, 0], true),
    ("u", DALTON_IN_KILOGRAMS * KILOGRAM, [1, 0, 0, 0], false),
    ("amu", DALTON_IN_KILOGRAMS * KILOGRAM, [1, 0, 0, 0], false),
    ("Da", DALTON_IN_KILOGRAMS * KILOGRAM, [1, 0, 0, 0], false),
    ("dalton", DALTON_IN_KILOGRAMS * KILOGRAM, [1, 0, 0, 0], false),
    ("m_e", 1.0, [1, 0, 0, 0], false),
    ("N", JOULE / METRE, [1, 1, -2, 0], true),
    ("W", JOULE / SECOND, [1, 2, -3, 0], true),
    ("hbar", 1.0, [1, 2, -1, 0], false),
    ("ħ", 1.0, [1, 2, -1, 0], false),
    ("au_time", 1.0, [0, 0, 1, 0], false),
    // Currents are electrons per time; A alone is the ångström.
    ("mA", 1e-3 * AMPERE, [0, 0, -1, 0], false),
    ("uA", 1e-6 * AMPERE, [0, 0, -1, 0], false),
    ("µA", 1e-6 * AMPERE, [0, 0, -1, 0], false),
    ("μA", 1e-6 * AMPERE, [0, 0, -1, 0], false),
    ("nA", 1e-9 * AMPERE, [0, 0, -1, 0], false),
    ("pA", 1e-12 * AMPERE, [0, 0, -1, 0], false),
];

pub(super) const PREFIXES: &[(&str, f64)] = &[
    ("z", 1e-21),
    ("a", 1e-18),
    ("f", 1e-15),
    ("p", 1e-12),
    ("n", 1e-9),
    ("u", 1e-6),
    ("µ", 1e-6),
    ("μ", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
];

/// Symbols that people write for things that are energies here, with what to write instead.
pub(super) const ADVICE: &[(&str, &str)] = &[
    ("V", "a bias is written as an energy: \"5 eV\" is the bias of 5 V"),
    ("mV", "a bias is written as an energy: \"5 meV\" is the bias of 5 mV"),
    ("volt", "a bias is written as an energy: \"5 eV\" is the bias of 5 V"),
    ("kV", "a bias is written as an energy: \"5 keV\" is the bias of 5 kV"),
    ("volts", "a bias is written as an energy: \"5 eV\" is the bias of 5 V"),
    ("C", "temperatures are absolute: write \"300 K\""),
    ("°C", "temperatures are absolute: write \"300 K\""),
    ("degC", "temperatures are absolute: write \"300 K\""),
    ("celsius", "temperatures are absolute: write \"300 K\""),
    ("Celsius", "temperatures are absolute: write \"300 K\""),
    ("degree_Celsius", "temperatures are absolute: write \"300 K\""),
    ("degF", "temperatures are absolute: write \"300 K\""),
    ("°F", "temperatures are absolute: write \"300 K\""),
    ("degK", "write `K`"),
    ("electronvolt", "write `eV`"),
    ("electronvolts", "write `eV`"),
    ("electron", "write `eV`"),
    ("e", "a charge times a voltage is an energy: \"5 eV\" is the bias of 5 V"),
    ("q", "a charge times a voltage is an energy: \"5 eV\" is the bias of 5 V"),
    ("joule", "write `J`"),
    ("joules", "write `J`"),
    ("nanosecond", "write `ns`"),
    ("nanoseconds", "write `ns`"),
    ("picosecond", "write `ps`"),
    ("picoseconds", "write `ps`"),
    ("femtosecond", "write `fs`"),
    ("femtoseconds", "write `fs`"),
    ("second", "write `s`"),
    ("sec", "write `s`"),
    ("seconds", "write `s`"),
    ("min", "write `s`"),
    ("h", "write `s`, or `J s` for Planck's constant times a number"),
    ("a_u", "write `au`"),
    ("T", "a magnetic field enters by complex entries of the hamiltonian"),
    ("a.u.", "write `au`"),
    ("theta", "products need `*`: write \"2*theta\""),
    ("pi", "products need `*`: write \"2*pi\""),
];

/// The size and the powers of a symbol, with or without a prefix.
pub(super) fn symbol_value(symbol: &str) -> Option<(f64, Powers)> {
    let find = |name: &str| SYMBOLS.iter().find(|entry| entry.0 == name);
    if let Some(&(_, size, powers, _)) = find(symbol) {
        return Some((size, powers));
    }
    PREFIXES.iter().find_map(|&(prefix, scale)| {
        let &(_, size, powers, prefixed) = find(symbol.strip_prefix(prefix)?)?;
        prefixed.then_some((scale * size, powers))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_and_every_prefix_is_read_as_itself() {
        for &(symbol, size, _, prefixed) in SYMBOLS {
            assert_eq!(symbol_value(symbol).map(|(found, _)| found), Some(size), "{symbol}");
            for &(prefix, scale) in PREFIXES.iter().filter(|_| prefixed) {
                let text = format!("{prefix}{symbol}");
                let (found, _) = symbol_value(&text).unwrap();
                // `cm`-like symbols of their own win over a prefix; there are no others.
                assert!((found / (scale * size) - 1.0).abs() < 1e-15, "{text} means something else");
            }
        }
    }
}
