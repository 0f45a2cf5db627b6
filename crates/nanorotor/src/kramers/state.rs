//! Draw the observables from a solution of the stationary Klein–Kramers equation.
//!
//! In the basis of `operator`, with c_0 of mean 1: ⟨u⟩ = u_0 ∫c_1, ⟨u²⟩ = u_0² ∫(c_0 + √2 c_2),
//! D_eff = ∫_0^∞ ⟨δu(t) δu(0)⟩ dt = ∫∫ u g with L g = −(u − ⟨u⟩) p and ∫∫ g = 0.

use std::f64::consts::{SQRT_2, TAU};
use std::ops::Range;

use super::basis;
use super::elimination::Elimination;
use super::operator::Operator;
use super::perturbation::{self, velocity_source};
use super::resolution::Resolution;
use crate::landscape::Landscape;
use crate::periodic::Periodic;
use crate::stationary::{Grid, Moments, Stationary};

/// A stationary state at one resolution.
#[derive(Debug, Clone)]
pub struct HermiteState {
    resolution: Resolution,
    period: f64,
    moment_of_inertia: f64,
    reference_temperature: f64,
    /// c_0, c_1, … in the real Fourier basis, one after the other, with (1/L) ∮ c_0 dθ = 1.
    expansion: Vec<f64>,
    rotational_diffusion: f64,
    truncation: Truncation,
}

impl HermiteState {
    /// The number of Fourier modes and Hermite levels.
    pub fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// The temperature kT_0 of the Hermite functions (Ha).
    pub fn reference_temperature(&self) -> f64 {
        self.reference_temperature
    }

    /// u_0 = sqrt(kT_0/I) (rad per a.u. of time).
    pub fn thermal_velocity(&self) -> f64 {
        (self.reference_temperature / self.moment_of_inertia).sqrt()
    }

    pub(super) fn is_finite(&self) -> bool {
        self.rotational_diffusion.is_finite() && self.expansion.iter().all(|c| c.is_finite())
    }

    /// The largest difference between the Fourier coefficients of two densities of mean 1.
    pub(super) fn density_change(&self, coarser: &Self) -> f64 {
        let (fine, coarse) = (self.level(0), coarser.level(0));
        let padded = coarse.iter().copied().chain(std::iter::repeat(0.0));
        fine.iter().zip(padded).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    /// c_0, c_1, … one after the other.
    pub(super) fn expansion(&self) -> &[f64] {
        &self.expansion
    }

    /// The same with `scale` times a change of c_0, c_1, … and of D_eff over u_0.
    pub(super) fn moved(&self, scale: f64, expansion: &[f64], diffusion: f64) -> Self {
        let mut moved = self.clone();
        moved.expansion.iter_mut().zip(expansion).for_each(|(c, change)| *c += scale * change);
        moved.rotational_diffusion += scale * self.thermal_velocity() * diffusion;
        moved
    }

    fn level(&self, n: usize) -> &[f64] {
        let modes = self.resolution.fourier_modes;
        &self.expansion[n * modes..(n + 1) * modes]
    }

    /// (1/L) ∮ f c_n dθ.
    fn projection(&self, f: &Periodic, n: usize) -> f64 {
        let f = basis::coefficients(f, self.resolution.fourier_modes);
        f.iter().zip(self.level(n)).map(|(f, c)| f * c).sum()
    }

    /// p(θ), with ∮ p dθ = 1 over one period (1/rad).
    pub fn density(&self) -> Periodic {
        let p = basis::function(self.period, self.level(0));
        p.combine(1.0 / self.period, &p, 0.0)
    }

    /// ∫ p du, ∫ u p du and ∫ u² p du.
    fn moments(&self) -> [Periodic; 3] {
        let level = |n: usize| basis::function(self.period, self.level(n));
        let (unit, flow) = (self.thermal_velocity(), level(1));
        let square = unit * unit / self.period;
        [
            self.density(),
            flow.combine(unit / self.period, &flow, 0.0),
            level(0).combine(square, &level(2), SQRT_2 * square),
        ]
    }

    /// p(θ, u), with ∮∫ p du dθ = 1 over one period (a.u. of time per rad²).
    ///
    /// Where p is small against its maximum, what the expansion cuts off may be larger than p itself, which then can be negative.
    pub fn density_at(&self, theta: f64, angular_velocity: f64) -> f64 {
        let x = angular_velocity / self.thermal_velocity();
        let waves = basis::values(self.period, self.resolution.fourier_modes, theta);
        // ψ_n/ψ_0 by √(n+1) h_{n+1} = x h_n − √n h_{n−1}
        let (mut before, mut hermite, mut sum) = (0.0, 1.0, 0.0);
        for n in 0..=self.resolution.hermite_levels {
            let c: f64 = self.level(n).iter().zip(&waves).map(|(c, wave)| c * wave).sum();
            sum += c * hermite;
            let next = (x * hermite - (n as f64).sqrt() * before) / ((n + 1) as f64).sqrt();
            (before, hermite) = (hermite, next);
        }
        sum * (-0.5 * x * x).exp() / (TAU.sqrt() * self.thermal_velocity() * self.period)
    }

    /// What is cut off, as relative errors of D_eff: by the highest harmonics and by the highest levels.
    pub fn truncation(&self) -> Truncation {
        self.truncation
    }
}

impl Stationary for HermiteState {
    fn period(&self) -> f64 {
        self.period
    }

