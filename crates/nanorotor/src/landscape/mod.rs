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
use crate::periodic::{INTERPOLATION_TOLERANCE, Periodic, Resolution, greatest_common_divisor};

/// Of so many peaks of the effective temperature that may be the highest each is refined.
const PEAKS: usize = 8;

/// A function, such as the current out of a lead, that dynamics average without knowing what it means: `at_rest` + `per_radian` θ′.
#[derive(Debug, Clone, PartialEq)]
pub struct Averaged {
    /// The name of its mean in results, such as `mean_current`.
    pub quantity: String,
    /// What it belongs to, such as the name of a lead; two names for a pair.
    pub of: Vec<String>,
    /// Its value while the rotor stands at θ.
    pub at_rest: Periodic,
    /// What turning adds, per velocity.
    pub per_radian: Periodic,
}

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
    averaged: Vec<Averaged>,
    force: Periodic,
    total_friction: Periodic,
    total_diffusion: Periodic,
    potential: Periodic,
    resolution: Option<Resolution>,
    /// How many of its periods the one that it was given with contains.
    parts: usize,
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
            parts: 1,
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

    /// The same under another load.
    #[must_use]
    pub fn with_load(mut self, load: f64) -> Self {
        self.load = load;
        self.force = self.whole_force();
        self
    }

    /// F = τ − U_cl′ − τ_load
    fn whole_force(&self) -> Periodic {
        self.torque.combine(1.0, &self.classical_potential.derivative(), -1.0).offset(-self.load)
    }

    /// Add functions that the dynamics averages, such as currents.
    #[must_use]
    pub fn with_averaged(mut self, averaged: Vec<Averaged>) -> Self {
        self.averaged = averaged;
        self
    }

    /// Tell on which grid the functions were sampled.
    #[must_use]
    pub fn with_resolution(mut self, resolution: Resolution) -> Self {
        self.resolution = Some(resolution);
        self
    }

    /// The same landscape over its smallest period: L divided by the greatest common divisor of the harmonics of everything that moves
    /// the rotor, those left out that lie below the error of interpolation.
    ///
    /// Averaged functions keep what an average over the rotor's angle can see of them. Without any harmonic the period stays.
    #[must_use]
    pub fn reduced(mut self) -> Self {
        let error = self.resolution.map_or(0.0, |resolution| resolution.error);
        let error = error.clamp(INTERPOLATION_TOLERANCE, 100.0 * INTERPOLATION_TOLERANCE);
        let conservative = self.classical_potential.derivative();
        let groups = [
            [&self.torque, &conservative],
            [&self.friction, &self.environment_friction],
            [&self.diffusion, &self.environment_diffusion],
        ];
        let order = groups
            .iter()
            .flat_map(|group| {
                let size = group.iter().map(|f| f.magnitude()).fold(0.0, f64::max);
                group.map(|f| f.common_order(error * size))
            })
            .fold(0, greatest_common_divisor);
        if order <= 1 {
            return self;
        }
        for f in [
            &mut self.torque,
            &mut self.friction,
            &mut self.diffusion,
            &mut self.classical_potential,
            &mut self.environment_friction,
            &mut self.environment_diffusion,
            &mut self.force,
            &mut self.total_friction,
            &mut self.total_diffusion,
            &mut self.potential,
        ]
        .into_iter()
        .chain(self.averaged.iter_mut().flat_map(|rate| [&mut rate.at_rest, &mut rate.per_radian]))
        {
            *f = f.folded(order);
        }
        // Folding may move the minimum within the error of interpolation.
        self.potential = self.potential.offset(-self.potential.minimum().1);
        self.parts *= order;
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
        self.force = self.whole_force();
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

    /// The period L in rad: the smallest one where the landscape was [`reduced`](Self::reduced).
    pub fn period(&self) -> f64 {
        self.torque.period()
    }

    /// How many periods the one contains that the landscape was first given with.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// The period that the landscape was first given with (rad), over which functions of θ are reported.
    pub fn stated_period(&self) -> f64 {
        self.period() * self.parts as f64
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

    /// The functions that dynamics average blindly, those of one quantity together.
    pub fn averaged(&self) -> &[Averaged] {
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

    /// What the errors of the functions do to the barrier, the mean torque (Ha) and the highest k_BT_eff (Ha), by the names of results.
    pub fn error_estimates(&self) -> Vec<(String, f64)> {
        // An error is a root mean square over the period; at one angle it may be twice that.
        let (torque, potential) = (self.torque.error(), self.potential.error());
        let (hottest, temperature) = self.hottest();
        let part = |f: &Periodic| f.error() / f.value(hottest);
        let parts = part(&self.total_friction) + part(&self.total_diffusion);
        let estimates = [
            ("barrier", 4.0 * potential + f64::EPSILON * self.barrier()),
            ("mean_torque", torque),
            ("max_effective_temperature", 2.0 * temperature * parts),
        ];
        let known = estimates.into_iter().filter(|(_, error)| error.is_finite() && *error > 0.0);
        known.map(|(name, error)| (name.to_owned(), error)).collect()
    }

    /// k_BT_eff(θ) = D_tot/(2X) (Ha), equation (15); NaN where X ≤ 0: what nothing brakes has no temperature.
    pub fn effective_temperature(&self, theta: f64) -> f64 {
        effective_temperature(self.total_friction.value(theta), self.total_diffusion.value(theta))
    }

    /// The highest k_BT_eff (Ha), between the samples too; NaN if X ≤ 0 somewhere, or not above its error, because it then grows
    /// without bound towards that angle.
    pub fn max_effective_temperature(&self) -> f64 {
        self.hottest().1
    }

    /// Where k_BT_eff is highest, and how high.
    ///
    /// However narrow its peak, D′X − DX′, which changes its sign there, varies no faster than D and X do together.
    fn hottest(&self) -> (f64, f64) {
        let (friction, diffusion) = (&self.total_friction, &self.total_diffusion);
        let (coldest, lowest) = friction.minimum();
        if lowest <= friction.error() {
            return (coldest, f64::NAN);
        }
        let (friction_slope, diffusion_slope) = (friction.derivative(), diffusion.derivative());
        let rise = |theta: f64| {
            diffusion_slope.value(theta) * friction.value(theta)
                - diffusion.value(theta) * friction_slope.value(theta)
        };
        let n = 16 * (friction.harmonics().len() + diffusion.harmonics().len()).max(4);
        let step = self.period() / n as f64;
        let functions = [friction, diffusion, &friction_slope, &diffusion_slope].map(|f| f.samples(n));
        let at = |j: usize| functions.each_ref().map(|f| f[j % n]);
        let temperature = |[x, d, ..]: [f64; 4]| effective_temperature(x, d);
        // Between two angles it is highest where a straight line through D′X − DX′ says, nearly.
        let mut peaks: Vec<(usize, f64)> = Vec::new();
        for j in 0..n {
            let (here, next) = (at(j), at(j + 1));
            let [from, to] = [here, next].map(|[x, d, dx, dd]| dd * x - d * dx);
            if from >= 0.0 && to <= 0.0 {
                let part = if from > to { from / (from - to) } else { 0.5 };
                let between =
                    |k: usize| cubic(here[k], next[k], step * here[k + 2], step * next[k + 2], part);
                let estimate = effective_temperature(between(0), between(1));
                // Next to a zero of X the estimate may miss it.
                let estimate = if estimate.is_nan() { f64::INFINITY } else { estimate };
                peaks.push((j, estimate.max(temperature(here)).max(temperature(next))));
            }
        }
        peaks.sort_by(|a, b| b.1.total_cmp(&a.1));
        let refined = peaks.iter().take(PEAKS).map(|(j, _)| {
            let (mut low, mut high) = (*j as f64 * step, (*j + 1) as f64 * step);
            for _ in 0..50 {
                let middle = 0.5 * (low + high);
                if rise(middle) > 0.0 { low = middle } else { high = middle }
            }
            0.5 * (low + high)
        });
        refined
            .chain([coldest])
            .map(|theta| (theta, self.effective_temperature(theta)))
            .fold((coldest, f64::NAN), |best, new| if new.1 > best.1 || best.1.is_nan() { new } else { best })
    }
}

/// The value at a `part` of the way between two points with these values and slopes (per way).
fn cubic(from: f64, to: f64, from_slope: f64, to_slope: f64, part: f64) -> f64 {
    let rest = 1.0 - part;
    let (bend_from, bend_to) = (from_slope - (to - from), (to - from) - to_slope);
    rest * from + part * to + part * rest * (bend_from * rest + bend_to * part)
}

/// k_BT_eff = D_tot/(2X) of a total friction X and a total diffusion D_tot, equation (15); NaN where X ≤ 0.
pub fn effective_temperature(total_friction: f64, total_diffusion: f64) -> f64 {
    if total_friction > 0.0 { total_diffusion / (2.0 * total_friction) } else { f64::NAN }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn the_smallest_period_is_that_of_all_that_moves_the_rotor() {
        let f = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 64, f);
        let landscape = |torque: f64, friction: f64, diffusion: f64, potential: f64, tiny: f64| {
            let current = Averaged {
                quantity: "mean_current".into(),
                of: vec!["left".into()],
                at_rest: f(&|t| 1.0 + t.cos() + (12.0 * t).sin()),
                per_radian: f(&|t| 0.5 + (5.0 * t).cos()),
            };
            Landscape::new(
                f(&|t| 1e-3 * (torque * t).sin() + tiny * t.cos()),
                f(&|t| 2.0 + (friction * t).cos()),
                f(&|t| 4.0 + (diffusion * t).cos()),
            )
            .unwrap()
            .with_mechanics(f(&|t| 1e-2 * (potential * t).cos()), 1e-5)
            .unwrap()
            .with_averaged(vec![current])
            .reduced()
        };
        for (harmonics, parts) in
            [([12, 6, 18, 12], 6), ([6, 6, 6, 4], 2), ([6, 6, 5, 6], 1), ([6, 12, 0, 6], 6)]
        {
            let [torque, friction, diffusion, potential] = harmonics.map(f64::from);
            let found = landscape(torque, friction, diffusion, potential, 0.0);
            assert_eq!(found.parts(), parts, "{harmonics:?}");
            assert!((found.period() * parts as f64 - TAU).abs() < 1e-14);
            assert!((found.stated_period() - TAU).abs() < 1e-14);
            for t in [0.1, 2.0, 5.5] {
                assert!((found.total_friction().value(t) - 2.0 - (friction * t).cos()).abs() < 1e-13);
            }
            assert!(found.potential().minimum().1.abs() < 1e-15);
            assert!((found.averaged()[0].at_rest.mean() - 1.0).abs() < 1e-14);
            assert!((found.averaged()[0].per_radian.mean() - 0.5).abs() < 1e-14);
        }
        // Below the error of interpolation nothing breaks the symmetry, above it anything does.
        assert_eq!(landscape(6.0, 6.0, 6.0, 6.0, 1e-15).parts(), 6);
        assert_eq!(landscape(6.0, 6.0, 6.0, 6.0, 1e-10).parts(), 1);
        let constant = |value| Periodic::constant(TAU, value);
        let free = Landscape::new(constant(0.1), constant(1.0), constant(2.0)).unwrap().reduced();
        assert_eq!((free.parts(), free.period()), (1, TAU));
    }

    #[test]
    fn the_highest_effective_temperature_is_found_however_narrow_its_peak() {
        let f = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 63, f);
        for gap in [1.0, 0.05, 1e-3, 1e-7] {
            for place in [0.0, 1.0, TAU / 2.0, 5.3] {
                let hot = Landscape::new(
                    f(&|t| t.sin()),
                    f(&|t| 1.0 + gap - (t - place).cos()),
                    f(&|t| 2.0 + 0.5 * (t - place).cos()),
                );
                let hot = hot.unwrap();
                let (found, expected) = (hot.max_effective_temperature(), 1.25 / gap);
                let errors = hot.error_estimates();
                let (_, error) = errors.iter().find(|(name, _)| name == "max_effective_temperature").unwrap();
                assert!(
                    (found - expected).abs() < 1e-14 * expected + error,
                    "{gap} {place}: {found} ± {error}"
                );
                // Some roundings of X, which is up to 3, where it is no more than the gap.
                assert!(*error < 5e-14 / gap * expected, "{gap} {place}: {error}");
            }
        }
        // A minimum of the friction that is nothing but rounding is none.
        let touching = Landscape::new(f(&|t| t.sin()), f(&|t| 1.0 + (t - 1.0).cos()), f(&|_| 1.0)).unwrap();
        assert!(touching.max_effective_temperature().is_nan());
        // The hottest angle lies between that of the lowest friction and that of the highest noise.
        let (friction, diffusion) =
            (|t: f64| 1.0 + 0.8 * (3.0 * t).cos(), |t: f64| 1.0 + 0.9 * (2.0 * t - 2.0).cos());
        let both = Landscape::new(f(&|t| t.sin()), f(&friction), f(&diffusion)).unwrap();
        let sampled = (0..1_000_000).map(|j| TAU * 1e-6 * f64::from(j));
        let brute = sampled.map(|t| diffusion(t) / (2.0 * friction(t))).fold(0.0, f64::max);
        assert!((both.max_effective_temperature() / brute - 1.0).abs() < 1e-9);
    }

    #[test]
    fn there_is_no_effective_temperature_where_the_friction_is_not_positive() {
        let function = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 33, f);
        let with = |friction: &dyn Fn(f64) -> f64| {
            Landscape::new(function(&f64::sin), function(friction), function(&|_| 0.2)).unwrap()
        };
        let positive = with(&|t| 2.0 + t.cos());
        assert!((positive.max_effective_temperature() - 0.1).abs() < 1e-12);
        let crossing = with(&|t| 0.5 + t.cos());
        assert!((crossing.effective_temperature(0.0) - 0.2 / 3.0).abs() < 1e-12);
        assert!(
            crossing.effective_temperature(3.0).is_nan() && crossing.max_effective_temperature().is_nan()
        );
        assert!(effective_temperature(0.0, 1.0).is_nan() && effective_temperature(-1.0, 1.0).is_nan());
    }
}
