//! Report what the trajectories did, each for itself, in physical units.

/// Moves of one counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// L_c, how far the rotor has to go for one move (rad).
    pub lattice: f64,
    /// Moves on, by trajectory.
    pub forward: Vec<u32>,
    /// Moves back, by trajectory.
    pub back: Vec<u32>,
}

/// What was measured after the burn-in, by trajectory; trajectories are independent.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// Time measured in each trajectory (a.u.).
    pub time: f64,
    /// How far each trajectory has gone (rad).
    pub displacement: Vec<f64>,
    /// Counts with L_c = 2π.
    pub revolution: Counts,
    /// Counts with L_c = L, the period.
    pub hop: Counts,
    /// Time between two marks (a.u.).
    pub mark_interval: f64,
    /// The unwrapped angle at the marks, from the end of the burn-in on: `marks[mark][trajectory]` (rad).
    pub marks: Vec<Vec<f64>>,
}
