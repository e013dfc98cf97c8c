//! A limit on how many enrolment codes can be tried.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Wrong codes in one minute before the next is refused unread. A code has 40 bits and lasts a day,
/// in which some 430,000 can be tried: one in 2.5 million. Fewer would let anybody keep all others
/// from enrolling.
const MAX_WRONG: usize = 300;

/// How long a wrong code is remembered.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// Limits how many enrolment codes can be tried, over all callers: addresses are cheap to whoever
/// guesses, and an enrolment that has to wait a minute harms nobody.
#[derive(Debug, Default)]
pub struct EnrolmentThrottle(Mutex<VecDeque<Timestamp>>);

impl EnrolmentThrottle {
    /// Counts an attempt as wrong until [`EnrolmentThrottle::refund`]; false if there were too many.
    pub(super) fn try_attempt(&self, now: Timestamp) -> bool {
        let mut wrong = self.lock();
        // A clock that was set back leaves moments of the future, which count as well.
        while wrong.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            wrong.pop_front();
        }
        let is_allowed = wrong.len() < MAX_WRONG;
        if is_allowed {
            wrong.push_back(now);
        }
        is_allowed
    }

    /// Takes back the last attempt, which was not a wrong code.
    pub(super) fn refund(&self) {
        self.lock().pop_back();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_too_many_wrong_codes_of_a_minute_none_is_looked_at() {
        let start: Timestamp = "2026-03-02T03:00:00Z".parse().unwrap();
        let at = |seconds| start + SignedDuration::from_secs(seconds);
        let throttle = EnrolmentThrottle::default();
        for _ in 0..2 * MAX_WRONG {
            assert!(throttle.try_attempt(at(0)), "right codes are not counted");
            throttle.refund();
        }
        assert!(throttle.try_attempt(at(0)));
        for _ in 1..MAX_WRONG {
            assert!(throttle.try_attempt(at(1)));
        }
        assert!(!throttle.try_attempt(at(10)));
        assert!(!throttle.try_attempt(at(59)));
        assert!(throttle.try_attempt(at(60)), "the first is a minute ago");
        assert!(!throttle.try_attempt(at(60)), "the second is not");
    }
}
