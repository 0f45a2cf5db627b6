//! Say how surely the rotor goes one way: counts on against all counts.
//!
//! | symbol | here                  | unit                    |
//! |--------|-----------------------|-------------------------|
//! | Dir    | `value`, `raw`        | 1                       |
//! | R      | `rotation_rate`       | revolutions per a.u.    |
//! | ν      | [`count_rate`]        | counts per a.u. of time |
//! | L_c    | [`Counts::lattice`]   | rad                     |
//! | a, b   | in the code, with their means over the trajectories | counts along the rotation and against it |
//! | μ      | in the code           | (2π/L_c) R t, the net counts of a trajectory of the time t |
//!
//! Dir = n_forw/(n_forw + n_back), equation (17) of Preston & Kosov (2023). Net counts are net turns, so the mean of a − b is
//! μ, which is known without noise, and Dir is that of b: with ⟨a⟩ = ⟨b⟩ + μ, Dir = (b + μ)/(2b + μ). The mean of b is
//! estimated with a − b − μ as a control variate, b − β (a − b − μ), where β = Cov(b, a − b)/Var(a − b) leaves the least
//! variance. Where the rotor goes either way about as often, β is −½ and only ν = (a + b)/t matters, Dir = ½ + (2π/L_c) R/(2ν);
//! where it hardly goes back, β is 0 and the few counts back decide.

use std::f64::consts::TAU;

use super::estimate::Estimate;
use super::trajectories::{TooShort, mean};
use crate::langevin::Counts;

/// With fewer counts, the error of ν cannot be told from the counts themselves.
const FEWEST_COUNTS: u64 = 50;

/// With fewer counts against the direction, their spread over trajectories tells little: none at all would have no error.
const FEW_AGAINST: u64 = 10;

/// With fewer trajectories their spread does not tell β.
const FEWEST_FOR_SLOPE: usize = 8;

/// Directionality with one lattice constant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Directionality {
    /// Dir from the counts and the rotation rate that was given, between 0 and 1.
    pub value: f64,
    /// Standard error of `value`, from the counts and from the rate's own error; where fewer than ten counts go against the
    /// direction, that of their number plus one, as of Poisson's law, so that `value` ± `error` stays between 0 and 1.
    pub error: f64,
    /// n_forw/(n_forw + n_back), from the counts alone; fewer than ten counts one way are taken as one more.
    pub raw: f64,
    /// Standard error of `raw`, from the spread over trajectories; where fewer than ten counts go one way, that of their number
    /// plus one, as of Poisson's law, so that `raw` ± `raw_error` stays between 0 and 1.
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
    let turns = TAU / counts.lattice * time;
    let (net, net_error) = (turns * rotation_rate.value.abs(), turns * rotation_rate.error);
    let goes_back = rotation_rate.value < 0.0;
    let along = both(counts).map(|(forward, back)| if goes_back { (back, forward) } else { (forward, back) });
    let against = against(along, net);
    // Dir = (b + μ)/(2b + μ), and b itself changes by β with μ.
    let sum = 2.0 * against.mean + net;
    let share = (against.mean + net) / sum;
    let of_counts = net / sum.powi(2) * against.error;
    let of_rate = (against.mean - against.slope * net) / sum.powi(2) * net_error;
    let (raw, raw_error) = ratio(counts);
    Ok(Directionality {
        value: if goes_back { 1.0 - share } else { share },
        error: of_counts.hypot(of_rate),
        raw,
        raw_error,
        forward,
        back,
    })
}

/// n_forw/(n_forw + n_back) with its error.
fn ratio(counts: &Counts) -> (f64, f64) {
    let n = counts.forward.len() as f64;
    let [forward, back] =
        [&counts.forward, &counts.back].map(|counts| mean(counts.iter().map(|&count| f64::from(count))));
    let (few, many) = if forward.value < back.value { (forward, back) } else { (back, forward) };
    let (share, error) = if few.value * n < FEW_AGAINST as f64 {
        let few = of_few(few, n);
        let share = few.value / (few.value + many.value);
        (share, (share * (1.0 - share) * (few.error / few.value).hypot(many.error / many.value)).min(share))
    } else {
        let all = few.value + many.value;
        // A ratio of sums: the spread of n_forw − raw (n_forw + n_back) over trajectories, the mean of which is zero.
        let raw = forward.value / all;
        let residual = mean(both(counts).map(|(forward, back)| forward - raw * (forward + back)));
        (few.value / all, residual.error / all)
    };
    (if forward.value < back.value { share } else { 1.0 - share }, error)
}

/// What is known of the counts against the rotation.
struct Against {
    /// The mean number in a trajectory, b.
    mean: f64,
    /// Its standard error.
    error: f64,
    /// β.
    slope: f64,
}

