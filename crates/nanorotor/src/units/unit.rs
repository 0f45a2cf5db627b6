//! Read and print units and quantities: "0.272 eV", "1.15e-45 kg m^2", "0.06 /ns", "300 K", "5 au".
//!
//! A unit is a product of symbols with integer powers, joined by a space, `*` or `/`; the division comes last. It is
//! reduced to mass, length and time, and must come out as a product of energies and times.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::symbols::{ADVICE, ENERGY, JOULE, NUMBER, SYMBOLS, WAVENUMBER_IN_JOULES, symbol_value};
use super::{Dimension, Plain, TIME_IN_NANOSECONDS, plain_text, readings};
use crate::error::{Fault, nearest};

/// A unit: what it was written as, its size in atomic units, and its dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    text: String,
    factor: f64,
    dimension: Option<Dimension>,
    angle: i32,
}

impl Unit {
    /// The unit of pure numbers.
    pub fn one() -> Self {
        Self { text: String::new(), factor: 1.0, dimension: Some(Dimension::NUMBER), angle: 0 }
    }

    /// The atomic unit of whatever the value is.
    pub fn atomic() -> Self {
        Self { text: "au".into(), factor: 1.0, dimension: None, angle: 0 }
    }

    /// The unit as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One of this unit in atomic units.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The dimension; none for `au`, which fits every dimension.
    pub fn dimension(&self) -> Option<Dimension> {
        self.dimension
    }

    /// The power of the angles that are written in the unit: 1 for rev/ns, 0 for /ns.
    pub fn angle(&self) -> i32 {
        self.angle
    }
}

impl FromStr for Unit {
    type Err = Fault;

    /// Read a unit and nothing else; the empty text is the unit of pure numbers.
    fn from_str(text: &str) -> Result<Self, Fault> {
        if let Some(plain) = Plain::of(text) {
            return plain.text.parse().map_err(|fault: Fault| fault.moved(|range| plain.place(range)));
        }
        if text.trim().is_empty() || text.trim() == "1" {
            return Ok(Self::one());
        }
        let start = text.len() - text.trim_start().len();
        let scanned = scan_unit(text, start)?;
        let rest = text[scanned.end..].trim();
        if !rest.is_empty() {
            let at = text.len() - text[scanned.end..].trim_start().len();
            return Err(unknown_symbol(rest, at..at + rest.len()));
        }
        Ok(scanned.unit)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    number: f64,
    unit: Unit,
}

impl Quantity {
    /// A number of units.
    pub fn new(number: f64, unit: Unit) -> Self {
        Self { number, unit }
    }

    /// A value in atomic units, to be printed in `unit`.
    pub fn from_atomic(value: f64, unit: Unit) -> Self {
        Self { number: value / unit.factor, unit }
    }

    /// The number in front of the unit.
    pub fn number(&self) -> f64 {
        self.number
    }

    /// The unit.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// The value in atomic units.
    pub fn value(&self) -> f64 {
        self.number * self.unit.factor
    }

    /// The dimension; none for `au`.
    pub fn dimension(&self) -> Option<Dimension> {
        self.unit.dimension
    }
}

/// The longest time that can be asked for, 1e15 ns in atomic units: years on any computer.
pub const LONGEST_TIME: f64 = 1e15 / TIME_IN_NANOSECONDS;
/// The shortest time that can be asked for, 1e-12 ns in atomic units: far below an atomic unit.
pub const SHORTEST_TIME: f64 = 1e-12 / TIME_IN_NANOSECONDS;

/// A positive time with its unit, in atomic units: `1e4 ns`, `500 au`.
///
/// # Errors
/// What is wrong with the text, and how to write a time.
pub fn positive_time(text: &str) -> Result<f64, Fault> {
    let example = "write for example \"1e4 ns\" or \"500 au\"";
    let refused = |message: String, hint: String| Fault::new(message, 0..text.len(), "not a time", hint);
    let quantity: Quantity = text.parse().map_err(|mut fault: Fault| {
        // 100ns lacks only its space.
        let plain = plain_text(text.trim());
        let end = plain.trim_end_matches(|c: char| is_unit_letter(c) || c == '^').len();
        fault.hint = match (plain[..end].trim().parse::<f64>(), plain[end..].parse::<Unit>()) {
            (Ok(number), Ok(unit)) if number.is_finite() => {
                format!("write \"{}\"", Quantity::new(number, unit))
            }
            _ => example.into(),
        };
        fault
    })?;
    if quantity.unit().text().is_empty() {
        let hint = match quantity.number() {
            0.0 => example.into(),
            number => format!("write {}", readings(number, &["ns", "au"])),
        };
        return Err(refused("a time needs its unit".into(), hint));
    }
    if let Some(found) = quantity.dimension().filter(|dimension| !dimension.matches(Dimension::TIME)) {
        return Err(refused(format!("`{}` is {found}, not a time", quantity.unit()), example.into()));
    }
    match quantity.value() {
        value if value > LONGEST_TIME => {
            Err(refused("no computer runs as long as 1e15 ns".into(), example.into()))
        }
        value if value >= SHORTEST_TIME => Ok(value),
        value if value > 0.0 => Err(refused("no step is as short as 1e-12 ns".into(), example.into())),
        _ => Err(refused("a time must be positive".into(), example.into())),
    }
}

impl fmt::Display for Quantity {
    /// Print the quantity so that it reads back as the same bits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.number.abs();
        if size != 0.0 && size.is_finite() && !(1e-4..1e15).contains(&size) {
            write!(f, "{:e}", self.number)?;
        } else {
            write!(f, "{}", self.number)?;
        }
        if self.unit.text.is_empty() { Ok(()) } else { write!(f, " {}", self.unit.text) }
    }
}

