//! Hold everything that a stopped run needs to go on, as plain numbers.

use super::group::{FIRST_MARK_INTERVAL, MOST_MARKS};
use super::kernel::Kernel;
use super::lane_steps::BLOCK;
use super::problem::Problem;
use super::splitting::FULL;
use crate::error::{Error, Result};

/// |h| beyond so many periods has no run: one that is a sixtieth as fast is refused.
const LARGEST_HALF_DRIFT: f64 = 16.0;

/// More steps than any machine will do, and fewer than overflow.
const MOST_STEPS: u64 = 1 << 60;

/// A checkpoint: the run that goes on from it gives the bits of the run that was never stopped.
///
/// Every number of the lanes is an f64 here without loss.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What the rotor moves in; to go on with another problem is refused.
    pub problem: Problem,
    /// The kernel that made it and must go on with it.
    pub kernel: Kernel,
    /// The seed.
    pub seed: u64,
    /// The time step (a.u.).
    pub dt: f64,
    /// θ_c, where the counter's lattice begins (rad).
    pub origin: f64,
    /// How many of the steps are not measured.
    pub burn_in: u64,
    /// Steps done, the burn-in among them.
    pub step: u64,
    /// Measured steps that the run goes to before it looks at its errors.
    pub goal: u64,
    /// (θ − θ_c)/L mod 1 of each trajectory.
    pub fraction: Vec<f64>,
    /// u dt/(2L), half a kick ahead of the angle; in lanes in units of 2⁻³².
    pub half_drift: Vec<f64>,
    /// The counter of hops, L_c = L.
    pub hop: CounterState,
    /// The counter of revolutions, L_c = 2π.
    pub revolution: CounterState,
    /// Steps between two marks.
    pub mark_interval: u64,
    /// Positions (θ − θ_c)/L, unwrapped, at the marks since the burn-in: `marks[mark][trajectory]`.
    pub marks: Vec<Vec<f64>>,
}

/// One counter of every trajectory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CounterState {
    /// Cells of one period between where the counter stands and where the rotor is.
    pub offset: Vec<i32>,
    /// Moves on since the burn-in.
    pub forward: Vec<u32>,
    /// Moves back since the burn-in.
    pub back: Vec<u32>,
}

impl State {
    /// The state, if it is one that a run can have.
    pub(crate) fn checked(&self) -> Result<()> {
        let count = self.fraction.len();
        let lengths_agree = self.half_drift.len() == count
            && [&self.hop, &self.revolution]
                .iter()
                .all(|c| c.offset.len() == count && c.forward.len() == count && c.back.len() == count)
            && self.marks.iter().all(|mark| mark.len() == count);
        let intervals_agree = self.step.is_multiple_of(BLOCK)
            && self.burn_in.is_multiple_of(BLOCK)
            && self.mark_interval != 0
            && self.mark_interval.is_multiple_of(FIRST_MARK_INTERVAL)
            && self.marks.len() < MOST_MARKS
            && self.step.max(self.burn_in).max(self.goal) <= MOST_STEPS;
        let marks_due = match self.step.checked_sub(self.burn_in) {
            Some(measured) if intervals_agree => measured / self.mark_interval + 1,
            _ => 0,
        };
        let unit = if self.kernel == Kernel::Reference { 1.0 } else { FULL };
        let numbers_agree = self.half_drift.iter().all(|h| h.abs() <= LARGEST_HALF_DRIFT * unit)
            && self.fraction.iter().all(|x| (0.0..1.0).contains(x))
            && self.marks.iter().flatten().all(|x| x.is_finite())
            && [self.dt, self.origin].iter().all(|x| x.is_finite());
        if lengths_agree && intervals_agree && marks_due == self.marks.len() as u64 && numbers_agree {
            return Ok(());
        }
        Err(contradiction())
    }
}

/// The error for a checkpoint that no run can have written.
pub(super) fn contradiction() -> Error {
    Error::File {
        what: "the checkpoint of the trajectories contradicts itself".into(),
        hint: "start the trajectories anew".into(),
    }
}

impl CounterState {
    /// Whether every counter stands where one on a lattice of so many periods can.
    pub(super) fn stands_on(&self, periods: u32) -> bool {
        self.offset.iter().all(|&q| (-i64::from(periods)..i64::from(periods)).contains(&i64::from(q)))
    }

    /// Whether each of these counters, of one period, stands less than `periods` periods from the other, as they always do.
    pub(super) fn stands_within(&self, periods: u32, other: &Self) -> bool {
        self.offset.iter().zip(&other.offset).all(|(a, b)| a.abs_diff(*b) < periods)
    }
}