/// The mean of b from (a, b) of each trajectory, where a − b is `net` on average.
fn against(counts: impl Iterator<Item = (f64, f64)> + Clone, net: f64) -> Against {
    let n = counts.clone().count() as f64;
    let along = counts.clone().map(|(a, _)| a).sum::<f64>() / n;
    let b = mean(counts.clone().map(|(_, b)| b));
    if b.value * n < FEW_AGAINST as f64 {
        let b = of_few(b, n);
        return Against { mean: b.value, error: b.error, slope: 0.0 };
    }
    let excess = along - b.value;
    let of_excess = |a: f64, against: f64| a - against - excess;
    let (square, product) = counts.clone().fold((0.0, 0.0), |(square, product), (a, against)| {
        let z = of_excess(a, against);
        (square + z * z, product + z * (against - b.value))
    });
    // β of two independent streams of independent counts, where the spread does not tell it.
    let is_told = n >= FEWEST_FOR_SLOPE as f64 && square > 0.0;
    let slope = if is_told { product / square } else { -b.value / (along + b.value) };
    let residual = mean(counts.map(|(a, against)| against - slope * of_excess(a, against)));
    let freedom = if is_told { ((n - 1.0) / (n - 2.0)).sqrt() } else { 1.0 };
    let error = residual.error * freedom;
    Against { mean: (b.value - slope * (excess - net)).max(error), error, slope }
}

/// The mean over `n` trajectories of counts that are fewer than ten in all: their number plus one, with the error of Poisson's law,
/// which is no larger.
fn of_few(mean: Estimate, n: f64) -> Estimate {
    // Counts that come in bursts tell less than their number.
    let of_chance = mean.value / n;
    let burst = if of_chance > 0.0 { (mean.error.powi(2) / of_chance).max(1.0) } else { 1.0 };
    let error = ((mean.value * n + 1.0) * burst).sqrt() / n;
    Estimate { value: (mean.value + 1.0 / n).max(error), error }
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
        // The other way round all is mirrored.
        let turned = directionality(
            &counts(counted.back.clone(), counted.forward.clone()),
            time,
            Estimate { value: -rate.value, ..rate },
        );
        let turned = turned.unwrap();
        assert!((turned.value + found.value - 1.0).abs() < 1e-15);
        assert!((turned.error - found.error).abs() < 1e-15);
    }

    #[test]
    fn where_both_ways_are_alike_only_the_number_of_counts_matters() {
        // b is the mirror of a, so that β = −½ exactly.
        let counted = counts(
            vec![60, 50, 55, 63, 40, 45, 41, 44, 51, 49],
            vec![40, 45, 41, 44, 60, 50, 55, 63, 49, 51],
        );
        let time = 10.0;
        let rate = Estimate { value: 0.02, error: 0.0 };
        let found = directionality(&counted, time, rate).unwrap();
        let nu = count_rate(&counted, time);
        assert!((found.value - 0.5 - 2.0 * rate.value / (2.0 * nu.value)).abs() < 1e-15, "{found:?}");
        let expected = (found.value - 0.5) * nu.error / nu.value * (9.0_f64 / 8.0).sqrt();
        assert!((found.error / expected - 1.0).abs() < 1e-9, "{found:?} {expected}");
        let with = directionality(&counted, time, Estimate { error: 0.01, ..rate }).unwrap();
        let part: f64 = 2.0 * 0.01 / (2.0 * nu.value);
        assert!((with.error - found.error.hypot(part)).abs() < 1e-15);
    }

    #[test]
    fn a_rotor_that_never_turned_back_is_neither_certain_nor_beyond_certainty() {
        let rate = |net: f64| Estimate { value: 0.5 * net / 10.0, error: 0.0 };
        for (forward, back) in [
            (vec![100; 16], vec![0; 16]),
            ([vec![100; 15], vec![101]].concat(), [vec![0; 15], vec![1]].concat()),
            ([vec![100; 15], vec![105]].concat(), [vec![0; 15], vec![5]].concat()),
            (
                [101, 99, 102, 100, 98, 100, 101, 99, 102, 100, 98, 100, 97, 99, 96, 98].to_vec(),
                [vec![0; 12], vec![4; 4]].concat(),
            ),
        ] {
            // A rate that lies above or below that of the counts.
            for net in [97.0, 100.0, 103.0] {
                let found = directionality(&counts(forward.clone(), back.clone()), 10.0, rate(net)).unwrap();
                assert!(found.value + found.error <= 1.0 + 1e-15 && found.error > 0.0, "{found:?}");
                assert!(found.value > 0.98 && found.error < 0.02, "{found:?}");
                assert!(found.raw + found.raw_error <= 1.0 && found.raw_error > 0.0, "{found:?}");
                assert!(found.raw > 0.98 && found.raw < 1.0, "{found:?}");
                let mirrored =
                    directionality(&counts(back.clone(), forward.clone()), 10.0, rate(-net)).unwrap();
                assert!((mirrored.raw + found.raw - 1.0).abs() < 1e-15, "{mirrored:?}");
            }
        }
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
