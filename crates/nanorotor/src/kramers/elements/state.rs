//! Turn a solution into what the rotor does, in atomic units.

use super::moved::Moved;
use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::solution::Solution;
use crate::periodic::Periodic;
use crate::stationary::{Grid, Moments, Stationary};

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
    /// S_F, S_X and S_D there, where they were asked for.
    sensitivity: Option<[Vec<f64>; 3]>,
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
            sensitivity: solution.answers.as_ref().map(|answers| {
                // f = F/kT_0, g = X/(I u_0) and a = D/(2 I u_0 kT_0); ⟨u⟩ is in u_0, and kT_0 = I u_0².
                let inertia = rotor.moment_of_inertia;
                let units = [1.0 / (inertia * unit), -1.0 / inertia, -0.5 / (inertia * unit).powi(2)];
                std::array::from_fn(|k| {
                    let pairs = answers[k].iter().zip(&solution.weights);
                    pairs.map(|(answer, weight)| units[k] * answer / weight).collect()
                })
            }),
        }
    }

    /// How ⟨u⟩ answers to small changes of the whole torque, friction and diffusion at each angle, where that was asked for:
    ///
    /// δ⟨u⟩ = ∮ dθ [S_F δF + S_X δX + S_D δD_tot],
    ///
    /// S_F = (1/I) ∫ p ∂_uz du, S_X = −(1/I) ∫ u p ∂_uz du, S_D = (1/2I²) ∫ p ∂_u²z du with L†z = −(u − ⟨u⟩).
    pub fn sensitivity(&self) -> Option<Sensitivity<'_>> {
        let values = self.sensitivity.as_ref()?;
        Some(Sensitivity { state: self, values })
    }

    /// The same with its changes added.
    pub(super) fn moved(&self, rotor: &Reduced, by: &Moved) -> Self {
        let mut moved = self.clone();
        let unit = rotor.velocity;
        moved.mean_velocity += unit * by.velocity_change;
        moved.rotational_diffusion += unit * by.diffusion_change;
        let scales = [1.0, unit, unit * unit];
        for ((moment, changes), scale) in moved.moments.iter_mut().zip(&by.moment_changes).zip(scales) {
            moment.iter_mut().zip(changes).for_each(|(m, change)| *m += scale * change);
        }
        moved
    }

    /// The same with another ⟨u⟩ and D_eff (rad and rad² per a.u. of time).
    pub(super) fn with_motion(&self, mean_velocity: f64, rotational_diffusion: f64) -> Self {
        Self { mean_velocity, rotational_diffusion, ..self.clone() }
    }

    /// L times the flux over the top of the barrier in one direction alone, which bounds |⟨u⟩| (rad per a.u. of time).
    pub fn one_way_velocity(&self) -> f64 {
        self.one_way_velocity
    }

    /// The moments at one angle.
    fn moments(&self, theta: f64) -> Moments {
        self.interpolated(&self.moments, theta)
    }

    /// Three functions at one angle from their values at the Gauss points.
    fn interpolated(&self, functions: &[Vec<f64>; 3], theta: f64) -> [f64; 3] {
        let t = (theta - self.origin).rem_euclid(self.period);
        let column = self.boundaries.partition_point(|b| *b <= t).clamp(1, self.boundaries.len() - 1) - 1;
        let (low, high) = (self.boundaries[column], self.boundaries[column + 1]);
        let x = 2.0 * (t - low) / (high - low) - 1.0;
        let q = self.abscissas.len();
        let at = |i: usize| functions.each_ref().map(|m| m[column * q + i]);
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
}

/// S_F, S_X and S_D of a stationary state.
#[derive(Debug, Clone, Copy)]
pub struct Sensitivity<'a> {
    state: &'a State,
    values: &'a [Vec<f64>; 3],
}

impl Sensitivity<'_> {
    /// S_F (rad per a.u. of time, per Ha), S_X (per ħ) and S_D (per Ha ħ), each per rad of the angle, at θ.
    pub fn at(&self, theta: f64) -> [f64; 3] {
        self.state.interpolated(self.values, theta)
    }

    /// δ⟨u⟩ for changes of F, X and D_tot over the period of the state (rad per a.u. of time).
    pub fn answer(&self, changes: [&Periodic; 3]) -> f64 {
        let of_each = changes.into_iter().zip(self.values).map(|(change, sensitivity)| {
            let values = change.values(&self.state.angles);
            let terms = values.iter().zip(sensitivity).zip(&self.state.weights);
            terms.map(|((change, s), weight)| weight * change * s).sum::<f64>()
        });
        of_each.sum()
    }
}

impl Stationary for State {
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
        let moment = &self.moments[usize::from(power)];
        let values = f.values(&self.angles);
        values.iter().zip(moment).zip(&self.weights).map(|((f, m), w)| w * f * m).sum()
    }

    fn moments_at(&self, theta: &[f64]) -> Vec<Moments> {
        theta.iter().map(|theta| self.moments(*theta)).collect()
    }

    fn grid(&self) -> Grid {
        let at = |j: usize| self.moments.each_ref().map(|m| m[j]);
        Grid {
            angles: self.angles.clone(),
            weights: self.weights.clone(),
            moments: (0..self.angles.len()).map(at).collect(),
        }
    }
}
