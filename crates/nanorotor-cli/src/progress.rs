//! Show how far long work is, and stop it when the user asks.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use nanorotor::sweep::Progress;

/// A flag that Ctrl-C or a request to terminate raises; asked twice, the program ends at once.
pub(crate) fn stop_when_asked() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    // Without a handler Ctrl-C ends the program at once, which loses nothing finished either.
    let _ = ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    flag
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
    start: Instant,
}

/// The bar counts thousandths of points, so that one long point moves it too.
const PARTS: f64 = 1000.0;

impl SweepBar {
    pub(crate) fn new(name: &str) -> Self {
        let bar = bar("{prefix} {bar:30} {msg}");
        bar.set_prefix(name.to_string());
        Self { bar, start: Instant::now() }
    }

    pub(crate) fn show(&self, progress: Progress) {
        let done = progress.finished as f64 + progress.share;
        let left = progress.missing as f64 - done;
        let seconds = self.start.elapsed().as_secs_f64();
        self.bar.set_length((progress.missing as f64 * PARTS) as u64);
        self.bar.set_position((done * PARTS) as u64);
        let count = format!("{}/{} points", progress.finished, progress.missing);
        if done > 0.0 {
            let rate = done / seconds;
            let left = Duration::from_secs((left / rate).ceil().clamp(0.0, 1e9) as u64);
            let left = humantime::format_duration(left);
            self.bar.set_message(format!("{count}, {rate:.3} points/s, {left} left"));
        } else {
            self.bar.set_message(count);
        }
    }

    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
