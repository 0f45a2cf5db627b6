//! Hold everything that a stopped run needs to go on, as plain numbers.

use super::kernel::Kernel;

/// A checkpoint: the run that goes on from it gives the bits of the run that was never stopped.
///
/// Every number of the lanes is an f64 here without loss.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
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
