//! Tell what a rotor does without noise where its friction is negative at some angles: rest, keep to a limit cycle, or run away.
//!
//! | symbol | here            | unit                                                    |
//! |--------|-----------------|---------------------------------------------------------|
//! | E      | `energy`        | Ha, above the lowest minimum of U                       |
//! | u(θ; E) = (2(E − U)/I)^½ | velocity | rad per a.u. of time                          |
//! | J(E) = ∮ X u dθ | `loss` | Ha, what friction takes in a cycle of the energy E      |
//! | W      | work of the mean force over a period, where the rotor turns | Ha          |
//!
//! Friction that is weak beside inertia changes the energy slowly, by W − J(E) a cycle, so that the rotor keeps to a cycle where
//! J − W changes its sign from − to +. Negative friction at the bottom of the well makes rest unstable; negative friction on the
//! average accelerates every fast rotor. For stronger friction the cycles are estimates, the two signs are exact.

use crate::landscape::Landscape;
use crate::quantity::rough;
use crate::units::TIME_IN_NANOSECONDS;

/// Angles of the integral J.
const ANGLES: usize = 1024;

/// Energies at which the sign of J − W is looked at, in equal ratios.
const ENERGIES: i32 = 240;

/// They reach from this part of the barrier, or of the energy of the drift, to the inverse of it.
const LOWEST: f64 = 1e-4;

/// What a rotor without noise comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regime {
    /// Friction is negative nowhere.
    Braked,
    /// Friction is negative somewhere, but feeds no motion for long.
    Rest,
    /// It keeps to a cycle; the fastest one where there are several.
    LimitCycle {
        /// Its largest velocity (rad per a.u. of time).
        velocity: f64,
        /// Whether it turns; else it swings in its well.
        turns: bool,
        /// Whether it may rest as well.
        beside_rest: bool,
    },
    /// The mean friction is not positive: the velocity grows without bound.
    Runaway,
}

impl Regime {
    /// The regime of a rotor with a moment of inertia (m_e a0²).
    pub fn of(landscape: &Landscape, moment_of_inertia: f64) -> Self {
        let friction = landscape.total_friction();
        if friction.mean() <= 0.0 {
            return Self::Runaway;
        }
        if friction.minimum().1 >= 0.0 {
            return Self::Braked;
        }
        let well = Well::new(landscape, moment_of_inertia);
        let force = landscape.force();
        let has_equilibrium = force.minimum().1 <= 0.0 && force.maximum().1 >= 0.0;
        let stays = has_equilibrium && friction.value(well.bottom) > 0.0;
        let ratio = LOWEST.powf(-2.0 / f64::from(ENERGIES));
        let drift = force.mean() / friction.mean();
        let scale = well.barrier.max(0.5 * moment_of_inertia * drift * drift);
        let energy = |k: i32| LOWEST * scale * ratio.powi(k);
        let gains: Vec<bool> = (0..=ENERGIES).map(|k| well.loss(energy(k)) < 0.0).collect();
        let last = (0..ENERGIES).rev().find(|&k| gains[k as usize] && !gains[k as usize + 1]);
        match last {
            Some(k) => {
                let (mut low, mut high) = (energy(k), energy(k + 1));
                for _ in 0..40 {
                    let middle = 0.5 * (low + high);
                    if well.loss(middle) < 0.0 { low = middle } else { high = middle }
                }
                Self::LimitCycle {
                    velocity: (2.0 * high / moment_of_inertia).sqrt(),
                    turns: high > well.barrier,
                    beside_rest: stays,
                }
            }
            None => Self::Rest,
        }
    }

    /// What it comes to, in words; nothing where friction brakes everywhere.
    pub fn in_words(&self) -> Option<String> {
        Some(match self {
            Self::Braked => return None,
            Self::Rest => "without noise the rotor rests".into(),
            Self::LimitCycle { velocity, turns, beside_rest } => {
                let beside = if *beside_rest { " or rests" } else { "" };
                let does = if *turns { "turns" } else { "swings in its well" };
                let velocity = rough(velocity / TIME_IN_NANOSECONDS);
                format!(
                    "a limit cycle: without noise the rotor {does}{beside}, at up to about {velocity} rad/ns"
                )
            }
            Self::Runaway => "a runaway: the velocity grows without bound".into(),
        })
    }
}

/// The lowest well of a landscape and its friction, sampled.
struct Well {
    /// The angle of the lowest minimum.
    bottom: f64,
    barrier: f64,
    /// |W|.
    work: f64,
    step: f64,
    inertia: f64,
    /// U and X from the bottom on.
    samples: Vec<(f64, f64)>,
}

