//! See the limit of weak damping as a stationary state of angle and velocity.

use super::Limit;
use crate::periodic::Periodic;
use crate::stationary::{Converged, Grid, Moments, REMAINDER, Stationary};

/// How many angles resolve the density, which has cusps at the tops of the potential.
const POINTS: usize = 1024;

/// The limit, tabulated over the angle.
#[derive(Debug, Clone)]
pub struct WeakState {
    moment_of_inertia: f64,
    period: f64,
    mean_velocity: f64,
    rotational_diffusion: f64,
    square: f64,
    density: Periodic,
    kinetic: Periodic,
}

impl Limit {
    /// The limit with its errors as a second state.
    ///
    /// The density is known to leading order only: its error is taken to be the largest relative error of D_eff and of the kinetic
    /// energy.
    pub fn state(&self) -> Converged<WeakState> {
        let step = self.period() / POINTS as f64;
        let moments: Vec<Moments> = (0..POINTS).map(|j| self.moments_at(step * j as f64)).collect();
        let [density, square] = [0, 2].map(|m| moments.iter().map(|at| at[m]).collect::<Vec<_>>());
        let series = |values: &[f64]| Periodic::from_samples(self.period(), values);
        let (density, kinetic) = (series(&density), series(&square));
        let per_square = 2.0 / self.moment_of_inertia();
        let [velocity, diffusion, energy] =
            [self.mean_velocity(), self.rotational_diffusion(), self.mean_kinetic_energy()];
        let scaled = |f: &Periodic, total: f64| f.combine(total / (self.period() * f.mean()), f, 0.0);
        let square = per_square * energy.0;
        let finer = WeakState {
            moment_of_inertia: self.moment_of_inertia(),
            period: self.period(),
            mean_velocity: velocity.0,
            rotational_diffusion: diffusion.0,
            square,
            density: scaled(&density, 1.0),
            kinetic: scaled(&kinetic, square),
        };
        let off = |(_, error): (f64, f64)| error / REMAINDER;
        let part = (off(diffusion) / diffusion.0).max(off(energy) / energy.0);
        let shrunk = |f: &Periodic| f.combine(1.0 - part, f, 0.0);
        let coarser = WeakState {
            mean_velocity: velocity.0 - off(velocity),
            rotational_diffusion: diffusion.0 - off(diffusion),
            square: square - per_square * off(energy),
            density: shrunk(&finer.density),
            kinetic: shrunk(&finer.kinetic),
            ..finer
        };
        Converged { finer, coarser, moved: Vec::new(), unseen: 0.0 }
    }
}

impl Stationary for WeakState {
    fn period(&self) -> f64 {
        self.period
    }

    fn moment_of_inertia(&self) -> f64 {
        self.moment_of_inertia
    }

    fn mean_velocity(&self) -> f64 {
        self.mean_velocity
    }

    fn rotational_diffusion(&self) -> f64 {
        self.rotational_diffusion
    }

    fn average_of(&self, f: &Periodic, power: u8) -> f64 {
        let moment = match power {
            0 => &self.density,
            1 => return self.mean_velocity * f.mean(),
            _ => &self.kinetic,
        };
        let products = f.samples(POINTS).into_iter().zip(moment.samples(POINTS)).map(|(f, m)| f * m);
        self.period / POINTS as f64 * products.sum::<f64>()
    }

    fn moments_at(&self, theta: &[f64]) -> Vec<Moments> {
        let flow = self.mean_velocity / self.period;
        let (density, kinetic) = (self.density.values(theta), self.kinetic.values(theta));
        density.into_iter().zip(kinetic).map(|(p, square)| [p, flow, square]).collect()
    }

    fn grid(&self) -> Grid {
        let step = self.period / POINTS as f64;
        let angles: Vec<f64> = (0..POINTS).map(|j| step * j as f64).collect();
        let flow = self.mean_velocity / self.period;
        let (density, kinetic) = (self.density.samples(POINTS), self.kinetic.samples(POINTS));
        let moments = density.into_iter().zip(kinetic).map(|(p, square)| [p, flow, square]).collect();
        Grid { weights: vec![step; POINTS], moments, angles }
    }

    fn mean_kinetic_energy(&self) -> f64 {
        0.5 * self.moment_of_inertia * self.square
    }
}
