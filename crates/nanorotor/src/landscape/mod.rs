//! Hold the periodic functions of θ that the rotor's dynamics needs.
//!
//! | symbol   | here                    | unit   |
//! |----------|-------------------------|--------|
//! | τ        | `torque`                | Ha/rad |
//! | ξ        | `friction`              | ħ      |
//! | D        | `diffusion`             | Ha ħ   |
//! | ξ_solv   | `environment_friction`  | ħ      |
//! | D_solv   | `environment_diffusion` | Ha ħ   |
//! | F        | `force`                 | Ha/rad |
//! | X = ξ + ξ_solv     | `total_friction`  | ħ    |
//! | D_tot = D + D_solv | `total_diffusion` | Ha ħ |
//! | U        | `potential`             | Ha     |
//!
//! I θ″ = F − X θ′ + δτ with ⟨δτ(t) δτ(t′)⟩ = D_tot δ(t − t′), equations (13) to (15) of Preston & Kosov (2023).

mod from_junction;

use crate::error::{Error, Result};
use crate::periodic::{Periodic, Resolution};

/// Torque, friction and diffusion against the angle, with what follows from them; knows nothing of electrons.
#[derive(Debug, Clone, PartialEq)]
pub struct Landscape {
    torque: Periodic,
    friction: Periodic,
    diffusion: Periodic,
    classical_potential: Periodic,
    load: f64,
    environment_friction: Periodic,
    environment_diffusion: Periodic,
    averaged: Vec<(String, Periodic)>,
    force: Periodic,
    total_friction: Periodic,
    total_diffusion: Periodic,
    potential: Periodic,
    resolution: Option<Resolution>,
}

impl Landscape {
    /// The landscape of a torque τ(θ), a friction ξ(θ) and a diffusion D(θ) alone (atomic units).
    ///
    /// # Errors
    /// [`Error::Model`] if the periods differ, are not positive, or a coefficient is not finite.
    pub fn new(torque: Periodic, friction: Periodic, diffusion: Periodic) -> Result<Self> {
        let period = torque.period();
        let zero = Periodic::constant(period, 0.0);
        Self {
            classical_potential: zero.clone(),
            load: 0.0,
            environment_friction: zero.clone(),
            environment_diffusion: zero.clone(),
            averaged: Vec::new(),
            force: zero.clone(),
            total_friction: zero.clone(),
            total_diffusion: zero.clone(),
            potential: zero,
            resolution: None,
            torque,
            friction,
            diffusion,
        }
        .completed()
    }

    /// Add an environment: friction ξ_solv(θ) at the temperature k_BT_solv(θ), so that D_solv = 2 k_BT_solv ξ_solv.
    ///
    /// # Errors
    /// As [`Landscape::new`].
    pub fn with_environment(mut self, friction: Periodic, diffusion: Periodic) -> Result<Self> {
        self.environment_friction = friction;
        self.environment_diffusion = diffusion;
        self.completed()
    }

    /// Add a classical potential U_cl(θ) and a constant load (a torque that opposes +θ, Ha/rad).
    ///
    /// # Errors
    /// As [`Landscape::new`].
    pub fn with_mechanics(mut self, classical_potential: Periodic, load: f64) -> Result<Self> {
        self.classical_potential = classical_potential;
        self.load = load;
        self.completed()
    }

    /// Add functions of θ that the dynamics averages without knowing what they mean, such as currents.
    #[must_use]
    pub fn with_averaged(mut self, averaged: Vec<(String, Periodic)>) -> Self {
        self.averaged = averaged;
        self
    }

    /// Tell on which grid the functions were sampled.
    #[must_use]
    pub fn with_resolution(mut self, resolution: Resolution) -> Self {
        self.resolution = Some(resolution);
        self
    }

