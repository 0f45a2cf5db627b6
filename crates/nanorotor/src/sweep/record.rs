//! Compute one task at one point, and write what came of it as JSON and back.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::fingerprint::Key;
use crate::error::{Error, Result};
use crate::langevin::Kernel;
use crate::quantity::Task;
use crate::results::{
    Axis, Coordinates, Options, Point, Results, SimulationOptions, Status, THETA_POINTS, Variable, Watch,
    theta_grid,
};

/// What one task gave at one point.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The numbers, errors as variables `…_error`; NaN where there is none.
    pub results: Results,
    /// How far the numbers stand.
    pub status: Status,
}

/// Compute a task at a point; none if it was stopped on the way.
///
/// Trajectories go on from the file `checkpoint`, and leave it if they are stopped. What does not converge, or is impossible at
/// this point only, is told in the record's status.
///
/// # Errors
/// [`Error::File`].
pub(super) fn compute(
    point: &Point,
    task: Task,
    kernel: Kernel,
    checkpoint: Option<PathBuf>,
    watch: Watch<'_>,
) -> Result<Option<Record>> {
    let simulation = SimulationOptions {
        kernel: Some(kernel),
        seed: Key::seed(point.resolved()),
        checkpoint,
        ..point.resolved().simulation_options()
    };
    // The points of a sweep share the cores already; trajectories run at one point at a time.
    let sequential = task != Task::Simulate;
    let options = Options { sequential, simulation: Some(simulation), ..Options::default() };
    let found = point.compute(task, &options, watch);
    if watch.is_cancelled() {
        return Ok(None);
    }
    match found {
        Err(error @ Error::File { .. }) => Err(error),
        found => Ok(Some(Record::of(found))),
    }
}

impl Record {
    /// What is kept of what a task gave at a point, or of why it gave nothing.
    pub fn of(found: Result<Results>) -> Self {
        match found {
            Ok(mut results) => {
                let status = std::mem::take(&mut results.status);
                results.failure = None;
                // The numbers behind the words stay, as variables.
                results.validity.clear();
                results.errors_as_variables();
                Self { results, status }
            }
            Err(error) => Self {
                results: Results::default(),
                status: Status::Failed(format!("{error}; {}", error.hint())),
            },
        }
    }

    /// The record as JSON: numbers in their shortest form that reads back to the same bits, NaN as null.
    pub fn to_json(&self) -> Value {
        let axes: Vec<Value> = self.results.axes.iter().map(axis_to_json).collect();
        let variables: Vec<Value> = self
            .results
            .variables
            .iter()
            .map(|v| json!({ "name": v.name, "axes": v.axes, "values": v.values }))
            .collect();
        let notes: Map<String, Value> =
            self.results.notes.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
        json!({ "standing": self.status.name(), "status": self.status.to_string(), "axes": axes, "variables": variables, "notes": notes })
    }

    /// The record from JSON, or nothing if the JSON is none of a record.
    pub fn from_json(value: &Value) -> Option<Self> {
        let mut results = Results {
            axes: value.get("axes")?.as_array()?.iter().map(axis_from_json).collect::<Option<_>>()?,
            ..Results::default()
        };
        for variable in value.get("variables")?.as_array()? {
            results.variables.push(Variable {
                name: variable.get("name")?.as_str()?.into(),
                axes: texts(variable.get("axes")?)?,
                values: numbers(variable.get("values")?)?,
            });
        }
        let notes = value.get("notes")?.as_object()?;
        results.notes = notes
            .iter()
            .map(|(name, text)| Some((name.clone(), text.as_str()?.into())))
            .collect::<Option<_>>()?;
        let fits = results.variables.iter().all(|variable| {
            let sizes: Option<Vec<usize>> =
                variable.axes.iter().map(|name| Some(results.axis(name)?.coordinates.len())).collect();
            sizes.is_some_and(|sizes| sizes.iter().product::<usize>() == variable.values.len())
        });
        fits.then_some(())?;
        let reason = value.get("status")?.as_str()?.to_owned();
        let status = match value.get("standing") {
            Some(name) => Status::named(name.as_str()?, reason)?,
            // Records before algorithm 8 have the text alone.
            None if reason == Status::Converged.name() => Status::Converged,
            None => Status::Failed(reason),
        };
        Some(Self { results, status })
    }
}

/// The common grid of angles is written as its period and its number of points, anything else as it is.
fn axis_to_json(axis: &Axis) -> Value {
    match &axis.coordinates {
        Coordinates::Names(names) => json!({ "name": axis.name, "names": names }),
        Coordinates::Numbers(numbers) => {
            let points = numbers.len();
            let period = numbers.get(1).map_or(f64::NAN, |step| step * points as f64);
            if points == THETA_POINTS && theta_grid(period, points) == *numbers {
                json!({ "name": axis.name, "period": period, "points": points })
            } else {
                json!({ "name": axis.name, "numbers": numbers })
            }
        }
    }
}

