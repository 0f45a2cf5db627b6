//! Give every result its practical unit, its atomic unit and the factor between them.

use super::{CHARGE_IN_COULOMBS, HARTREE_IN_EV, INERTIA_IN_KG_M2, TIME_IN_NANOSECONDS, TIME_IN_SECONDS};

/// The unit system that results are printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum System {
    /// eV, rad, ns, revolutions and µA.
    #[default]
    Practical,
    /// Hartree atomic units; rotation rates in revolutions per atomic unit of time.
    Atomic,
}

/// How one kind of result is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutputUnit {
    /// The names of the results that carry this unit.
    pub names: &'static [&'static str],
    /// The practical unit.
    pub practical: &'static str,
    /// The atomic unit.
    pub atomic: &'static str,
    /// One atomic unit in practical units.
    pub factor: f64,
}

impl OutputUnit {
    /// The unit's name in a system.
    pub fn name(&self, system: System) -> &'static str {
        match system {
            System::Practical => self.practical,
            System::Atomic => self.atomic,
        }
    }

    /// The factor by which a value in atomic units is multiplied for a system.
    pub fn factor(&self, system: System) -> f64 {
        match system {
            System::Practical => self.factor,
            System::Atomic => 1.0,
        }
    }
}

const TIME_IN_PICOSECONDS: f64 = TIME_IN_NANOSECONDS * 1e3;

/// Every result that has a unit; a name that is missing here is a count, a ratio or a text.
pub const OUTPUT_UNITS: &[OutputUnit] = &[
    OutputUnit {
        names: &["theta", "counter_origin", "period", "smallest_period"],
        practical: "rad",
        atomic: "rad",
        factor: 1.0,
    },
    OutputUnit {
        names: &["torque", "total_torque", "mean_torque", "load"],
        practical: "eV/rad",
        atomic: "Ha/rad",
        factor: HARTREE_IN_EV,
    },
    OutputUnit {
        names: &["friction", "environment_friction", "lowest_friction"],
        practical: "eV ps",
        atomic: "hbar",
        factor: HARTREE_IN_EV * TIME_IN_PICOSECONDS,
    },
    OutputUnit {
        names: &["diffusion", "environment_diffusion"],
        practical: "eV^2 ps",
        atomic: "Ha hbar",
        factor: HARTREE_IN_EV * HARTREE_IN_EV * TIME_IN_PICOSECONDS,
    },
    OutputUnit {
        names: &[
            "potential",
            "barrier",
            "effective_temperature",
            "max_effective_temperature",
            "kinetic_temperature",
            "mean_kinetic_temperature",
            "mean_kinetic_energy",
            "thermal_energy",
            "chemical_potential",
            "band",
            "energy",
            "resonance_width",
        ],
        practical: "eV",
        atomic: "Ha",
        factor: HARTREE_IN_EV,
    },
    // I = e dN/dt: electrons per atomic unit of time, times e, in microamperes.
    OutputUnit {
        names: &["currents", "mean_current"],
        practical: "µA",
        atomic: "e/au_time",
        factor: CHARGE_IN_COULOMBS / TIME_IN_SECONDS * 1e6,
    },
    OutputUnit { names: &["emissivity", "pumped_charge"], practical: "e/rad", atomic: "e/rad", factor: 1.0 },
    OutputUnit {
        names: &["rotation_rate"],
        practical: "revolutions/ns",
        atomic: "revolutions/au_time",
        factor: 1.0 / TIME_IN_NANOSECONDS,
    },
    OutputUnit {
        names: &["hop_rate_forward", "hop_rate_back", "revolution_rate_forward", "revolution_rate_back"],
        practical: "1/ns",
        atomic: "1/au_time",
        factor: 1.0 / TIME_IN_NANOSECONDS,
    },
    OutputUnit {
        names: &["rotational_diffusion"],
        practical: "rad^2/ns",
        atomic: "rad^2/au_time",
        factor: 1.0 / TIME_IN_NANOSECONDS,
    },
    OutputUnit {
        names: &["power", "electrical_power", "heat_to_environment", "heat_to_electrons"],
        practical: "eV/ns",
        atomic: "Ha/au_time",
        factor: HARTREE_IN_EV / TIME_IN_NANOSECONDS,
    },
    OutputUnit { names: &["density"], practical: "1/rad", atomic: "1/rad", factor: 1.0 },
    OutputUnit {
        names: &["moment_of_inertia"],
        practical: "kg m^2",
        atomic: "m_e a0^2",
        factor: INERTIA_IN_KG_M2,
    },
    OutputUnit {
        names: &[
            "time",
            "total_time",
            "averaging_time",
            "mean_time_to_hop",
            "mean_time_to_revolution",
            "dt",
            "burn_in",
        ],
        practical: "ns",
        atomic: "au_time",
        factor: TIME_IN_NANOSECONDS,
    },
];

/// The unit of the result called `name`, or none for counts, ratios and texts.
pub fn output_unit(name: &str) -> Option<&'static OutputUnit> {
    OUTPUT_UNITS.iter().find(|unit| unit.names.contains(&name))
}

/// A value in atomic units, written with seven digits in the practical unit of the result called `name`.
pub fn in_practical_units(name: &str, value: f64) -> String {
    let Some(unit) = output_unit(name) else { return value.to_string() };
    let (value, unit) = (value * unit.factor(System::Practical), unit.name(System::Practical));
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        format!("{value:.6e} {unit}")
    } else {
        format!("{value:.6} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Quantity;

    fn factor(name: &str) -> f64 {
        output_unit(name).map_or(f64::NAN, |unit| unit.factor(System::Practical))
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-10 * b.abs()
    }

    #[test]
    fn factors_agree_with_the_units_that_are_read() {
        for (name, unit) in [
            ("torque", "1 eV/rad"),
            ("friction", "1 eV ps"),
            ("diffusion", "1 eV^2 ps"),
            ("barrier", "1 eV"),
            ("rotational_diffusion", "1 rad^2/ns"),
            ("power", "1 eV/ns"),
            ("moment_of_inertia", "1 kg m^2"),
            ("dt", "1 ns"),
            ("rotation_rate", "1 /ns"),
        ] {
            let read: Quantity = unit.parse().unwrap();
            assert!(near(factor(name), 1.0 / read.value()), "{name}");
        }
    }

    #[test]
    fn an_electron_per_atomic_time_is_6_6_milliamperes() {
        // The atomic unit of current, 6.623 618 237 510e-3 A (CODATA 2018).
        assert!(near(factor("currents"), 6.623_618_237_510e3));
    }

    #[test]
    fn values_are_written_in_their_practical_unit() {
        assert_eq!(in_practical_units("barrier", 1.0), "27.211386 eV");
        assert_eq!(in_practical_units("friction", -0.5), "-3.291060e-4 eV ps");
        assert_eq!(in_practical_units("torque", 0.0), "0.000000 eV/rad");
        assert_eq!(in_practical_units("hermite_levels", 300.0), "300");
    }

    #[test]
    fn names_are_unique_and_counts_have_no_unit() {
        let mut names: Vec<_> = OUTPUT_UNITS.iter().flat_map(|unit| unit.names).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(output_unit("hermite_levels"), None);
        assert_eq!(output_unit("torque").map(|unit| unit.name(System::Atomic)), Some("Ha/rad"));
        assert_eq!(output_unit("torque").map(|unit| unit.factor(System::Atomic)), Some(1.0));
    }
}
