//! See the overdamped limit as a stationary state of angle and velocity.

use super::Overdamped;
use crate::periodic::Periodic;
use crate::stationary::{Grid, Moments, Stationary};

/// The limit with the Maxwell distribution of k_BT_eff at each angle.
#[derive(Debug, Clone)]
pub struct OverdampedState {
    pub(super) limit: Overdamped,
    moment_of_inertia: f64,
    /// ∫ u² p du = p k_BT_eff/I.
    pub(super) square: Periodic,
}

impl OverdampedState {
    pub(super) fn new(
        [_, friction, diffusion]: [&Periodic; 3],
        moment_of_inertia: f64,
        limit: Overdamped,
    ) -> Self {
        let n = 2 * limit.points + 1;
        let [density, friction, diffusion] = [&limit.density, friction, diffusion].map(|f| f.samples(n));
        let at = |j: usize| density[j] * 0.5 * diffusion[j] / (friction[j] * moment_of_inertia);
        let square: Vec<f64> = (0..n).map(at).collect();
        let square = Periodic::from_samples(limit.density.period(), &square);
        Self { limit, moment_of_inertia, square }
    }

    /// The number of angles at which the equation was solved.
    pub fn points(&self) -> usize {
        self.limit.points
    }

    /// ∫ u p du, the probability current.
    fn current(&self) -> f64 {
        self.mean_velocity() / self.period()
    }
}

impl Stationary for OverdampedState {
    fn period(&self) -> f64 {
        self.limit.density.period()
    }

    fn moment_of_inertia(&self) -> f64 {
        self.moment_of_inertia
    }

    fn mean_velocity(&self) -> f64 {
        self.limit.mean_velocity.0
    }

    fn rotational_diffusion(&self) -> f64 {
        self.limit.rotational_diffusion.0
    }

    fn average_of(&self, f: &Periodic, power: u8) -> f64 {
        let moment = match power {
            0 => &self.limit.density,
            1 => return self.mean_velocity() * f.mean(),
            _ => &self.square,
        };
        let n = 2 * f.harmonics().len().max(moment.harmonics().len()) + 1;
        let products = f.samples(n).into_iter().zip(moment.samples(n)).map(|(f, m)| f * m);
        self.period() / n as f64 * products.sum::<f64>()
    }

    fn moments_at(&self, theta: &[f64]) -> Vec<Moments> {
        let (density, square) = (self.limit.density.values(theta), self.square.values(theta));
        density.into_iter().zip(square).map(|(p, square)| [p, self.current(), square]).collect()
    }

    fn grid(&self) -> Grid {
        let points = 2 * self.limit.points + 1;
        let step = self.period() / points as f64;
        let (density, square) = (self.limit.density.samples(points), self.square.samples(points));
        Grid {
            angles: (0..points).map(|j| step * j as f64).collect(),
            weights: vec![step; points],
            moments: density.into_iter().zip(square).map(|(p, square)| [p, self.current(), square]).collect(),
        }
    }
}