impl FromStr for Quantity {
    type Err = Fault;

    /// Read a number, one space and a unit; or a number alone.
    fn from_str(text: &str) -> Result<Self, Fault> {
        if let Some(plain) = Plain::of(text) {
            return plain.text.parse().map_err(|fault: Fault| fault.moved(|range| plain.place(range)));
        }
        let whole = 0..text.len();
        let trimmed = text.trim();
        let (number, unit) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, ""));
        let Some(number) =
            number.parse::<f64>().ok().filter(|_| number.ends_with(|c: char| c.is_ascii_digit() || c == '.'))
        else {
            return Err(Fault::new(
                format!("`{}` is not a quantity", shortened(trimmed)),
                whole,
                "expected a number, a space and a unit",
                "write for example \"0.272 eV\" or \"5 au\"",
            ));
        };
        if !number.is_finite() {
            return Err(Fault::new("the number is too large", whole, "overflows", "numbers end at 1.8e308"));
        }
        let offset = text.len() - text.trim_start().len() + trimmed.len() - unit.len();
        let unit: Unit =
            unit.parse().map_err(|fault: Fault| fault.moved(|s| s.start + offset..s.end + offset))?;
        let quantity = Self { number, unit };
        if quantity.value().is_finite() {
            Ok(quantity)
        } else {
            Err(Fault::new("the value is too large", whole, "overflows", "numbers end at 1.8e308"))
        }
    }
}

/// A unit found at the start of a text.
pub(crate) struct Scanned {
    /// The unit.
    pub(crate) unit: Unit,
    /// Where the unit ends.
    pub(crate) end: usize,
    /// Symbols that stand after `*` or `/` and could also be names: the byte range of each.
    pub(crate) doubtful: Vec<Range<usize>>,
}

/// Whether a character can stand in a unit symbol.
pub(crate) fn is_unit_letter(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '°' || c == 'µ'
}

