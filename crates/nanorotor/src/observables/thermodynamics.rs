//! Balance power, heat and entropy between the rotor, its load, the leads and the environment.
//!
//! | symbol          | here                 | unit                  |
//! |-----------------|----------------------|-----------------------|
//! | τ_load ⟨u⟩      | power of the rotor   | Ha per a.u. of time   |
//! | P_el = Σ_c μ_c ⟨I_c⟩ | `electrical_power` | Ha per a.u. of time |
//! | Q_env, Q_el     | heats of friction    | Ha per a.u. of time   |
//! | J_c             | heat out of a lead   | Ha per a.u. of time   |
//! | σ               | `entropy_production` | k_B per a.u. of time  |
//!
//! Energy: to the first order in the velocity Σ_c (⟨J_c⟩ + μ_c ⟨I_c⟩) = ⟨τ u⟩, the work of the torque, and ⟨τ u⟩ = τ_load ⟨u⟩ + Q_env + Q_el.
//! Q_el, of the second order, goes back to the leads; how they share it no integral here tells, and equal parts are taken. It is
//! exact for leads of one temperature, where then k_BT σ = P_el − τ_load ⟨u⟩ if the environment has that temperature too.
//!
//! Entropy: σ = Σ_c (Q_el/n − ⟨J_c⟩)/k_BT_c + ⟨(ξ_solv u² − D_solv/2I)/k_BT_solv⟩.
//!
//! Efficiency: the power over what drives it, P_el and the heat drawn from all baths warmer than the coldest.

use super::rates::{mean, mean_error};
use crate::junction::Lead;
use crate::landscape::{Averaged, Landscape};
use crate::periodic::Periodic;
use crate::stationary::{AnyState, Stationary};

/// Temperatures are alike to this part of themselves.
const ALIKE: f64 = 1e-9;

/// A lead with what dynamics average of it.
struct Reservoir<'a> {
    lead: &'a Lead,
    current: Option<&'a Averaged>,
    heat: Option<&'a Averaged>,
}

/// The temperature of the environment.
enum Environment {
    /// It has no friction, and exchanges no heat.
    Absent,
    /// One temperature (Ha) wherever it has friction.
    Uniform(f64),
    /// ξ_solv/k_BT_solv (ħ/Ha): the temperature depends on the angle.
    Uneven(Periodic),
    /// It has friction without a temperature.
    Cold,
}

/// The baths of a rotor and its load.
pub(super) struct Thermodynamics<'a> {
    landscape: &'a Landscape,
    reservoirs: Vec<Reservoir<'a>>,
    environment: Environment,
}