    /// Compute what follows from the parts, and refuse parts that cannot belong together.
    fn completed(mut self) -> Result<Self> {
        let period = self.period();
        let parts = [
            ("torque", &self.torque),
            ("friction", &self.friction),
            ("diffusion", &self.diffusion),
            ("classical potential", &self.classical_potential),
            ("environment friction", &self.environment_friction),
            ("environment diffusion", &self.environment_diffusion),
        ];
        for (name, part) in parts {
            if !(period.is_finite() && period > 0.0) || (part.period() - period).abs() > 1e-12 * period {
                return Err(Error::Model {
                    what: format!("the {name} has the period {}, the torque {period}", part.period()),
                    hint: "give all functions of theta one positive period".into(),
                });
            }
            if !part.harmonics().iter().all(|c| c.is_finite()) {
                return Err(Error::Model {
                    what: format!("the {name} is not finite at every angle"),
                    hint: "look for a division by zero, a logarithm of zero or an overflow".into(),
                });
            }
        }
        // F = τ − U_cl′ − τ_load
        self.force =
            self.torque.combine(1.0, &self.classical_potential.derivative(), -1.0).offset(-self.load);
        // X = ξ + ξ_solv, D_tot = D + D_solv
        self.total_friction = self.friction.combine(1.0, &self.environment_friction, 1.0);
        self.total_diffusion = self.diffusion.combine(1.0, &self.environment_diffusion, 1.0);
        // U = U_cl − ∫(τ − mean) dθ, shifted to min U = 0; equation (12)
        let potential = self.classical_potential.combine(1.0, &self.torque.antiderivative(), -1.0);
        self.potential = potential.offset(-potential.minimum().1);
        Ok(self)
    }

    /// The θ-grid that the electrons were sampled on, where the landscape comes from a junction.
    pub fn resolution(&self) -> Option<Resolution> {
        self.resolution
    }

    /// The period L in rad.
    pub fn period(&self) -> f64 {
        self.torque.period()
    }

    /// The torque τ(θ) that the electrons exert (Ha/rad).
    pub fn torque(&self) -> &Periodic {
        &self.torque
    }

    /// The electronic friction ξ(θ) (ħ).
    pub fn friction(&self) -> &Periodic {
        &self.friction
    }

    /// The electronic diffusion D(θ), the strength of the torque noise (Ha ħ).
    pub fn diffusion(&self) -> &Periodic {
        &self.diffusion
    }

    /// The friction ξ_solv(θ) of the environment (ħ).
    pub fn environment_friction(&self) -> &Periodic {
        &self.environment_friction
    }

    /// The diffusion D_solv(θ) = 2 k_BT_solv ξ_solv of the environment (Ha ħ).
    pub fn environment_diffusion(&self) -> &Periodic {
        &self.environment_diffusion
    }

    /// The classical potential U_cl(θ) (Ha).
    pub fn classical_potential(&self) -> &Periodic {
        &self.classical_potential
    }

    /// The constant torque that opposes +θ (Ha/rad).
    pub fn load(&self) -> f64 {
        self.load
    }

    /// The named functions that dynamics average blindly.
    pub fn averaged(&self) -> &[(String, Periodic)] {
        &self.averaged
    }

    /// The whole systematic torque F = τ − U_cl′ − load (Ha/rad).
    pub fn force(&self) -> &Periodic {
        &self.force
    }

    /// X = ξ + ξ_solv (ħ).
    pub fn total_friction(&self) -> &Periodic {
        &self.total_friction
    }

    /// D_tot = D + D_solv (Ha ħ).
    pub fn total_diffusion(&self) -> &Periodic {
        &self.total_diffusion
    }

    /// U = U_cl − ∫(τ − mean torque) dθ with min U = 0 (Ha); the load and the mean torque are not in it.
    pub fn potential(&self) -> &Periodic {
        &self.potential
    }

    /// The barrier max U − min U (Ha).
    pub fn barrier(&self) -> f64 {
        self.potential.maximum().1 - self.potential.minimum().1
    }

    /// (1/L) ∮ τ dθ, the nonconservative drive of the electrons alone (Ha/rad).
    pub fn mean_torque(&self) -> f64 {
        self.torque.mean()
    }

    /// k_BT_eff(θ) = D_tot/(2X) (Ha), equation (15); infinite or NaN where X = 0.
    pub fn effective_temperature(&self, theta: f64) -> f64 {
        self.total_diffusion.value(theta) / (2.0 * self.total_friction.value(theta))
    }
}
