//! The clock, passed in wherever “now” matters.

use std::fmt::Debug;

use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
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

/// The calendar day in Hanoi, which has been seven hours ahead of UTC without summer time since
/// long before the first wave.
pub fn hanoi_day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::fixed(offset(7))).date()
}

/// Noon of a day in Hanoi, for forms of which only the day is known; none at the ends of time.
pub fn hanoi_noon(day: Date) -> Option<Timestamp> {
    let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::fixed(offset(7)));
    noon.ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_in_hanoi_begins_at_seventeen_utc() {
        let before: Timestamp = "2025-12-14T16:59:59Z".parse().unwrap();
        let after: Timestamp = "2025-12-14T17:00:00Z".parse().unwrap();
        assert_eq!(hanoi_day(before), jiff::civil::date(2025, 12, 14));
        assert_eq!(hanoi_day(after), jiff::civil::date(2025, 12, 15));
        assert_eq!(
            hanoi_noon(jiff::civil::date(2026, 1, 1)).map(hanoi_day),
            Some(jiff::civil::date(2026, 1, 1))
        );
    }
}
