//! Name results: variables over named axes, in atomic units, each with the unit it is printed in.

use super::status::Status;
use super::validity::Assumption;
use crate::error::Error;
use crate::quantity::{Named, OutputUnit, ROWS, System, output_unit};
use crate::units::{Quantity, Unit};

/// The positions along an axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Coordinates {
    /// Numbers, in the unit of their axis, or in atomic units where it has none.
    Numbers(Vec<f64>),
    /// Names, such as those of leads.
    Names(Vec<String>),
}

impl Coordinates {
    /// The number of positions.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Names(names) => names.len(),
        }
    }

    /// Whether there is no position.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A named axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// `theta`, `lead`, or a swept parameter.
    pub name: String,
    /// The positions along it.
    pub coordinates: Coordinates,
    /// The unit that the study gives a swept parameter; none for `theta` and `lead`.
    pub unit: Option<Unit>,
}

impl Axis {
    /// The positions in a unit system and the name of their unit: a swept parameter in the unit of its study, or in atomic
    /// units (`au`); `None` for names.
    pub fn shown(&self, system: System) -> Option<(Vec<f64>, &str)> {
        let Coordinates::Numbers(numbers) = &self.coordinates else { return None };
        if let Some(unit) = &self.unit {
            let is_atomic = system == System::Atomic && !unit.text().is_empty();
            return Some(if is_atomic {
                (numbers.iter().map(|x| Quantity::new(*x, unit.clone()).value()).collect(), "au")
            } else {
                (numbers.clone(), unit.text())
            });
        }
        let unit = output_unit(&self.name);
        let factor = unit.map_or(1.0, |unit| unit.factor(system));
        Some((numbers.iter().map(|x| x * factor).collect(), unit.map_or("", |unit| unit.name(system))))
    }
}

/// A variable over some of the axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// The name, as in the JSON of the command line.
    pub name: String,
    /// The names of its axes, the first slowest; empty for a scalar.
    pub axes: Vec<String>,
    /// The values in atomic units, NaN where there is none.
    pub values: Vec<f64>,
}

impl Variable {
    /// How it is printed; `None` for counts and ratios.
    pub fn unit(&self) -> Option<&'static OutputUnit> {
        let name = self.name.strip_suffix("_error").unwrap_or(&self.name);
        output_unit(name.strip_prefix("simulated_").unwrap_or(name))
    }

    /// The values in a unit system.
    pub fn values_in(&self, system: System) -> Vec<f64> {
        let factor = self.unit().map_or(1.0, |unit| unit.factor(system));
        self.values.iter().map(|value| value * factor).collect()
    }
}

/// What was computed: axes, variables over them, and remarks that belong to the numbers.
///
/// The results of one point have the axes `theta` and `lead` only. Those of a sweep have the swept parameters before them,
/// errors as variables `…_error`, and a status for each point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Results {
    /// The axes, those of the sweep first.
    pub axes: Vec<Axis>,
    /// How many of the axes are swept parameters.
    pub swept: usize,
    /// The variables, in the order in which they are shown.
    pub variables: Vec<Variable>,
    /// Error estimates of variables that are known to a stated accuracy, by name, in atomic units.
    pub errors: Vec<(String, f64)>,
    /// Assumptions and accuracies as text, by name.
    pub notes: Vec<(String, String)>,
    /// How far the assumptions of the theory hold, at one point; a sweep has only the numbers behind them, as variables.
    pub validity: Vec<Assumption>,
    /// How far the numbers of one point stand.
    pub status: Status,
    /// What did not converge, if anything, at one point; set with [`Results::fail`].
    pub failure: Option<Error>,
    /// How far the numbers of each point of a sweep stand, the first axis slowest; empty at one point.
    pub point_status: Vec<Status>,
    /// The units of parameters that something was differentiated by, as the study writes them; empty for pure numbers.
    pub parameter_units: Vec<(String, String)>,
    /// The seed of the trajectories of one point, whole; the variable `seed` has it as a float, which is exact below 2⁵³,
    /// where the seeds of sweeps are.
    pub seed: Option<u64>,
}

impl Results {
    /// Add an axis of numbers (atomic units).
    pub fn numbers(&mut self, name: &str, values: Vec<f64>) {
        self.axes.push(Axis { name: name.into(), coordinates: Coordinates::Numbers(values), unit: None });
    }

    /// Add an axis of names.
    pub fn names(&mut self, name: &str, values: Vec<String>) {
        self.axes.push(Axis { name: name.into(), coordinates: Coordinates::Names(values), unit: None });
    }

    /// Add a variable over axes.
    pub fn variable(&mut self, name: &str, axes: &[&str], values: Vec<f64>) {
        let axes = axes.iter().map(|&axis| axis.into()).collect();
        self.variables.push(Variable { name: name.into(), axes, values });
    }

