//! Tells the time by which a device is patient: its clock, without what somebody has set it forward
//! by while the page was awake.
//!
//! A device that sleeps stops counting its uptime on most systems, so a clock that was set and a
//! sleep look alike; but before and after a sleep the browser says that the page was away.

use crate::machine::Millis;

/// By how much clock and uptime may come apart: late timers, a clock that is slowly mended.
const TOLERANCE_MS: Millis = 5_000;

/// The time so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DeviceTime {
    /// The clock and the uptime when the time was asked for last.
    last: Option<(Millis, Millis)>,
    /// By how much the clock was set forward, in milliseconds.
    set_forward: Millis,
    may_have_slept: bool,
}

impl DeviceTime {
    /// The browser says that the page was behind another or that the device was off.
    pub(crate) fn may_have_slept(&mut self) {
        self.may_have_slept = true;
    }

    /// The time, and whether the clock was set forward since it was asked for last. `is_away` is
    /// whether the page is still not seen.
    pub(crate) fn at(&mut self, clock: Millis, uptime: Millis, is_away: bool) -> (Millis, bool) {
        let ahead = self.last.map_or(0, |(then, up)| (clock - then) - (uptime - up));
        let was_set = ahead > TOLERANCE_MS && !self.may_have_slept && !is_away;
        if was_set {
            self.set_forward += ahead;
        }
        self.last = Some((clock, uptime));
        self.may_have_slept &= is_away;
        (clock - self.set_forward, was_set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_forward_is_no_time_that_has_passed() {
        let mut time = DeviceTime::default();
        assert_eq!(time.at(1_000, 10, false), (1_000, false));
        assert_eq!(time.at(3_000, 2_010, false), (3_000, false));
        assert_eq!(time.at(3_605_000, 4_010, false), (5_000, true));
        assert_eq!(time.at(3_606_000, 5_010, false), (6_000, false));
        // Slow drift and late timers are time.
        assert_eq!(time.at(3_612_000, 6_010, false), (12_000, false));
        // A clock that is set back is the machine's business.
        assert_eq!(time.at(12_000, 7_010, false).0, 12_000 - 3_600_000);
    }

    #[test]
    fn a_sleep_is_time_that_has_passed() {
        let mut time = DeviceTime::default();
        time.at(0, 0, false);
        // A timer that wakes before the page is seen.
        assert_eq!(time.at(60_000, 10, true), (60_000, false));
        time.may_have_slept();
        assert_eq!(time.at(3_600_000, 20, true), (3_600_000, false));
        assert_eq!(time.at(3_660_000, 30, false), (3_660_000, false));
        assert_eq!(time.at(3_720_000, 40, false), (3_660_010, true));
    }
}
