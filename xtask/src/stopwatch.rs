//! Measures durations. It is the only place in the chores that reads a clock.

use std::fs;
use std::time::{Duration, Instant};

/// In which Linux counts the time of processes, on all its platforms.
const TICKS_PER_S: f64 = 100.0;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch {
    start: Instant,
    /// What had passed before.
    before: Duration,
}

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "chores measure; nothing that is measured reads this clock"
    )]
    pub(crate) fn start() -> Self {
        Self { start: Instant::now(), before: Duration::ZERO }
    }

    /// Since this process began, also before it became this program. Where the system does not tell,
    /// since now.
    pub(crate) fn of_process() -> Self {
        let read = |file| fs::read_to_string(file).unwrap_or_default();
        let age = age(&read("/proc/self/stat"), &read("/proc/uptime"));
        Self { before: age.unwrap_or_default(), ..Self::start() }
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.before + self.start.elapsed()
    }

    pub(crate) fn seconds(self) -> f64 {
        self.elapsed().as_secs_f64()
    }

    pub(crate) fn millis(self) -> f64 {
        self.seconds() * 1000.0
    }
}

/// The age of a process, from what `/proc` says of it and of the machine.
fn age(stat: &str, uptime: &str) -> Option<Duration> {
    // The name stands in brackets and may contain anything; the start is the 20th field after it.
    let (_, after_name) = stat.rsplit_once(')')?;
    let began: f64 = after_name.split_whitespace().nth(19)?.parse().ok()?;
    let now: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(now - began / TICKS_PER_S).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_as_old_as_proc_says() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 2 3 4";
        assert_eq!(age(stat, "200.50 300.00\n"), Some(Duration::from_millis(77_050)));
        assert_eq!(age("", "200.50"), None);
        assert_eq!(age(stat, "1.0"), None, "it is not from the future");
    }
}
