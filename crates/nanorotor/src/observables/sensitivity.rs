//! Say how the rotation rate answers to small changes: of torque, friction and noise at each angle, and what drives it at all.
//!
//! | symbol | here                | unit                              |
//! |--------|---------------------|-----------------------------------|
//! | S_F    | `at`, the first     | revolutions per a.u. of time, per Ha |
//! | S_X    | `at`, the second    | the same, per ħ                   |
//! | S_D    | `at`, the third     | the same, per Ha ħ                |
//!
//! δR = ∮ dθ [S_F δF + S_X δX + S_D δD_tot] over the smallest period of the landscape, by the adjoint of the Klein–Kramers operator.

use std::f64::consts::TAU;

use super::method::Solver;
use crate::error::{Error, Result};
use crate::kramers::Watch;
use crate::kramers::elements::{self, State};
use crate::landscape::{Landscape, effective_temperature};
use crate::periodic::Periodic;
use crate::stationary::{Converged, Stationary};

/// A value and its error.
type Measured = (f64, f64);

/// How the rotation rate of a rotor answers to small changes of what moves it.
#[derive(Debug, Clone)]
pub struct Sensitivity {
    state: Converged<State>,
    /// The moment of inertia, for what a change of it does.
    inertia: f64,
    functions: [Periodic; 3],
    /// The largest relative error among those that the tolerance limits.
    pub relative_error: f64,
    /// Whether that is the accuracy asked for.
    pub converged: bool,
}

/// How the rotation rate of a rotor answers to small changes of torque, friction and noise.
///
/// # Errors
/// As [`elements::solve_watched`]; [`Error::NotConverged`] for a rotor that hops too rarely for any digit.
pub fn sensitivity(
    landscape: &Landscape,
    moment_of_inertia: f64,
    solver: &Solver,
    watch: Watch<'_>,
) -> Result<Sensitivity> {
    let options = elements::Options { sensitivity: true, ..solver.elements_options() };
    let found = elements::solve_watched(landscape, moment_of_inertia, &options, watch)?;
    if found.stuck.is_some() {
        return Err(Error::NotConverged {
            quantity: "sensitivity",
            what: "the rotor hops too rarely for any digit of its rate".into(),
            hint: "lower the barrier or raise the temperature".into(),
        });
    }
    let functions =
        [landscape.force(), landscape.total_friction(), landscape.total_diffusion()].map(Clone::clone);
    Ok(Sensitivity {
        state: found.state,
        inertia: moment_of_inertia,
        functions,
        relative_error: found.error,
        converged: found.converged,
    })
}

impl Sensitivity {
    /// R (revolutions per a.u. of time) and its error.
    pub fn rotation_rate(&self) -> Measured {
        self.state.rotation_rate()
    }

    /// S_F, S_X and S_D at θ, each with its error: twice the largest change between two degrees of polynomials at any angle.
    pub fn at(&self, theta: &[f64]) -> [Vec<Measured>; 3] {
        let of = |state: &State, theta: f64| state.sensitivity().map_or([f64::NAN; 3], |s| s.at(theta));
        let (finer, coarser) = (&self.state.finer, &self.state.coarser);
        let angles = finer.grid().angles;
        let mut largest = [0.0_f64; 3];
        for theta in angles {
            for ((largest, a), b) in largest.iter_mut().zip(of(finer, theta)).zip(of(coarser, theta)) {
                *largest = largest.max((a - b).abs());
            }
        }
        std::array::from_fn(|k| {
            let found = |theta: &f64| (of(finer, *theta)[k] / TAU, 2.0 * largest[k] / TAU);
            theta.iter().map(found).collect()
        })
    }

