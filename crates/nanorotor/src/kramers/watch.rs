//! Let a caller follow a solver while it refines, and stop it.

use std::sync::atomic::{AtomicBool, Ordering};

/// How far a solver has come, told before each solution is sought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The number of the mesh, or of the resolution, that is tried; the first is 1.
    pub round: usize,
    /// How many unknowns the equations have.
    pub unknowns: usize,
    /// The relative error of the best solution so far, compared with the tolerance; infinite before there is one.
    pub error: f64,
    /// The relative error asked for.
    pub tolerance: f64,
}

/// Who follows a solver, and how it is told to stop.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    cancel: &'a AtomicBool,
    told: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Watch<'a> {
    /// Call `told` before each solution is sought; raising `cancel` ends the search within a moment.
    pub fn new(cancel: &'a AtomicBool, told: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self { cancel, told }
    }

    /// Raising `cancel` ends the search within a moment; nobody is told anything.
    pub fn cancelled_by(cancel: &'a AtomicBool) -> Self {
        Self { cancel, told: &|_| {} }
    }

    /// Whether the solver has been told to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    pub(super) fn tell(&self, progress: Progress) {
        (self.told)(progress);
    }
}

impl Default for Watch<'_> {
    /// Nobody follows and nobody stops it.
    fn default() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self::cancelled_by(&NEVER)
    }
}
