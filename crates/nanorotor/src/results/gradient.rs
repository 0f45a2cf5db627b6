//! Differentiate torque, friction and noise by the parameters of a study, and with them the rotation rate.

use rayon::prelude::*;

use super::band_fit::Fitted;
use crate::coefficients::Coefficients;
use crate::error::Result;
use crate::kramers::Watch;
use crate::landscape::Landscape;
use crate::observables::Sensitivity;
use crate::periodic::Periodic;
use crate::study::{Electrons, Resolved};
use crate::units::Dimension;

/// Steps of energies are this part of the lowest k_BT, over which Fermi functions vary.
const OF_THERMAL_ENERGY: f64 = 0.01;

/// Other steps are this part of the parameter, or of one for angles and ratios.
const OF_VALUE: f64 = 1e-3;

/// Steps of differences of rates are this many times those of torque, friction and noise: the errors of rates, which come from solvers,
/// are larger than those of integrals.
pub(crate) const WIDER: f64 = 8.0;

/// Harmonics are resolved down to this part of their function.
const HARMONIC: f64 = 1e-8;

/// The order of the differences is raised on every so many angles.
const CORRECTED: usize = 4;

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

/// Functions of θ at some angles, with the errors of each.
struct Functions {
    values: [Vec<f64>; 3],
    errors: [f64; 3],
}

impl Functions {
    /// Torque, friction and noise of the electrons.
    fn of_electrons(resolved: &Resolved, angles: &[f64]) -> Result<Self> {
        let electrons = resolved.electrons()?;
        let at = |theta: f64| -> Result<([f64; 3], [f64; 3])> {
            Ok(match &electrons {
                Electrons::Junction(junction) => {
                    let found = Coefficients::at(junction, theta, &[])?;
                    let all = [&found.torque, &found.friction, &found.diffusion];
                    (all.map(|integral| integral.value), all.map(|integral| integral.error))
                }
                Electrons::Given(given) => {
                    let values = [&given.torque, &given.friction, &given.diffusion].map(|f| f.at(theta));
                    (values, values.map(|value| f64::EPSILON * value.abs()))
                }
            })
        };
        let all: Vec<([f64; 3], [f64; 3])> =
            angles.par_iter().map(|&theta| at(theta)).collect::<Result<_>>()?;
        Ok(Self::collected(&all))
    }

    /// What potential, load and environment add to F, X and D_tot.
    fn of_surroundings(resolved: &Resolved, angles: &[f64]) -> Self {
        let at = |&theta: &f64| {
            let (friction, diffusion) = resolved.environment.at(theta);
            let force = -resolved.rotor.potential.at(theta).first - resolved.rotor.load;
            let values = [force, friction, diffusion];
            (values, values.map(|value| f64::EPSILON * value.abs()))
        };
        Self::collected(&angles.iter().map(at).collect::<Vec<_>>())
    }

    fn collected(all: &[([f64; 3], [f64; 3])]) -> Self {
        Self {
            values: std::array::from_fn(|k| all.iter().map(|(values, _)| values[k]).collect()),
            errors: std::array::from_fn(|k| all.iter().map(|(_, errors)| errors[k]).fold(0.0, f64::max)),
        }
    }
}

/// A point beside the one that is differentiated at.
struct Beside {
    resolved: Resolved,
    /// None where the parameter does not move the electrons.
    electrons: Option<Functions>,
    surroundings: Functions,
}

impl Beside {
    fn at(resolved: Resolved, angles: &[f64], moves_electrons: bool) -> Result<Self> {
        let electrons = moves_electrons.then(|| Functions::of_electrons(&resolved, angles)).transpose()?;
        let surroundings = Functions::of_surroundings(&resolved, angles);
        Ok(Self { resolved, electrons, surroundings })
    }

    fn functions(&self) -> impl Iterator<Item = &Functions> {
        self.electrons.iter().chain([&self.surroundings])
    }

    /// Σ weight f of F, X, D_tot over every `stride`-th angle, and of I.
    fn combined(parts: &[(f64, &Self)], period: f64, stride: usize) -> ([Periodic; 3], f64) {
        let changes = std::array::from_fn(|k| {
            let count = parts[0].1.surroundings.values[k].len();
            let sum = |j: usize| {
                let each = parts.iter().map(|(weight, f)| (weight, f.functions().map(|f| f.values[k][j])));
                each.map(|(weight, values)| values.map(|value| weight * value).sum::<f64>()).sum()
            };
            let values: Vec<f64> = (0..count).step_by(stride).map(sum).collect();
            Periodic::from_samples(period, &values)
        });
        (changes, parts.iter().map(|(weight, f)| weight * f.resolved.rotor.moment_of_inertia).sum())
    }
}

