//! Put the records of all points together over the axes of the sweep.

use super::layout::Layout;
use super::record::Record;
use crate::error::{Error, Result};
use crate::results::{Axis, Coordinates, Results, Status, Variable};

/// The records of a sweep (`records[task][point]`, none where nothing was computed yet) as results over its axes.
///
/// Points without numbers are NaN, with the reason in their status.
///
/// # Errors
/// [`Error::Model`] if the points have different angles or leads, so that they share no axes.
pub fn assemble(layout: &Layout, records: &[Vec<Option<Record>>]) -> Result<Results> {
    let mut results = Results { swept: layout.axes.len(), ..Results::default() };
    for axis in &layout.axes {
        results.axes.push(Axis {
            name: axis.name.clone(),
            coordinates: Coordinates::Numbers(axis.numbers.clone()),
            unit: Some(axis.unit.clone()),
        });
    }
    let swept: Vec<String> = layout.axes.iter().map(|axis| axis.name.clone()).collect();
    for of_task in records {
        let known: Vec<&Record> = of_task.iter().flatten().collect();
        for axis in known.iter().flat_map(|record| &record.results.axes) {
            match results.axis(&axis.name) {
                None => results.axes.push(axis.clone()),
                Some(present) if present.coordinates == axis.coordinates => {}
                Some(_) => return Err(no_common(&axis.name)),
            }
        }
        for model in known.iter().flat_map(|record| &record.results.variables) {
            if results.get(&model.name).is_some() {
                continue;
            }
            results.variables.push(over_points(&swept, model, of_task));
        }
        for (name, text) in known.iter().flat_map(|record| &record.results.notes) {
            if results.notes.iter().any(|(present, _)| present == name) {
                continue;
            }
            let of = |record: &&Record| {
                record.results.notes.iter().find(|(n, _)| n == name).map(|(_, t)| t.clone())
            };
            let texts: Vec<String> = known.iter().filter_map(of).collect();
            let last = texts.last().filter(|last| texts.iter().any(|t| t != *last));
            let text = last.map_or_else(|| text.clone(), |last| format!("from {text} to {last}"));
            results.notes.push((name.clone(), text));
        }
    }
    results.point_status = (0..layout.points()).map(|point| status(layout, records, point)).collect();
    Ok(results)
}

/// One variable over the points of the sweep.
fn over_points(swept: &[String], model: &Variable, of_task: &[Option<Record>]) -> Variable {
    let size = model.values.len();
    let mut values = Vec::with_capacity(size * of_task.len());
    for record in of_task {
        match record.as_ref().and_then(|record| record.results.get(&model.name)) {
            Some(variable) if variable.values.len() == size => values.extend(&variable.values),
            _ => values.extend(std::iter::repeat_n(f64::NAN, size)),
        }
    }
    let axes = swept.iter().chain(&model.axes).cloned().collect();
    Variable { name: model.name.clone(), axes, values }
}

fn status(layout: &Layout, records: &[Vec<Option<Record>>], point: usize) -> Status {
    let missing = || Status::NotComputed(Status::NOT_COMPUTED.into());
    let of = |of_task: &'_ Vec<Option<Record>>| {
        of_task[point].as_ref().map_or_else(missing, |record| record.status.clone())
    };
    let statuses: Vec<Status> = records.iter().map(of).collect();
    Status::of_tasks(layout.tasks.iter().map(|task| task.name()).zip(&statuses))
}

fn no_common(axis: &str) -> Error {
    Error::Model {
        what: format!("the points of the sweep have different {axis}"),
        hint: "sweep only what leaves the rotor's period and the leads as they are".into(),
    }
}