impl Well {
    fn new(landscape: &Landscape, inertia: f64) -> Self {
        let (bottom, _) = landscape.potential().minimum();
        let step = landscape.period() / ANGLES as f64;
        let sample = |j: usize| {
            let theta = bottom + step * j as f64;
            (landscape.potential().value(theta), landscape.total_friction().value(theta))
        };
        Self {
            bottom,
            barrier: landscape.barrier(),
            work: (landscape.force().mean() * landscape.period()).abs(),
            step,
            inertia,
            samples: (0..ANGLES).map(sample).collect(),
        }
    }

    /// J − W at an energy, W only where the rotor turns: over the circle, or to either side of the bottom as far as the energy reaches.
    fn loss(&self, energy: f64) -> f64 {
        let of = |(potential, friction): &(f64, f64)| {
            friction * (2.0 * (energy - potential).max(0.0) / self.inertia).sqrt()
        };
        let is_within = |(potential, _): &&(f64, f64)| *potential < energy;
        if energy > self.barrier {
            return self.step * self.samples.iter().map(of).sum::<f64>() - self.work;
        }
        let right: f64 = self.samples.iter().take_while(is_within).map(of).sum();
        let left: f64 = self.samples[1..].iter().rev().take_while(is_within).map(of).sum();
        self.step * (right + left)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::periodic::Periodic;

    /// U = −cos θ, X = mean + wave cos θ and a wind.
    fn rotor(mean: f64, wave: f64, wind: f64) -> Landscape {
        let f = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 31, f);
        Landscape::new(f(&|t| wind - t.sin()), f(&|t| mean + wave * t.cos()), f(&|_| 1e-3)).unwrap()
    }

    /// The largest velocity between the times 800 and 1000 of a motion without noise.
    fn followed(landscape: &Landscape) -> f64 {
        let dt = 0.01;
        let (mut theta, mut u, mut fastest) = (1.0_f64, 0.0_f64, 0.0_f64);
        for step in 0..100_000 {
            u += 0.5 * dt * landscape.force().value(theta);
            theta += 0.5 * dt * u;
            u *= (-dt * landscape.total_friction().value(theta)).exp();
            theta += 0.5 * dt * u;
            u += 0.5 * dt * landscape.force().value(theta);
            if step > 80_000 {
                fastest = fastest.max(u.abs());
            }
        }
        fastest
    }

    #[test]
    fn limit_cycles_are_those_of_the_motion_without_noise() {
        // Braked at the top and driven at the bottom: it swings; with little friction on the average it turns.
        for (mean, wave, swings) in [(0.02, -0.03, true), (0.01, -0.1, false)] {
            let landscape = rotor(mean, wave, 0.0);
            let Regime::LimitCycle { velocity, turns, beside_rest } = Regime::of(&landscape, 1.0) else {
                panic!("{mean} {wave}: {:?}", Regime::of(&landscape, 1.0));
            };
            let expected = followed(&landscape);
            assert!((velocity / expected - 1.0).abs() < 0.05, "{mean} {wave}: {velocity} {expected}");
            assert!(turns != swings && !beside_rest);
        }
    }

    #[test]
    fn the_other_regimes_are_told_from_the_signs_of_friction() {
        assert_eq!(Regime::of(&rotor(0.1, 0.05, 0.3), 1.0), Regime::Braked);
        assert_eq!(Regime::of(&rotor(0.0, 0.1, 0.0), 1.0), Regime::Runaway);
        assert_eq!(Regime::of(&rotor(-0.01, 0.1, 0.0), 1.0), Regime::Runaway);
        // Driven at the top only, too little to go on turning.
        assert_eq!(Regime::of(&rotor(0.08, 0.1, 0.0), 1.0), Regime::Rest);
        // A wind helps, and without a potential it is all there is.
        let f = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 31, f);
        let flat = Landscape::new(f(&|_| 0.3), f(&|t| 0.05 + 0.1 * t.cos()), f(&|_| 1e-3)).unwrap();
        let Regime::LimitCycle { velocity, turns: true, beside_rest: false } = Regime::of(&flat, 1.0) else {
            panic!("{:?}", Regime::of(&flat, 1.0));
        };
        assert!((velocity / 6.0 - 1.0).abs() < 1e-6, "{velocity}");
        let blown = Regime::of(&rotor(0.08, 0.1, 0.4), 1.0);
        assert!(matches!(blown, Regime::LimitCycle { turns: true, beside_rest: true, .. }), "{blown:?}");
        assert!(blown.in_words().unwrap().contains("turns or rests, at up to about"));
    }
}