/// Read the longest unit that starts at byte `start` of `text`; a leading `/` or `1/` means a rate.
pub(crate) fn scan_unit(text: &str, start: usize) -> Result<Scanned, Fault> {
    let mut at = start;
    let mut factor = 1.0;
    let mut powers = NUMBER;
    let mut doubtful = Vec::new();
    let mut divided = false;
    let mut divide = false;
    for lead in ["1/", "/"] {
        if text[at..].starts_with(lead) {
            at += lead.len();
            divide = true;
            break;
        }
    }
    let mut first = true;
    let mut doubt = divide;
    loop {
        let end = symbol_end(text, at);
        let symbol = &text[at..end];
        let Some((size, symbol_powers)) = symbol_value(symbol) else {
            if symbol == "au" && first && !divide {
                return Ok(Scanned { unit: Unit::atomic(), end, doubtful });
            }
            if let Some(dotted) = ["a.u.", "a.u"].iter().find(|dotted| text[at..].starts_with(**dotted)) {
                return Err(unknown_symbol("a.u.", at..at + dotted.len()));
            }
            return Err(unknown_symbol(symbol, at..end.max(at)));
        };
        if divided {
            return Err(Fault::new(
                "a unit with a symbol after its division can be read in two ways",
                start..end,
                format!("is `{symbol}` divided by, or not?"),
                "put the division last, as in \"kg m^2/s\", or write negative powers, as in \"eV s^-1\"",
            ));
        }
        if doubt {
            doubtful.push(at..end);
        }
        let (power, after) = power(text, end)?;
        let signed = if divide { -power } else { power };
        // A wavenumber stands for the energy h c/λ.
        let (size, symbol_powers, signed) = if symbol == "cm" && power == -1 && !divide {
            (WAVENUMBER_IN_JOULES * JOULE, ENERGY, 1)
        } else {
            (size, symbol_powers, signed)
        };
        factor *= size.powi(signed);
        for (sum, p) in powers.iter_mut().zip(symbol_powers) {
            *sum += signed * p;
        }
        divided = divide;
        first = false;
        at = after;
        match joint(text, at) {
            Some((joint, next)) => {
                divide = joint == '/';
                doubt = joint != ' ';
                at = next;
            }
            None => break,
        }
    }
    let [mass, length, time, angle] = powers;
    if length != 2 * mass {
        return Err(Fault::new(
            format!("`{}` is not a unit of anything in a study", &text[start..at]),
            start..at,
            "not a product of energies and times",
            if powers == [0, -1, 0, 0] || text[start..].starts_with("cm") {
                "a wavenumber is written \"200 cm^-1\""
            } else {
                "studies know energies (eV, K), times (ns), angles (rad), moments of inertia (kg m^2), frictions (eV ps), diffusions (eV^2 ps) and rates (/ns)"
            },
        ));
    }
    // Energy is mass length² time⁻².
    let dimension = Dimension { energy: f64::from(mass), time: f64::from(time + 2 * mass) };
    if !(factor.is_finite() && factor > 0.0) {
        return Err(Fault::new(
            "the unit is too large or too small",
            start..at,
            "overflows",
            "use smaller powers",
        ));
    }
    let unit = Unit { text: text[start..at].to_string(), factor, dimension: Some(dimension), angle };
    Ok(Scanned { unit, end: at, doubtful })
}

/// Where the symbol that starts at `at` ends: letters, then letters and digits.
fn symbol_end(text: &str, at: usize) -> usize {
    let mut first = true;
    for (i, c) in text[at..].char_indices() {
        if !(is_unit_letter(c) || (!first && c.is_ascii_digit())) {
            return at + i;
        }
        first = false;
    }
    text.len()
}

/// The integer power after a symbol, 1 if there is none, and where it ends.
fn power(text: &str, at: usize) -> Result<(i32, usize), Fault> {
    if let Some(rest) = text[at..].strip_prefix('²') {
        return Ok((2, text.len() - rest.len()));
    }
    let Some(rest) = text[at..].strip_prefix('^') else { return Ok((1, at)) };
    let digits = rest.strip_prefix('-').unwrap_or(rest);
    let length =
        rest.len() - digits.len() + digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let end = at + 1 + length;
    match rest[..length].parse::<i32>() {
        Ok(power) if (1..=12).contains(&power.abs()) => Ok((power, end)),
        _ => Err(Fault::new(
            "the power of a unit is a small whole number",
            at..end,
            "not a whole number from -12 to 12",
            "write for example \"kg m^2\"; to raise a quantity to a power, put it in parentheses: (2 eV)^n",
        )),
    }
}

/// What joins the next symbol to the unit, if a known symbol follows: a space, `*`, `·` or `/` directly before it.
fn joint(text: &str, at: usize) -> Option<(char, usize)> {
    let c = text[at..].chars().next()?;
    if !matches!(c, ' ' | '*' | '·' | '/') {
        return None;
    }
    let next = at + c.len_utf8();
    let end = symbol_end(text, next);
    // A call such as `m(…)` is not a unit.
    let known = end > next && symbol_value(&text[next..end]).is_some() && !text[end..].starts_with('(');
    known.then_some((c, next))
}

