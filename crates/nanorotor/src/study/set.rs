//! Set the parameters of a study from outside, and give it axes and uncertainties.

use std::ops::Range;

use super::read::document::short;
use super::read::draft;
use super::read::{self, axes, numbers, uncertain};
use super::{Axis, Distribution, Study, Uncertain, resolve};
use crate::error::{Error, Fault, Result, did_you_mean};
use crate::expression::Expression;
use crate::units::{Quantity, Unit, plain_text};

impl Study {
    /// The same study with a parameter set from outside, as `--set name=value` does; an axis of that name goes.
    ///
    /// The value is a quantity or a formula; only a pure number or zero needs no unit.
    ///
    /// # Errors
    /// [`Error::Study`] about the text `name=value`: an unknown name, a wrong dimension, a missing unit, a circle.
    pub fn with(&self, name: &str, value: &str) -> Result<Self> {
        let name = &plain_text(name);
        let text = format!("{name}={value}");
        self.set(name, value).map_err(|fault| fault.in_text("--set", &text))
    }

    fn set(&self, name: &str, value: &str) -> Result<Self, Fault> {
        let start = name.len() + 1;
        let span = start..start + value.len();
        self.parameter(name, 0..name.len())?;
        let place = |range: Range<usize>| range.start + start..range.end + start;
        let expression = Expression::parse(value)
            .map(|expression| expression.moved(place))
            .map_err(|fault| fault.moved(place))?;
        let is_known = |name: &str| self.draft.parameter(name).is_some();
        if let Some((unknown, place)) = expression.names().find(|(name, _)| !is_known(name)) {
            return Err(crate::expression::unknown_name(unknown, place, &self.draft.names()));
        }
        expression.check_units(&is_known)?;
        numbers::refuse_bare_number(&self.draft, &self.inference, name, &expression, &span)?;
        self.inference.check(name, &expression, span.clone())?;
        let study = self.replaced(name, value, expression);
        resolve::parameters::parameters(&study.draft, &study.overrides)
            .map_err(|fault| fault.moved(|_| span.clone()))?;
        match study.axis_without_effect() {
            Some(axis) => Err(read::sweeps_nothing(&study.draft, &study.overrides, &axis.name, span)),
            None => Ok(study),
        }
    }

    /// An axis along which nothing that the study computes changes, if there is one.
    fn axis_without_effect(&self) -> Option<&Axis> {
        let unused = self.unused_by(&self.draft.tasks);
        self.axes.iter().find(|axis| unused.contains(&axis.name.as_str()))
    }

    /// Refuse a sweep that changes nothing of what the study computes.
    ///
    /// # Errors
    /// [`Error::Study`] about the name of the axis.
    pub fn check_axes(&self) -> Result<()> {
        self.axis_without_effect().map_or(Ok(()), |axis| {
            let fault = read::sweeps_nothing(&self.draft, &self.overrides, &axis.name, 0..axis.name.len());
            Err(fault.in_text("--set", &axis.name))
        })
    }

    /// The same study with a parameter set to a number of atomic units, as a sweep does; an axis of that name goes.
    ///
    /// # Errors
    /// [`Error::Study`] for an unknown name or a number that is not finite.
    pub fn with_value(&self, name: &str, value: f64) -> Result<Self> {
        let text = format!("{name}={value}");
        let fault = match self.parameter(name, 0..name.len()) {
            Ok(_) if value.is_finite() => {
                return Ok(self.replaced(name, &self.shown(name, value), Expression::number(value, 0..0)));
            }
            Ok(_) => Fault::new(
                "a parameter is a finite number",
                name.len() + 1..text.len(),
                "not finite",
                "give a number",
            ),
            Err(fault) => fault,
        };
        Err(fault.in_text("--set", &text))
    }

    /// A number with the unit that the study gives a parameter.
    ///
    /// # Errors
    /// [`Error::Study`] for an unknown name, a number that is not finite, or a parameter that has a dimension but no unit of
    /// its own, because the study gives it by a formula or as zero.
    pub fn quantity(&self, name: &str, number: f64) -> Result<Quantity> {
        self.quantity_of(name, number, false)
    }

    /// A number that somebody gives in [`Study::unit`], whether the study states that unit or not.
    ///
    /// # Errors
    /// [`Error::Study`] for an unknown name or a number that is not finite.
    pub fn quantity_in_unit(&self, name: &str, number: f64) -> Result<Quantity> {
        self.quantity_of(name, number, true)
    }

    fn quantity_of(&self, name: &str, number: f64, in_unit: bool) -> Result<Quantity> {
        let text = format!("{name}={number}");
        let span = name.len() + 1..text.len();
        let value = || {
            self.parameter(name, 0..name.len())?;
            if !number.is_finite() {
                let hint = "leave out what is infinite or not a number";
                return Err(Fault::new("a parameter is a finite number", span.clone(), "not finite", hint));
            }
            let quantity = if in_unit {
                Quantity::new(number, self.unit(name))
            } else {
                numbers::in_unit_of_study(&self.draft, &self.inference, name, number, &span)?
            };
            if quantity.value().is_finite() {
                return Ok(quantity);
            }
            Err(Fault::new("the value is too large", span.clone(), "overflows", "numbers end at 1.8e308"))
        };
        value().map_err(|fault| fault.in_text("--set", &text))
    }