/// ∂R/∂p for some parameters of a study at one point, whose landscape and sensitivity are given.
///
/// Torque, friction and noise are differentiated by central differences, on as many angles as they have harmonics above [`HARMONIC`]. On
/// every [`CORRECTED`]-th of these angles twice the step besides gives the next order, which corrects the answer; how much, the accuracy
/// of the integrals and the tail of the harmonics are stated as the error. Where a step leads out of what is allowed, as from a friction
/// of zero, all steps go the other way. Electrons are integrated only for a parameter that moves them.
pub(super) fn gradient(
    fitted: &Fitted<'_>,
    resolved: &Resolved,
    landscape: &Landscape,
    sensitivity: &Sensitivity,
    names: &[String],
    watch: Watch<'_>,
) -> Vec<Derivative> {
    let harmonics = [landscape.force(), landscape.total_friction(), landscape.total_diffusion()]
        .map(|f| f.clone().truncated(HARMONIC * f.magnitude()).harmonics().len() * landscape.parts());
    let count = (2 * harmonics.into_iter().fold(16, usize::max)).next_power_of_two();
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
                _ => derivative(fitted, resolved, sensitivity, name, value, step, &angles),
            };
            Derivative { name: name.clone(), value, found, step }
        })
        .collect()
}

/// The step of the differences by a parameter.
pub(crate) fn step(
    resolved: &Resolved,
    landscape: &Landscape,
    dimension: Dimension,
    value: f64,
) -> Option<f64> {
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
    fitted: &Fitted<'_>,
    resolved: &Resolved,
    sensitivity: &Sensitivity,
    name: &str,
    value: f64,
    step: f64,
    angles: &[f64],
) -> Result<(f64, f64), String> {
    let told = |error: crate::error::Error| error.to_string();
    let moves_electrons = fitted.study.moves_electrons(name);
    let resolved_at = |k: f64| fitted.resolve(&fitted.study.with_value(name, value + k * step)?);
    let both = |k: f64| Ok((resolved_at(k)?, resolved_at(2.0 * k)?));
    let coarse: Vec<f64> = angles.iter().copied().step_by(CORRECTED).collect();
    let beside =
        |resolved: Resolved, angles: &[f64]| Beside::at(resolved, angles, moves_electrons).map_err(told);
    // Weights for a difference of high order and for one of a lower order.
    let (high, low, all): ([f64; 4], [f64; 4], Vec<Beside>) = match (both(1.0), both(-1.0)) {
        (Ok((a, b)), Ok((c, d))) => (
            [8.0 / 12.0, -8.0 / 12.0, -1.0 / 12.0, 1.0 / 12.0],
            [0.5, -0.5, 0.0, 0.0],
            vec![beside(a, angles)?, beside(c, angles)?, beside(b, &coarse)?, beside(d, &coarse)?],
        ),
        (one, other) => {
            let sign = if one.is_ok() { 1.0 } else { -1.0 };
            let (a, b) = one.or(other).map_err(told)?;
            let own = beside(resolved.clone(), angles)?;
            (
                [2.0 * sign, -1.5 * sign, -0.5 * sign, 0.0],
                [sign, -sign, 0.0, 0.0],
                vec![beside(a, angles)?, own, beside(b, &coarse)?],
            )
        }
    };
    let period = resolved.rotor.period;
    if all.iter().any(|f| (f.resolved.rotor.period - period).abs() > 1e-12 * period) {
        return Err("it changes the period of the rotor".into());
    }
    let on_all = |weights: [f64; 4]| -> Vec<(f64, &Beside)> {
        weights.iter().map(|w| w / step).zip(&all).take(2).collect()
    };
    let (changes, inertia) = Beside::combined(&on_all(low), period, 1);
    let (found, error) = sensitivity.answer(&changes, inertia);
    // The same on the coarse angles, by both orders: what lies on all of them is taken there only.
    let order = |weights: [f64; 4]| {
        let (fine, inertia) = Beside::combined(&on_all(weights), period, CORRECTED);
        let rest: Vec<(f64, &Beside)> = weights.iter().map(|w| w / step).zip(&all).skip(2).collect();
        let (coarse, more) = Beside::combined(&rest, period, 1);
        let sum = std::array::from_fn(|k| fine[k].combine(1.0, &coarse[k], 1.0));
        sensitivity.answer(&sum, inertia + more).0
    };
    let correction = order(high) - order(low);
    let errors: [f64; 3] = std::array::from_fn(|k| {
        let each = all.iter().map(|f| f.functions().map(|f| f.errors[k]).sum::<f64>());
        each.fold(0.0, f64::max) / step + changes[k].tail()
    });
    Ok((found + correction, error + correction.abs() + sensitivity.at_most(errors)))
}
