//! Name the quantities that results hold, with their symbols, units and meanings: one registry for all that prints, draws or stores.

mod kind;
mod unit;

pub use kind::{
    AXES, ENERGY_AXIS, KINDS, Kind, LEAD, LEAD_2, LEVEL, LOAD, Named, PARAMETER, REMOVED, ROWS, THETA, Task,
    is_count, long_name, output_unit,
};
pub use unit::{OutputUnit, System};

/// A value in atomic units, written with seven digits in the practical unit of the result called `name`.
pub fn in_practical_units(name: &str, value: f64) -> String {
    let Some(unit) = output_unit(name) else { return value.to_string() };
    // −0 is 0.
    let (value, unit) = (value * unit.factor(System::Practical) + 0.0, unit.name(System::Practical));
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        format!("{value:.6e} {unit}")
    } else {
        format!("{value:.6} {unit}")
    }
}

/// A rough number in a sentence: two digits, with a power of ten only where that is shorter.
pub fn rough(value: f64) -> String {
    let rounded: f64 = format!("{value:.1e}").parse().unwrap_or(value);
    if rounded != 0.0 && !(1e-3..1e5).contains(&rounded.abs()) {
        format!("{value:.1e}")
    } else {
        rounded.to_string()
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
    fn rough_numbers_have_powers_of_ten_only_where_plain_ones_are_long() {
        let shown = [1.88, 261.3, 62.7, 0.996, 0.0123, -7.9, 99_990.0, 1.2e7, 3.4e-9, 0.0].map(rough);
        assert_eq!(shown, ["1.9", "260", "63", "1", "0.012", "-7.9", "1.0e5", "1.2e7", "3.4e-9", "0"]);
    }

    #[test]
    fn values_are_written_in_their_practical_unit() {
        assert_eq!(in_practical_units("barrier", 1.0), "27.211386 eV");
        assert_eq!(in_practical_units("friction", -0.5), "-3.291060e-4 eV ps");
        assert_eq!(in_practical_units("torque", 0.0), "0.000000 eV/rad");
        assert_eq!(in_practical_units("hermite_levels", 300.0), "300");
    }

    #[test]
    fn names_are_unique_and_no_name_reads_as_that_of_an_error() {
        let mut names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        for kind in KINDS {
            let named = Named::of(kind.name).unwrap();
            assert!(named.kind == kind && !named.is_error && !named.is_simulated, "{}", kind.name);
        }
        assert_eq!(output_unit("hermite_levels"), None);
        assert_eq!(output_unit("torque").map(|unit| unit.name(System::Atomic)), Some("Ha/rad"));
        assert_eq!(output_unit("torque").map(|unit| unit.factor(System::Atomic)), Some(1.0));
    }

    #[test]
    fn errors_and_trajectories_speak_of_what_they_belong_to() {
        assert_eq!(long_name("rotation_rate"), "mean rotation rate");
        assert_eq!(
            long_name("simulated_rotation_rate_error"),
            "error of: mean rotation rate, from trajectories"
        );
        assert_eq!(long_name("something_new"), "something new");
        assert!(is_count("directionality_hop_back") && !is_count("hop_rate_back"));
        assert_eq!(output_unit("simulated_rotation_rate_error"), output_unit("rotation_rate"));
    }
}
