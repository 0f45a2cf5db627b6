//! Work on a thread of its own while Python's waits, hears Ctrl-C and shows progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::errors::Result;

/// How often Python is asked whether somebody pressed Ctrl-C.
const PATIENCE: Duration = Duration::from_millis(50);

/// What the two threads tell each other.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Raised to stop the work.
    pub cancel: AtomicBool,
    done: AtomicU64,
    all: AtomicU64,
}

impl Watch {
    /// Say how much is done, of how much.
    pub(crate) fn tell(&self, done: f64, all: f64) {
        self.done.store(done.to_bits(), Ordering::Relaxed);
        self.all.store(all.to_bits(), Ordering::Relaxed);
    }

    fn told(&self) -> (f64, f64) {
        let read = |number: &AtomicU64| f64::from_bits(number.load(Ordering::Relaxed));
        (read(&self.done), read(&self.all))
    }
}

/// Do some work without the interpreter's lock; `progress(done, all)` is called on the thread of the caller.
///
/// Ctrl-C raises [`Watch::cancel`] and its exception as soon as the work has stopped; pressed twice, at once.
pub(crate) fn in_background<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Watch) -> nanorotor::Result<T> + Send + 'static,
) -> Result<T> {
    let watch = Arc::new(Watch::default());
    let (send, mut receive) = channel();
    let shared = Arc::clone(&watch);
    std::thread::spawn(move || {
        // Nobody listens any more after a second Ctrl-C.
        let _ = send.send(work(&shared));
    });
    let mut interrupt: Option<PyErr> = None;
    let mut shown = (0.0, 0.0);
    loop {
        let outcome;
        (outcome, receive) = py.detach(move || (receive.recv_timeout(PATIENCE), receive));
        if let Err(signal) = py.check_signals() {
            watch.cancel.store(true, Ordering::Relaxed);
            if interrupt.is_some() {
                return Err(signal.into());
            }
            interrupt = Some(signal);
        }
        if let (Some(progress), None) = (progress, &interrupt)
            && shown != watch.told()
        {
            shown = watch.told();
            if let Err(failure) = progress.call1(shown) {
                watch.cancel.store(true, Ordering::Relaxed);
                interrupt = Some(failure);
            }
        }
        match outcome {
            Ok(outcome) => {
                return match interrupt {
                    Some(signal) => Err(signal.into()),
                    None => Ok(outcome?),
                };
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err(
                    "the computation broke off: this is a fault of nanorotor",
                )
                .into());
            }
        }
    }
}
