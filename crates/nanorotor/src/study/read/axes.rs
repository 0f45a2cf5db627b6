//! Read the axes of a sweep, and turn them into values.

use std::ops::Range;

use super::document::{self, Item, Section, count, list, short, string, table, wrong_kind};
use super::draft::{self, AxisPoints, Draft};
use super::inference::Inference;
use super::numbers::{as_written, in_atomic, shown, unit};
use super::reader::Reader;
use crate::error::Fault;
use crate::expression::Expression;
use crate::study::words::show_in;
use crate::units::{Quantity, Unit, plain_text};

/// The most points of all axes together.
const MOST_POINTS: usize = 100_000_000;

/// The most points of one axis.
const MOST_OF_ONE: u64 = 1_000_000;

/// A parameter that is swept.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The parameter.
    pub name: String,
    /// Its values in atomic units, in the order of the sweep.
    pub values: Vec<f64>,
    /// The same values in `unit`, as they were given.
    pub numbers: Vec<f64>,
    /// The unit that the study gives the parameter.
    pub unit: Unit,
}

/// The axes of a study.
pub(in crate::study) fn axes(draft: &Draft, inference: &Inference) -> Result<Vec<Axis>, Fault> {
    let mut axes = Vec::new();
    let mut points = 1usize;
    for axis in &draft.sweep {
        let unit = unit(draft, inference, &axis.name);
        let (numbers, values): (Vec<f64>, Vec<f64>) =
            values(draft, inference, axis, &unit)?.into_iter().unzip();
        points = points.saturating_mul(values.len());
        if points > MOST_POINTS {
            return Err(Fault::new(
                "the sweep has too many points",
                axis.name_span.clone(),
                format!("more than {MOST_POINTS} with this axis"),
                "take fewer points, or split the study",
            ));
        }
        refuse_repeated(&axis.name, &values, &unit, &axis.name_span)?;
        axes.push(Axis { name: axis.name.clone(), values, numbers, unit });
    }
    Ok(axes)
}

/// Refuse an axis that has a value twice: the same would be computed again, and no value would name its point.
pub(in crate::study) fn refuse_repeated(
    name: &str,
    values: &[f64],
    unit: &Unit,
    span: &Range<usize>,
) -> Result<(), Fault> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) else { return Ok(()) };
    Err(Fault::new(
        format!("the sweep of `{}` has {} twice", short(name), show_in(pair[0], unit.clone())),
        span.clone(),
        "a value stands twice",
        "give each value once",
    ))
}