    /// δR for changes of F (Ha/rad), X (ħ), D_tot (Ha ħ) over any whole number of smallest periods and of I (m_e a0²), and the error
    /// that the solution leaves in it.
    ///
    /// In the Klein–Kramers equation stand F/I, X/I and D/I² only, so a change δI is one of F, X and D by −F δI/I, −X δI/I and −2 D δI/I.
    pub fn answer(&self, changes: &[Periodic; 3], inertia_change: f64) -> Measured {
        let part = inertia_change / self.inertia;
        let period = self.state.finer.period();
        let whole: [Periodic; 3] = std::array::from_fn(|k| {
            let change = &changes[k];
            // Harmonics that the landscape has not do nothing to the first order.
            let folded = change.folded((change.period() / period).round().max(1.0) as usize);
            folded.combine(1.0, &self.functions[k], -part * if k == 2 { 2.0 } else { 1.0 })
        });
        let of = |state: &State| state.sensitivity().map_or(f64::NAN, |s| s.answer(whole.each_ref()) / TAU);
        let (finer, coarser) = (of(&self.state.finer), of(&self.state.coarser));
        (finer, 2.0 * (finer - coarser).abs() + f64::EPSILON * finer.abs())
    }

    /// ∮ dθ (|S_F| a + |S_X| b + |S_D| c): how far R moves at most if the functions err by a, b and c.
    pub fn at_most(&self, errors: [f64; 3]) -> f64 {
        let grid = self.state.finer.grid();
        let Some(sensitivity) = self.state.finer.sensitivity() else { return f64::NAN };
        let terms = grid.angles.iter().zip(&grid.weights).map(|(theta, weight)| {
            let each = sensitivity.at(*theta).into_iter().zip(errors);
            weight * each.map(|(s, error)| s.abs() * error).sum::<f64>()
        });
        terms.sum::<f64>() / TAU
    }
}

/// What is taken away from a rotor, one after the other, until nothing turns it.
pub const CAUSES: [&str; 5] = ["nothing", "uneven friction", "uneven temperature", "wind", "load"];

/// R with its error after each of [`CAUSES`] is taken away, in their order, from the `whole` of it; none where that cannot be.
///
/// Uneven friction: X becomes its mean, k_BT_eff stays. Uneven temperature: k_BT_eff becomes its mean. Wind: the mean torque of the
/// electrons is taken away. Load: the load too. What is then left is in equilibrium, and does not turn.
///
/// # Errors
/// [`Error::Model`] as [`Solver::solve_watched`].
pub fn without_causes(
    whole: Measured,
    landscape: &Landscape,
    moment_of_inertia: f64,
    solver: &Solver,
    watch: Watch<'_>,
) -> Result<Vec<Option<Measured>>> {
    let period = landscape.period();
    let (force, friction, diffusion) =
        (landscape.force(), landscape.total_friction(), landscape.total_diffusion());
    let mut rates = vec![Some(whole)];
    let mut rate = |force: &Periodic, friction: &Periodic, diffusion: &Periodic| -> Result<()> {
        let changed = Landscape::new(force.clone(), friction.clone(), diffusion.clone())?;
        rates.push(match solver.solve_watched(&changed, moment_of_inertia, watch) {
            Ok(solved) => Some(solved.state.rotation_rate()),
            Err(Error::NotConverged { .. }) => None,
            Err(error) => return Err(error),
        });
        Ok(())
    };
    if friction.minimum().1 > 0.0 {
        let count = 4 * friction.harmonics().len().max(diffusion.harmonics().len()).max(64);
        let mean = friction.mean();
        let temperature = Periodic::from_function(period, count.next_power_of_two(), |theta| {
            effective_temperature(friction.value(theta), diffusion.value(theta))
        });
        let even = Periodic::constant(period, mean);
        let noise = |temperature: f64| 2.0 * mean * temperature;
        let uneven = temperature
            .combine(2.0 * mean, &temperature, 0.0)
            .truncated(1e-14 * noise(temperature.magnitude()));
        rate(force, &even, &uneven)?;
        let isothermal = Periodic::constant(period, noise(temperature.mean()));
        rate(force, &even, &isothermal)?;
        let without_wind = force.offset(-landscape.mean_torque());
        rate(&without_wind, &even, &isothermal)?;
        if landscape.load() == 0.0 {
            // There is no load to take away.
            rates.push(rates.last().copied().flatten());
        } else {
            rate(&without_wind.offset(landscape.load()), &even, &isothermal)?;
        }
    }
    rates.resize(CAUSES.len(), None);
    Ok(rates)
}
