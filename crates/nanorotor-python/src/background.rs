//! Work on a thread of its own while Python's waits, hears Ctrl-C and shows progress.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::ThreadPool;

use crate::errors::Result;

/// How often Python is asked whether somebody pressed Ctrl-C.
const PATIENCE: Duration = Duration::from_millis(50);

/// How long work may take to end by itself after Ctrl-C.
const GRACE: Duration = Duration::from_millis(350);

/// The pool of this process, with its number.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// All cores, in threads of this very process: those of a process that forked are not there in its child.
pub(crate) fn pool() -> nanorotor::Result<Arc<ThreadPool>> {
    let process = std::process::id();
    let mut known = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((owner, pool)) = known.as_ref()
        && *owner == process
    {
        return Ok(Arc::clone(pool));
    }
    let made = Arc::new(crate::study::pool(None)?);
    let parents = known.replace((process, Arc::clone(&made)));
    // To drop the pool of a parent would wait for threads that are not here.
    std::mem::forget(parents);
    Ok(made)
}

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
/// The work runs in a pool of threads that belongs to this process. Ctrl-C raises [`Watch::cancel`] and its exception as soon as
/// the work has stopped, at the latest after a moment; the work then ends by itself at its next look.
pub(crate) fn in_background<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Watch) -> nanorotor::Result<T> + Send + 'static,
) -> Result<T> {
    let watch = Arc::new(Watch::default());
    let (send, mut receive) = channel();
    let shared = Arc::clone(&watch);
    let pool = pool()?;
    std::thread::spawn(move || {
        // Nobody may listen any more after Ctrl-C.
        let _ = send.send(pool.install(|| work(&shared)));
    });
    let mut interrupt: Option<PyErr> = None;
    let mut since = Instant::now();
    let mut shown = (0.0, 0.0);
    loop {
        let outcome;
        (outcome, receive) = py.detach(move || (receive.recv_timeout(PATIENCE), receive));
        if let Err(signal) = py.check_signals() {
            watch.cancel.store(true, Ordering::Relaxed);
            if interrupt.is_some() {
                return Err(signal.into());
            }
            (interrupt, since) = (Some(signal), Instant::now());
        }
        if since.elapsed() > GRACE
            && outcome.is_err()
            && let Some(signal) = interrupt.take()
        {
            return Err(signal.into());
        }
        if let (Some(progress), None) = (progress, &interrupt)
            && shown != watch.told()
        {
            shown = watch.told();
            if let Err(failure) = progress.call1(shown) {
                watch.cancel.store(true, Ordering::Relaxed);
                (interrupt, since) = (Some(failure), Instant::now());
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
