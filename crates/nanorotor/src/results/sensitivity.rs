//! Tabulate why a rotor turns, and what would make it turn faster, under the names of the results.

use super::band_fit::{Fitted, with_errors_of_fits};
use super::gradient::{Derivative, gradient};
use super::landscape::theta_grid;
use super::rate::{LARGER_ERRORS, THETA_POINTS};
use super::task::Point;
use super::variables::Results;
use crate::error::{Error, Result};
use crate::kramers;
use crate::observables::{CAUSES, sensitivity, without_causes};
use crate::quantity::{PARAMETER, REMOVED, System, THETA, Task, output_unit};
use crate::study::Study;
use crate::units::Quantity;

/// A value and its error.
type Measured = (f64, f64);

/// What is asked of the sensitivity of a rotor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SensitivityOptions {
    /// The angles (rad) of what stands over theta; by default [`THETA_POINTS`] over the study's period.
    pub theta: Option<Vec<f64>>,
    /// The parameters to differentiate by; by default all that the study uses.
    pub parameters: Option<Vec<String>>,
}

/// How the rotation rate of a study at one point answers to a push, to friction and to noise at each angle, its derivatives and
/// elasticities by the parameters, and what is left of it when one cause after the other is taken away.
///
/// A derivative is told per unit of its parameter, as the study writes it.
///
/// # Errors
/// [`Error::Study`] for a parameter that the study does not know; as [`Point::landscape`] and [`sensitivity`].
pub fn sensitivity_results(
    study: &Study,
    options: &SensitivityOptions,
    watch: kramers::Watch<'_>,
) -> Result<Results> {
    with_errors_of_fits(study, |fitted| sensitivity_of_fit(fitted, options, watch))
}

fn sensitivity_of_fit(
    fitted: &Fitted<'_>,
    options: &SensitivityOptions,
    watch: kramers::Watch<'_>,
) -> Result<Results> {
    let study = fitted.study;
    let point = Point::new(fitted.resolve(study)?);
    let (resolved, landscape) = (point.resolved(), point.landscape()?);
    let names = parameters(study, options.parameters.as_deref())?;
    let inertia = resolved.rotor.moment_of_inertia;
    let found = sensitivity(landscape, inertia, &resolved.solver, watch)?;
    let theta = options.theta.clone().unwrap_or_else(|| theta_grid(resolved.rotor.period, THETA_POINTS));
    let mut results = Results::default();
    let mut scalar = |name: &str, (value, error): Measured| {
        results.scalar(name, value);
        results.errors.push((name.into(), error));
    };
    let (rate, rate_error) = found.rotation_rate();
    scalar("rotation_rate", (rate, rate_error));

    let functions = ["torque_sensitivity", "friction_sensitivity", "diffusion_sensitivity"];
    for (name, values) in functions.into_iter().zip(found.at(&theta)) {
        let (values, errors) = values.into_iter().unzip();
        results.of_kind(name, values);
        results.variable(&format!("{name}_error"), &[THETA], errors);
    }
    let at = |f: &dyn Fn(f64) -> f64| theta.iter().map(|&theta| f(theta)).collect::<Vec<f64>>();
    results.variable("potential", &[THETA], at(&|theta| landscape.potential().value(theta)));
    results.variable("effective_temperature", &[THETA], at(&|theta| landscape.effective_temperature(theta)));
    results.numbers(THETA, theta);
    results.scalar("period", resolved.rotor.period);

    let derivatives = gradient(fitted, resolved, landscape, &found, &names, watch);
    let of = |pick: &dyn Fn(&Derivative, Measured) -> Measured| -> Vec<Measured> {
        let none = (f64::NAN, f64::NAN);
        derivatives.iter().map(|d| pick(d, *d.found.as_ref().unwrap_or(&none))).collect()
    };
    let per_unit = |d: &Derivative, (value, error): Measured| {
        let unit = Quantity::new(1.0, study.unit(&d.name)).value();
        (value * unit, error * unit)
    };
    of_names(&mut results, "derivative", PARAMETER, &names, of(&per_unit));
    let elasticity = |d: &Derivative, (slope, error): Measured| {
        // A rate of which no digit is known has no relative change.
        let part = if rate.abs() > rate_error { d.value / rate } else { f64::NAN };
        (slope * part + 0.0, (error * part).abs() + (slope * part * rate_error / rate).abs())
    };
    of_names(&mut results, "elasticity", PARAMETER, &names, of(&elasticity));
    results.parameter_units =
        names.iter().map(|name| (name.clone(), study.unit(name).text().to_owned())).collect();
    results.names(PARAMETER, names);
    tell(study, &derivatives, &mut results);

    let causes = without_causes((rate, rate_error), landscape, inertia, &resolved.solver, watch)?;
    let left: Vec<Measured> = causes.into_iter().map(|rate| rate.unwrap_or((f64::NAN, f64::NAN))).collect();
    let removed = CAUSES.map(String::from).to_vec();
    of_names(&mut results, "remaining_rate", REMOVED, &removed, left);
    results.names(REMOVED, removed);
    if landscape.total_friction().minimum().1 <= 0.0 {
        let why = "no rates of what is left: where the friction is negative there is no effective temperature to even out";
        results.note("remaining_rate", why);
    }
    if !resolved.solver.method.is_of_whole_equation() {
        let why = format!("of the equation with inertia, which the method {} leaves", resolved.solver.method);
        results.note("sensitivities", why);
    }
    results
        .note("removed", "one after the other, in this order; another order shares the rate out differently");
    results.note_choices(resolved);
    let asked = resolved.solver.tolerance;
    if !found.converged {
        results.fail(Error::LessAccurate {
            quantity: "the stationary state",
            reached: found.relative_error,
            asked,
            hint: LARGER_ERRORS.into(),
        });
    }
    Ok(results)
}

