//! Collect all that is known of a rotor without noise, from the stationary Klein–Kramers density.
//!
//! | symbol | here                    | unit                          |
//! |--------|-------------------------|-------------------------------|
//! | R      | `rotation_rate`         | revolutions per a.u. of time  |
//! | D_eff  | `rotational_diffusion`  | rad² per a.u. of time         |
//! | ⟨I_c⟩, ⟨J_c⟩ | `means`           | that of the function          |
//! | ½ I⟨u²⟩ | `mean_kinetic_energy`  | Ha                            |
//! | I⟨(u − ⟨u∣θ⟩)²⟩ | `mean_kinetic_temperature` | Ha                |
//! | τ_load ⟨u⟩ | `power`             | Ha per a.u. of time           |
//! | Σ_c μ_c ⟨I_c⟩ | `electrical_power` | Ha per a.u. of time         |
//!
//! Where a lead gives I_c(θ) electrons per time to a rotor at rest and e_c(θ) more per radian that it turns, it gives
//! ⟨I_c + e_c u⟩ = ∮ p I_c dθ + R ∮_0^{2π} e_c dθ on the average, because the probability current ∫ u p du is the same at all angles;
//! so with the heat. Powers, efficiency and entropy follow in `thermodynamics`.
//!
//! Heats: Q_env = ⟨ξ_solv u² − D_solv/2I⟩, Q_el = ⟨ξ u² − D/2I⟩; energy is conserved, ⟨F u⟩ = Q_env + Q_el, so that
//! with F = τ − U_cl′ − τ_load what the torque gives, ⟨τ u⟩, ends as heat or as output power.
//!
//! Every error has three parts: what a refinement changed, rounding, and what the errors of the landscape do to the density
//! (`stationary::Converged`) and to the function that is averaged over it.

use std::f64::consts::TAU;

use super::passage::{Passage, passage};
use super::thermodynamics::Thermodynamics;
use super::{Estimate, Method, Solver};
use crate::error::Result;
use crate::junction::Lead;
use crate::kramers::{self, Watch};
use crate::landscape::{Averaged, Landscape};
use crate::periodic::Periodic;
use crate::stationary::{AnyState, Stationary};

/// What to compute beside the landscape's own content.
#[derive(Debug, Clone, PartialEq)]
pub struct RateOptions {
    /// How to find the stationary state, and how exact it must be.
    pub solver: Solver,
    /// The number of equidistant angles, over the period that the landscape was given with, at which functions of θ are given.
    pub points: usize,
    /// The angles (rad) at which they are given instead; empty for that grid.
    pub theta: Vec<f64>,
    /// Whether to count passages.
    pub passage: bool,
    /// θ_c, where the counts of passages begin (rad); by default the lowest minimum of U.
    pub counter_origin: Option<f64>,
    /// The leads; `mean_current` and `mean_heat_current` of the same name belong to each.
    pub leads: Vec<Lead>,
}

impl Default for RateOptions {
    fn default() -> Self {
        Self {
            solver: Solver::default(),
            points: 256,
            theta: Vec::new(),
            passage: false,
            counter_origin: None,
            leads: Vec::new(),
        }
    }
}

