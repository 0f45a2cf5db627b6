//! Show how far long work is: a bar on a terminal, a line now and then in a log.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use nanorotor::sweep::Progress;

use crate::failure::note;

/// How often a line of progress goes into a log.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// Lines of progress now and then, where standard error is no terminal but a log.
#[derive(Debug)]
pub(crate) struct Log(Option<Mutex<Instant>>);

impl Log {
    pub(crate) fn new() -> Self {
        Self((!std::io::stderr().is_terminal()).then(|| Mutex::new(Instant::now())))
    }

    /// Write a line if it is time for one.
    pub(crate) fn tell(&self, line: impl FnOnce() -> String) {
        let Some(last) = &self.0 else { return };
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= BETWEEN_LINES {
            *last = Instant::now();
            note(&line());
        }
    }
}

/// A bar with rate and time left, only where somebody watches.
pub(crate) fn bar(template: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// The bar of a sweep: points done, points per second, time left.
#[derive(Debug)]
pub(crate) struct SweepBar {
    bar: ProgressBar,
    log: Log,
    name: String,
    start: Instant,
}

/// The bar counts thousandths of points, so that one long point moves it too.
const PARTS: f64 = 1000.0;

impl SweepBar {
    pub(crate) fn new(name: &str) -> Self {
        let bar = bar("{prefix} {bar:30} {msg}");
        bar.set_prefix(name.to_string());
        Self { bar, log: Log::new(), name: name.into(), start: Instant::now() }
    }

    pub(crate) fn show(&self, progress: Progress) {
        let done = progress.finished as f64 + progress.share;
        let left = progress.missing as f64 - done;
        let seconds = self.start.elapsed().as_secs_f64();
        self.bar.set_length((progress.missing as f64 * PARTS) as u64);
        self.bar.set_position((done * PARTS) as u64);
        let count = format!("{}/{} points", progress.finished, progress.missing);
        let message = if done > 0.0 {
            let rate = done / seconds;
            let left = Duration::from_secs((left / rate).ceil().clamp(0.0, 1e9) as u64);
            let left = humantime::format_duration(left);
            format!("{count}, {rate:.3} points/s, {left} left")
        } else {
            count
        };
        self.log.tell(|| format!("{} {message}", self.name).trim().into());
        self.bar.set_message(message);
    }

    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