    /// Add a variable over the axes that its kind has in the registry.
    pub fn of_kind(&mut self, name: &str, values: Vec<f64>) {
        let axes = Named::of(name).map_or(&[][..], |named| named.kind.axes);
        self.variable(name, axes, values);
    }

    /// Add a scalar.
    pub fn scalar(&mut self, name: &str, value: f64) {
        self.variable(name, &[], vec![value]);
    }

    /// Add a remark.
    pub fn note(&mut self, name: &str, text: impl Into<String>) {
        self.notes.push((name.into(), text.into()));
    }

    /// Turn the errors into variables of their own: `rotation_rate_error`, `mean_current_error` over leads, and so on.
    pub fn errors_as_variables(&mut self) {
        for (name, error) in std::mem::take(&mut self.errors) {
            let base = name.split('.').next().unwrap_or_default();
            let own = format!("{base}_error");
            // Those of the other leads, in the order of the results.
            if let Some(variable) = self.variables.iter_mut().find(|variable| variable.name == own) {
                variable.values.push(error);
            } else if let Some(variable) = self.get(base) {
                let variable = Variable { name: own, axes: variable.axes.clone(), values: vec![error] };
                self.variables.push(variable);
            } else {
                self.scalar(&own, error);
            }
        }
    }

    /// What a variable holds beside the axes of `rows`: for each position along its other axes, what these are called there, such as
    /// `left` or `left, right`, and the place of the first value. Without other axes, one of no name. A swept parameter with a
    /// single value is named nowhere.
    ///
    /// Empty if an axis is missing.
    pub fn members(&self, variable: &Variable, rows: &[&str]) -> Vec<(String, usize)> {
        let mut members = vec![(String::new(), 0)];
        let mut stride = variable.values.len();
        for name in &variable.axes {
            let Some(axis) = self.axis(name) else { return Vec::new() };
            stride /= axis.coordinates.len().max(1);
            let is_fixed =
                self.sweep().iter().any(|swept| swept.name == *name) && axis.coordinates.len() == 1;
            if is_fixed || rows.contains(&name.as_str()) {
                continue;
            }
            let labels: Vec<String> = match &axis.coordinates {
                Coordinates::Names(names) => names.clone(),
                Coordinates::Numbers(numbers) => numbers.iter().map(f64::to_string).collect(),
            };
            let at = |(before, start): &(String, usize)| -> Vec<(String, usize)> {
                let comma = if before.is_empty() { "" } else { ", " };
                let label =
                    |(k, label): (usize, &String)| (format!("{before}{comma}{label}"), start + k * stride);
                labels.iter().enumerate().map(label).collect()
            };
            members = members.iter().flat_map(at).collect();
        }
        members
    }

    /// The values of a variable along one of its axes, for each of its members.
    pub fn along(&self, variable: &Variable, axis: &str, system: System) -> Vec<(String, Vec<f64>)> {
        let Some(at) = variable.axes.iter().position(|own| own == axis) else { return Vec::new() };
        let length = |name: &String| self.axis(name).map_or(0, |axis| axis.coordinates.len());
        let stride: usize = variable.axes[at + 1..].iter().map(length).product();
        let positions = length(&variable.axes[at]);
        let values = variable.values_in(system);
        let column = |start: usize| {
            (0..positions).map(|k| values.get(start + k * stride).copied().unwrap_or(f64::NAN)).collect()
        };
        self.members(variable, &[axis]).into_iter().map(|(label, start)| (label, column(start))).collect()
    }

    /// Whether a variable stands over angles, energies or loads, which are rows of a table.
    pub fn has_rows(&self, variable: &Variable) -> bool {
        variable.axes.iter().any(|axis| self.is_row(axis))
    }

    /// Whether an axis is one of angles, energies or loads; a swept parameter may be called so.
    pub fn is_row(&self, axis: &str) -> bool {
        ROWS.contains(&axis) && !self.sweep().iter().any(|swept| swept.name == axis)
    }

    /// The axes of swept parameters.
    pub fn sweep(&self) -> &[Axis] {
        &self.axes[..self.swept]
    }

    /// Note what did not converge.
    pub fn fail(&mut self, failure: Error) {
        self.status = Status::from(&failure);
        self.failure = Some(failure);
    }

    /// The unit of a parameter that something was differentiated by, as the study writes it; empty for a pure number.
    pub fn unit_of_parameter(&self, name: &str) -> &str {
        self.parameter_units.iter().find(|(known, _)| known == name).map_or("", |(_, unit)| unit)
    }

    /// The axis of a name.
    pub fn axis(&self, name: &str) -> Option<&Axis> {
        self.axes.iter().find(|axis| axis.name == name)
    }

    /// The variable of a name.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.name == name)
    }
}