fn axis_from_json(value: &Value) -> Option<Axis> {
    let coordinates = if let Some(names) = value.get("names") {
        Coordinates::Names(texts(names)?)
    } else if let Some(numbers_of) = value.get("numbers") {
        Coordinates::Numbers(numbers(numbers_of)?)
    } else {
        let points = usize::try_from(value.get("points")?.as_u64()?).ok().filter(|&n| n == THETA_POINTS)?;
        Coordinates::Numbers(theta_grid(value.get("period")?.as_f64()?, points))
    };
    Some(Axis { name: value.get("name")?.as_str()?.into(), coordinates, unit: None })
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| Some(text.as_str()?.to_string())).collect()
}

fn numbers(value: &Value) -> Option<Vec<f64>> {
    let number = |x: &Value| if x.is_null() { Some(f64::NAN) } else { x.as_f64() };
    value.as_array()?.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::study::{Resolved, Study};

    fn record(name: &str, value: &str, task: Task) -> Record {
        at(&Study::preset("preston2023").unwrap().with(name, value).unwrap().resolve().unwrap(), task)
    }

    fn at(resolved: &Resolved, task: Task) -> Record {
        let point = Point::new(resolved.clone());
        compute(&point, task, Kernel::Portable, None, Watch::default()).unwrap().unwrap()
    }

    fn bits(record: &Record) -> Vec<u64> {
        record.results.variables.iter().flat_map(|v| &v.values).map(|x| x.to_bits()).collect()
    }

    #[test]
    fn json_keeps_every_bit() {
        for task in [Task::Landscape, Task::Rate] {
            let record = record("V", "3 eV", task);
            let text = record.to_json().to_string();
            let back = Record::from_json(&serde_json::from_str(&text).unwrap()).unwrap();
            assert_eq!(bits(&back), bits(&record));
            assert_eq!(back.results.axes, record.results.axes);
            let numbers = bits(&record).len();
            assert_eq!((back.status, back.results.notes), (record.status, record.results.notes));
            // A number takes about twenty characters, and little stands beside them: of the axes of numbers the levels alone.
            let axes = text.matches("\"numbers\"").count();
            let levels = usize::from(task == Task::Landscape);
            assert!(text.len() < 24 * numbers + 4_000 && axes == levels, "{} {numbers} {axes}", text.len());
        }
    }

    #[test]
    fn what_does_not_converge_is_a_record_without_numbers() {
        let study = Study::from_toml(
            "landscape = { torque = \"1e-3 eV*sin(theta)\", friction = \"-1e-3 eV ps\", diffusion = \"1e-4 eV^2 ps\" }\n\
             rotor = { period = \"2*pi\", moment_of_inertia = \"1e-46 kg m^2\" }\n",
            "driven.toml",
            None,
        );
        let record = at(&study.unwrap().resolve().unwrap(), Task::Rate);
        assert!(matches!(record.status, Status::Failed(_)));
        assert!(record.status.to_string().contains(": no rotation rate"), "{}", record.status);
        let rate = record.results.get("rotation_rate").unwrap();
        assert!(rate.values[0].is_nan());
        // What the landscape alone tells is there all the same.
        assert!(record.results.get("barrier").unwrap().values[0] > 0.0);
        let back = Record::from_json(&record.to_json()).unwrap();
        assert!(back.results.get("rotation_rate").unwrap().values[0].is_nan());
    }

    #[test]
    fn a_point_that_is_less_accurate_than_asked_is_told_why() {
        // The landscape itself is known to fewer digits.
        let study = Study::preset("preston2023").unwrap().with_solver(|solver| {
            solver.tolerance = 1e-12;
            solver.memory_limit = 100 << 20;
        });
        let record = at(&study.resolve().unwrap(), Task::Rate);
        assert!(!record.status.is_converged() && record.status.to_string().len() > 20, "{}", record.status);
    }

    #[test]
    fn a_point_that_was_stopped_is_no_record_and_computes_the_same_bits_afterwards() {
        let study = Study::preset("preston2023").unwrap().with("xi_solv", "0.05 au").unwrap();
        let resolved = study.resolve().unwrap();
        let point = Point::new(resolved.clone());
        let stop = AtomicBool::new(true);
        let stopped = compute(&point, Task::Rate, Kernel::Portable, None, Watch::cancelled_by(&stop));
        assert_eq!(stopped, Ok(None));
        let after = compute(&point, Task::Rate, Kernel::Portable, None, Watch::default()).unwrap().unwrap();
        assert!(after.status.is_converged(), "{}", after.status);
        assert_eq!(bits(&after), bits(&at(&resolved, Task::Rate)));
    }

    #[test]
    fn what_is_no_record_is_not_read() {
        let good = record("V", "3 eV", Task::Rate).to_json();
        assert!(Record::from_json(&good).is_some());
        for spoil in ["status", "axes", "variables", "notes"] {
            let mut bad = good.clone();
            bad.as_object_mut().unwrap().remove(spoil);
            assert!(Record::from_json(&bad).is_none(), "{spoil}");
        }
        let mut short = good.clone();
        short["variables"][0]["values"] = json!([1.0, 2.0]);
        assert!(Record::from_json(&short).is_none());
        let mut huge = good;
        huge["axes"] = json!([{ "name": "theta", "period": 3.0, "points": 1e18 as u64 }]);
        assert!(Record::from_json(&huge).is_none());
    }
}
