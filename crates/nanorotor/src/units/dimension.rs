//! Say what kind of thing a number is: an energy, a time, a friction.
//!
//! ħ = 1, angles are pure numbers and temperatures are energies, so two exponents are enough:
//!
//! | thing                            | energy | time |
//! |----------------------------------|--------|------|
//! | energy, torque, temperature, bias | 1      | 0    |
//! | friction                          | 1      | 1    |
//! | diffusion                         | 2      | 1    |
//! | moment of inertia                 | 1      | 2    |
//! | rate                              | 0      | −1   |

use std::fmt;

use super::{Quantity, Unit};

/// The exponents of energy and time in a quantity; fractions appear under roots.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dimension {
    /// The exponent of energy.
    pub energy: f64,
    /// The exponent of time.
    pub time: f64,
}

impl Dimension {
    /// A pure number or an angle.
    pub const NUMBER: Self = Self::of(0, 0);
    /// An energy, also a torque (energy per radian), a temperature (k_BT) and a bias.
    pub const ENERGY: Self = Self::of(1, 0);
    /// A time.
    pub const TIME: Self = Self::of(0, 1);
    /// A rate, one over a time.
    pub const RATE: Self = Self::of(0, -1);
    /// A friction, energy × time per radian squared.
    pub const FRICTION: Self = Self::of(1, 1);
    /// The strength of a torque noise, energy² × time.
    pub const DIFFUSION: Self = Self::of(2, 1);
    /// A moment of inertia, energy × time².
    pub const INERTIA: Self = Self::of(1, 2);

    const fn of(energy: i8, time: i8) -> Self {
        Self { energy: energy as f64, time: time as f64 }
    }

    /// Whether two dimensions agree; exponents under roots carry rounding.
    pub fn matches(self, other: Self) -> bool {
        (self.energy - other.energy).abs() < 1e-9 && (self.time - other.time).abs() < 1e-9
    }

    /// The dimension of a product whose second factor is raised to `power`.
    #[must_use]
    pub fn times(self, other: Self, power: f64) -> Self {
        Self { energy: self.energy + power * other.energy, time: self.time + power * other.time }
    }

    /// An example of a quantity of this dimension, for hints.
    pub fn example(self) -> &'static str {
        let known = [
            (Self::NUMBER, "0.5"),
            (Self::ENERGY, "0.5 eV"),
            (Self::TIME, "10 ns"),
            (Self::RATE, "0.1 /ns"),
            (Self::FRICTION, "1e-3 eV ps"),
            (Self::DIFFUSION, "1e-3 eV^2 ps"),
            (Self::INERTIA, "1.15e-45 kg m^2"),
        ];
        known.iter().find(|(d, _)| d.matches(self)).map_or("5 au", |(_, example)| example)
    }

    /// The unit of the example, in which hints propose to read a number that has none.
    pub fn usual_unit(self) -> &'static str {
        self.example().split_once(' ').map_or("au", |(_, unit)| unit)
    }
}

/// A number in each of some units, as a hint proposes them: `"300 K", "300 eV" or "300 au"`.
pub fn readings(number: f64, units: &[&str]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for unit in units {
        let text = format!("\"{} {unit}\"", Quantity::new(number, Unit::one()));
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let last = texts.pop().unwrap_or_default();
    if texts.is_empty() { last } else { format!("{} or {last}", texts.join(", ")) }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = [
            (Self::NUMBER, "a pure number"),
            (Self::ENERGY, "an energy"),
            (Self::TIME, "a time"),
            (Self::RATE, "a rate (1/time)"),
            (Self::FRICTION, "a friction (energy × time)"),
            (Self::DIFFUSION, "a diffusion (energy² × time)"),
            (Self::INERTIA, "a moment of inertia (energy × time²)"),
        ];
        match known.iter().find(|(d, _)| d.matches(*self)) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "energy^{} time^{}", round(self.energy), round(self.time)),
        }
    }
}

/// An exponent without the rounding noise of roots.
fn round(exponent: f64) -> f64 {
    (exponent * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_multiply_and_are_named() {
        let friction = Dimension::ENERGY.times(Dimension::TIME, 1.0);
        assert!(friction.matches(Dimension::FRICTION));
        assert_eq!(friction.to_string(), "a friction (energy × time)");
        assert!(friction.times(Dimension::ENERGY, 1.0).matches(Dimension::DIFFUSION));
        assert!(Dimension::ENERGY.times(Dimension::TIME, 2.0).matches(Dimension::INERTIA));
        assert!(Dimension::TIME.times(Dimension::TIME, -2.0).matches(Dimension::RATE));
        let root = Dimension::NUMBER.times(Dimension::ENERGY, 0.5);
        assert_eq!(root.to_string(), "energy^0.5 time^0");
    }

    #[test]
    fn examples_have_the_dimension_that_they_illustrate() {
        let all = [
            Dimension::NUMBER,
            Dimension::ENERGY,
            Dimension::TIME,
            Dimension::RATE,
            Dimension::FRICTION,
            Dimension::DIFFUSION,
            Dimension::INERTIA,
        ];
        for dimension in all {
            let quantity: Quantity = dimension.example().parse().unwrap();
            assert!(quantity.dimension().unwrap().matches(dimension), "{dimension}");
        }
    }
}
