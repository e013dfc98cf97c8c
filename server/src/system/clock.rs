//! The clock, passed in wherever “now” matters.

use std::fmt::Debug;

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

/// Tells the time. `main` passes the system's clock, tests pass a fixed one.
pub trait Clock: Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A moment in whole milliseconds, as receipt times are stored.
pub fn to_millisecond(moment: Timestamp) -> Timestamp {
    // Cut, not rounded up: nothing may seem to arrive after a window closed.
    let round = TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::Floor);
    moment.round(round).unwrap_or(moment)
}
