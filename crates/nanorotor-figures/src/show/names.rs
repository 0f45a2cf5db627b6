//! Write the names that a study gives its parameters, their values and units as labels.

use std::f64::consts::PI;

use crate::page::text::{Text, number};
use crate::plot::ticks::fraction_of_pi;

/// Angles are told as fractions of π with this denominator or a divisor of it.
const PARTS: f64 = 24.0;

/// A parameter as a symbol: `Gamma_L` becomes an italic Γ with the subscript L; whole words stay words.
pub fn symbol(name: &str) -> Text {
    let (base, index) = name.split_once('_').unwrap_or((name, ""));
    let base = match greek(base) {
        Some(letter) => letter.to_string(),
        None if base.chars().count() <= 2 => base.to_owned(),
        None => return Text::plain(&name.replace('_', " ")),
    };
    Text::default().then_italic(&base).then_subscript(&index.replace('_', " "))
}

fn greek(name: &str) -> Option<char> {
    const LETTERS: [(&str, char); 36] = [
        ("alpha", 'α'),
        ("beta", 'β'),
        ("gamma", 'γ'),
        ("delta", 'δ'),
        ("epsilon", 'ε'),
        ("zeta", 'ζ'),
        ("eta", 'η'),
        ("theta", 'θ'),
        ("iota", 'ι'),
        ("kappa", 'κ'),
        ("lambda", 'λ'),
        ("mu", 'μ'),
        ("nu", 'ν'),
        ("xi", 'ξ'),
        ("omicron", 'ο'),
        ("pi", 'π'),
        ("rho", 'ρ'),
        ("sigma", 'σ'),
        ("tau", 'τ'),
        ("upsilon", 'υ'),
        ("phi", 'φ'),
        ("chi", 'χ'),
        ("psi", 'ψ'),
        ("omega", 'ω'),
        ("Gamma", 'Γ'),
        ("Delta", 'Δ'),
        ("Theta", 'Θ'),
        ("Lambda", 'Λ'),
        ("Xi", 'Ξ'),
        ("Pi", 'Π'),
        ("Sigma", 'Σ'),
        ("Upsilon", 'Υ'),
        ("Phi", 'Φ'),
        ("Psi", 'Ψ'),
        ("Omega", 'Ω'),
        ("hbar", 'ħ'),
    ];
    LETTERS.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter)
}

/// A unit with its powers above the line: `eV^2 ps`, `kg m^2`; `au` is written out.
pub fn unit(name: &str) -> Text {
    if name == "au" {
        return Text::plain("a.u.");
    }
    let mut text = Text::default();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('^') {
        let end = after
            .char_indices()
            .find(|(k, c)| !(c.is_ascii_digit() || (*k == 0 && *c == '-')))
            .map_or(after.len(), |(k, _)| k);
        text = text.then(before).then_superscript(&after[..end].replace('-', "−"));
        rest = &after[end..];
    }
    text.then(rest)
}

/// A number to four digits, large and small ones with a power of ten.
pub fn value(value: f64) -> Text {
    if !value.is_finite() || value == 0.0 {
        return Text::plain(&format!("{value}"));
    }
    let rounded = format!("{value:.3e}");
    let (digits, power) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let power: i32 = power.parse().unwrap_or_default();
    if (-3..5).contains(&power) {
        let decimals = usize::try_from(3 - power).unwrap_or_default();
        return Text::plain(&trimmed(&number(value, decimals)));
    }
    let digits = trimmed(&digits.replace('-', "−"));
    Text::plain(&format!("{digits}×10")).then_superscript(&number(f64::from(power), 0))
}

fn trimmed(digits: &str) -> String {
    if digits.contains('.') {
        return digits.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    digits.to_owned()
}

/// An angle as a fraction of π where it is a simple one.
pub fn angle(radians: f64) -> Text {
    match parts_of_pi(radians) {
        Some(parts) => Text::plain(&fraction_of_pi(parts, PARTS as i64)),
        None => value(radians),
    }
}

/// Whether a number is a simple fraction of π.
pub fn is_fraction_of_pi(radians: f64) -> bool {
    parts_of_pi(radians).is_some()
}

fn parts_of_pi(radians: f64) -> Option<i64> {
    let parts = radians / PI * PARTS;
    ((parts - parts.round()).abs() < 1e-7 && parts.abs() < 1e6).then_some(parts.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_symbols_or_stay_words() {
        for (name, expected) in [
            ("V", "V"),
            ("phi", "φ"),
            ("Gamma_L", "Γ_L"),
            ("E_1", "E_1"),
            ("xi_solv", "ξ_solv"),
            ("kT", "kT"),
            ("band_bottom", "band bottom"),
            ("gap_of_all", "gap of all"),
        ] {
            assert_eq!(symbol(name).unformatted(), expected);
        }
        assert_eq!(symbol("V"), Text::markup("*V*"));
    }

    #[test]
    fn units_have_their_powers_above_the_line() {
        assert_eq!(unit("eV^2 ps"), Text::markup("eV^{2} ps"));
        assert_eq!(unit("rad^-1"), Text::markup("rad^{−1}"));
        assert_eq!(unit("revolutions/ns").unformatted(), "revolutions/ns");
        assert_eq!(unit("au").unformatted(), "a.u.");
    }

    #[test]
    fn values_have_four_digits() {
        for (number, expected) in [
            (5.0, "5"),
            (-0.25, "−0.25"),
            (1.0 / 3.0, "0.3333"),
            (4.5e5, "4.5×10^5"),
            (-1.23e-7, "−1.23×10^−7"),
            (12_345.6, "12346"),
            (0.0, "0"),
        ] {
            assert_eq!(value(number).unformatted(), expected);
        }
        assert_eq!(angle(-PI / 4.0).unformatted(), "−π/4");
        assert_eq!(angle(1.3).unformatted(), "1.3");
    }
}
