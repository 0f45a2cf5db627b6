//! Read which parameters are not known for sure, and how their values are distributed.

use std::ops::Range;

use super::document::{self, Item, Section, list, short, table, wrong_kind};
use super::draft::Overrides;
use super::draft::{Draft, Spread, Uncertain as Written};
use super::inference::Inference;
use super::numbers::{in_atomic, unit};
use crate::error::{Fault, did_you_mean};
use crate::expression::Expression;
use crate::quantity::Task;
use crate::study::words::show_in;
use crate::units::{Quantity, plain_text};

/// How the values of an uncertain parameter are distributed (atomic units).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// Normal about the value of the study.
    Normal {
        /// The standard deviation.
        deviation: f64,
    },
    /// Any value of a range alike.
    Uniform {
        /// The lowest value.
        low: f64,
        /// The highest value.
        high: f64,
    },
}

impl Distribution {
    /// The standard deviation (atomic units).
    pub fn deviation(&self) -> f64 {
        match *self {
            Self::Normal { deviation } => deviation,
            Self::Uniform { low, high } => (high - low) / 12.0_f64.sqrt(),
        }
    }

    /// The mean, for a parameter whose value in the study is `value` (atomic units).
    pub fn mean(&self, value: f64) -> f64 {
        match *self {
            Self::Normal { .. } => value,
            Self::Uniform { low, high } => 0.5 * (low + high),
        }
    }
}

/// A parameter that is not known for sure.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertain {
    /// The parameter.
    pub name: String,
    /// How its values are distributed.
    pub distribution: Distribution,
}

/// The parameters under [uncertain], as they are written.
pub(in crate::study) fn read(root: &Section<'_>, text: &str) -> Result<Vec<Written>, Fault> {
    let Some(item) = root.get("uncertain") else { return Ok(Vec::new()) };
    let Some(inner) = item.get_ref().as_table() else {
        let hint = "write [uncertain] and then name = \"standard deviation\"";
        return Err(wrong_kind(item, "[uncertain]", "a table", hint));
    };
    let entries = Section::open("[uncertain]", item.span(), inner).entries();
    let one = |(name, name_span, item)| {
        let spread = spread(name, item, text)?;
        Ok(Written { name: plain_text(name), name_span, spread })
    };
    entries.into_iter().map(one).collect()
}

fn spread(name: &str, item: &Item<'_>, text: &str) -> Result<Spread, Fault> {
    let path = format!("the uncertainty of `{}`", short(name));
    let value = |item: &Item<'_>| -> Result<(Expression, Range<usize>), Fault> {
        Ok((document::expression(item, text, &path)?, item.span()))
    };
    if item.get_ref().as_table().is_none() {
        return Ok(Spread::Normal(value(item)?));
    }
    let section = table(item, path.clone(), &["normal", "uniform"])?;
    match (section.get("normal"), section.get("uniform")) {
        (Some(deviation), None) => Ok(Spread::Normal(value(deviation)?)),
        (None, Some(range)) => {
            let ends = list(range, "uniform", "[\"-12 eV\", \"-8 eV\"]")?;
            let [low, high] = ends.as_slice() else {
                let hint = "write the lowest and the highest value: uniform = [\"-12 eV\", \"-8 eV\"]";
                return Err(wrong_kind(range, &path, "a range of two values", hint));
            };
            Ok(Spread::Uniform(value(low)?, value(high)?))
        }
        _ => Err(Fault::new(
            format!("{path} is one distribution"),
            item.span(),
            "expected one of normal and uniform",
            "write { normal = \"0.1\" } with a standard deviation, or { uniform = [\"0\", \"0.2\"] } with a range",
        )),
    }
}

/// The uncertain parameters of a study.
pub(in crate::study) fn uncertain(draft: &Draft, inference: &Inference) -> Result<Vec<Uncertain>, Fault> {
    let unused = draft.unused(&[Task::Rate], &Overrides::new());
    let one = |written: &Written| {
        let name = &written.name;
        if draft.parameter(name).is_none() {
            return Err(no_parameter(draft, written));
        }
        if unused.contains(&name.as_str()) {
            return Err(Fault::new(
                format!("nothing depends on `{}`", short(name)),
                written.name_span.clone(),
                "whatever it is, all results are the same",
                "use the parameter somewhere in the study, or leave its uncertainty out",
            ));
        }
        let distribution = distribution(draft, inference, name, &written.spread)?;
        Ok(Uncertain { name: name.clone(), distribution })
    };
    draft.uncertain.iter().map(one).collect()
}

