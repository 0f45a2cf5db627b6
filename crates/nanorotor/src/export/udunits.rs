//! Write units in the words of UDUNITS, which pint understands too.
//!
//! | here              | in the file           | why |
//! |-------------------|-----------------------|-----|
//! | eV, ns, K, kJ/mol | the same              | known to both, of the same size |
//! | µA                | uA                    | not every UDUNITS reads beyond ASCII |
//! | A (ångström)      | angstrom              | A is the ampere there |
//! | deg, rev, Da      | degree, revolution, u | unknown to UDUNITS |
//! | Ha, hbar, kcal …  | 27.211386245988 eV …  | unknown there, or of another size |
//! | au                | none                  | what it measures is known to the study only |

use crate::units::{HARTREE_IN_EV, TIME_IN_NANOSECONDS, Unit};

/// Symbols of the same meaning and size here and there, with what they are called there.
const SAME: &[(&str, &str)] = &[
    ("eV", "eV"),
    ("J", "J"),
    ("erg", "erg"),
    ("K", "K"),
    ("kelvin", "K"),
    ("mol", "mol"),
    ("rad", "rad"),
    ("radian", "rad"),
    ("radians", "rad"),
    ("deg", "degree"),
    ("degree", "degree"),
    ("degrees", "degree"),
    ("°", "degree"),
    ("rev", "revolution"),
    ("revolution", "revolution"),
    ("revolutions", "revolution"),
    ("turn", "turn"),
    ("turns", "turn"),
    ("s", "s"),
    ("Hz", "Hz"),
    ("m", "m"),
    ("cm", "cm"),
    ("A", "angstrom"),
    ("Å", "angstrom"),
    ("Å", "angstrom"),
    ("angstrom", "angstrom"),
    ("Angstrom", "angstrom"),
    ("g", "g"),
    ("u", "u"),
    ("amu", "u"),
    ("Da", "u"),
    ("dalton", "u"),
    ("N", "N"),
    ("W", "W"),
];

/// Symbols that take metric prefixes.
const PREFIXED: &[&str] = &["eV", "J", "rad", "s", "Hz", "m", "g", "N", "W"];

const PREFIXES: &[(&str, &str)] = &[
    ("z", "z"),
    ("a", "a"),
    ("f", "f"),
    ("p", "p"),
    ("n", "n"),
    ("u", "u"),
    ("µ", "u"),
    ("μ", "u"),
    ("m", "m"),
    ("k", "k"),
    ("M", "M"),
    ("G", "G"),
    ("T", "T"),
];

/// The unit of a result in the words of UDUNITS and pint, from its practical name.
pub fn of_result(practical: &str) -> String {
    match practical {
        "" => "1".into(),
        other => other.replace('µ', "u"),
    }
}

/// The unit of a swept parameter in the words of UDUNITS and pint; none for `au`.
pub fn of_parameter(unit: &Unit) -> Option<String> {
    let dimension = unit.dimension()?;
    if unit.text().is_empty() {
        return Some("1".into());
    }
    if let Some(text) = symbol_by_symbol(unit.text()) {
        return Some(text);
    }
    // The same size in electronvolts and nanoseconds.
    let size =
        unit.factor() * HARTREE_IN_EV.powf(dimension.energy) * TIME_IN_NANOSECONDS.powf(dimension.time);
    let powers = [("eV", dimension.energy), ("ns", dimension.time), ("rad", f64::from(unit.angle()))];
    let symbols: String = powers
        .iter()
        .filter(|(_, power)| *power != 0.0)
        .map(
            |(symbol, power)| if *power == 1.0 { format!(" {symbol}") } else { format!(" {symbol}^{power}") },
        )
        .collect();
    Some(format!("{size:?}{symbols}"))
}

/// The unit with each symbol renamed; none if one has no counterpart.
fn symbol_by_symbol(text: &str) -> Option<String> {
    let mut out = String::new();
    let (mut rest, mut divide) = match text.strip_prefix("1/").or_else(|| text.strip_prefix('/')) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    loop {
        let end = rest.find([' ', '*', '·', '/', '^', '²']).unwrap_or(rest.len());
        let symbol = counterpart(&rest[..end])?;
        match (divide, out.is_empty()) {
            (true, true) => out.push_str("1/"),
            (true, false) => out.push('/'),
            (false, true) => {}
            (false, false) => out.push(' '),
        }
        out.push_str(&symbol);
        rest = &rest[end..];
        if let Some(after) = rest.strip_prefix('²') {
            out.push_str("^2");
            rest = after;
        } else if rest.starts_with('^') {
            let end = rest.find([' ', '*', '·', '/']).unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
        let Some(joint) = rest.chars().next() else { return Some(out) };
        divide = joint == '/';
        rest = &rest[joint.len_utf8()..];
    }
}

fn counterpart(symbol: &str) -> Option<String> {
    let find = |symbol: &str| SAME.iter().find(|(here, _)| *here == symbol).map(|(_, there)| *there);
    if let Some(there) = find(symbol) {
        return Some(there.into());
    }
    PREFIXES.iter().find_map(|(here, there)| {
        let base = symbol.strip_prefix(here).filter(|base| PREFIXED.contains(base))?;
        Some(format!("{there}{base}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::KINDS;

    fn parameter(text: &str) -> Option<String> {
        of_parameter(&text.parse().unwrap())
    }

    #[test]
    fn common_units_keep_their_words() {
        for text in
            ["eV", "meV", "K", "ns", "1/ns", "eV ps", "eV^2 ps", "kJ/mol", "kg m^2", "eV/rad", "cm^-1"]
        {
            assert_eq!(parameter(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn other_words_are_translated() {
        for (text, there) in [
            ("", "1"),
            ("/ns", "1/ns"),
            ("deg", "degree"),
            ("°", "degree"),
            ("rev/ns", "revolution/ns"),
            ("u A^2", "u angstrom^2"),
            ("kg*m²", "kg m^2"),
            ("µeV", "ueV"),
            ("eV·ps", "eV ps"),
        ] {
            assert_eq!(parameter(text).as_deref(), Some(there), "{text}");
        }
    }

    #[test]
    fn what_is_unknown_there_is_written_with_its_size() {
        assert_eq!(parameter("Ha").as_deref(), Some("27.211386245988 eV"));
        assert_eq!(parameter("au"), None);
        for (text, end) in [
            ("kcal/mol", " eV"),
            ("hbar", " eV ns"),
            ("m_e a0^2", " eV ns^2"),
            ("Ha/rad", " eV rad^-1"),
            ("/au_time", " ns^-1"),
        ] {
            let there = parameter(text).unwrap();
            let size = there.strip_suffix(end).unwrap_or_else(|| panic!("{text} became {there}"));
            // The words written read back as the same unit, up to rounding.
            let unit: Unit = text.parse().unwrap();
            let back: Unit = end.trim().parse().unwrap();
            let size: f64 = size.parse().unwrap();
            assert!((size * back.factor() / unit.factor() - 1.0).abs() < 1e-14, "{text} became {there}");
        }
    }

    #[test]
    fn results_are_written_in_ascii() {
        for unit in KINDS.iter().filter_map(|kind| kind.unit) {
            assert!(of_result(unit.practical).is_ascii(), "{}", unit.practical);
        }
        assert_eq!(of_result("µA"), "uA");
        assert_eq!(of_result(""), "1");
    }
}