/// The stationary rotation in numbers (atomic units), each with its error.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// R = ⟨u⟩/2π (revolutions per a.u. of time).
    pub rotation_rate: Estimate,
    /// D_eff, half the growth of the variance of the angle (rad² per a.u. of time).
    pub rotational_diffusion: Estimate,
    /// max U − min U (Ha).
    pub barrier: f64,
    /// I⟨(u − ⟨u|θ⟩)²⟩ (Ha), the average of `kinetic_temperature` over the density.
    pub mean_kinetic_temperature: Estimate,
    /// ½ I⟨u²⟩ (Ha), that of the mean rotation among it.
    pub mean_kinetic_energy: Estimate,
    /// max k_BT_eff (Ha).
    pub max_effective_temperature: f64,
    /// The mean of the torque over the period (Ha/rad).
    pub mean_torque: f64,
    /// The means of the averaged functions of the landscape, in their order.
    pub means: Vec<Mean>,
    /// The power delivered to the load (Ha per a.u. of time); exactly 0 without one.
    pub power: Estimate,
    /// The power drawn from the leads, Σ_c μ_c ⟨I_c⟩ (Ha per a.u. of time).
    pub electrical_power: Estimate,
    /// The power delivered over the power drawn from the leads and the heat drawn from what is warmer than the coldest bath; none
    /// where nothing is delivered, where nothing is drawn, or where the environment has no one temperature.
    pub efficiency: Option<Estimate>,
    /// What entropy leads and environment gain (k_B per a.u. of time); none where a bath has no temperature.
    pub entropy_production: Option<Estimate>,
    /// The time after which the direction is sure to two standard deviations (a.u.): 4 · 2 D_eff/(2πR)²; none where R is lost in
    /// its error.
    pub certainty_time: Option<Estimate>,
    /// Q_env (Ha per a.u. of time).
    pub heat_to_environment: Estimate,
    /// Q_el (Ha per a.u. of time).
    pub heat_to_electrons: Estimate,
    /// ⟨F u⟩ − Q_env − Q_el (Ha per a.u. of time), zero but for rounding.
    pub energy_balance: f64,
    /// The angles of the functions below (rad).
    pub theta: Vec<f64>,
    /// p(θ), normalised over the period that the landscape was given with (1/rad).
    pub density: Vec<f64>,
    /// The error of `density` at each angle (1/rad).
    pub density_error: Vec<f64>,
    /// I⟨(u − ⟨u|θ⟩)² | θ⟩ (Ha); NaN where no digit of it is known, as where the density is below its own error.
    pub kinetic_temperature: Vec<f64>,
    /// The error of `kinetic_temperature` at each angle (Ha).
    pub kinetic_temperature_error: Vec<f64>,
    /// The measured time, over all trajectories, in which trajectories would tell R to 5 % of it (a.u.); of its error, where that is
    /// larger.
    pub averaging_time: f64,
    /// How often a counter of whole turns and one of periods move on and back, if that was asked for, or why that is not known.
    pub passage: Option<Result<Passage>>,
    /// The road taken to the stationary state, never `Auto`.
    pub method: Method,
    /// How fine the solution is, in words.
    pub resolution: String,
    /// Fourier modes and Hermite levels, of the method `hermite` only.
    pub expansion: Option<kramers::Resolution>,
    /// All that is known of a rotor that hops too rarely for any digit of R and D_eff.
    pub stuck: Option<kramers::elements::Bound>,
    /// The largest relative error of resolution of R (or of a thousandth of D_eff/L), D_eff and the kinetic energy.
    pub relative_error: f64,
    /// Whether that is the accuracy asked for.
    pub converged: bool,
}

/// The mean of an averaged function of the landscape.
#[derive(Debug, Clone, PartialEq)]
pub struct Mean {
    /// What it is called in results.
    pub quantity: String,
    /// What it belongs to, such as the name of a lead.
    pub of: Vec<String>,
    /// ∮ p f dθ + ⟨u⟩ times the mean of what turning adds.
    pub estimate: Estimate,
}

impl Rates {
    /// The means of one quantity, in the order of its leads or pairs of leads.
    pub fn mean(&self, quantity: &str) -> Vec<Estimate> {
        self.means.iter().filter(|mean| mean.quantity == quantity).map(|mean| mean.estimate).collect()
    }

    /// The error of every number that has one, by name; that of a lead is named `mean_current.LEAD`.
    pub fn error_estimates(&self) -> Vec<(String, f64)> {
        let scalars = [
            ("rotation_rate", self.rotation_rate),
            ("rotational_diffusion", self.rotational_diffusion),
            ("mean_kinetic_temperature", self.mean_kinetic_temperature),
            ("mean_kinetic_energy", self.mean_kinetic_energy),
            ("power", self.power),
            ("electrical_power", self.electrical_power),
            ("heat_to_environment", self.heat_to_environment),
            ("heat_to_electrons", self.heat_to_electrons),
        ];
        let mut errors: Vec<_> = scalars.map(|(name, estimate)| (name.to_owned(), estimate.error)).into();
        // Without a load the power is no result, and has no error.
        errors.retain(|(name, error)| name != "power" || *error > 0.0);
        errors.extend(self.passage.iter().flatten().flat_map(Passage::error_estimates));
        let optional = [
            ("efficiency", self.efficiency),
            ("entropy_production", self.entropy_production),
            ("certainty_time", self.certainty_time),
        ];
        errors
            .extend(optional.iter().filter_map(|(name, found)| Some(((*name).to_owned(), (*found)?.error))));
        let of_mean = |mean: &Mean| (format!("{}.{}", mean.quantity, mean.of.join(".")), mean.estimate.error);
        errors.extend(self.means.iter().map(of_mean));
        errors
    }
}