/// A distribution with its numbers checked.
pub(in crate::study) fn distribution(
    draft: &Draft,
    inference: &Inference,
    name: &str,
    spread: &Spread,
) -> Result<Distribution, Fault> {
    let path = format!("the uncertainty of `{}`", short(name));
    let value = |(expression, span): &(Expression, Range<usize>)| {
        if let Some((_, place)) = expression.names().next() {
            return Err(Fault::new(
                format!("{path} depends on a parameter"),
                place,
                "a name",
                "write numbers, quantities or formulas of them",
            ));
        }
        in_atomic(draft, inference, name, &path, expression, span)
    };
    let shown = |value: f64| show_in(value, unit(draft, inference, name));
    match spread {
        Spread::Normal(deviation) => match value(deviation)? {
            positive if positive > 0.0 => Ok(Distribution::Normal { deviation: positive }),
            other => Err(Fault::new(
                format!("{path} is {}", shown(other)),
                deviation.1.clone(),
                "not positive",
                "write a standard deviation, or leave out what is known for sure",
            )),
        },
        Spread::Uniform(from, to) => {
            let (low, high) = (value(from)?, value(to)?);
            if low < high {
                return Ok(Distribution::Uniform { low, high });
            }
            Err(Fault::new(
                format!("{path} ranges from {} to {}", shown(low), shown(high)),
                to.1.clone(),
                "not above the lower end",
                "write the lowest value first, then the highest",
            ))
        }
    }
}

/// The error for a name that is no parameter; a key of the study becomes one by giving its value a name.
fn no_parameter(draft: &Draft, written: &Written) -> Fault {
    let name = &written.name;
    let key = |field: &&super::draft::Field| field.what.split(' ').next() == Some(name);
    let hint = match draft.fields.iter().find(key) {
        Some(field) => format!(
            "{} is a key: give its value a name under [parameters], write that name there, and take it here",
            field.what
        ),
        None => did_you_mean(name, draft.parameters.iter().map(|p| p.name.as_str())).unwrap_or_else(|| {
            "only parameters can be uncertain: define it under [parameters], and write its name where its value stands".into()
        }),
    };
    Fault::new(
        format!("`{}` is uncertain, but there is no parameter of that name", short(name)),
        written.name_span.clone(),
        "not defined under [parameters]",
        hint,
    )
}

/// A distribution in words, its numbers in the unit that the study gives the parameter.
pub(in crate::study) fn in_words(distribution: &Distribution, unit: &crate::units::Unit) -> String {
    let shown = |value: f64| Quantity::new(super::numbers::shown(value, unit), unit.clone()).to_string();
    match *distribution {
        Distribution::Normal { deviation } => format!("normal, ± {}", shown(deviation)),
        Distribution::Uniform { low, high } => {
            format!("uniform from {} to {}", shown(low), shown(high))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use crate::study::Study;

    fn study(lines: &str) -> crate::error::Result<Study> {
        let preset = Study::preset("preston2023")?;
        Study::from_toml(&format!("{}\n[uncertain]\n{lines}\n", preset.text()), "s", None)
    }

    #[test]
    fn distributions_are_read_in_any_unit_of_their_dimension() {
        let found = study(
            "phi = \"0.1\"\nkT = { normal = \"10 K\" }\nband_bottom = { uniform = [\"-12 eV\", \"-8 eV\"] }",
        );
        let found = found.unwrap();
        let of = |name: &str| found.uncertain().iter().find(|u| u.name == name).unwrap().distribution;
        assert_eq!(of("phi"), Distribution::Normal { deviation: 0.1 });
        assert!((of("kT").deviation() / (10.0 * 3.166_811_563_455_6e-6) - 1.0).abs() < 1e-9);
        let width = found.quantity("band_bottom", 4.0).unwrap().value();
        assert!((of("band_bottom").deviation() / (width / 12.0_f64.sqrt()) - 1.0).abs() < 1e-14);
        assert!((of("band_bottom").mean(0.0) / (-2.5 * width) - 1.0).abs() < 1e-14);
    }

    #[test]
    fn what_is_no_uncertainty_is_refused() {
        for (lines, message) in [
            ("phi = \"-0.1\"", "not positive"),
            ("phi = 0", "not positive"),
            ("kT = 0.1", "needs a unit"),
            ("kT = \"1 ns\"", "not a time"),
            ("kT = \"theta * 1 eV\"", "depends on theta"),
            ("kT = \"0.1*v\"", "depends on a parameter"),
            ("phi = { uniform = [0.1] }", "a range of two values"),
            ("phi = { uniform = [0.2, 0.1] }", "ranges from 0.2 to 0.1"),
            ("phi = { normal = 0.1, uniform = [0, 1] }", "is one distribution"),
            ("phi = { gauss = 0.1 }", "unknown key `gauss`"),
            ("ph = 0.1", "no parameter of that name"),
            ("bottom = \"1 eV\"", "no parameter of that name"),
        ] {
            let error = study(lines).unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(told.contains(message), "{lines}: {told}");
        }
        assert!(study("bottom = \"1 eV\"").unwrap_err().hint().contains("bottom of [band] is a key"));
        assert!(study("ph = 0.1").unwrap_err().hint().contains("did you mean `phi`?"));
    }
}
