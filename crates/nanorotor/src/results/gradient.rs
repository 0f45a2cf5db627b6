//! Differentiate torque, friction and noise by the parameters of a study, and with them the rotation rate.

use rayon::prelude::*;

use crate::coefficients::Coefficients;
use crate::error::Result;
use crate::kramers::Watch;
use crate::landscape::Landscape;
use crate::observables::Sensitivity;
use crate::periodic::Periodic;
use crate::study::{Electrons, Resolved, Study};
use crate::units::Dimension;

/// Steps of energies are this part of the lowest k_BT, over which Fermi functions vary.
const OF_THERMAL_ENERGY: f64 = 0.01;

/// Other steps are this part of the parameter, or of one for angles and ratios.
const OF_VALUE: f64 = 1e-3;

/// ∂R/∂p of a parameter p.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Derivative {
    pub name: String,
    /// p in atomic units.
    pub value: f64,
    /// ∂R/∂p and its error in atomic units, or why there is none.
    pub found: Result<(f64, f64), String>,
    /// The step of the differences of torque, friction and noise (atomic units).
    pub step: f64,
}

/// F, X and D_tot at some angles, with I, and the errors of the first three.
struct Functions {
    values: [Vec<f64>; 3],
    errors: [f64; 3],
    inertia: f64,
    period: f64,
}

impl Functions {
    fn of(resolved: &Resolved, angles: &[f64]) -> Result<Self> {
        let electrons = resolved.electrons()?;
        let at = |theta: f64| -> Result<([f64; 3], [f64; 3])> {
            let ([torque, friction, diffusion], errors) = match &electrons {
                Electrons::Junction(junction) => {
                    let found = Coefficients::at(junction, theta, &[])?;
                    let all = [&found.torque, &found.friction, &found.diffusion];
                    (all.map(|integral| integral.value), all.map(|integral| integral.error))
                }
                Electrons::Given(given) => {
                    let values = [&given.torque, &given.friction, &given.diffusion].map(|f| f.at(theta));
                    (values, values.map(|value| f64::EPSILON * value.abs()))
                }
            };
            let (own_friction, own_diffusion) = resolved.environment.at(theta);
            let force = torque - resolved.rotor.potential.at(theta).first - resolved.rotor.load;
            Ok(([force, friction + own_friction, diffusion + own_diffusion], errors))
        };
        let all: Vec<([f64; 3], [f64; 3])> =
            angles.par_iter().map(|&theta| at(theta)).collect::<Result<_>>()?;
        Ok(Self {
            values: std::array::from_fn(|k| all.iter().map(|(values, _)| values[k]).collect()),
            errors: std::array::from_fn(|k| all.iter().map(|(_, errors)| errors[k]).fold(0.0, f64::max)),
            inertia: resolved.rotor.moment_of_inertia,
            period: resolved.rotor.period,
        })
    }

    /// Σ weight f over some functions.
    fn combined(parts: &[(f64, &Self)], period: f64) -> ([Periodic; 3], f64) {
        let changes = std::array::from_fn(|k| {
            let sum = |j: usize| parts.iter().map(|(weight, f)| weight * f.values[k][j]).sum();
            let values: Vec<f64> = (0..parts[0].1.values[k].len()).map(sum).collect();
            Periodic::from_samples(period, &values)
        });
        (changes, parts.iter().map(|(weight, f)| weight * f.inertia).sum())
    }
}

