//! Differentiate formulas of quantities by the parameters of a study.
//!
//! | symbol | here | meaning |
//! |---|---|---|
//! | h | `step` | the step of the parameter |
//! | D_h | `central` | (f(p + h) − f(p − h))/2h |
//!
//! ∂f/∂p = (4 D_h − D_2h)/3 (Richardson 1911). Its error is what that changes in D_h, and what the errors of the values can do. Where
//! a step leads out of what is allowed, all go the other way.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::evaluation::{Measured, value};
use super::goal::Goal;
use crate::error::{Error, Result};
use crate::quantity::{System, Task};
use crate::results::{Options, Point, WIDER, Watch, central, step};
use crate::study::{Resolved, Study};
use crate::units::Quantity;

/// Rates are found this much more accurately than the study asks, down to the least tolerance.
const SHARPER: f64 = 1e-2;
const LEAST: f64 = 1e-10;

/// The quantities that one asks for beside the rotation rate: diffusion, currents, power, efficiency and the time after which the
/// direction is sure.
pub fn usual(study: &Study) -> Vec<String> {
    let leads = study.resolve().map_or_else(
        |_| Vec::new(),
        |resolved| resolved.leads().map(|lead| format!("mean_current[{}]", lead.name)).collect(),
    );
    let own = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    [own(&["rotational_diffusion"]), leads, own(&["power", "efficiency", "certainty_time"])].concat()
}

/// The derivatives of some formulas by some parameters: those that the study uses if none are named.
///
/// They come as JSON, {formula: {parameter: {value, error, unit, step}}}, each per unit of its parameter as the study writes it; with
/// null for value and error, and a reason, where there is none.
///
/// # Errors
/// [`Error::Study`] for a formula that cannot be read and a parameter that the study does not know; as [`Point::landscape`] for the
/// point itself; [`Error::Model`] if it was cancelled.
pub fn derivatives(
    study: &Study,
    formulas: &[&str],
    parameters: Option<&[String]>,
    system: System,
    cancel: &AtomicBool,
) -> Result<Value> {
    let goal = |text: &&str| Goal::parse(text, study).map_err(|fault| fault.in_text("the formula", text));
    let goals: Vec<Goal> = formulas.iter().map(goal).collect::<Result<_>>()?;
    let used = || {
        let unused = study.unused_by(&[Task::Rate]);
        study.parameter_names().filter(|name| !unused.contains(name)).map(Into::into).collect()
    };
    let names: Vec<String> = parameters.map_or_else(used, <[String]>::to_vec);
    if let Some(unknown) = names.iter().find(|name| study.dimension(name).is_none()) {
        // The study tells what it knows instead.
        study.with_value(unknown, 0.0)?;
    }
    let passage = goals.iter().any(Goal::needs_passage);
    let study = study.clone().with_solver(|solver| {
        solver.tolerance = (SHARPER * solver.tolerance).max(LEAST).min(solver.tolerance);
    });
    let study = if passage { study.with_passage(true) } else { study };
    let here = Asked { study: &study, goals: &goals, cancel };
    let point = Point::new(study.resolve()?);
    let own = here.at(point.resolved().clone());
    let found: Vec<Slopes> =
        names.par_iter().map(|name| here.by(name, &point, &own)).collect::<Result<_>>()?;
    let of_goal = |(k, goal): (usize, &Goal)| {
        let (unit, factor) = goal.unit(&study, system);
        let by = |(name, Slopes { step, all }): (&String, &Slopes)| {
            let own = Quantity::new(1.0, study.unit(name)).value();
            let per = study.unit(name);
            let unit = match (unit.as_str(), per.text()) {
                (unit, "") => unit.to_string(),
                ("", per) => format!("1 per {per}"),
                (unit, per) => format!("{unit} per {per}"),
            };
            let value = match &all[k] {
                Ok(Measured { value, error }) => {
                    let [value, error] = [value, error].map(|x| x * own * factor);
                    json!({ "value": value, "error": error.abs(), "unit": unit, "step": step / own })
                }
                Err(why) => json!({ "value": null, "error": null, "unit": unit, "missing": why }),
            };
            (name.clone(), value)
        };
        (goal.text().to_string(), names.iter().zip(&found).map(by).collect::<Map<_, _>>().into())
    };
    Ok(Value::Object(goals.iter().enumerate().map(of_goal).collect()))
}

/// The step of a parameter, and the derivatives of all formulas by it or why there is none.
struct Slopes {
    step: f64,
    all: Vec<Result<Measured, String>>,
}

/// What is asked for in a study.
struct Asked<'a> {
    study: &'a Study,
    goals: &'a [Goal],
    cancel: &'a AtomicBool,
}

/// The values of all formulas at a point, or why there are none.
type Values = Result<Vec<Measured>, String>;