    fn moment_of_inertia(&self) -> f64 {
        self.moment_of_inertia
    }

    fn mean_velocity(&self) -> f64 {
        self.thermal_velocity() * self.level(1)[0]
    }

    fn rotational_diffusion(&self) -> f64 {
        self.rotational_diffusion
    }

    /// With u ψ_n = u_0 (√n ψ_{n−1} + √(n+1) ψ_{n+1}). By projection, so that heats and ⟨F u⟩ balance at any resolution.
    fn average_of(&self, f: &Periodic, power: u8) -> f64 {
        let unit = self.thermal_velocity();
        match power {
            0 => self.projection(f, 0),
            1 => unit * self.projection(f, 1),
            _ => unit * unit * (self.projection(f, 0) + SQRT_2 * self.projection(f, 2)),
        }
    }

    fn moments_at(&self, theta: &[f64]) -> Vec<Moments> {
        zipped(self.moments().map(|moment| moment.values(theta)))
    }

    fn grid(&self) -> Grid {
        let points = 8 * self.resolution.fourier_modes;
        let step = self.period / points as f64;
        Grid {
            angles: (0..points).map(|j| step * j as f64).collect(),
            weights: vec![step; points],
            moments: zipped(self.moments().map(|moment| moment.samples(points))),
        }
    }
}

fn zipped([p, flow, square]: [Vec<f64>; 3]) -> Vec<Moments> {
    p.into_iter().zip(flow).zip(square).map(|((p, flow), square)| [p, flow, square]).collect()
}

/// The largest step between wave numbers that a function of the landscape couples: the greatest common divisor of those it
/// contains.
///
/// Harmonics between hardly know each other, at equilibrium not at all, so that only a whole stride of them tells whether an
/// expansion suffices.
pub(super) fn stride(landscape: &Landscape) -> usize {
    let contained = |f: &Periodic| f.common_order(2e-13 * f.magnitude());
    let functions = [landscape.force(), landscape.total_friction(), landscape.total_diffusion()];
    functions.map(contained).into_iter().fold(1, usize::max)
}

/// How much an expansion loses at its two ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truncation {
    /// By the highest harmonics; an upper bound in practice, often by orders of magnitude.
    pub fourier: f64,
    /// By the highest Hermite levels; close to the error itself at low damping.
    pub hermite: f64,
}

impl Truncation {
    /// Estimate from the response g.
    ///
    /// Cutting a coupling K costs ⟨v|K|g⟩, v the solution of the adjoint equation with the velocity as source; by
    /// time reversal v is g up to signs and the weight e^{−U/kT}, and K next to the ends is √n ∂. Hence Σ √n k
    /// g²/D_eff over what stands at the ends.
    fn new(response: &[f64], modes: usize, wave_numbers: &[f64], stride: usize) -> Self {
        let lost = |n: usize, pairs: Range<usize>| -> f64 {
            let level = &response[n * modes..(n + 1) * modes];
            let pair = |p: usize| wave_numbers[p] * (level[2 * p + 1].powi(2) + level[2 * p + 2].powi(2));
            (n as f64).sqrt() * pairs.map(pair).sum::<f64>()
        };
        let (pairs, levels) = (wave_numbers.len(), response.len() / modes - 1);
        let scale = response[modes].abs();
        Self {
            fourier: (1..=levels).map(|n| lost(n, pairs.saturating_sub(stride)..pairs)).sum::<f64>() / scale,
            hermite: (levels.saturating_sub(2)..=levels).map(|n| lost(n, 0..pairs)).fold(0.0, f64::max)
                / scale,
        }
    }
}

/// A solution with all that led to it, while it is worth its memory.
pub(super) struct Solved {
    pub(super) solution: HermiteState,
    operator: Operator,
    elimination: Elimination,
    response: Vec<f64>,
}

impl Solved {
    /// Solve at one resolution.
    pub(super) fn new(
        landscape: &Landscape,
        moment_of_inertia: f64,
        reference_temperature: f64,
        resolution: Resolution,
    ) -> Self {
        let Resolution { fourier_modes: modes, hermite_levels: levels } = resolution;
        let operator = Operator::new(landscape, moment_of_inertia, reference_temperature, modes);
        let elimination = Elimination::new(&operator, levels);
        let expansion = elimination.solve(None, 1.0);
        let response = elimination.solve(Some(&velocity_source(&expansion, modes)), 0.0);
        let thermal_velocity = (reference_temperature / moment_of_inertia).sqrt();
        let solution = HermiteState {
            resolution,
            period: landscape.period(),
            moment_of_inertia,
            reference_temperature,
            rotational_diffusion: thermal_velocity * response[modes],
            truncation: Truncation::new(&response, modes, &operator.wave_numbers, stride(landscape)),
            expansion,
        };
        Self { solution, operator, elimination, response }
    }

