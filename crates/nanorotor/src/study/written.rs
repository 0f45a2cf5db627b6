//! Write what was set from outside into the text of a study, and read the number of a value that may be set.

use super::Study;
use super::sweep::{in_atomic, shown};
use crate::error::Fault;
use crate::expression::{Expression, unknown_name};

impl Study {
    /// The text of the study with the values that were set from outside in the place of its own: a study file that gives the same
    /// without them.
    pub fn text_as_set(&self) -> String {
        let mut text = self.text.to_string();
        let mut places: Vec<_> = self
            .draft
            .parameters
            .iter()
            .filter_map(|parameter| {
                let (value, _) = self.overrides.get(&parameter.name)?;
                Some((parameter.span.clone(), value))
            })
            .collect();
        places.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, value) in places {
            // A plain number is written as TOML writes numbers.
            let number = value.parse::<f64>().is_ok_and(|number| number.to_string() == **value);
            let written = if number {
                value.clone()
            } else {
                format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
            };
            if text.get(span.clone()).is_some() {
                text.replace_range(span, &written);
            }
        }
        text
    }

    /// The number, in the unit that the study gives a parameter, of a value that somebody wrote for it.
    pub(crate) fn number(&self, name: &str, text: &str) -> Result<f64, Fault> {
        let span = 0..text.len();
        let expression = Expression::parse(text)?;
        if let Some((unknown, place)) = expression.names().next() {
            let mut fault = unknown_name(unknown, place, &[]);
            if self.draft.parameter(unknown).is_some() {
                fault.message = format!("`{unknown}` is a parameter, not a number");
                fault.hint = "write a number or a quantity".into();
            }
            return Err(fault);
        }
        let unit = self.unit(name);
        let atomic = in_atomic(&self.draft, &self.inference, name, &format!("`{name}`"), &expression, &span)?;
        Ok(match expression.whole_quantity() {
            Some(quantity) if quantity.unit().text() == unit.text() => quantity.number(),
            _ => shown(atomic, &unit),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_with_its_values_written_in_is_the_same_point() {
        let study = Study::preset("preston2023").unwrap();
        let set = study.with("V", "3.25 eV").unwrap().with("phi", "-0.4").unwrap();
        let set = set.with("A", "0.5").unwrap().with("Gamma_R", "Gamma_L/3").unwrap();
        let text = set.text_as_set();
        for line in ["V = \"3.25 eV\" ", "phi = -0.4 ", "A = 0.5 ", "Gamma_R = \"Gamma_L/3\"\n"] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        // Comments and everything else stay.
        assert_eq!(text.lines().count(), study.text().lines().count());
        let read = Study::from_toml(&text, "best.toml", None).unwrap();
        let values = |study: &Study| {
            let all = study.resolve().unwrap().parameters;
            all.iter().map(|p| p.value.at(0.0).value.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(values(&read), values(&set));
        assert_eq!(read.text_as_set(), text);
        assert_eq!(study.text_as_set(), study.text());
    }

    #[test]
    fn a_number_has_the_unit_of_its_parameter() {
        let study = Study::preset("preston2023").unwrap();
        assert_eq!(study.number("E_1", "-0.3 eV"), Ok(-0.3));
        assert_eq!(study.number("E_1", "300 meV"), Ok(0.3));
        assert_eq!(study.number("E_1", "0"), Ok(0.0));
        assert_eq!(study.number("phi", "-pi/2"), Ok(-std::f64::consts::FRAC_PI_2));
        assert!(study.number("E_1", "1").unwrap_err().message.contains("needs a unit"));
        assert!(study.number("E_1", "1 ns").is_err());
        assert!(study.number("E_1", "V").unwrap_err().message.contains("is a parameter"));
    }
}
