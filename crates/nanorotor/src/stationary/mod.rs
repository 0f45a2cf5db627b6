//! Draw the observables from a stationary state and state their errors, whichever solver found it.
//!
//! | symbol | here                    | unit                    |
//! |--------|-------------------------|-------------------------|
//! | ⟨u⟩    | `mean_velocity`         | rad per a.u. of time    |
//! | R = ⟨u⟩/2π | `rotation_rate`     | revolutions per a.u. of time |
//! | D_eff  | `rotational_diffusion`  | rad² per a.u. of time   |
//! | ½ I⟨u²⟩ | `mean_kinetic_energy`  | Ha                      |
//! | I⟨(u − ⟨u∣θ⟩)²⟩ | `mean_kinetic_temperature` | Ha          |
//!
//! The probability current ⟨u⟩/L is the same at every angle, so that ⟨u|θ⟩ = ⟨u⟩/(L p(θ)).

mod converged;
mod draws;

use std::f64::consts::TAU;

pub use converged::{Converged, ENLARGEMENT, Profiles};
pub(crate) use converged::{DRAWS, MARGIN, REMAINDER};
pub(crate) use draws::Signs;

use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::periodic::Periodic;
use crate::quantity::in_practical_units;

/// The moments ∫ p du, ∫ u p du and ∫ u² p du at one angle, with p normalised over one period.
pub type Moments = [f64; 3];

/// Angles with the weights of an integral over one period, and the moments there.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// The angles (rad).
    pub angles: Vec<f64>,
    /// The weights (rad).
    pub weights: Vec<f64>,
    /// The moments.
    pub moments: Vec<Moments>,
}

/// A stationary state of a rotor.
pub trait Stationary {
    /// The period L (rad).
    fn period(&self) -> f64;

    /// I (m_e a0²).
    fn moment_of_inertia(&self) -> f64;

    /// ⟨u⟩ (rad per a.u. of time).
    fn mean_velocity(&self) -> f64;

    /// D_eff, half the growth of the variance of θ per time (rad² per a.u. of time).
    fn rotational_diffusion(&self) -> f64;

    /// ⟨f(θ) u^power⟩ for the powers 0, 1 and 2 (the unit of f times that of u^power).
    fn average_of(&self, f: &Periodic, power: u8) -> f64;

    /// The moments at some angles.
    fn moments_at(&self, theta: &[f64]) -> Vec<Moments>;

    /// The moments on a grid that resolves them.
    fn grid(&self) -> Grid;

    /// R = ⟨u⟩/2π (revolutions per a.u. of time).
    fn rotation_rate(&self) -> f64 {
        self.mean_velocity() / TAU
    }

    /// ⟨f(θ)⟩.
    fn average(&self, f: &Periodic) -> f64 {
        self.average_of(f, 0)
    }

    /// ⟨f(θ) u⟩ (the unit of f times rad per a.u. of time).
    fn average_with_velocity(&self, f: &Periodic) -> f64 {
        self.average_of(f, 1)
    }

    /// ½ I⟨u²⟩ (Ha), that of the mean rotation among it.
    fn mean_kinetic_energy(&self) -> f64 {
        0.5 * self.moment_of_inertia() * self.average_of(&Periodic::constant(self.period(), 1.0), 2)
    }

    /// The heat ⟨ξ u² − D/2I⟩ that a bath with friction ξ and diffusion D takes from the rotor (Ha per a.u. of time).
    ///
    /// Summed over all baths it equals ⟨F u⟩.
    fn heat(&self, friction: &Periodic, diffusion: &Periodic) -> f64 {
        self.average_of(friction, 2) - self.average_of(diffusion, 0) / (2.0 * self.moment_of_inertia())
    }

    /// I⟨(u − ⟨u|θ⟩)²⟩ (Ha): the average over the density of the kinetic temperature at each angle.
    fn mean_kinetic_temperature(&self) -> f64 {
        let grid = self.grid();
        let inertia = self.moment_of_inertia();
        let flow = self.mean_velocity() / self.period();
        // Where the density is lost in its error, the flow has no more energy than there is.
        let of_flow = |(weight, [p, _, square]): (&f64, &Moments)| {
            let energy = inertia * flow * flow / p;
            if *p > 0.0 { weight * energy.min((inertia * square).max(0.0)) } else { 0.0 }
        };
        let directed: f64 = grid.weights.iter().zip(&grid.moments).map(of_flow).sum();
        2.0 * self.mean_kinetic_energy() - directed
    }

    /// What the error of f itself may do to ⟨f(θ) u^power⟩, by Cauchy and Schwarz.
    fn average_error(&self, f: &Periodic, power: u8) -> f64 {
        let grid = self.grid();
        let of_each = grid.weights.iter().zip(&grid.moments);
        let square: f64 = of_each.map(|(weight, m)| weight * m[usize::from(power)].powi(2)).sum();
        f.error() * (self.period() * square).sqrt()
    }

    /// What the errors of ξ and D themselves may do to the heat.
    fn heat_error(&self, friction: &Periodic, diffusion: &Periodic) -> f64 {
        self.average_error(friction, 2) + self.average_error(diffusion, 0) / (2.0 * self.moment_of_inertia())
    }
}

/// A state from any solver.
pub type AnyState = Box<dyn Stationary + Send + Sync>;

impl Stationary for AnyState {
    fn period(&self) -> f64 {
        (**self).period()
    }

    fn moment_of_inertia(&self) -> f64 {
        (**self).moment_of_inertia()
    }

    fn mean_velocity(&self) -> f64 {
        (**self).mean_velocity()
    }

    fn rotational_diffusion(&self) -> f64 {
        (**self).rotational_diffusion()
    }

    fn average_of(&self, f: &Periodic, power: u8) -> f64 {
        (**self).average_of(f, power)
    }

    fn moments_at(&self, theta: &[f64]) -> Vec<Moments> {
        (**self).moments_at(theta)
    }

    fn grid(&self) -> Grid {
        (**self).grid()
    }
}

/// Refuse a moment of inertia or a tolerance that is not positive.
pub(crate) fn check(moment_of_inertia: f64, tolerance: f64) -> Result<()> {
    if !(moment_of_inertia.is_finite() && moment_of_inertia > 0.0) {
        return Err(Error::Model {
            what: format!("the moment of inertia is {moment_of_inertia}"),
            hint: "give a positive moment of inertia, or take the overdamped limit".into(),
        });
    }
    if tolerance.is_nan() || tolerance <= 0.0 {
        return Err(Error::Model {
            what: format!("the tolerance is {tolerance}"),
            hint: "give a positive relative tolerance such as 1e-8".into(),
        });
    }
    Ok(())
}

/// Refuse a rotor that nothing brakes on the average: it has no stationary state.
pub(crate) fn check_friction(landscape: &Landscape) -> Result<()> {
    let friction = landscape.total_friction().mean();
    if friction > 0.0 {
        return Ok(());
    }
    let friction = in_practical_units("friction", friction);
    Err(Error::NotConverged {
        quantity: "rotation rate",
        what: format!("the mean total friction is {friction}, so that the velocity grows without bound"),
        hint: "add friction from an environment".into(),
    })
}