    /// The solution as rounding and the errors of the landscape move it, enlarged.
    pub(super) fn moved(&self, landscape: &Landscape) -> Vec<HermiteState> {
        perturbation::moved(&self.solution, landscape, &self.operator, &self.elimination, &self.response)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn state() -> HermiteState {
        let f = |f: fn(f64) -> f64| Periodic::from_function(TAU, 15, f);
        let landscape =
            Landscape::new(f(|t| 2.0 * t.sin()), f(|_| 1.0), f(|t| 2.0 * (1.75 + 0.75 * t.sin()))).unwrap();
        let resolution = Resolution { fourier_modes: 21, hermite_levels: 40 };
        Solved::new(&landscape, 1.0, 1.4, resolution).solution
    }

    #[test]
    fn averages_are_integrals_over_the_density() {
        let state = state();
        let f = Periodic::from_function(TAU, 15, |t| 0.4 + (t + 0.3).cos() + (3.0 * t).sin());
        let grid = || (0..200).map(|j| TAU * f64::from(j) / 200.0);
        let weight = TAU / 200.0;
        let [density, _, square] = state.moments();
        let norm: f64 = grid().map(|t| weight * density.value(t)).sum();
        let average: f64 = grid().map(|t| weight * f.value(t) * density.value(t)).sum();
        let energy: f64 = grid().map(|t| 0.5 * weight * square.value(t)).sum();
        // About the local mean ⟨u|θ⟩ = ⟨u⟩/(L p).
        let flow = state.mean_velocity() / TAU;
        let temperature: f64 =
            grid().map(|t| weight * (square.value(t) - flow * flow / density.value(t))).sum();
        let heat: f64 = grid().map(|t| weight * f.value(t) * square.value(t)).sum();
        assert!((norm - 1.0).abs() < 1e-14);
        assert!((average - state.average(&f)).abs() < 1e-14);
        assert!((energy - state.mean_kinetic_energy()).abs() < 1e-13);
        assert!((temperature - state.mean_kinetic_temperature()).abs() < 1e-12);
        assert!(temperature < 2.0 * energy - 1e-3 * state.mean_velocity().powi(2));
        assert!((heat - state.heat(&f, &Periodic::constant(TAU, 0.0))).abs() < 1e-13);
    }

    #[test]
    fn density_in_angle_and_velocity_has_the_moments_of_the_others() {
        let state = state();
        let [density, _, square] = state.moments();
        let step = 0.02 * state.thermal_velocity();
        let mut flux = Vec::new();
        for theta in [0.0, 0.7, 2.5, 4.0, 6.1] {
            let moment = |power: i32| -> f64 {
                let velocities = (-600..=600).map(|j| f64::from(j) * step);
                velocities.map(|u| step * u.powi(power) * state.density_at(theta, u)).sum()
            };
            assert!((moment(0) - density.value(theta)).abs() < 1e-12, "{theta}");
            assert!((moment(2) - square.value(theta)).abs() < 1e-12, "{theta}");
            flux.push(moment(1));
        }
        assert!(flux.iter().all(|j| (j * TAU - state.mean_velocity()).abs() < 1e-12), "{flux:?}");
    }

    #[test]
    fn current_is_the_same_at_every_angle() {
        let state = state();
        let velocity = state.mean_velocity();
        assert!((velocity + 0.081_492_913_73).abs() < 1e-7);
        for t in [0.0, 1.0, 4.0] {
            // A narrow weight around t sees the same flux ⟨δ(θ − t) u⟩ as any other.
            let narrow = Periodic::from_function(TAU, 21, |s| (8.0 * (s - t).cos() - 8.0).exp());
            assert!((state.average_with_velocity(&narrow) - velocity * narrow.mean()).abs() < 1e-14);
        }
    }

    #[test]
    fn truncation_falls_with_resolution_and_foretells_the_error() {
        let f = |f: fn(f64) -> f64| Periodic::from_function(TAU, 15, f);
        let landscape = Landscape::new(f(|t| -0.5 * t.sin()), f(|_| 0.01), f(|_| 0.02)).unwrap();
        let at = |hermite_levels| {
            Solved::new(&landscape, 1.0, 0.55, Resolution { fourier_modes: 37, hermite_levels }).solution
        };
        let exact = at(600).rotational_diffusion();
        for levels in [160, 240, 320] {
            let state = at(levels);
            let error = (state.rotational_diffusion() / exact - 1.0).abs();
            let foretold = state.truncation().hermite;
            assert!(error < 3.0 * foretold && foretold < 3.0 * error, "{error:.1e} {foretold:.1e}");
        }
    }
}