/// ∂R/∂p for some parameters of a study at one point, whose landscape and sensitivity are given.
///
/// Torque, friction and noise are differentiated by central differences of the fourth order from four steps; what these differ by from the
/// second order, and what the accuracy of the integrals leaves, is stated as the error. Where a step leads out of what is allowed, as
/// from a friction of zero, all steps go the other way.
pub(super) fn gradient(
    study: &Study,
    resolved: &Resolved,
    landscape: &Landscape,
    sensitivity: &Sensitivity,
    names: &[String],
    watch: Watch<'_>,
) -> Vec<Derivative> {
    let harmonics = [landscape.force(), landscape.total_friction(), landscape.total_diffusion()]
        .map(|f| f.harmonics().len() * landscape.parts());
    let count = harmonics.into_iter().fold(16, usize::max).next_power_of_two() * 2;
    let angles: Vec<f64> = (0..count).map(|j| resolved.rotor.period * j as f64 / count as f64).collect();
    names
        .iter()
        .map(|name| {
            let known = resolved.parameters.iter().find(|parameter| parameter.name == *name);
            let value = known.filter(|p| p.value.is_constant()).map(|p| p.value.at(0.0).value);
            let scale = known.zip(value).and_then(|(p, value)| step(resolved, landscape, p.dimension, value));
            let (value, step) = (value.unwrap_or(f64::NAN), scale.unwrap_or(f64::NAN));
            let found = match (value.is_nan(), step.is_nan()) {
                _ if watch.is_cancelled() => Err("it was interrupted".into()),
                (true, _) => Err("it depends on theta".into()),
                (_, true) => Err("it is 0, which tells no step".into()),
                _ => derivative(study, resolved, sensitivity, name, value, step, &angles),
            };
            Derivative { name: name.clone(), value, found, step }
        })
        .collect()
}

/// The step of the differences by a parameter.
fn step(resolved: &Resolved, landscape: &Landscape, dimension: Dimension, value: f64) -> Option<f64> {
    if dimension.matches(Dimension::NUMBER) {
        return Some(OF_VALUE * value.abs().max(1.0));
    }
    if dimension.matches(Dimension::ENERGY) {
        let leads = resolved.leads().map(|lead| lead.thermal_energy);
        let lowest = leads.fold(landscape.max_effective_temperature(), f64::min);
        return (lowest > 0.0).then_some(OF_THERMAL_ENERGY * lowest);
    }
    let typical =
        if dimension.matches(Dimension::FRICTION) { landscape.total_friction().mean() } else { 0.0 };
    let size = if value == 0.0 { typical } else { value.abs() };
    (size > 0.0).then_some(OF_VALUE * size)
}

fn derivative(
    study: &Study,
    resolved: &Resolved,
    sensitivity: &Sensitivity,
    name: &str,
    value: f64,
    step: f64,
    angles: &[f64],
) -> Result<(f64, f64), String> {
    let at = |k: f64| -> Result<Functions> {
        Functions::of(&study.with_value(name, value + k * step)?.resolve()?, angles)
    };
    let told = |error: crate::error::Error| error.to_string();
    let both = |k: f64| Ok((at(k)?, at(2.0 * k)?));
    // Weights for a difference of high order and for one of a lower order.
    let own = || Functions::of(resolved, angles).map_err(told);
    let (high, low, all): (Vec<f64>, Vec<f64>, Vec<Functions>) = match (both(1.0), both(-1.0)) {
        (Ok((a, b)), Ok((c, d))) => (
            vec![8.0 / 12.0, -1.0 / 12.0, -8.0 / 12.0, 1.0 / 12.0],
            vec![0.5, 0.0, -0.5, 0.0],
            vec![a, b, c, d],
        ),
        (Ok((a, b)), Err(_)) => (vec![2.0, -0.5, -1.5], vec![1.0, 0.0, -1.0], vec![a, b, own()?]),
        (Err(_), Ok((a, b))) => (vec![-2.0, 0.5, 1.5], vec![-1.0, 0.0, 1.0], vec![a, b, own()?]),
        (Err(error), Err(_)) => return Err(told(error)),
    };
    if all.iter().any(|f| (f.period - resolved.rotor.period).abs() > 1e-12 * f.period) {
        return Err("it changes the period of the rotor".into());
    }
    let answer = |weights: &[f64]| {
        let parts: Vec<(f64, &Functions)> = weights.iter().map(|w| w / step).zip(&all).collect();
        let (changes, inertia) = Functions::combined(&parts, resolved.rotor.period);
        sensitivity.answer(&changes, inertia)
    };
    let ((found, error), (rough, _)) = (answer(&high), answer(&low));
    let errors: [f64; 3] =
        std::array::from_fn(|k| all.iter().map(|f| f.errors[k]).fold(0.0, f64::max) / step);
    Ok((found, error + (found - rough).abs() + sensitivity.at_most(errors)))
}