/// The error for a symbol that is no unit.
fn unknown_symbol(symbol: &str, span: Range<usize>) -> Fault {
    let symbol = shortened(symbol);
    let symbol = symbol.as_str();
    let hint = ADVICE.iter().find(|(name, _)| *name == symbol).map_or_else(
        || {
            let names = ["meV", "keV", "ns", "ps", "fs", "ms", "us", "GHz", "kJ", "kcal", "kg", "nm", "au"];
            let known = SYMBOLS.iter().map(|entry| entry.0).chain(names).filter(|name| name.len() > 1);
            nearest(symbol, known).map_or_else(
                || {
                    "known are for example eV, meV, K, Ha, J, kJ/mol, ns, ps, fs, rad, deg, kg m^2, eV ps, au"
                        .to_string()
                },
                |name| format!("did you mean `{name}`?"),
            )
        },
        |(_, advice)| (*advice).to_string(),
    );
    Fault::new(format!("unknown unit `{symbol}`"), span, "not a unit", hint)
}

/// A text short enough to be repeated in a message.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_string() } else { text.chars().take(40).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{PI, TAU};

    use super::*;
    use crate::units::{HARTREE_IN_JOULES, TIME_IN_SECONDS};

    fn value(text: &str) -> f64 {
        text.parse::<Quantity>().unwrap().value()
    }

    fn assert_near(text: &str, expected: f64) {
        let found = value(text);
        assert!(
            (found - expected).abs() <= 2e-9 * expected.abs(),
            "{text}: {found:e}, expected {expected:e}"
        );
    }

    /// Each value is an independent literature value, not a product of the constants above.
    #[test]
    fn energies_against_literature() {
        assert_near("1 eV", 0.036_749_322_175_655);
        assert_near("1 keV", 36.749_322_175_655);
        assert_near("1 meV", 3.674_932_217_565_5e-5);
        assert_near("2 Ry", 1.0);
        assert_near("1 mHa", 1e-3);
        assert_near("1 hartree", 1.0);
        assert_near("1 K", 3.166_811_563_455_6e-6);
        assert_near("300 K", 9.500_434_690e-4);
        assert_near("1 J", 2.293_712_278_396_3e17);
        assert_near("1 kJ/mol", 3.808_798_847_4e-4);
        assert_near("1 kcal/mol", 1.593_601_437_8e-3);
        assert_near("1 cm^-1", 4.556_335_252_912e-6);
        assert_near("1 hbar*THz", 2.418_884_326_586_4e-5);
    }

    #[test]
    fn times_rates_and_angles_against_literature() {
        assert_near("1 s", 4.134_137_333_518e16);
        for (unit, seconds) in
            [("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9), ("ps", 1e-12), ("fs", 1e-15)]
        {
            assert_near(&format!("1 {unit}"), seconds * 4.134_137_333_518e16);
        }
        assert_near("1 /ns", 2.418_884_326_586e-8);
        assert_near("1 1/ns", 2.418_884_326_586e-8);
        assert_near("1 ns^-1", 2.418_884_326_586e-8);
        assert_near("1 GHz", 2.418_884_326_586e-8);
        assert_near("180 deg", PI);
        assert_near("180 °", PI);
        assert_near("1 rev", TAU);
        assert_near("1 rad", 1.0);
    }

    #[test]
    fn products_against_literature() {
        // m_e a0² = 9.109 383 7015e-31 kg × (5.291 772 109 03e-11 m)²
        assert_near("2.5508872409538e-51 kg m^2", 1.0);
        // one dalton is 1822.888 486 electron masses, one ångström 1.889 726 125 bohr
        assert_near("1 u A^2", 6_509.652_955);
        assert_near("1 Da angstrom^2", 6_509.652_955);
        assert_near("1 J s", 1.0 / 1.054_571_817e-34);
        assert_near("1 eV s", 1.0 / 6.582_119_569e-16);
        assert_near("1 eV ps", 1.0 / 6.582_119_569e-4);
        assert_near("1 kg m^2/s", 1.0 / 1.054_571_817e-34);
        assert_near("1 eV^2 ps", 0.036_749_322_175_655 / 6.582_119_569e-4);
        assert_near("1 N m", 2.293_712_278_396_3e17);
        assert_near("1 pN nm", 2.293_712_278_396_3e-4);
        assert_near("1 eV/rad", 0.036_749_322_175_655);
        assert_near("1 hbar", 1.0);
    }

    #[test]
    fn agrees_with_the_uom_crate() {
        use uom::si::{energy, f64 as si, moment_of_inertia as inertia, time};
        let (joule, second) = (1.0 / HARTREE_IN_JOULES, 1.0 / TIME_IN_SECONDS);
        let hartree = |e: si::Energy| e.get::<energy::joule>() * joule;
        assert_near("1 eV", hartree(si::Energy::new::<energy::electronvolt>(1.0)));
        assert_near("1 kcal", hartree(si::Energy::new::<energy::kilocalorie>(1.0)));
        assert_near("1 erg", hartree(si::Energy::new::<energy::erg>(1.0)));
        assert_near("1 fs", si::Time::new::<time::femtosecond>(1.0).get::<time::second>() * second);
        let one = si::MomentOfInertia::new::<inertia::kilogram_square_meter>(1.0);
        let product = si::Mass::new::<uom::si::mass::kilogram>(1.0)
            * si::Length::new::<uom::si::length::meter>(1.0)
            * si::Length::new::<uom::si::length::meter>(1.0);
        assert_eq!(product.value, one.get::<inertia::kilogram_square_meter>());
        assert_near("1 kg m^2", one.value * joule * second * second);
    }

    #[test]
    fn dimensions_come_from_mass_length_and_time() {
        for (text, dimension) in [
            ("1 kg m^2", Dimension::INERTIA),
            ("1 u A^2", Dimension::INERTIA),
            ("1 eV ps", Dimension::FRICTION),
            ("1 J s", Dimension::FRICTION),
            ("1 kg m^2/s", Dimension::FRICTION),
            ("1 eV^2 ps", Dimension::DIFFUSION),
            ("1 N m", Dimension::ENERGY),
            ("1 /ns", Dimension::RATE),
            ("1 deg", Dimension::NUMBER),
            ("1", Dimension::NUMBER),
        ] {
            let found = text.parse::<Quantity>().unwrap().dimension().unwrap();
            assert!(found.matches(dimension), "{text} is {found}");
        }
        assert_eq!("5 au".parse::<Quantity>().unwrap().dimension(), None);
        assert_eq!("1 rev/ns".parse::<Quantity>().unwrap().unit().angle(), 1);
    }

    #[test]
    fn mistakes_are_named() {
        let fault = |text: &str| text.parse::<Quantity>().unwrap_err();
        assert_eq!(fault("5 evs").message, "unknown unit `evs`");
        assert_eq!(fault("5 ev").hint, "did you mean `eV`?");
        assert_eq!(fault("5 V").hint, "a bias is written as an energy: \"5 eV\" is the bias of 5 V");
        assert_eq!(
            fault("5 eV/rad s").message,
            "a unit with a symbol after its division can be read in two ways"
        );
        assert_eq!(fault("5 eV m").message, "`eV m` is not a unit of anything in a study");
        assert_eq!(fault("5 eV^99").message, "the power of a unit is a small whole number");
        assert_eq!(fault("1e999 eV").message, "the number is too large");
        assert_eq!(fault("1e305 J").message, "the value is too large");
        assert_eq!(fault("nan eV").message, "`nan eV` is not a quantity");
        assert_eq!(fault("inf").message, "`inf` is not a quantity");
        assert_eq!(fault("5 eV oops").labels[0].0, 5..9);
    }

    #[test]
    fn a_time_is_positive_and_has_its_unit() {
        assert!((positive_time("1e4 ns").unwrap() / (1e4 / TIME_IN_NANOSECONDS) - 1.0).abs() < 1e-14);
        assert_eq!(positive_time("500 au").unwrap(), 500.0);
        for text in ["", "5", "5 eV", "0 ns", "-1 ns", "ns", "1e999 ns"] {
            assert!(positive_time(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn printing_and_reading_gives_the_same_bits(bits: u64, which in 0..SYMBOLS.len()) {
            let number = f64::from_bits(bits);
            let text = SYMBOLS[which].0;
            let Ok(unit) = text.parse::<Unit>() else { return Ok(()) };
            let quantity = Quantity::new(number, unit);
            proptest::prop_assume!(number.is_finite() && quantity.value().is_finite());
            let read: Quantity = quantity.to_string().parse().unwrap();
            proptest::prop_assert_eq!(read.number().to_bits(), number.to_bits());
            proptest::prop_assert_eq!(read, quantity);
        }

        #[test]
        fn no_text_panics(text in "\\PC*", unit in "[a-zA-Zµ°Å0-9 ^/*·.-]{0,24}") {
            let _ = text.parse::<Quantity>();
            let _ = unit.parse::<Unit>();
            let _ = format!("1 {unit}").parse::<Quantity>();
        }
    }
}
