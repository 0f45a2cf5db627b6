//! Turn a solution into what the rotor does, in atomic units.
//!
//! | symbol | here                     | unit                       |
//! |--------|--------------------------|----------------------------|
//! | ⟨u⟩    | `mean_velocity`          | rad per a.u. of time       |
//! | D_eff  | `rotational_diffusion`   | rad² per a.u. of time      |
//! | ½ I⟨u²⟩ | `mean_kinetic_energy`   | Ha                         |

use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::solution::Solution;
use crate::periodic::Periodic;

/// The stationary state on one mesh with one degree of polynomials.
#[derive(Debug, Clone)]
pub struct State {
    period: f64,
    origin: f64,
    moment_of_inertia: f64,
    mean_velocity: f64,
    rotational_diffusion: f64,
    one_way_velocity: f64,
    /// The boundaries of the columns of elements, counted from `origin`.
    boundaries: Vec<f64>,
    /// The Gauss points of a column on [−1, 1], with the weights of interpolation between them.
    abscissas: Vec<f64>,
    interpolation: Vec<f64>,
    /// All Gauss points and the weights of an integral over them.
    angles: Vec<f64>,
    weights: Vec<f64>,
    /// ∫ p du, ∫ u p du and ∫ u² p du there.
    moments: [Vec<f64>; 3],
}

impl State {
    pub(super) fn new(rotor: &Reduced, solution: &Solution, boundaries: &[f64], basis: &Polynomials) -> Self {
        let unit = rotor.velocity;
        let mut moments = solution.moments.clone();
        for (moment, scale) in moments.iter_mut().zip([1.0, unit, unit * unit]) {
            for m in moment {
                *m *= scale;
            }
        }
        let abscissas = basis.abscissas.clone();
        let interpolation = abscissas
            .iter()
            .enumerate()
            .map(|(i, x)| {
                let others = abscissas.iter().enumerate().filter(|(j, _)| *j != i);
                1.0 / others.map(|(_, y)| x - y).product::<f64>()
            })
            .collect();
        Self {
            period: rotor.period,
            origin: rotor.origin,
            moment_of_inertia: rotor.moment_of_inertia,
            mean_velocity: solution.velocity * unit,
            rotational_diffusion: solution.diffusion * unit,
            one_way_velocity: solution.one_way * unit,
            boundaries: boundaries.to_vec(),
            abscissas,
            interpolation,
            angles: solution.angles.iter().map(|t| t + rotor.origin).collect(),
            weights: solution.weights.clone(),
            moments,
        }
    }

    /// ⟨u⟩ (rad per a.u. of time).
    pub fn mean_velocity(&self) -> f64 {
        self.mean_velocity
    }

    /// R = ⟨u⟩/2π (revolutions per a.u. of time).
    pub fn rotation_rate(&self) -> f64 {
        self.mean_velocity / std::f64::consts::TAU
    }

    /// D_eff, half the growth of the variance of θ per time (rad² per a.u. of time).
    pub fn rotational_diffusion(&self) -> f64 {
        self.rotational_diffusion
    }

    /// L times the flux over the top of the barrier in one direction alone, which bounds |⟨u⟩| (rad per a.u. of time).
    pub fn one_way_velocity(&self) -> f64 {
        self.one_way_velocity
    }

    /// ½ I⟨u²⟩ (Ha).
    pub fn mean_kinetic_energy(&self) -> f64 {
        0.5 * self.moment_of_inertia * self.integral(|j| self.moments[2][j])
    }

    /// ⟨f(θ)⟩.
    pub fn average(&self, f: &Periodic) -> f64 {
        self.integral(|j| f.value(self.angles[j]) * self.moments[0][j])
    }

    /// ⟨f(θ) u⟩ (the unit of f times rad per a.u. of time).
    pub fn average_with_velocity(&self, f: &Periodic) -> f64 {
        self.integral(|j| f.value(self.angles[j]) * self.moments[1][j])
    }

    /// The heat ⟨ξ u² − D/2I⟩ that a bath with friction ξ and diffusion D takes from the rotor (Ha per a.u. of time).
    pub fn heat(&self, friction: &Periodic, diffusion: &Periodic) -> f64 {
        let half = 0.5 / self.moment_of_inertia;
        self.integral(|j| {
            let theta = self.angles[j];
            friction.value(theta) * self.moments[2][j] - half * diffusion.value(theta) * self.moments[0][j]
        })
    }

    /// p(θ) = ∫ p du (1/rad), ∫ u p du and ∫ u² p du (with rad per a.u. of time) at θ.
    pub fn moments_at(&self, theta: f64) -> [f64; 3] {
        let t = (theta - self.origin).rem_euclid(self.period);
        let column = self.boundaries.partition_point(|b| *b <= t).clamp(1, self.boundaries.len() - 1) - 1;
        let (low, high) = (self.boundaries[column], self.boundaries[column + 1]);
        let x = 2.0 * (t - low) / (high - low) - 1.0;
        let q = self.abscissas.len();
        let at = |i: usize| self.moments.each_ref().map(|m| m[column * q + i]);
        let (mut sum, mut norm) = ([0.0; 3], 0.0);
        for (i, (y, w)) in self.abscissas.iter().zip(&self.interpolation).enumerate() {
            if x == *y {
                return at(i);
            }
            let share = w / (x - y);
            norm += share;
            for (sum, m) in sum.iter_mut().zip(at(i)) {
                *sum += share * m;
            }
        }
        sum.map(|s| s / norm)
    }

    fn integral(&self, f: impl Fn(usize) -> f64) -> f64 {
        self.weights.iter().enumerate().map(|(j, w)| w * f(j)).sum()
    }
}
