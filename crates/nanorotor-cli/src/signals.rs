//! Hear requests to stop: raise a flag for the work, and end the program by the signal if the work does not end at once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
#[cfg(windows)]
use std::sync::atomic::Ordering;

/// A flag that Ctrl-C, or a request to terminate or to hang up, raises.
///
/// Work that looks at the flag ends with what is done. Work that does not is ended after a moment, and `left` tells the user what
/// is left of it. To be called before any other thread starts.
pub(crate) fn stop_when_asked(left: &'static str) -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    listen(Arc::clone(&flag), left);
    flag
}

#[cfg(unix)]
pub(crate) use unix::end_if_asked;

#[cfg(unix)]
use unix::listen;

#[cfg(unix)]
mod unix {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
    use std::time::Duration;

    use nix::sys::signal::{SigSet, Signal, raise};

    use crate::failure::note;

    /// How long the work may take to end by itself.
    const GRACE: Duration = Duration::from_millis(400);

    /// The signal that was heard, 0 for none.
    static HEARD: AtomicI32 = AtomicI32::new(0);

    /// Wait for signals on a thread of their own; every thread that starts later leaves them to it.
    pub(super) fn listen(flag: Arc<AtomicBool>, left: &'static str) {
        let mut signals = SigSet::empty();
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
            // Whoever started the program, such as nohup, may want it to go on.
            if !is_ignored(signal) {
                signals.add(signal);
            }
        }
        if signals.thread_block().is_err() {
            return;
        }
        std::thread::spawn(move || {
            let Ok(signal) = signals.wait() else { return };
            HEARD.store(signal as i32, Ordering::Relaxed);
            flag.store(true, Ordering::Relaxed);
            std::thread::sleep(GRACE);
            note(&format!("interrupted; {left}"));
            end_by(signal);
        });
    }

    /// End by the signal that was heard, if one was: a shell that waits then knows, and ends its loop.
    pub(crate) fn end_if_asked() {
        if let Ok(signal) = Signal::try_from(HEARD.load(Ordering::Relaxed)) {
            end_by(signal);
        }
    }

    fn end_by(signal: Signal) {
        let mut only = SigSet::empty();
        only.add(signal);
        let _ = only.thread_unblock();
        let _ = raise(signal);
        std::process::exit(128 + signal as i32);
    }

    /// Whether a signal was ignored when the program started, where the system tells.
    fn is_ignored(signal: Signal) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .is_some_and(|mask| mask & (1 << (signal as i32 - 1)) != 0)
    }
}

#[cfg(windows)]
fn listen(flag: Arc<AtomicBool>, _left: &'static str) {
    // Without a handler Ctrl-C ends the program at once, which loses nothing finished either.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}

/// There is no end by a signal here.
#[cfg(windows)]
pub(crate) fn end_if_asked() {}
