//! Compute what the page shows of one point: landscape, rate, sensitivities, levels, and the functions its rotor moves by.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use nanorotor::export::{json, json_number};
use nanorotor::quantity::{System, Task};
use nanorotor::results::{
    Options, Point, Results, SensitivityOptions, Velocity, Watch, sensitivity_results, theta_grid,
};
use nanorotor::scattering::Scattering;
use nanorotor::study::Resolved;
use nanorotor::units::{HARTREE_IN_EV, TIME_IN_NANOSECONDS};
use nanorotor::{Error, Landscape, kramers};
use serde_json::{Map, Value};

use crate::answer::in_json;
use crate::request::{Asked, Refusal};
use crate::session::Session;

/// The angles of the page's curves where it does not say how many.
const ANGLES: u64 = 256;

/// The most angles that the page may ask for.
const MOST_ANGLES: u64 = 2048;

/// The most angles of levels, each of which is diagonalised.
const MOST_LEVELS: usize = 128;

/// Compute what is asked for; what physics or numerics refuse is told under `problems`.
///
/// What the landscape tells is handed to `tell` as soon as it is known: the rate takes as long again. The rest comes back.
pub(crate) fn compute(
    session: &Session,
    asked: &Asked,
    cancel: &AtomicBool,
    tell: &dyn Fn(&Value),
) -> Result<Value, Refusal> {
    let mut object = Map::new();
    let mut problems = Vec::new();
    let mut times = Map::new();
    let mut told = |what: &str, error: &Error| {
        let mut problem = in_json(error, None);
        problem["what"] = what.into();
        problems.push(problem);
    };
    let resolved = asked.study.resolve()?;
    let angles = asked.number("angles").unwrap_or(ANGLES).clamp(8, MOST_ANGLES) as usize;
    let start = Instant::now();
    let point = session.point(resolved);
    let point = match point {
        Ok(point) => point,
        Err(error) => {
            told("landscape", &error);
            object.extend([("landscape".into(), Value::Null), ("dynamics".into(), Value::Null)]);
            object.insert("problems".into(), problems.into());
            return Ok(object.into());
        }
    };
    if asked.wants("landscape") {
        let (resolved, landscape) = (point.resolved(), point.landscape()?);
        let mut results = shown(resolved, landscape, angles);
        // The rate says it with what it knows of the velocity.
        if !asked.wants("rate") {
            results.validity = resolved.validity(landscape, Velocity::Unknown)?.assumptions;
        }
        object.insert("landscape".into(), json(&results, System::Practical));
        object.insert("dynamics".into(), dynamics(resolved, landscape, angles));
        times.insert("landscape".into(), milliseconds(start));
    }
    let watch = Watch::cancelled_by(cancel);
    if asked.wants("levels") && !watch.is_cancelled() {
        let start = Instant::now();
        let (resolved, angles) = (point.resolved(), angles.min(MOST_LEVELS));
        let levels = session.levels(resolved, angles, || levels(resolved, angles));
        object.insert(
            "levels".into(),
            levels.unwrap_or_else(|error| {
                told("levels", &error);
                Value::Null
            }),
        );
        times.insert("levels".into(), milliseconds(start));
    }
    if !object.is_empty() && !watch.is_cancelled() {
        tell(&std::mem::take(&mut object).into());
    }
    let start = Instant::now();
    for (what, task) in [("rate", Task::Rate), ("electrons", Task::Landscape)] {
        if !asked.wants(what) || watch.is_cancelled() {
            continue;
        }
        let found = point.compute(task, &Options::default(), watch);
        let value = match found {
            Ok(results) => {
                if let Some(failure) = &results.failure {
                    told(what, failure);
                }
                let is_there = !matches!(results.failure, Some(Error::NotConverged { .. }));
                if is_there { json(&results, System::Practical) } else { Value::Null }
            }
            Err(error) => {
                told(what, &error);
                Value::Null
            }
        };
        object.insert(what.into(), value);
        times.insert(what.into(), milliseconds(start));
    }
    if asked.wants("sensitivity") && !watch.is_cancelled() {
        let start = Instant::now();
        let options = SensitivityOptions {
            theta: Some(theta_grid(point.resolved().rotor.period, angles)),
            parameters: None,
        };
        let found = sensitivity_results(&asked.study, &options, kramers::Watch::cancelled_by(cancel));
        object.insert(
            "sensitivity".into(),
            match found {
                Ok(results) => json(&results, System::Practical),
                Err(error) => {
                    told("sensitivity", &error);
                    Value::Null
                }
            },
        );
        times.insert("sensitivity".into(), milliseconds(start));
    }
    object.insert("problems".into(), problems.into());
    object.insert("milliseconds".into(), times.into());
    Ok(object.into())
}

