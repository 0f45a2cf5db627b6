//! Turn trajectories into a rotation rate and a rotational diffusion with honest errors.
//!
//! | symbol | here                   | unit                      |
//! |--------|------------------------|---------------------------|
//! | R      | [`rotation_rate`]      | revolutions per a.u.      |
//! | D_eff  | [`rotational_diffusion`] | rad² per a.u. of time   |
//! | T      | [`Tally::time`]        | a.u. of time, each trajectory |
//!
//! Trajectories are independent, so errors come from the spread over them; what happens within one is never taken for independent.

mod control;
mod diffusion;
mod time_step;

use std::f64::consts::TAU;

pub use control::{Outcome, Progress, Stage, Target, run_keeping, run_until};
pub use diffusion::rotational_diffusion;
pub use time_step::{ChosenStep, Trial, choose_dt};

use super::estimate::Estimate;
use crate::langevin::Tally;

/// A run too short to say.
#[derive(Debug, Clone, PartialEq)]
pub struct TooShort {
    /// What is missing, with the numbers.
    pub what: String,
    /// A total time over all trajectories that should do (a.u.).
    pub needed_time: f64,
}

impl std::fmt::Display for TooShort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "too short to say: {}; about {:.2e} au in all are needed", self.what, self.needed_time)
    }
}

/// R = ⟨u⟩/2π from how far each trajectory has gone; revolutions per a.u. of time.
///
/// The error is NaN for a single trajectory, whose own noise cannot be told from its drift.
pub fn rotation_rate(tally: &Tally) -> Estimate {
    mean(tally.displacement.iter().map(|angle| angle / (TAU * tally.time)))
}

/// The factor that turns the standard error over n independent trajectories into half a 95 % interval: Student's t.
///
/// Expansion of Abramowitz & Stegun 26.7.5, right to 1e-3 for n ≥ 5; exact for 2 and 3.
pub fn interval_factor(trajectories: usize) -> f64 {
    match trajectories {
        0 | 1 => f64::INFINITY,
        2 => 12.706_204_736,
        3 => 4.302_652_730,
        _ => {
            let (z, n) = (1.959_963_984_540_054_f64, trajectories as f64 - 1.0);
            let z2 = z * z;
            let first = z * (z2 + 1.0) / 4.0;
            let second = z * (5.0 * z2 * z2 + 16.0 * z2 + 3.0) / 96.0;
            let third = z * (3.0 * z2.powi(3) + 19.0 * z2 * z2 + 17.0 * z2 - 15.0) / 384.0;
            let fourth = z
                * (79.0 * z2.powi(4) + 776.0 * z2.powi(3) + 1482.0 * z2 * z2 - 1920.0 * z2 - 945.0)
                / 92160.0;
            z + first / n + second / n.powi(2) + third / n.powi(3) + fourth / n.powi(4)
        }
    }
}

/// Mean and standard error of independent values.
pub(crate) fn mean(values: impl Iterator<Item = f64> + Clone) -> Estimate {
    let n = values.clone().count() as f64;
    let value = values.clone().sum::<f64>() / n;
    let squares: f64 = values.map(|x| (x - value).powi(2)).sum();
    let error = if n > 1.0 { (squares / (n * (n - 1.0))).sqrt() } else { f64::NAN };
    Estimate { value, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_factors_are_those_of_the_tables() {
        for (n, t) in
            [(2, 12.7062), (3, 4.3027), (5, 2.7764), (6, 2.5706), (11, 2.2281), (31, 2.0423), (1025, 1.9623)]
        {
            assert!((interval_factor(n) - t).abs() < 2e-3, "{n}: {}", interval_factor(n));
        }
        assert!(interval_factor(1).is_infinite());
    }

    #[test]
    fn a_mean_has_the_error_of_its_spread() {
        let found = mean([1.0, 2.0, 3.0, 6.0].into_iter());
        assert_eq!(found.value, 3.0);
        assert!((found.error - (14.0_f64 / 12.0).sqrt()).abs() < 1e-15);
        assert!(mean([1.0].into_iter()).error.is_nan());
    }
}
