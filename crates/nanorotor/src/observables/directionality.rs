//! Say how surely the rotor goes one way: counts on against all counts.
//!
//! | symbol | here                  | unit                    |
//! |--------|-----------------------|-------------------------|
//! | Dir    | `value`, `raw`        | 1                       |
//! | R      | `rotation_rate`       | revolutions per a.u.    |
//! | ν      | [`count_rate`]        | counts per a.u. of time |
//! | L_c    | [`Counts::lattice`]   | rad                     |
//!
//! Dir = n_forw/(n_forw + n_back), equation (17) of Preston & Kosov (2023). Net counts are net turns, so
//! Dir = ½ + (2π/L_c) R/(2ν), which with a rate known without noise leaves only the error of ν.

use std::f64::consts::TAU;

use super::estimate::Estimate;
use super::trajectories::{TooShort, mean};
use crate::langevin::Counts;

/// With fewer counts, the error of ν cannot be told from the counts themselves.
const FEWEST_COUNTS: u64 = 50;

/// With fewer counts against the direction, their spread over trajectories tells little: none at all would have no error.
const FEW_AGAINST: u64 = 10;

/// Directionality with one lattice constant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Directionality {
    /// ½ + (2π/L_c) R/(2ν), leaning on the rotation rate that was given.
    pub value: f64,
    /// Standard error of `value`, from ν and from the rate's own error.
    pub error: f64,
    /// n_forw/(n_forw + n_back), from the counts alone.
    pub raw: f64,
    /// Standard error of `raw`, from the spread over trajectories; where one direction has fewer than ten counts, at least that of
    /// Agresti & Coull (1998), who add two counts to either side.
    pub raw_error: f64,
    /// n_forw, all trajectories together.
    pub forward: u64,
    /// n_back, all trajectories together.
    pub back: u64,
}

/// ν, moves of the counter on and back per a.u. of time, from trajectories of `time` each.
pub fn count_rate(counts: &Counts, time: f64) -> Estimate {
    mean(both(counts).map(|(forward, back)| (forward + back) / time))
}

/// Directionality from the counts and a rotation rate (revolutions per a.u. of time) that is known otherwise.
///
/// # Errors
/// [`TooShort`] if there are too few counts to say, or a single trajectory.
pub fn directionality(
    counts: &Counts,
    time: f64,
    rotation_rate: Estimate,
) -> Result<Directionality, TooShort> {
    let forward = counts.forward.iter().map(|&n| u64::from(n)).sum::<u64>();
    let back = counts.back.iter().map(|&n| u64::from(n)).sum::<u64>();
    let trajectories = counts.forward.len();
    let all = forward + back;
    if all < FEWEST_COUNTS || trajectories < 2 {
        let total = time * trajectories as f64;
        return Err(TooShort {
            what: format!("the counters moved {all} times in {trajectories} trajectories"),
            needed_time: total * (2 * FEWEST_COUNTS) as f64 / (all.max(1) as f64),
        });
    }
    let rate = count_rate(counts, time);
    let excess = (TAU / counts.lattice) * rotation_rate.value / (2.0 * rate.value);
    let rate_part = (TAU / counts.lattice) * rotation_rate.error / (2.0 * rate.value);
    let raw = forward as f64 / all as f64;
    // A ratio of sums: the spread of n_forw − raw (n_forw + n_back) over trajectories, the mean of which is zero.
    let residual = mean(both(counts).map(|(forward, back)| forward - raw * (forward + back)));
    let spread = residual.error * trajectories as f64 / all as f64;
    let raw_error = if forward.min(back) < FEW_AGAINST {
        let all = all as f64 + 4.0;
        let share = (forward as f64 + 2.0) / all;
        spread.max((share * (1.0 - share) / all).sqrt())
    } else {
        spread
    };
    Ok(Directionality {
        value: 0.5 + excess,
        error: (excess * rate.error / rate.value).hypot(rate_part),
        raw,
        raw_error,
        forward,
        back,
    })
}

fn both(counts: &Counts) -> impl Iterator<Item = (f64, f64)> + Clone {
    counts.forward.iter().zip(&counts.back).map(|(&forward, &back)| (f64::from(forward), f64::from(back)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn counts(forward: Vec<u32>, back: Vec<u32>) -> Counts {
        Counts { lattice: TAU / 2.0, forward, back }
    }

    #[test]
    fn value_and_raw_agree_when_the_rate_is_that_of_the_counts() {
        let counted = counts(vec![60, 50, 55, 63], vec![40, 45, 41, 44]);
        let time = 10.0;
        let net: f64 = 228.0 - 170.0;
        // Half a revolution a count.
        let rate = Estimate { value: 0.5 * net / (4.0 * time), error: 0.0 };
        let found = directionality(&counted, time, rate).unwrap();
        assert_eq!((found.forward, found.back), (228, 170));
        assert!((found.raw - 228.0 / 398.0).abs() < 1e-15);
        assert!((found.value - found.raw).abs() < 1e-15);
        let nu = count_rate(&counted, time);
        assert!((nu.value - 398.0 / 40.0).abs() < 1e-12);
        assert!((found.error - (found.value - 0.5) * nu.error / nu.value).abs() < 1e-15);
    }

    #[test]
    fn the_error_of_the_rate_adds_to_that_of_the_counts() {
        let counted = counts(vec![60, 50, 55, 63], vec![40, 45, 41, 44]);
        let bare = directionality(&counted, 10.0, Estimate { value: 0.7, error: 0.0 }).unwrap();
        let with = directionality(&counted, 10.0, Estimate { value: 0.7, error: 0.1 }).unwrap();
        let part: f64 = 2.0 * 0.1 / (2.0 * 398.0 / 40.0);
        assert!((with.error - bare.error.hypot(part)).abs() < 1e-15);
    }

    #[test]
    fn raw_error_is_that_of_independent_trials() {
        // Trajectories of 100 counts each, on with probability 0.6: the error is √(0.6·0.4/n).
        let generator = |i: u32| (i.wrapping_mul(0x9E37_79B9) ^ 0x5bd1_e995).wrapping_mul(0x85eb_ca6b) >> 8;
        let forward: Vec<u32> = (0..2000)
            .map(|i| {
                (0..100).filter(|k| f64::from(generator(i * 100 + k)) < 0.6 * 16_777_216.0).count() as u32
            })
            .collect();
        let back = forward.iter().map(|n| 100 - n).collect();
        let found = directionality(&counts(forward, back), 1.0, Estimate { value: 0.0, error: 0.0 }).unwrap();
        let expected = (0.24_f64 / 200_000.0).sqrt();
        assert!((found.raw_error / expected - 1.0).abs() < 0.1, "{} against {expected}", found.raw_error);
        assert!((found.raw - 0.6).abs() < 4.0 * expected);
    }

    #[test]
    fn too_few_counts_are_reported_with_the_time_that_would_do() {
        let short =
            directionality(&counts(vec![5, 5], vec![4, 6]), 10.0, Estimate { value: 0.1, error: 0.0 });
        assert_eq!(short.unwrap_err().needed_time, 100.0);
    }
}