fn milliseconds(start: Instant) -> Value {
    json_number((start.elapsed().as_secs_f64() * 1e5).round() / 100.0)
}

/// The landscape as `nanorotor landscape` names it, from its series: without what electrons carry beside, which takes longer.
fn shown(resolved: &Resolved, landscape: &Landscape, angles: usize) -> Results {
    let theta = theta_grid(resolved.rotor.period, angles);
    let along = |f: &dyn Fn(f64) -> f64| theta.iter().map(|&theta| f(theta)).collect::<Vec<f64>>();
    let mut results = Results::default();
    let functions = [
        ("torque", along(&|theta| landscape.torque().value(theta))),
        ("friction", along(&|theta| landscape.friction().value(theta))),
        ("diffusion", along(&|theta| landscape.diffusion().value(theta))),
        ("total_torque", along(&|theta| landscape.force().value(theta))),
        ("potential", along(&|theta| landscape.potential().value(theta))),
        ("effective_temperature", along(&|theta| landscape.effective_temperature(theta))),
        ("environment_friction", along(&|theta| landscape.environment_friction().value(theta))),
    ];
    results.numbers("theta", theta);
    for (name, values) in functions {
        results.variable(name, &["theta"], values);
    }
    results.scalar("mean_torque", landscape.mean_torque());
    results.scalar("barrier", landscape.barrier());
    results.scalar("period", resolved.rotor.period);
    results.errors = landscape.error_estimates();
    results.errors.retain(|(name, _)| name != "max_effective_temperature");
    results
}

/// What moves the rotor, in eV, ns and rad: total torque, friction and diffusion at equal steps of the angle.
fn dynamics(resolved: &Resolved, landscape: &Landscape, angles: usize) -> Value {
    let theta = theta_grid(resolved.rotor.period, angles);
    let along = |factor: f64, f: &dyn Fn(f64) -> f64| -> Value {
        theta.iter().map(|&theta| json_number(f(theta) * factor)).collect()
    };
    let temperatures: Vec<f64> =
        theta.iter().map(|&t| landscape.effective_temperature(t)).filter(|t| t.is_finite()).collect();
    let mean = temperatures.iter().sum::<f64>() / temperatures.len() as f64;
    let (energy, time) = (HARTREE_IN_EV, TIME_IN_NANOSECONDS);
    serde_json::json!({
        "moment_of_inertia": json_number(resolved.rotor.moment_of_inertia * energy * time * time),
        "thermal_energy": json_number(mean * energy),
        "period": json_number(resolved.rotor.period),
        "force": along(energy, &|theta| landscape.force().value(theta)),
        "friction": along(energy * time, &|theta| landscape.total_friction().value(theta)),
        "diffusion": along(energy * energy * time, &|theta| landscape.total_diffusion().value(theta)),
    })
}

/// Energies and widths of the levels against the angle, and the chemical potentials; none without electrons.
fn levels(resolved: &Resolved, angles: usize) -> nanorotor::Result<Value> {
    let electrons = resolved.electrons()?;
    let Some(junction) = electrons.junction() else { return Ok(Value::Null) };
    let theta = theta_grid(resolved.rotor.period, angles);
    let count = junction.levels();
    let (mut energies, mut widths) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for &theta in &theta {
        let resonances = Scattering::new(&junction.frame(theta)?)?.resonances(count);
        for (level, z) in resonances.iter().enumerate().take(count) {
            energies[level].push(json_number(z.re * HARTREE_IN_EV));
            widths[level].push(json_number(2.0 * z.im.abs() * HARTREE_IN_EV));
        }
    }
    let potentials: Map<String, Value> = junction
        .leads()
        .iter()
        .map(|lead| (lead.name.clone(), json_number(lead.chemical_potential * HARTREE_IN_EV)))
        .collect();
    Ok(serde_json::json!({
        "theta": theta, "level_energy": energies, "level_width": widths, "chemical_potential": potentials,
        "units": { "theta": "rad", "level_energy": "eV", "level_width": "eV", "chemical_potential": "eV" },
    }))
}

/// A point of a session, for the files that are drawn of it.
pub(crate) fn of(session: &Session, asked: &Asked) -> Result<std::sync::Arc<Point>, Refusal> {
    Ok(session.point(asked.study.resolve()?)?)
}
