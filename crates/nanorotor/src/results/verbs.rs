//! Give a study the verbs of the command line, and its results numbers in practical units with their errors.

use std::fmt;

use super::sensitivity::{SensitivityOptions, sensitivity_results};
use super::task::{Options, Point, Watch};
use super::variables::Results;
use crate::error::{Error, Result, did_you_mean};
use crate::kramers;
use crate::quantity::{System, Task};
use crate::study::Study;

/// A number with its error, in the practical unit of its quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// The value; NaN where there is none.
    pub value: f64,
    /// Its error, where it is known to a stated accuracy.
    pub error: Option<f64>,
    /// Its unit, empty for counts and ratios.
    pub unit: &'static str,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value)?;
        if let Some(error) = self.error.filter(|error| *error > 0.0) {
            write!(f, " ± {error:.1e}")?;
        }
        if self.unit.is_empty() { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}

impl Results {
    /// The number called `name`, such as `rotation_rate` or `mean_current[left]`, with its error. Of results over further axes, such as
    /// angles, see [`Results::get`].
    ///
    /// # Errors
    /// [`Error::Model`] if there is no such number among these results.
    pub fn number(&self, name: &str) -> Result<Measure> {
        let numbers = || {
            self.variables.iter().filter(|variable| !self.has_rows(variable)).flat_map(|variable| {
                self.members(variable, &[]).into_iter().map(move |(label, at)| (variable, label, at))
            })
        };
        let shown = |base: &str, label: &str| match label {
            "" => base.to_owned(),
            label => format!("{base}[{label}]"),
        };
        let found = numbers().find(|(variable, label, _)| shown(&variable.name, label) == name);
        let Some((variable, label, at)) = found else {
            let known: Vec<String> =
                numbers().map(|(variable, label, _)| shown(&variable.name, &label)).collect();
            return Err(Error::Model {
                what: format!("no number is called `{name}` in these results"),
                hint: did_you_mean(name, known.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("there are {}", known.join(", "))),
            });
        };
        let factor = variable.unit().map_or(1.0, |unit| unit.factor(System::Practical));
        let error = self.error_of(&variable.name, &label).map(|error| error * factor);
        let value = variable.values.get(at).map_or(f64::NAN, |value| value * factor);
        let unit = variable.unit().map_or("", |unit| unit.name(System::Practical));
        Ok(Measure { value, error, unit })
    }

    /// The error of a number, if one is stated: in atomic units, of a quantity and what it belongs to, such as `left`, `left, right`
    /// or nothing.
    pub(crate) fn error_of(&self, quantity: &str, label: &str) -> Option<f64> {
        let own = match label {
            "" => quantity.to_owned(),
            label => format!("{quantity}.{}", label.replace(", ", ".")),
        };
        self.errors.iter().find(|(name, _)| *name == own).map(|(_, error)| *error)
    }

    /// These results, if their numbers are there.
    fn unless_failed(self) -> Result<Self> {
        match &self.failure {
            Some(failure) if !matches!(failure, Error::LessAccurate { .. }) => Err(failure.clone()),
            _ => Ok(self),
        }
    }
}

/// What the commands of the same names compute, at the values of the study; its sweep is for the room `sweep`.
///
/// All of them fail for a study that is wrong ([`Error::Study`], [`Error::Model`], [`Error::File`]) and where there is no answer
/// ([`Error::NotConverged`]). What is less accurate than asked stands, and [`Results::status`] says so.
impl Study {
    /// Torque, friction, diffusion, potential and what else stands against the angle.
    ///
    /// # Errors
    /// See above.
    pub fn landscape(&self) -> Result<Results> {
        self.compute(Task::Landscape)
    }

    /// The rotation rate and what goes with it: diffusion, currents, heats, powers.
    ///
    /// ```
    /// let motor = nanorotor::Study::preset("preston2023")?.with("V", "3 eV")?;
    /// let rate = motor.rate()?.number("rotation_rate")?;
    /// assert!((rate.value - 0.367_252_795).abs() < 1e-8);
    /// assert_eq!(rate.unit, "revolutions/ns");
    /// # Ok::<(), nanorotor::Error>(())
    /// ```
    ///
    /// # Errors
    /// See above.
    pub fn rate(&self) -> Result<Results> {
        self.compute(Task::Rate)
    }

    /// Noisy trajectories for the time or to the error that `[simulate]` asks for.
    ///
    /// # Errors
    /// See above.
    pub fn simulate(&self) -> Result<Results> {
        self.compute(Task::Simulate)
    }

    /// The rotor against external loads, from none to beyond the stall torque.
    ///
    /// # Errors
    /// See above.
    pub fn load_curve(&self) -> Result<Results> {
        Point::new(self.resolve()?).load_curve(None, Watch::default())?.unless_failed()
    }

    /// Why it turns: how the rate answers to changes at each angle and of each parameter.
    ///
    /// # Errors
    /// See above.
    pub fn sensitivity(&self) -> Result<Results> {
        sensitivity_results(self, &SensitivityOptions::default(), kramers::Watch::default())?.unless_failed()
    }

    fn compute(&self, task: Task) -> Result<Results> {
        Point::new(self.resolve()?).compute(task, &Options::default(), Watch::default())?.unless_failed()
    }
}