/// Solve the stationary Klein–Kramers equation and collect what follows from it.
///
/// # Errors
/// As [`Solver::solve`].
pub fn rates(landscape: &Landscape, moment_of_inertia: f64, options: &RateOptions) -> Result<Rates> {
    rates_watched(landscape, moment_of_inertia, options, Watch::default())
}

/// The same, watched; told to stop it ends within a moment, with a larger error or none.
///
/// # Errors
/// As [`rates`]; [`Error::NotConverged`](crate::Error::NotConverged) also if it was stopped before the first solution.
pub fn rates_watched(
    landscape: &Landscape,
    moment_of_inertia: f64,
    options: &RateOptions,
    watch: Watch<'_>,
) -> Result<Rates> {
    let solved = options.solver.solve_watched(landscape, moment_of_inertia, watch)?;
    let state = &solved.state;
    let measure = |quantity: &dyn Fn(&AnyState) -> f64| Estimate::from(state.measure(quantity));
    let mean_of = |of: &Averaged| Mean {
        quantity: of.quantity.clone(),
        of: of.of.clone(),
        estimate: measure(&|s| mean(s, of)).or_by(mean_error(&state.finer, of)),
    };
    let heat = |friction: &Periodic, diffusion: &Periodic| {
        measure(&|s| s.heat(friction, diffusion)).or_by(state.finer.heat_error(friction, diffusion))
    };
    let heat_to_environment = heat(landscape.environment_friction(), landscape.environment_diffusion());
    let heat_to_electrons = heat(landscape.friction(), landscape.diffusion());
    let thermodynamics = Thermodynamics::new(landscape, &options.leads);
    let measured = |quantity: &dyn Fn(&AnyState) -> Option<f64>, error: f64| {
        // What the finest state gives, the others give.
        quantity(&state.finer)
            .map(|_| measure(&|s| quantity(s).unwrap_or(f64::NAN)).or_by(error))
            .filter(|found| found.value.is_finite())
    };
    let own_error = thermodynamics.electrical_power_error(&state.finer);
    let electrical = measure(&|s| thermodynamics.electrical_power(s)).or_by(own_error);
    let entropy_production = measured(
        &|s| thermodynamics.entropy_production(s),
        thermodynamics.entropy_production_error(&state.finer),
    );

    let points = options.points;
    // Functions of θ stand over the period that the landscape was given with, which may contain several of its own.
    let parts = landscape.parts();
    let step = landscape.stated_period() / points as f64;
    let theta: Vec<f64> = if options.theta.is_empty() {
        (0..points).map(|j| step * j as f64).collect()
    } else {
        options.theta.clone()
    };
    let profiles = state.profiles(&theta);
    // Where the density is lost in its error it may come out below zero.
    let density = profiles.density.iter().map(|p| p.max(0.0) / parts as f64).collect();
    let density_error = profiles.density_error.iter().map(|error| error / parts as f64).collect();
    let mut rotation_rate = Estimate::from(state.rotation_rate());
    // A rotor that does not turn has the rounding of what its hops add up to.
    rotation_rate.error += f64::EPSILON * state.finer.rotational_diffusion() / (state.finer.period() * TAU);
    let rotational_diffusion = measure(&AnyState::rotational_diffusion);
    let per_rate = TAU * landscape.load();
    let power = Estimate::new(per_rate * rotation_rate.value, per_rate.abs() * rotation_rate.error);
    let drawn = measured(&|s| thermodynamics.drawn(s), thermodynamics.drawn_error(&state.finer));
    Ok(Rates {
        averaging_time: averaging_time(rotation_rate, rotational_diffusion.value),
        rotation_rate,
        rotational_diffusion,
        barrier: landscape.barrier(),
        mean_kinetic_temperature: measure(&AnyState::mean_kinetic_temperature),
        mean_kinetic_energy: measure(&AnyState::mean_kinetic_energy),
        max_effective_temperature: landscape.max_effective_temperature(),
        mean_torque: landscape.mean_torque(),
        means: landscape.averaged().iter().map(mean_of).collect(),
        power,
        electrical_power: electrical,
        efficiency: drawn.and_then(|drawn| efficiency(power, drawn)),
        entropy_production,
        certainty_time: certainty_time(rotation_rate, rotational_diffusion),
        energy_balance: state.finer.average_with_velocity(landscape.force())
            - heat_to_environment.value
            - heat_to_electrons.value,
        heat_to_environment,
        heat_to_electrons,
        theta,
        density,
        density_error,
        kinetic_temperature: profiles.kinetic_temperature,
        kinetic_temperature_error: profiles.kinetic_temperature_error,
        passage: options
            .passage
            .then(|| passage(landscape, moment_of_inertia, options.counter_origin, &options.solver, watch)),
        method: solved.method,
        resolution: solved.resolution,
        expansion: solved.expansion,
        stuck: solved.stuck,
        relative_error: solved.relative_error,
        converged: solved.converged,
    })
}

