//! Hold the bounds of a parameter, and map it to a coordinate between 0 and 1.

use crate::error::{Error, Fault, Result, did_you_mean};
use crate::quantity::Task;
use crate::study::Study;
use crate::units::{Quantity, Unit};

/// Bounds of one sign that differ by more than this factor are searched in the logarithm.
const DECADE: f64 = 10.0;

/// Values of parameters have this many digits over their range, so that a study tells them to the bit.
const DIGITS: f64 = 12.0;

/// A parameter with its bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The parameter.
    pub name: String,
    /// The lowest value, in `unit`.
    pub lower: f64,
    /// The highest value, in `unit`.
    pub upper: f64,
    /// The unit that the study gives the parameter.
    pub unit: Unit,
    /// Whether equal ratios count as equal steps: where the bounds have one sign and span more than a decade.
    pub logarithmic: bool,
}

impl Bound {
    /// Read bounds such as `E_1=-1 eV..1 eV`.
    ///
    /// # Errors
    /// [`Error::Study`] with the place and a hint: no bounds, an unknown or unused parameter, a wrong dimension.
    pub fn parse(text: &str, study: &Study) -> Result<Self> {
        Self::read(text, study).map_err(|fault| fault.in_text("--over", text))
    }

    fn read(text: &str, study: &Study) -> Result<Self, Fault> {
        let example = "write for example \"phi=-1.5..1.5\" or \"E_1=-1 eV..1 eV\"";
        let parts = text.split_once('=').and_then(|(name, range)| Some((name, range.split_once("..")?)));
        let Some((name, (from, to))) = parts else {
            return Err(Fault::new("a parameter needs bounds", 0..text.len(), "not NAME=FROM..TO", example));
        };
        let place = |part: &str| {
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            start..start + part.len()
        };
        // 0...1 would be 0 to .1.
        if to.starts_with('.') {
            let dots = "write two: \"phi=0..1\"; a number between 0 and 1 begins with 0: \"phi=0..0.1\"";
            return Err(Fault::new("three dots between the bounds", place(to), "begins with a dot", dots));
        }
        let name_place = place(name);
        let name = name.trim();
        if study.dimension(name).is_none() {
            let known: Vec<&str> = study.parameter_names().collect();
            let hint = did_you_mean(name, known.iter().copied())
                .unwrap_or_else(|| format!("known are {}", known.join(", ")));
            return Err(Fault::new(
                format!("unknown parameter `{name}`"),
                name_place,
                "not in the study",
                hint,
            ));
        }
        if study.unused_by(&[Task::Rate]).contains(&name) {
            let hint = "leave it out, or use it in the study";
            return Err(Fault::new(
                format!("the rate does not depend on `{name}`"),
                name_place,
                "has no effect",
                hint,
            ));
        }
        let end = |part: &str| {
            let start = place(part).start;
            let whole = place(part);
            if part.trim().is_empty() {
                return Err(Fault::new("a bound is missing", whole, "nothing here", example));
            }
            study
                .number(name, part)
                .map_err(|fault| fault.moved(|range| range.start + start..range.end + start))
        };
        let (lower, upper) = (end(from)?, end(to)?);
        if lower >= upper {
            let hint = "the lower bound comes first; to hold a parameter fixed use --set";
            let what = format!("the bounds of `{name}` leave nothing between them");
            return Err(Fault::new(
                what,
                place(from).start..place(to).end,
                "from the lower to the higher",
                hint,
            ));
        }
        let logarithmic = lower * upper > 0.0 && (upper / lower).abs().max((lower / upper).abs()) > DECADE;
        Ok(Self { name: name.into(), lower, upper, unit: study.unit(name), logarithmic })
    }

    /// The number, in `unit`, at a coordinate from 0 to 1.
    pub fn number(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return self.lower;
        }
        if x >= 1.0 {
            return self.upper;
        }
        let number = if self.logarithmic {
            self.lower * (self.upper / self.lower).powf(x)
        } else {
            self.lower + (self.upper - self.lower) * x
        };
        let size = if self.logarithmic { number.abs() } else { self.upper - self.lower };
        let decimals = DIGITS - size.log10().floor();
        let rounded = if (0.0..=300.0).contains(&decimals) {
            format!("{number:.*}", decimals as usize).parse()
        } else {
            format!("{number:.12e}").parse()
        };
        rounded.unwrap_or(number).clamp(self.lower, self.upper)
    }

    /// The coordinate of a number in `unit`, from 0 to 1 within the bounds.
    pub fn coordinate(&self, number: f64) -> f64 {
        if self.logarithmic {
            (number / self.lower).ln() / (self.upper / self.lower).ln()
        } else {
            (number - self.lower) / (self.upper - self.lower)
        }
    }

    /// The change of the number per change of the coordinate.
    pub fn slope(&self, x: f64) -> f64 {
        if self.logarithmic {
            self.number(x) * (self.upper / self.lower).ln()
        } else {
            self.upper - self.lower
        }
    }

    /// A number with the unit.
    pub fn quantity(&self, number: f64) -> Quantity {
        Quantity::new(number, self.unit.clone())
    }
}

/// Refuse a parameter that has bounds twice.
pub(super) fn refuse_repeated(bounds: &[Bound]) -> Result<()> {
    let twice =
        bounds.iter().enumerate().find(|(i, bound)| bounds[..*i].iter().any(|b| b.name == bound.name));
    twice.map_or(Ok(()), |(_, bound)| {
        Err(Error::Model {
            what: format!("the parameter `{}` has bounds twice", bound.name),
            hint: "give the bounds of each parameter once".into(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Bound> {
        Bound::parse(text, &Study::preset("preston2023").unwrap())
    }

    #[test]
    fn coordinates_run_from_bound_to_bound() {
        let linear = parse("E_1=-1 eV..500 meV").unwrap();
        assert_eq!((linear.lower, linear.upper, linear.logarithmic), (-1.0, 0.5, false));
        assert_eq!((linear.number(0.0), linear.number(0.5), linear.number(1.0)), (-1.0, -0.25, 0.5));
        let log = parse("xi_solv = 0.1 au .. 1000 au").unwrap();
        assert!(log.logarithmic && (log.number(0.5) - 10.0).abs() < 1e-11);
        for bound in [linear, log] {
            for x in [0.0, 0.123, 0.9, 1.0] {
                let number = bound.number(x);
                assert!((bound.coordinate(number) - x).abs() < 1e-11);
                // What the study tells is what was computed.
                assert_eq!(bound.quantity(number).to_string().parse::<Quantity>().unwrap().number(), number);
                let next = bound.number(x + 1e-4) - bound.number(x - 1e-4);
                assert!(x <= 0.0 || x >= 1.0 || (next / 2e-4 / bound.slope(x) - 1.0).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn mistakes_are_told() {
        let told = |text: &str| {
            let error = parse(text).unwrap_err();
            format!("{error}; {}", error.hint())
        };
        assert!(told("phi").contains("write for example"));
        assert!(told("phi=1").contains("needs bounds"));
        assert!(told("ph=0..1").contains("phi"));
        assert!(told("E_1=-1..1 eV").contains("needs a unit"));
        assert!(told("E_1=1 eV..-1 eV").contains("nothing between"));
        assert!(told("E_1=1 eV..").contains("missing"));
        assert!(told("E_1=0 eV..1 ns").contains("energy"));
        assert!(refuse_repeated(&[parse("phi=0..1").unwrap(), parse("phi=0..2").unwrap()]).is_err());
    }
}