    /// The same study with one more axis, the fastest of its sweep; the numbers are in the unit that the study gives the parameter.
    /// An earlier axis of that name goes, and so does a value that was set from outside.
    ///
    /// # Errors
    /// As [`Study::quantity`], and for a number that stands twice or a parameter that nothing uses; [`Error::Model`] if there is
    /// no number.
    pub fn with_axis(&self, name: &str, numbers: &[f64]) -> Result<Self> {
        self.with_axis_of(name, numbers, false)
    }

    /// The same for numbers that somebody gives in [`Study::unit`], whether the study states that unit or not.
    ///
    /// # Errors
    /// As [`Study::with_axis`] and [`Study::quantity_in_unit`].
    pub fn with_axis_in_unit(&self, name: &str, numbers: &[f64]) -> Result<Self> {
        self.with_axis_of(name, numbers, true)
    }

    fn with_axis_of(&self, name: &str, numbers: &[f64], in_unit: bool) -> Result<Self> {
        let value = |&number: &f64| Ok(self.quantity_of(name, number, in_unit)?.value());
        let values: Vec<f64> = numbers.iter().map(value).collect::<Result<_>>()?;
        let Some(&first) = values.first() else {
            return Err(Error::Model {
                what: format!("the sweep of `{}` has no values", short(name)),
                hint: "give at least one number".into(),
            });
        };
        let refused = |fault: Fault| fault.in_text("--set", name);
        if self.unused().contains(&name) {
            return Err(refused(read::sweeps_nothing(&self.draft, &self.overrides, name, 0..name.len())));
        }
        axes::refuse_repeated(name, &values, &self.unit(name), &(0..name.len())).map_err(refused)?;
        let mut study = self.with_value(name, first)?;
        study.overrides.remove(name);
        study.axes.push(Axis { name: name.into(), values, numbers: numbers.to_vec(), unit: self.unit(name) });
        Ok(study)
    }

    /// The unit in which a parameter is shown: the one that the study gives it.
    pub fn unit(&self, name: &str) -> Unit {
        numbers::unit(&self.draft, &self.inference, name)
    }

    /// A value in atomic units, written in the unit of the parameter.
    fn shown(&self, name: &str, value: f64) -> String {
        self.draft.parameter(name).map_or_else(
            || value.to_string(),
            |parameter| {
                let unit = numbers::display_unit(parameter, self.inference.dimension(name));
                Quantity::new(numbers::shown(value, &unit), unit).to_string()
            },
        )
    }

    /// The same study without its sweep.
    #[must_use]
    pub fn without_sweep(&self) -> Self {
        Self { axes: Vec::new(), ..self.clone() }
    }

    fn parameter(&self, name: &str, span: Range<usize>) -> Result<&draft::Parameter, Fault> {
        self.draft.parameter(name).ok_or_else(|| {
            let names = self.draft.names();
            let hint = did_you_mean(name, names.iter().map(String::as_str)).unwrap_or_else(|| {
                if names.is_empty() {
                    "the study has no [parameters]".into()
                } else {
                    format!("known are {}", names.join(", "))
                }
            });
            Fault::new(format!("unknown parameter `{}`", short(name)), span, "not in the study", hint)
        })
    }

    fn replaced(&self, name: &str, text: &str, expression: Expression) -> Self {
        let mut study = self.clone();
        study.overrides.insert(name.to_string(), (text.trim().to_string(), expression));
        study.axes.retain(|axis| axis.name != name);
        study
    }

    /// The same study with a parameter not known for sure: normal with a standard deviation, or uniform between two values, each
    /// written as in a study file.
    ///
    /// # Errors
    /// [`Error::Study`] about the text `name=value`: an unknown name, a wrong dimension, a missing unit, a deviation that is not
    /// positive.
    pub fn with_uncertain(&self, name: &str, deviation_or_range: &[&str]) -> Result<Self> {
        let text = format!("{name}={}", deviation_or_range.join(" "));
        let read = || -> Result<Distribution, Fault> {
            self.parameter(name, 0..name.len())?;
            let mut start = name.len() + 1;
            let mut value = |written: &str| {
                let span = start..start + written.len();
                start = span.end + 1;
                let place = |range: Range<usize>| range.start + span.start..range.end + span.start;
                let expression = Expression::parse(written).map_err(|fault| fault.moved(place))?;
                Ok::<_, Fault>((expression.moved(place), span.clone()))
            };
            let spread = match deviation_or_range {
                [deviation] => draft::Spread::Normal(value(deviation)?),
                [low, high] => draft::Spread::Uniform(value(low)?, value(high)?),
                _ => {
                    return Err(Fault::new(
                        "an uncertainty is a standard deviation or a range",
                        0..name.len(),
                        "expected one value or two",
                        "give a standard deviation, or the lowest and the highest value",
                    ));
                }
            };
            uncertain::distribution(&self.draft, &self.inference, name, &spread)
        };
        let distribution = read().map_err(|fault| fault.in_text("uncertain", &text))?;
        let mut study = self.clone();
        study.uncertain.retain(|known| known.name != name);
        study.uncertain.push(Uncertain { name: name.into(), distribution });
        Ok(study)
    }
}
