//! Tell what a search found: as JSON, and as a table of all its points.

use serde_json::{Map, Value, json};

use super::evaluation::{Evaluation, Measured};
use super::front::Front;
use super::problem::Problem;
use super::search::Optimum;
use crate::quantity::System;

/// A column of the table of points.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The parameter, the formula of an objective with or without `_error`, or the text of a constraint.
    pub name: String,
    /// The unit; empty for pure numbers.
    pub unit: String,
    /// A value for each point, NaN where it was refused.
    pub values: Vec<f64>,
}

/// What the columns of numbers are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// A column for each parameter.
    pub parameters: Vec<Column>,
    /// For each objective its values and their errors.
    pub objectives: Vec<[Column; 2]>,
    /// For each constraint by how much it is broken, negative where it holds.
    pub constraints: Vec<Column>,
}

impl Problem {
    /// The table of some points, in a unit system; parameters are in the units of the study.
    pub fn table(&self, points: &[Evaluation], system: System) -> Table {
        let column = |name: &str, unit: &str, value: &dyn Fn(&Evaluation) -> f64| Column {
            name: name.into(),
            unit: unit.into(),
            values: points.iter().map(value).collect(),
        };
        let parameter =
            |(i, bound): (usize, &super::Bound)| column(&bound.name, bound.unit.text(), &|e| e.numbers[i]);
        let objective = |(k, (_, goal)): (usize, &(super::Sense, super::Goal))| {
            let (unit, factor) = goal.unit(&self.study, system);
            let name = goal.text();
            let error = column(&format!("{name}_error"), &unit, &|e| e.objectives[k].error * factor);
            [column(name, &unit, &|e| e.objectives[k].value * factor), error]
        };
        let constraint = |(j, constraint): (usize, &super::Constraint)| {
            let (unit, factor) = constraint.unit(&self.study, system);
            column(constraint.text(), &unit, &|e| e.excesses[j].value * factor)
        };
        Table {
            parameters: self.over.iter().enumerate().map(parameter).collect(),
            objectives: self.objectives.iter().enumerate().map(objective).collect(),
            constraints: self.constraints.iter().enumerate().map(constraint).collect(),
        }
    }

    /// What a search found, as JSON.
    pub fn report(&self, found: &Optimum, system: System) -> Value {
        let best = found.best();
        let own = found.own.map(|place| &found.evaluations[place]);
        let objectives: Vec<Value> = (0..self.objectives.len())
            .map(|k| {
                let (sense, goal) = &self.objectives[k];
                let (unit, factor) = goal.unit(&self.study, system);
                let [value, error] = shown(best.objectives[k], factor);
                let start = own.map(|own| shown(own.objectives[k], factor));
                json!({
                    "formula": goal.text(), "sense": sense.name(), "value": value, "error": error, "unit": unit,
                    "before": start.as_ref().map(|s| &s[0]), "before_error": start.as_ref().map(|s| &s[1]),
                })
            })
            .collect();
        let (_, factor) = self.objectives[0].1.unit(&self.study, system);
        let flat = &found.flatness;
        let parameters: Map<String, Value> = self
            .over
            .iter()
            .enumerate()
            .map(|(i, bound)| {
                let value = json!({
                    "value": best.numbers[i], "unit": bound.unit.text(), "from": bound.lower, "to": bound.upper,
                    "scale": if bound.logarithmic { "log" } else { "linear" },
                    "at_bound": at_bound(best, i, bound),
                    "before": own.map(|own| own.numbers[i]),
                    "derivative": number(flat.slopes[i] * factor),
                    "down": flat.changes[i][0], "up": flat.changes[i][1],
                });
                (bound.name.clone(), value)
            })
            .collect();
        let constraints: Vec<Value> = self
            .constraints
            .iter()
            .enumerate()
            .map(|(j, constraint)| {
                let (unit, factor) = constraint.unit(&self.study, system);
                let [excess, error] = shown(best.excesses[j], factor);
                json!({ "constraint": constraint.text(), "excess": excess, "error": error, "unit": unit, "active": found.active[j] })
            })
            .collect();
        let direction = |changes: &[f64]| -> Value {
            let each =
                self.over.iter().zip(changes).map(|(bound, change)| (bound.name.clone(), number(*change)));
            Value::Object(each.collect())
        };
        json!({
            "objectives": objectives,
            "parameters": parameters,
            "constraints": constraints,
            "flatness": {
                "loss": flat.loss,
                "directions": flat.directions.iter().map(|d| direction(&d.changes)).collect::<Vec<_>>(),
            },
            "evaluations": found.evaluations.len(),
            "refused": found.evaluations.iter().filter(|e| e.refused.is_some()).count(),
            "best_evaluation": found.best + 1,
            "converged": found.converged,
        })
    }
}

impl Problem {
    /// A front, as JSON: its points in order, and the study's own values for comparison.
    pub fn front_report(&self, found: &Front, system: System) -> Value {
        let units: Vec<(String, f64)> =
            self.objectives.iter().map(|(_, goal)| goal.unit(&self.study, system)).collect();
        let objectives: Vec<Value> = self
            .objectives
            .iter()
            .zip(&units)
            .map(|((sense, goal), (unit, _))| json!({ "formula": goal.text(), "sense": sense.name(), "unit": unit }))
            .collect();
        let parameter = |bound: &super::Bound| {
            let scale = if bound.logarithmic { "log" } else { "linear" };
            let value = json!({
                "unit": bound.unit.text(), "from": bound.lower, "to": bound.upper, "scale": scale,
            });
            (bound.name.clone(), value)
        };
        let point = |place: usize| {
            let at = &found.evaluations[place];
            let each = || at.objectives.iter().zip(&units).map(|(own, (_, factor))| shown(*own, *factor));
            let numbers = self.over.iter().zip(&at.numbers).map(|(b, x)| (b.name.clone(), number(*x)));
            json!({
                "values": each().map(|[value, _]| value).collect::<Vec<_>>(),
                "errors": each().map(|[_, error]| error).collect::<Vec<_>>(),
                "parameters": numbers.collect::<Map<_, _>>(),
                "evaluation": place + 1,
            })
        };
        json!({
            "objectives": objectives,
            "parameters": self.over.iter().map(parameter).collect::<Map<_, _>>(),
            "constraints": self.constraints.iter().map(super::Constraint::text).collect::<Vec<_>>(),
            "front": found.points.iter().map(|&place| point(place)).collect::<Vec<_>>(),
            "before": found.own.map(point),
            "evaluations": found.evaluations.len(),
            "refused": found.evaluations.iter().filter(|e| e.refused.is_some()).count(),
            "unsettled": found.unsettled,
        })
    }
}

fn at_bound(best: &Evaluation, i: usize, bound: &super::Bound) -> Option<&'static str> {
    if best.numbers[i] == bound.lower {
        Some("lower")
    } else if best.numbers[i] == bound.upper {
        Some("upper")
    } else {
        None
    }
}

fn shown(measured: Measured, factor: f64) -> [Value; 2] {
    [number(measured.value * factor), number((measured.error * factor).abs())]
}

/// JSON has no NaN.
fn number(x: f64) -> Value {
    serde_json::Number::from_f64(x).map_or(Value::Null, Value::Number)
}
