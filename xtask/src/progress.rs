//! Prints numbered progress lines such as `[2/5] building the app for the browser…`.

use std::time::Duration;

/// Counts the steps of one chore. Chores that contain others share one counter.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    done: usize,
    /// What those that contain others do afterwards, in seconds of one core.
    pub(crate) later: f64,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, done: 0, later: 0.0 }
    }

    /// Announces the next step.
    pub(crate) fn next(&mut self, what: &str) {
        self.done += 1;
        eprintln!("[{}/{}] {what}", self.done, self.total);
    }

    /// Announces that the next `count` steps have nothing to do.
    pub(crate) fn skip(&mut self, count: usize, why: &str) {
        self.done += count;
        eprintln!("[{}/{}] {why}", self.done, self.total);
    }
}

/// As people say it: `9 min 5 s`.
pub(crate) fn duration(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// A remark below the current step.
pub(crate) fn note(text: &str) {
    eprintln!("      {text}");
}