/// The power over what drives it, where the one is positive and the other more than its error.
fn efficiency(power: Estimate, drawn: Estimate) -> Option<Estimate> {
    let ratio = power.value / drawn.value;
    let error = (power.error + ratio.abs() * drawn.error) / drawn.value;
    (power.value > 0.0 && drawn.value > drawn.error).then(|| Estimate::new(ratio, error))
}

/// In a time T the count of turns has the variance 2 D_eff T/(2π)², so that R is known to a part ε of itself after
/// T = 2 D_eff/(2π ε R)².
fn averaging_time(rotation_rate: Estimate, rotational_diffusion: f64) -> f64 {
    const PART: f64 = 0.05;
    let known = PART * TAU * rotation_rate.value.abs().max(rotation_rate.error);
    2.0 * rotational_diffusion / (known * known)
}

/// ⟨f + g u⟩ = ∮ p f dθ + ⟨u⟩ (1/L) ∮ g dθ of a function f and what turning adds to it, g.
pub(super) fn mean(state: &AnyState, of: &Averaged) -> f64 {
    state.average(&of.at_rest) + state.mean_velocity() * of.per_radian.mean()
}

/// What the errors of the functions themselves may do to it.
pub(super) fn mean_error(state: &AnyState, of: &Averaged) -> f64 {
    state.average_error(&of.at_rest, 0) + state.mean_velocity().abs() * of.per_radian.error()
}

