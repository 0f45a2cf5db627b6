//! Estimate how the angle spreads, D_eff of ⟨δθ²⟩ = 2 D_eff t, from segments of trajectories.
//!
//! Over segments of length s the displacement δ has Var(δ) = 2 D_eff s + c, c from what the rotor remembers. Twice the covariance
//! of neighbouring segments is −c, so (Var + 2 Cov)/2s errs only by what is remembered beyond a whole segment. The segment
//! taken is the shortest one that is eight times as long as
//!
//! * the correlation time |Cov|/(D_eff s) of the velocity, and
//! * (L/2π)²/D_eff, in which the angle forgets where in the period it was; where that matters little its covariance is too weak
//!   to be seen in short segments, and yet adds up.

use std::f64::consts::TAU;

use super::super::estimate::Estimate;
use super::{TooShort, mean};
use crate::langevin::Tally;
use crate::quantity::in_practical_units;

/// A segment is at least so many times the memory.
const MEMORIES: f64 = 8.0;
/// A trajectory has at least so many segments.
const FEWEST_SEGMENTS: usize = 8;

/// What segments of one length say.
struct Segments {
    length: f64,
    diffusion: Estimate,
    covariance: Estimate,
}

impl Segments {
    /// Look at every `stride`-th mark.
    fn new(tally: &Tally, stride: usize) -> Self {
        let marks: Vec<&[f64]> = tally.marks.iter().step_by(stride).map(Vec::as_slice).collect();
        let segments = (marks.len() - 1) as f64;
        let trajectories = marks[0].len();
        let drift = (0..trajectories).map(|i| marks[marks.len() - 1][i] - marks[0][i]).sum::<f64>()
            / (segments * trajectories as f64);
        let length = tally.mark_interval * stride as f64;
        let of_each: Vec<(f64, f64)> = (0..trajectories)
            .map(|i| {
                let (mut variance, mut covariance, mut before) = (0.0, 0.0, 0.0);
                for pair in marks.windows(2) {
                    let step = pair[1][i] - pair[0][i] - drift;
                    variance += step * step;
                    covariance += step * before;
                    before = step;
                }
                (variance / segments, covariance / (segments - 1.0))
            })
            .collect();
        Self {
            length,
            diffusion: mean(
                of_each.iter().map(|(variance, covariance)| (variance + 2.0 * covariance) / (2.0 * length)),
            ),
            covariance: mean(of_each.iter().map(|&(_, covariance)| covariance)),
        }
    }

    /// The time for which something is remembered, as far as it is known with confidence, in units of the segment.
    fn memory(&self, period: f64) -> f64 {
        if self.diffusion.value <= 0.0 {
            return f64::INFINITY;
        }
        let spread = self.diffusion.value * self.length;
        let velocity = (self.covariance.value.abs() - 2.0 * self.covariance.error).max(0.0) / spread;
        velocity.max((period / TAU).powi(2) / spread)
    }
}

/// D_eff from the spread of the trajectories' segments; rad² per a.u. of time.
///
/// # Errors
/// [`TooShort`] if an eighth of a trajectory is not long against what it remembers, or there is a single trajectory.
pub fn rotational_diffusion(tally: &Tally) -> Result<Estimate, TooShort> {
    let trajectories = tally.displacement.len();
    let total = tally.time * trajectories as f64;
    let most = tally.marks.len().saturating_sub(1) / FEWEST_SEGMENTS;
    if most == 0 || trajectories < 2 {
        let shortest = tally.mark_interval * (2 * FEWEST_SEGMENTS * trajectories) as f64;
        return Err(TooShort {
            what: format!("{} marks in each of {trajectories} trajectories", tally.marks.len()),
            needed_time: shortest.max(2.0 * total),
        });
    }
    let longest = Segments::new(tally, most);
    let mut stride = 1;
    while stride <= most {
        let segments = Segments::new(tally, stride);
        let apart = (segments.diffusion.value - longest.diffusion.value).abs();
        if segments.memory(tally.hop.lattice) * MEMORIES <= 1.0 && apart <= 4.0 * longest.diffusion.error {
            return Ok(segments.diffusion);
        }
        stride *= 2;
    }
    let memory = longest.memory(tally.hop.lattice);
    Err(TooShort {
        what: format!(
            "the rotor still remembers after a segment of {}",
            in_practical_units("total_time", longest.length)
        ),
        needed_time: total * if memory.is_finite() { (2.0 * MEMORIES * memory).max(2.0) } else { 10.0 },
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use crate::langevin::Counts;

    /// Marks of velocities that forget themselves with `memory` a mark; D_eff in units of the mark.
    fn walk(memory: f64, marks: usize, trajectories: usize) -> (Tally, f64) {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5
        };
        let mut tally = Tally {
            time: marks as f64,
            displacement: vec![0.0; trajectories],
            revolution: Counts { lattice: 1.0, forward: vec![], back: vec![] },
            hop: Counts { lattice: 1.0, forward: vec![], back: vec![] },
            mark_interval: 1.0,
            marks: vec![vec![0.0; trajectories]; marks + 1],
        };
        for i in 0..trajectories {
            let (mut angle, mut velocity) = (0.0, 0.0);
            for _ in 0..300 {
                velocity = memory * velocity + uniform();
            }
            for mark in &mut tally.marks {
                mark[i] = angle;
                velocity = memory * velocity + uniform();
                angle += 0.3 + velocity;
            }
            tally.displacement[i] = tally.marks[marks][i];
        }
        (tally, 0.5 / 12.0 / (1.0 - memory).powi(2))
    }

    #[test]
    fn correlated_and_anticorrelated_steps_give_their_diffusion() {
        for memory in [0.0, 0.5, 0.7, -0.8] {
            let (tally, exact) = walk(memory, 256, 2000);
            let found = rotational_diffusion(&tally).unwrap();
            assert!((found.value - exact).abs() < 4.0 * found.error, "{memory}: {found:?} against {exact}");
            assert!(found.error < 0.05 * exact, "{memory}: {found:?}");
        }
    }

    #[test]
    fn a_run_shorter_than_its_memory_is_refused_with_a_longer_time() {
        let (tally, _) = walk(0.995, 256, 500);
        let short = rotational_diffusion(&tally).unwrap_err();
        assert!(short.what.ends_with(" ns"), "{}", short.what);
        assert!(short.needed_time >= 2.0 * 256.0 * 500.0, "{short}");
        let (tally, _) = walk(0.5, 4, 500);
        assert!(rotational_diffusion(&tally).is_err());
    }

    #[test]
    fn an_angle_that_only_trembles_has_no_diffusion_to_report() {
        let (mut tally, _) = walk(0.0, 256, 500);
        for j in (1..tally.marks.len()).rev() {
            let before = tally.marks[j - 1].clone();
            for (now, before) in tally.marks[j].iter_mut().zip(before) {
                *now -= before;
            }
        }
        assert!(rotational_diffusion(&tally).is_err());
    }
}