/// The values of an axis: in the unit that the study gives the parameter, and in atomic units.
fn values(
    draft: &Draft,
    inference: &Inference,
    axis: &draft::Axis,
    unit: &Unit,
) -> Result<Vec<(f64, f64)>, Fault> {
    let what = format!("the sweep of `{}`", axis.name);
    let value = |(expression, span): &(Expression, Range<usize>)| {
        let atomic = in_atomic(draft, inference, &axis.name, &what, expression, span)?;
        let number = match expression.whole_quantity() {
            Some(quantity) if quantity.unit().text() == unit.text() => quantity.number(),
            _ => shown(atomic, unit),
        };
        Ok((number, atomic))
    };
    match &axis.points {
        AxisPoints::Values(items) => items.iter().map(value).collect(),
        AxisPoints::Range { from, to, points, logarithmic, span } => {
            let (first, last) = (value(from)?, value(to)?);
            let (from, to) = (first.0, last.0);
            if *logarithmic && (from * to <= 0.0 || !(to / from).is_finite()) {
                return Err(Fault::new(
                    format!("the logarithmic sweep of `{}` touches zero", axis.name),
                    span.clone(),
                    "both ends must have one sign and differ from zero",
                    "leave out scale = \"log\", or begin above zero",
                ));
            }
            let number = |k: usize| {
                let t = k as f64 / (points - 1) as f64;
                if *logarithmic {
                    let number = from * (to / from).powf(t);
                    as_written(number, number)
                } else {
                    as_written(from + (to - from) * t, from.abs().max(to.abs()))
                }
            };
            let between = |k: usize| {
                let number = number(k);
                (number, Quantity::new(number, unit.clone()).value())
            };
            let inner = (1..points - 1).map(between);
            Ok(std::iter::once(first).chain(inner).chain(std::iter::once(last)).collect())
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn sweep(&self, root: &Section<'a>) -> Result<Vec<draft::Axis>, Fault> {
        let Some(item) = root.get("sweep") else { return Ok(Vec::new()) };
        let Some(inner) = item.get_ref().as_table() else {
            return Err(wrong_kind(
                item,
                "[sweep]",
                "a table",
                "write [sweep] and then name = { from = …, to = …, points = … }",
            ));
        };
        let section = Section::open("[sweep]", item.span(), inner);
        section
            .entries()
            .into_iter()
            .map(|(name, name_span, item)| {
                Ok(draft::Axis { name: plain_text(name), name_span, points: self.axis(name, item)? })
            })
            .collect()
    }

    fn axis(&self, name: &str, item: &'a Item<'a>) -> Result<AxisPoints, Fault> {
        let path = format!("the sweep of `{}`", short(name));
        let section = table(item, path.clone(), &["from", "to", "points", "scale", "values"])?;
        let value = |item: &Item<'_>| -> Result<_, Fault> {
            let expression = document::expression(item, self.text, &path)?;
            if let Some((_, span)) = expression.names().next() {
                return Err(Fault::new(
                    format!("{path} depends on a parameter"),
                    span,
                    "a name",
                    "write the ends of a sweep as numbers, quantities or formulas of them",
                ));
            }
            Ok((expression, item.span()))
        };
        if let Some(values) = section.get("values") {
            if let Some((key, span, _)) = section.entries().into_iter().find(|(key, ..)| *key != "values") {
                return Err(Fault::new(
                    format!("{path} has both `values` and `{key}`"),
                    span,
                    "not needed",
                    "write either values = [...], or from, to and points",
                ));
            }
            let items = list(values, "values", "[\"1 eV\", \"2 eV\"]")?;
            if items.is_empty() {
                return Err(Fault::new(
                    format!("{path} has no values"),
                    values.span(),
                    "an empty list",
                    "give at least one",
                ));
            }
            return Ok(AxisPoints::Values(items.into_iter().map(value).collect::<Result<_, _>>()?));
        }
        let from = value(section.require("from", "\"0 eV\"")?)?;
        let to = value(section.require("to", "\"6 eV\"")?)?;
        let points_item = section.require("points", "61")?;
        let points = count(points_item, "points")?;
        if !(2..=MOST_OF_ONE).contains(&points) {
            return Err(Fault::new(
                format!("{path} has {points} points"),
                points_item.span(),
                format!("expected 2 to {MOST_OF_ONE}"),
                if points < 2 {
                    "for one point set the parameter itself"
                } else {
                    "take fewer points, or split the study"
                },
            ));
        }
        let logarithmic = match section.get("scale") {
            None => false,
            Some(item) => match string(item, "scale")?.as_str() {
                "linear" => false,
                "log" => true,
                _ => {
                    return Err(Fault::new(
                        format!("{path} has an unknown scale"),
                        item.span(),
                        "expected \"linear\" or \"log\"",
                        "leave it out for equal steps",
                    ));
                }
            },
        };
        Ok(AxisPoints::Range { from, to, points: points as usize, logarithmic, span: item.span() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Study;

    fn axis(sweep: &str) -> Axis {
        let preset = Study::preset("preston2023").unwrap();
        let text = format!("{}\n[sweep]\n{sweep}\n", preset.text());
        Study::from_toml(&text, "s", None).unwrap().axes()[0].clone()
    }

    #[test]
    fn ranges_are_as_people_write_them() {
        let kt = axis("kT = { from = \"0.025 eV\", to = \"0.03 eV\", points = 6 }");
        assert_eq!(kt.numbers, [0.025, 0.026, 0.027, 0.028, 0.029, 0.03]);
        let v = axis("V = { from = \"-1 eV\", to = \"1 eV\", points = 21 }");
        let tenths: Vec<f64> = (-10..=10).map(|k| f64::from(k) / 10.0).collect();
        assert_eq!(v.numbers, tenths);
        assert!(v.numbers.iter().all(|x| x.to_bits() != (-0.0_f64).to_bits()));
        let i = axis("I = { from = \"1e3 au\", to = \"1e6 au\", points = 4, scale = \"log\" }");
        assert_eq!(i.numbers, [1e3, 1e4, 1e5, 1e6]);
        // What has no short decimal form is not rounded.
        assert_eq!(axis("A = { from = 0, to = 1, points = 4 }").numbers, [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0]);
    }

    #[test]
    fn lists_are_what_was_given() {
        let v = axis("V = { values = [\"1.9 eV\", \"0.7 eV\", \"1800 meV\", \"-2.3 eV\", \"1e-9 eV\"] }");
        assert_eq!(v.numbers, [1.9, 0.7, 1.8, -2.3, 1e-9]);
        assert_eq!(v.unit.text(), "eV");
        for (number, value) in v.numbers.iter().zip(&v.values) {
            let alone = Study::preset("preston2023").unwrap().quantity("V", *number).unwrap().value();
            assert!((alone - value).abs() <= 2e-16 * value.abs(), "{number}");
        }
    }

    #[test]
    fn each_point_of_a_range_is_the_one_that_its_number_sets() {
        let v = axis("V = { from = 0, to = \"6 eV\", points = 121 }");
        let preset = Study::preset("preston2023").unwrap();
        for (number, value) in v.numbers.iter().zip(&v.values) {
            assert_eq!(preset.quantity("V", *number).unwrap().value().to_bits(), value.to_bits());
        }
    }
}
