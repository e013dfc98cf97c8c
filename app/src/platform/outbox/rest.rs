//! Decides when a record that the server does not take now is posted again, and when it is given up.

/// How long at least, and at most, a record rests.
const SHORTEST_MS: u64 = 2_000;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// How long a record is kept that the server does not take.
const KEPT_MS: u64 = 180 * DAY_MS;
/// A clock that jumps must not make an end of a record that was hardly tried.
const FEWEST_TRIES: u64 = 3;

/// How a record has fared: what the server has answered without taking it. Times are milliseconds
/// by the device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rest {
    /// How often; 0 if it was never answered so.
    pub(super) tries: u64,
    /// When it was answered so first.
    pub(super) since: u64,
    /// When it is posted again.
    pub(super) again: u64,
    /// Whether another version of the program has posted it.
    pub(super) is_of_other_version: bool,
}

impl Rest {
    /// Whether it is posted now: at every new version of the program, and at least once a day,
    /// also if the clock was set back.
    pub(super) fn is_over(&self, now: u64) -> bool {
        self.is_of_other_version || now >= self.again || self.again - now > DAY_MS
    }

    /// After another such answer; none if it is given up. It rests as long again as it has waited.
    pub(super) fn after_answer(self, now: u64) -> Option<Self> {
        let tries = self.tries + 1;
        let since = if self.tries == 0 { now } else { self.since };
        let waited = now.saturating_sub(since);
        let is_given_up = waited > KEPT_MS && tries >= FEWEST_TRIES;
        (!is_given_up).then(|| Self {
            tries,
            since,
            again: now + waited.clamp(SHORTEST_MS, DAY_MS),
            is_of_other_version: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_800_000_000_000;

    #[test]
    fn a_record_rests_twice_as_long_each_time_and_a_day_at_most() {
        let (mut rest, mut now, mut rests) = (Rest::default(), START, Vec::new());
        assert!(rest.is_over(now));
        for _ in 0..18 {
            rest = rest.after_answer(now).unwrap();
            assert!(!rest.is_over(now) && !rest.is_over(rest.again - 1));
            rests.push((rest.again - now) / 1_000);
            now = rest.again;
            assert!(rest.is_over(now));
        }
        assert_eq!(rests[..6], [2, 2, 4, 8, 16, 32]);
        assert_eq!(rests[16..], [65_536, 24 * 60 * 60]);
    }

    #[test]
    fn a_record_is_given_up_after_180_days_and_not_before() {
        let first = Rest::default().after_answer(START).unwrap();
        let second = first.after_answer(START + 179 * DAY_MS).unwrap();
        assert_eq!(second.again, START + 180 * DAY_MS);
        assert!(second.after_answer(START + 180 * DAY_MS).is_some());
        assert_eq!(second.after_answer(START + 180 * DAY_MS + 1), None);
    }

    #[test]
    fn a_clock_that_jumps_neither_ends_a_record_nor_lets_it_rest() {
        let first = Rest::default().after_answer(START).unwrap();
        assert!(first.after_answer(START + 9 * KEPT_MS).is_some());
        assert!(first.is_over(START - 2 * DAY_MS));
        let back = first.after_answer(START - 2 * DAY_MS).unwrap();
        assert_eq!(back.again, START - 2 * DAY_MS + SHORTEST_MS);
    }

    #[test]
    fn a_new_version_tries_at_once() {
        let rest = Rest::default().after_answer(START).unwrap();
        assert!(!rest.is_over(START));
        assert!(Rest { is_of_other_version: true, ..rest }.is_over(START));
    }
}
