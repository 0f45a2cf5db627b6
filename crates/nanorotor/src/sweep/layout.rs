//! Say what stands where in a sweep, so that a store can be read without its study.

use serde_json::{Value, json};

use crate::quantity::Task;
use crate::study::{Axis, Study};

/// The axes of a sweep, the first slowest, and what is computed at each point.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The title of the study.
    pub title: Option<String>,
    /// The text of the study.
    pub text: String,
    /// The axes.
    pub axes: Vec<Axis>,
    /// The tasks.
    pub tasks: Vec<Task>,
}

impl Layout {
    /// The number of points.
    pub fn points(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).product()
    }

    /// The layout and the study itself as JSON.
    pub(super) fn to_json(&self, study: &Study) -> Value {
        let axes: Vec<Value> = self
            .axes
            .iter()
            .map(|axis| {
                json!({ "name": axis.name, "unit": axis.unit.text(), "values": axis.values, "numbers": axis.numbers })
            })
            .collect();
        let tasks: Vec<&str> = self.tasks.iter().map(|task| task.name()).collect();
        let set: Vec<[&str; 2]> = study.set_from_outside().map(|(name, value)| [name, value]).collect();
        json!({ "title": self.title, "axes": axes, "tasks": tasks, "set": set, "text": self.text })
    }

    /// The layout from JSON.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let axis = |axis: &Value| {
            let all = |name: &str| -> Option<Vec<f64>> {
                axis.get(name)?.as_array()?.iter().map(Value::as_f64).collect()
            };
            let unit = axis.get("unit")?.as_str()?;
            Some(Axis {
                name: axis.get("name")?.as_str()?.into(),
                unit: if unit.is_empty() { crate::units::Unit::one() } else { unit.parse().ok()? },
                values: all("values")?,
                numbers: all("numbers")?,
            })
        };
        let task = |name: &Value| {
            let name = name.as_str()?;
            Task::ALL.into_iter().find(|task| task.name() == name)
        };
        Some(Self {
            title: value.get("title")?.as_str().map(String::from),
            text: value.get("text")?.as_str()?.into(),
            axes: value.get("axes")?.as_array()?.iter().map(axis).collect::<Option<_>>()?,
            tasks: value.get("tasks")?.as_array()?.iter().map(task).collect::<Option<_>>()?,
        })
    }
}