impl Asked<'_> {
    fn at(&self, resolved: Resolved) -> Values {
        let watch = Watch::new(self.cancel, &|_| {});
        let point = Point::new(resolved);
        let options = Options { sequential: true, ..Options::default() };
        let mut results = point.compute(Task::Rate, &options, watch).map_err(|error| error.to_string())?;
        // Formulas find the errors of their quantities there.
        results.errors_as_variables();
        let parameter = |name: &str| value(point.resolved(), name);
        Ok(self.goals.iter().map(|goal| goal.at(&results, &parameter)).collect())
    }

    fn by(&self, name: &str, point: &Point, own: &Values) -> Result<Slopes> {
        let none =
            |why: &str| Ok(Slopes { step: f64::NAN, all: vec![Err(why.to_string()); self.goals.len()] });
        let resolved = point.resolved();
        let known = resolved.parameters.iter().find(|parameter| parameter.name == name);
        let Some(parameter) = known.filter(|p| p.value.is_constant()) else {
            return none("it depends on theta");
        };
        let p = parameter.value.at(0.0).value;
        let Some(step) = step(resolved, point.landscape()?, parameter.dimension, p) else {
            return none("it is 0, which tells no step");
        };
        let step = WIDER * step;
        let beside = |k: f64| -> Values {
            let moved = self.study.with_value(name, p + k * step).and_then(|study| study.resolve());
            self.at(moved.map_err(|error| error.to_string())?)
        };
        let all: Vec<Values> = [-2.0, -1.0, 1.0, 2.0].par_iter().map(|&k| beside(k)).collect();
        if self.cancel.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Error::Model { what: "it was interrupted".into(), hint: "run it again".into() });
        }
        let of = |j: usize| -> Result<Measured, String> {
            let one = |values: &Values| -> Result<Measured, String> {
                let found = values.as_ref().map_err(Clone::clone)?[j];
                let is_known = found.value.is_finite() && found.error.is_finite();
                if is_known { Ok(found) } else { Err("it has no value there".into()) }
            };
            let [a, b, c, d] = [&all[0], &all[1], &all[2], &all[3]].map(one);
            match (a, b, c, d) {
                (Ok(a), Ok(b), Ok(c), Ok(d)) => {
                    let (value, error) = central([a, b, c, d].map(|of| (of.value, of.error)), step);
                    Ok(Measured { value, error })
                }
                (_, _, Ok(c), Ok(d)) => Ok(one_sided([one(own)?, c, d], step)),
                (Ok(a), Ok(b), ..) => Ok(one_sided([one(own)?, b, a], -step)),
                (Err(why), ..) | (_, Err(why), ..) => Err(why),
            }
        };
        Ok(Slopes { step, all: (0..self.goals.len()).map(of).collect() })
    }
}

/// From values at 0, h and 2h.
fn one_sided([a, b, c]: [Measured; 3], h: f64) -> Measured {
    let value = (4.0 * b.value - 3.0 * a.value - c.value) / (2.0 * h);
    let noise = (4.0 * b.error + 3.0 * a.error + c.error) / (2.0 * h);
    Measured { value, error: (value - (b.value - a.value) / h).abs() + noise.abs() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_cover_smooth_functions() {
        let at = |x: f64| Measured { value: (0.7 + x).exp(), error: 0.0 };
        let exact = 0.7_f64.exp();
        let (value, error) = central([-0.02, -0.01, 0.01, 0.02].map(|x| (at(x).value, 0.0)), 0.01);
        assert!((value - exact).abs() < 1e-8 && (value - exact).abs() < error);
        for h in [0.01, -0.01] {
            let one = one_sided([0.0, h, 2.0 * h].map(at), h);
            assert!((one.value - exact).abs() < 1e-4 && (one.value - exact).abs() < one.error);
        }
    }

    /// What the solver leaves open counts, not only the step.
    #[test]
    fn errors_of_the_values_are_there() {
        let text = "
            parameters = { U0 = \"0.02 eV\", T0 = \"20 meV\" }
            landscape = { torque = \"U0*sin(theta)\", friction = \"100 au\", diffusion = \"200 au*T0*(1 + 0.3*cos(theta + 1))\" }
            rotor = { period = \"2*pi\", moment_of_inertia = \"1e6 au\" }";
        let study = Study::from_toml(text, "motor.toml", None).unwrap();
        let goals = [Goal::parse("rotation_rate", &study).unwrap()];
        let asked = Asked { study: &study, goals: &goals, cancel: &AtomicBool::new(false) };
        let found = asked.at(study.resolve().unwrap()).unwrap()[0];
        assert!(found.error > 0.0 && found.error < 1e-3 * found.value.abs(), "{found:?}");
    }
}
