//! Let a caller follow long work such as a solver that refines, and stop it.

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

/// Who follows long work that tells its progress as a `P`, and how it is told to stop.
pub struct Watch<'a, P = Progress> {
    cancel: &'a AtomicBool,
    told: &'a (dyn Fn(P) + Sync),
}

impl<P> Clone for Watch<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Watch<'_, P> {}

impl<'a, P> Watch<'a, P> {
    /// Call `told` now and then; raising `cancel` ends the work within a moment.
    pub fn new(cancel: &'a AtomicBool, told: &'a (dyn Fn(P) + Sync)) -> Self {
        Self { cancel, told }
    }

    /// Raising `cancel` ends the work within a moment; nobody is told anything.
    pub fn cancelled_by(cancel: &'a AtomicBool) -> Self {
        Self { cancel, told: &|_| {} }
    }

    /// The flag that ends the work.
    pub fn cancel(&self) -> &'a AtomicBool {
        self.cancel
    }

    /// Whether the work has been told to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    pub(crate) fn tell(&self, progress: P) {
        (self.told)(progress);
    }
}

impl<P> Default for Watch<'_, P> {
    /// Nobody follows and nobody stops it.
    fn default() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self::cancelled_by(&NEVER)
    }
}