/// R and its derivatives by some parameters, in practical units (revolutions/ns), each per unit of the parameter as the study writes it.
///
/// # Errors
/// [`Error::Study`] for a parameter that the study does not know, [`Error::Model`] for one that has no derivative; as
/// [`Point::landscape`] and [`sensitivity`].
pub fn rate_and_gradient(
    study: &Study,
    names: &[String],
    watch: kramers::Watch<'_>,
) -> Result<(f64, Vec<f64>)> {
    let found = RateGradient::new(study, names, watch)?;
    let factor = output_unit("rotation_rate").map_or(1.0, |unit| unit.factor(System::Practical));
    let slope = |(name, (slope, _)): (&String, &Measured)| {
        slope * Quantity::new(1.0, study.unit(name)).value() * factor
    };
    Ok((found.rate * factor, names.iter().zip(&found.slopes).map(slope).collect()))
}

/// R and ∂R/∂p with its error for some parameters, in atomic units.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RateGradient {
    pub(crate) rate: f64,
    pub(crate) slopes: Vec<Measured>,
    /// Whether the stationary state has the accuracy asked for.
    pub(crate) converged: bool,
}

impl RateGradient {
    /// From one adjoint solution, whatever the number of parameters.
    ///
    /// # Errors
    /// As [`rate_and_gradient`].
    pub(crate) fn new(study: &Study, names: &[String], watch: kramers::Watch<'_>) -> Result<Self> {
        let names = parameters(study, Some(names))?;
        let fitted = Fitted::own(study);
        let point = Point::new(fitted.resolve(study)?);
        let (resolved, landscape) = (point.resolved(), point.landscape()?);
        let found = sensitivity(landscape, resolved.rotor.moment_of_inertia, &resolved.solver, watch)?;
        let known = |of: Derivative| {
            of.found.map_err(|why| Error::Model {
                what: format!("the rotation rate has no derivative by `{}`: {why}", of.name),
                hint: "leave it out, or differentiate by another parameter".into(),
            })
        };
        let slopes = gradient(&fitted, resolved, landscape, &found, &names, watch).into_iter().map(known);
        Ok(Self {
            rate: found.rotation_rate().0,
            slopes: slopes.collect::<Result<_>>()?,
            converged: found.converged,
        })
    }
}

/// The parameters that are asked for, or all that the study uses.
fn parameters(study: &Study, asked: Option<&[String]>) -> Result<Vec<String>> {
    let unused = study.unused_by(&[Task::Rate]);
    let Some(asked) = asked else {
        return Ok(study.parameter_names().filter(|name| !unused.contains(name)).map(Into::into).collect());
    };
    for name in asked {
        if !study.parameter_names().any(|known| known == name) {
            study.with_value(name, 0.0)?;
        }
    }
    Ok(asked.to_vec())
}

/// A variable over an axis of names, with its errors.
fn of_names(results: &mut Results, variable: &str, axis: &str, names: &[String], values: Vec<Measured>) {
    let (values, errors): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
    results.variable(variable, &[axis], values);
    let each = names.iter().zip(errors).filter(|(_, error)| error.is_finite());
    results.errors.extend(each.map(|(name, error)| (format!("{variable}.{name}"), error)));
}

/// The units of the parameters, how their derivatives were found, and why some have none.
fn tell(study: &Study, derivatives: &[Derivative], results: &mut Results) {
    let rate = output_unit("derivative").map_or("", |unit| unit.name(System::Practical));
    let known = derivatives.iter().filter(|d| d.found.is_ok());
    let each: Vec<String> = known
        .map(|d| {
            let step = Quantity::from_atomic(d.step, study.unit(&d.name));
            let unit = step.unit().to_string();
            format!(
                "{} per {} (step {:.1e})",
                d.name,
                if unit.is_empty() { "1" } else { &unit },
                step.number()
            )
        })
        .collect();
    if !each.is_empty() {
        results.note("derivative", format!("of the rotation rate in {rate} by {}", each.join(", ")));
    }
    let missing = derivatives.iter().filter_map(|d| Some(format!("{}: {}", d.name, d.found.as_ref().err()?)));
    let missing: Vec<String> = missing.collect();
    if !missing.is_empty() {
        results.note("missing", missing.join("; "));
    }
}