/// The net angle after a time t is 2πR t ± (2 D_eff t)^½, so that the direction is sure to z standard deviations after
/// t = z² 2 D_eff/(2πR)²: the law of long times.
fn certainty_time(rotation_rate: Estimate, rotational_diffusion: Estimate) -> Option<Estimate> {
    const Z: f64 = 2.0;
    let velocity = TAU * rotation_rate.value;
    let relative = 2.0 * rotation_rate.error / rotation_rate.value.abs()
        + rotational_diffusion.error / rotational_diffusion.value;
    let value = Z * Z * 2.0 * rotational_diffusion.value / (velocity * velocity);
    let is_known = rotation_rate.error < rotation_rate.value.abs() && value.is_finite();
    is_known.then(|| Estimate::new(value, value * relative))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use crate::observables::isothermal;

    fn periodic(f: impl Fn(f64) -> f64) -> Periodic {
        Periodic::from_function(TAU, 31, f)
    }

    /// A blowtorch between an environment at 1 and "electrons" that heat one flank, with two leads.
    fn landscape(load: f64) -> Landscape {
        let current = |name: &str, sign: f64| Averaged {
            quantity: "mean_current".into(),
            of: vec![name.into()],
            at_rest: periodic(move |t| sign * (2.0 + (t + 0.5).cos())),
            per_radian: periodic(move |t| sign * (0.3 + t.sin())),
        };
        Landscape::new(periodic(|t| 2.0 * t.sin()), periodic(|_| 0.5), periodic(|t| 2.5 + 1.5 * t.sin()))
            .unwrap()
            .with_environment(periodic(|_| 0.5), periodic(|_| 1.0))
            .unwrap()
            .with_mechanics(periodic(|t| 0.1 * (2.0 * t).cos()), load)
            .unwrap()
            .with_averaged(vec![current("left", 1.0), current("right", -1.0)])
    }

    fn options() -> RateOptions {
        let leads = [("left", 3.0), ("right", -1.0), ("gate", 9.0)].map(|(name, chemical_potential)| Lead {
            name: name.into(),
            chemical_potential,
            thermal_energy: 1.0,
        });
        RateOptions { points: 64, leads: leads.into(), ..RateOptions::default() }
    }

    #[test]
    fn an_efficiency_has_an_error_or_there_is_none() {
        let drawn = Estimate::new(2.0, 2e-8);
        let found = efficiency(Estimate::new(0.5, 1e-9), drawn).unwrap();
        assert!(found.value == 0.25 && (found.error - 3e-9).abs() < 1e-22, "{found:?}");
        // A rotor at its stall torque, where the power is rounding.
        let found = efficiency(Estimate::new(1e-15, 1e-12), drawn).unwrap();
        assert!(found.error > found.value && found.error < 1e-11, "{found:?}");
        assert!(efficiency(Estimate::new(-1e-15, 1e-12), drawn).is_none());
        // What is drawn is rounding too: no efficiency follows from it.
        assert!(efficiency(Estimate::new(1e-15, 1e-12), Estimate::new(1e-18, 1e-12)).is_none());
    }

    #[test]
    fn currents_and_powers_are_averages_over_the_density() {
        let load = -0.01;
        let rates = rates(&landscape(load), 1.0, &options()).unwrap();
        let weight = TAU / 64.0;
        let at_rest: f64 =
            rates.theta.iter().zip(&rates.density).map(|(t, p)| weight * p * (2.0 + (t + 0.5).cos())).sum();
        let current = at_rest + 0.3 * TAU * rates.rotation_rate.value;
        assert!((current - at_rest).abs() > 1e-5);
        assert!((rates.mean("mean_current")[0].value - current).abs() < 1e-12);
        assert!((rates.mean("mean_current")[1].value + current).abs() < 1e-12);
        // A lead without a current of its name draws nothing.
        assert!((rates.electrical_power.value - 4.0 * current).abs() < 1e-12);
        let turns = rates.rotation_rate.value * rates.averaging_time;
        let spread = (2.0 * rates.rotational_diffusion.value * rates.averaging_time).sqrt() / TAU;
        assert!((spread / turns.abs() - 0.05).abs() < 1e-12);
        let power = load * TAU * rates.rotation_rate.value;
        assert!(power > 0.0 && (rates.power.value - power).abs() < 1e-15);
        let efficiency = rates.efficiency.unwrap();
        assert!((efficiency.value - power / (4.0 * current)).abs() < 1e-14);
        let mean: f64 =
            rates.kinetic_temperature.iter().zip(&rates.density).map(|(kt, p)| weight * kt * p).sum();
        assert!((mean - rates.mean_kinetic_temperature.value).abs() < 1e-12);
        // Torque and U_cl are slopes of potentials, so only the load exchanges work, and electrons heat the
        // environment.
        let heat = rates.heat_to_environment.value + rates.heat_to_electrons.value;
        assert!((heat + rates.power.value).abs() < 1e-12);
        assert!(rates.heat_to_environment.value > 0.0 && rates.energy_balance.abs() < 1e-13);
    }

    #[test]
    fn functions_are_given_at_the_angles_asked_for() {
        let grid = rates(&landscape(0.1), 1.0, &options()).unwrap();
        let asked = vec![grid.theta[5], -1.0, grid.theta[40]];
        let found = rates(&landscape(0.1), 1.0, &RateOptions { theta: asked.clone(), ..options() }).unwrap();
        assert_eq!((found.theta, found.rotation_rate), (asked, grid.rotation_rate));
        for (found, grid) in
            [(&found.density, &grid.density), (&found.kinetic_temperature, &grid.kinetic_temperature)]
        {
            assert_eq!(found.len(), 3);
            assert!((found[0] - grid[5]).abs() < 1e-12 && (found[2] - grid[40]).abs() < 1e-12);
        }
    }

    #[test]
    fn errors_of_what_is_averaged_come_through() {
        let exact = landscape(-0.01);
        let size = 1e-3;
        let unsure = |i: &Averaged| Averaged { at_rest: i.at_rest.clone().with_error(size), ..i.clone() };
        let uncertain = exact.averaged().iter().map(unsure).collect();
        let uncertain = rates(&exact.clone().with_averaged(uncertain), 1.0, &options()).unwrap();
        let exact = rates(&exact, 1.0, &options()).unwrap();
        // At least that of a constant, at most that of a function that is as uneven as this density.
        let is_carried = |error: f64, scale: f64| (scale..3.0 * scale).contains(&(error / size));
        assert!(is_carried(uncertain.mean("mean_current")[0].error, 1.0));
        assert!(is_carried(uncertain.electrical_power.error, 3.0 + 1.0));
        let efficiency = uncertain.efficiency.unwrap();
        assert!(is_carried(efficiency.error / efficiency.value * uncertain.electrical_power.value, 4.0));
        assert!(exact.electrical_power.error < 1e-3 * uncertain.electrical_power.error);
        assert_eq!(exact.rotation_rate, uncertain.rotation_rate);
    }

    #[test]
    fn efficiency_needs_both_powers() {
        let driven = rates(&landscape(0.1), 1.0, &options()).unwrap();
        assert!(driven.power.value < 0.0 && driven.efficiency.is_none());
        let dark = RateOptions { leads: Vec::new(), ..options() };
        let dark = rates(&landscape(-0.01), 1.0, &dark).unwrap();
        assert!(dark.power.value > 0.0 && dark.electrical_power.value == 0.0 && dark.efficiency.is_none());
    }

    #[test]
    fn unequal_temperatures_leave_no_efficiency_without_heat_currents() {
        let with = |name: &str, thermal_energy: f64| {
            let mut options = options();
            for lead in options.leads.iter_mut().filter(|lead| lead.name == name) {
                lead.thermal_energy = thermal_energy;
            }
            options
        };
        let landscape = landscape(-0.01);
        let efficiency = |options: &RateOptions| rates(&landscape, 1.0, options).unwrap().efficiency;
        assert!(efficiency(&with("right", 1.0 + 1e-12)).is_some());
        assert!(efficiency(&with("right", 1.1)).is_none() && efficiency(&with("left", 0.9)).is_none());
        // Leads alike, but warmer than the environment.
        let mut warm = options();
        warm.leads.iter_mut().for_each(|lead| lead.thermal_energy = 1.1);
        assert!(efficiency(&warm).is_none());
        // An environment without friction has no part in it, whatever its temperature.
        let alone =
            Landscape::new(periodic(|t| 2.0 * t.sin()), periodic(|_| 0.5), periodic(|_| 1.0)).unwrap();
        assert!(isothermal(&alone, &warm.leads) && isothermal(&alone, &[]));
        // One that is warm where it has friction only.
        let ring = |warm: f64| {
            let (friction, diffusion) =
                (periodic(|t| 1.0 + t.cos()), periodic(|t| 2.0 * (1.0 + t.cos()) * (1.0 + warm * t.sin())));
            isothermal(&alone.clone().with_environment(friction, diffusion).unwrap(), &options().leads)
        };
        assert!(ring(0.0) && !ring(1e-6));
    }

    #[test]
    fn every_estimate_has_its_error_by_name() {
        let rates = rates(&landscape(-0.01), 1.0, &options()).unwrap();
        let errors = rates.error_estimates();
        assert!(errors.iter().all(|(name, error)| (0.0..1e-6).contains(error) && !name.is_empty()));
        assert!(errors.iter().all(|(name, error)| *error > 0.0 || name == "power"), "{errors:?}");
        for name in ["rotation_rate", "efficiency", "mean_current.right", "mean_kinetic_energy"] {
            assert_eq!(errors.iter().filter(|(found, _)| found == name).count(), 1, "{name}");
        }
        assert!((rates.max_effective_temperature - 2.5).abs() < 1e-12);
        // U = 2 cos θ + 0.1 cos 2θ between θ = 0 and π.
        assert!((rates.barrier - 4.0).abs() < 1e-12 && rates.mean_torque.abs() < 1e-15);
        assert_eq!((rates.theta.len(), rates.density.len()), (64, 64));
    }
}