impl<'a> Thermodynamics<'a> {
    pub(super) fn new(landscape: &'a Landscape, leads: &'a [Lead]) -> Self {
        let averaged = |quantity: &str, lead: &Lead| {
            landscape.averaged().iter().find(|of| of.quantity == quantity && of.of == [lead.name.as_str()])
        };
        let reservoir = |lead: &'a Lead| Reservoir {
            lead,
            current: averaged("mean_current", lead),
            heat: averaged("mean_heat_current", lead),
        };
        Self {
            landscape,
            reservoirs: leads.iter().map(reservoir).collect(),
            environment: Environment::of(landscape),
        }
    }

    /// P_el.
    pub(super) fn electrical_power(&self, state: &AnyState) -> f64 {
        self.driving().map(|(mu, current)| mu * mean(state, current)).sum()
    }

    /// What the errors of the currents do to P_el.
    pub(super) fn electrical_power_error(&self, state: &AnyState) -> f64 {
        self.driving().map(|(mu, current)| mu.abs() * mean_error(state, current)).sum()
    }

    fn driving(&self) -> impl Iterator<Item = (f64, &Averaged)> {
        self.reservoirs.iter().filter_map(|of| Some((of.lead.chemical_potential, of.current?)))
    }

    /// The electrical power and the heat of the warmer baths, as far as they are positive; none without one temperature of the
    /// environment, or where the heat currents are not known.
    pub(super) fn drawn(&self, state: &AnyState) -> Option<f64> {
        let electrical = self.electrical_power(state).max(0.0);
        let heat: f64 = self.warmer()?.iter().map(|bath| self.heat_from(bath, state)).sum::<Option<f64>>()?;
        Some(electrical + heat.max(0.0))
    }

    /// What the errors of the averaged functions do to what is drawn.
    pub(super) fn drawn_error(&self, state: &AnyState) -> f64 {
        let heat = self.warmer().into_iter().flatten().filter_map(|bath| match bath {
            Bath::Lead(of) => Some(mean_error(state, of.heat?)),
            Bath::Environment => Some(self.environment_error(state)),
        });
        self.electrical_power_error(state) + heat.sum::<f64>()
    }

    /// σ, where every bath has a temperature and the heat currents are known.
    pub(super) fn entropy_production(&self, state: &AnyState) -> Option<f64> {
        let of_lead =
            |of: &Reservoir<'_>| Some(-self.heat_from(&Bath::Lead(of), state)? / of.lead.thermal_energy);
        let leads: f64 = self.reservoirs.iter().map(of_lead).sum::<Option<f64>>()?;
        let of_environment = match &self.environment {
            Environment::Absent => 0.0,
            Environment::Uniform(temperature) => self.heat_to_environment(state) / temperature,
            // ⟨(ξ u² − D/2I)/k_BT⟩ with D = 2 k_BT ξ
            Environment::Uneven(over_temperature) => {
                let friction = self.landscape.environment_friction();
                state.average_of(over_temperature, 2) - state.average(friction) / state.moment_of_inertia()
            }
            Environment::Cold => return None,
        };
        (!self.reservoirs.is_empty()).then_some(leads + of_environment)
    }

    /// What the errors of the averaged functions do to σ.
    pub(super) fn entropy_production_error(&self, state: &AnyState) -> f64 {
        let leads = self
            .reservoirs
            .iter()
            .filter_map(|of| Some(mean_error(state, of.heat?) / of.lead.thermal_energy));
        let environment = match &self.environment {
            Environment::Uniform(temperature) => self.environment_error(state) / temperature,
            _ => 0.0,
        };
        leads.sum::<f64>() + environment
    }

    /// The baths that are warmer than the coldest; none where the environment has no one temperature.
    fn warmer(&self) -> Option<Vec<Bath<'_, 'a>>> {
        let mut baths: Vec<(f64, Bath<'_, 'a>)> =
            self.reservoirs.iter().map(|of| (of.lead.thermal_energy, Bath::Lead(of))).collect();
        match self.environment {
            Environment::Absent => {}
            Environment::Uniform(temperature) => baths.push((temperature, Bath::Environment)),
            Environment::Uneven(_) | Environment::Cold => return None,
        }
        let coldest = baths.iter().map(|(temperature, _)| *temperature).fold(f64::INFINITY, f64::min);
        let warmer = baths.into_iter().filter(|(temperature, _)| *temperature > coldest * (1.0 + ALIKE));
        Some(warmer.map(|(_, bath)| bath).collect())
    }

    /// The heat that a bath gives, its part of Q_el taken off.
    fn heat_from(&self, bath: &Bath<'_, '_>, state: &AnyState) -> Option<f64> {
        match bath {
            Bath::Lead(of) => {
                let back = state.heat(self.landscape.friction(), self.landscape.diffusion());
                Some(mean(state, of.heat?) - back / self.reservoirs.len() as f64)
            }
            Bath::Environment => Some(-self.heat_to_environment(state)),
        }
    }

    fn heat_to_environment(&self, state: &AnyState) -> f64 {
        state.heat(self.landscape.environment_friction(), self.landscape.environment_diffusion())
    }

    fn environment_error(&self, state: &AnyState) -> f64 {
        state.heat_error(self.landscape.environment_friction(), self.landscape.environment_diffusion())
    }
}

/// What heat comes from.
enum Bath<'r, 'a> {
    Lead(&'r Reservoir<'a>),
    Environment,
}

impl Environment {
    fn of(landscape: &Landscape) -> Self {
        let (friction, diffusion) = (landscape.environment_friction(), landscape.environment_diffusion());
        if friction.magnitude() == 0.0 {
            return Self::Absent;
        }
        // D_solv = 2 k_BT_solv ξ_solv
        let mean = diffusion.mean() / (2.0 * friction.mean());
        if diffusion.combine(1.0, friction, -2.0 * mean).magnitude() <= ALIKE * diffusion.magnitude() {
            return if mean > 0.0 { Self::Uniform(mean) } else { Self::Cold };
        }
        // A ratio has more harmonics than its parts.
        let n = 16 * (friction.harmonics().len() + diffusion.harmonics().len()) + 1;
        let ratio = |(xi, d): (f64, f64)| if xi == 0.0 { 0.0 } else { 2.0 * xi * xi / d };
        let samples: Vec<f64> =
            friction.samples(n).into_iter().zip(diffusion.samples(n)).map(ratio).collect();
        if samples.iter().all(|x| x.is_finite() && *x >= 0.0) {
            Self::Uneven(Periodic::from_samples(friction.period(), &samples))
        } else {
            Self::Cold
        }
    }
}

/// Whether the leads and the environment have one temperature, to nine digits.
///
/// The environment counts where it has friction: its temperature at other angles acts on nothing.
pub fn isothermal(landscape: &Landscape, leads: &[Lead]) -> bool {
    let Some(first) = leads.first().map(|lead| lead.thermal_energy) else { return true };
    let alike = |temperature: f64| (temperature - first).abs() <= ALIKE * first;
    leads.iter().all(|lead| alike(lead.thermal_energy))
        && match Environment::of(landscape) {
            Environment::Absent => true,
            Environment::Uniform(temperature) => alike(temperature),
            Environment::Uneven(_) | Environment::Cold => false,
        }
}

/// Whether the environment has the same temperature wherever it has friction.
pub fn environment_has_one_temperature(landscape: &Landscape) -> bool {
    matches!(Environment::of(landscape), Environment::Absent | Environment::Uniform(_))
}
