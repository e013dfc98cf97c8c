//! Decides when a record that the server does not take now is posted again, and when it is given up.

/// How long at least, and at most, a record rests.
const SHORTEST_MS: u64 = 2_000;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// How long a record is kept that the server does not take.
const KEPT_MS: u64 = 180 * DAY_MS;
/// A record must not end that was hardly tried.
const FEWEST_TRIES: u64 = 3;

/// How a record has fared: what the server has answered without taking it. Times are milliseconds
/// by the device's clock, unless they are the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rest {
    /// How often; 0 if it was never answered so.
    pub(super) tries: u64,
    /// When it was answered so first.
    pub(super) since: u64,
    /// The server's time of the first such answer that said one; 0 before.
    pub(super) server_since: u64,
    /// When it is posted again.
    pub(super) again: u64,
    /// Whether another version of the program has posted it.
    pub(super) is_of_other_version: bool,
}

/// What an answer says that does not take a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Answered {
    /// The server's time; 0 if it says none.
    pub(super) server_time: u64,
    /// The wait that it asks for.
    pub(super) retry_after_s: u64,
}

impl Rest {
    /// Whether it is posted now: at every new version of the program, and at least once a day,
    /// also if the clock was set back.
    pub(super) fn is_over(&self, now: u64) -> bool {
        self.is_of_other_version || now >= self.again || self.again - now > DAY_MS
    }

    /// After another such answer; none if it is given up. It rests as long again as it has waited,
    /// and as long as the server asks. Its end comes by the clocks of both sides: either may jump by
    /// years.
    pub(super) fn after_answer(self, now: u64, answer: Answered) -> Option<Self> {
        let tries = self.tries + 1;
        let since = if self.tries == 0 { now } else { self.since.min(now) };
        let waited = now.saturating_sub(since);
        let server_since = match (self.server_since, answer.server_time) {
            (0, time) | (time, 0) => time,
            (since, time) => since.min(time),
        };
        let kept = waited.min(answer.server_time.saturating_sub(server_since));
        let is_given_up = kept > KEPT_MS && tries >= FEWEST_TRIES;
        let rest =
            waited.max(SHORTEST_MS).max(answer.retry_after_s.saturating_mul(1_000)).min(DAY_MS);
        (!is_given_up).then(|| Self {
            tries,
            since,
            server_since,
            again: now + rest,
            is_of_other_version: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same moment by the device's clock and by the server's.
    const START: u64 = 1_800_000_000_000;
    const SERVER: u64 = 1_700_000_000_000;

    fn at(server_time: u64) -> Answered {
        Answered { server_time, retry_after_s: 0 }
    }

    fn first() -> Rest {
        Rest::default().after_answer(START, at(SERVER)).unwrap()
    }

    /// After another answer so much later by each clock.
    fn again(rest: Rest, of_device: u64, of_server: u64) -> Option<Rest> {
        rest.after_answer(START + of_device, at(SERVER + of_server))
    }

    #[test]
    fn a_record_rests_twice_as_long_each_time_and_a_day_at_most() {
        let (mut rest, mut now, mut rests) = (Rest::default(), START, Vec::new());
        assert!(rest.is_over(now));
        for _ in 0..18 {
            rest = rest.after_answer(now, Answered::default()).unwrap();
            assert!(!rest.is_over(now) && !rest.is_over(rest.again - 1));
            rests.push((rest.again - now) / 1_000);
            now = rest.again;
            assert!(rest.is_over(now));
        }
        assert_eq!(rests[..6], [2, 2, 4, 8, 16, 32]);
        assert_eq!(rests[16..], [65_536, 24 * 60 * 60]);
    }

    #[test]
    fn a_record_rests_as_long_as_the_server_asks_and_a_day_at_most() {
        for (retry_after_s, rests_s) in [(0, 2), (3_601, 3_601), (1_000_000, 24 * 60 * 60)] {
            let answer = Answered { server_time: SERVER, retry_after_s };
            let rest = Rest::default().after_answer(START, answer).unwrap();
            assert_eq!(rest.again - START, rests_s * 1_000, "{retry_after_s}");
            assert!(!rest.is_over(rest.again - 1) && rest.is_over(rest.again));
        }
    }

    #[test]
    fn a_record_is_given_up_after_180_days_of_both_clocks_and_not_before() {
        let second = again(first(), 179 * DAY_MS, 179 * DAY_MS).unwrap();
        assert_eq!(second.again, START + 180 * DAY_MS);
        assert!(again(second, 180 * DAY_MS, 180 * DAY_MS).is_some());
        assert_eq!(again(second, 180 * DAY_MS + 1, 180 * DAY_MS + 1), None);
        assert!(again(first(), 300 * DAY_MS, 300 * DAY_MS).is_some(), "hardly tried");
    }

    #[test]
    fn a_clock_that_jumps_by_years_makes_no_end_of_a_record_however_often_it_is_tried() {
        for (of_device, of_server) in [(9 * KEPT_MS, DAY_MS), (DAY_MS, 9 * KEPT_MS)] {
            let mut rest = first();
            for ms in 0..9 {
                rest = again(rest, of_device + ms, of_server + ms).unwrap();
            }
        }
        let back = first().after_answer(START - 2 * DAY_MS, at(SERVER - 2 * DAY_MS)).unwrap();
        assert_eq!(back.again, START - 2 * DAY_MS + SHORTEST_MS);
        assert!(first().is_over(START - 2 * DAY_MS));
    }

    #[test]
    fn an_answer_without_a_time_is_no_end_and_the_first_one_with_it_counts() {
        let mut rest = Rest::default();
        for days in [0, 1, 200, 400] {
            rest = rest.after_answer(START + days * DAY_MS, Answered::default()).unwrap();
        }
        let rest = again(rest, 401 * DAY_MS, 0).unwrap();
        let rest = rest.after_answer(START + 600 * DAY_MS, Answered::default()).unwrap();
        assert_eq!(rest.server_since, SERVER);
        assert!(again(rest, 581 * DAY_MS, 180 * DAY_MS).is_some());
        assert_eq!(again(rest, 582 * DAY_MS, 181 * DAY_MS), None);
    }

    #[test]
    fn a_server_that_was_once_in_the_future_keeps_no_record_for_ever() {
        let rest = Rest::default().after_answer(START, at(9 * SERVER)).unwrap();
        let rest = again(rest, DAY_MS, DAY_MS).unwrap();
        assert_eq!(again(rest, 182 * DAY_MS, 182 * DAY_MS), None);
    }

    #[test]
    fn a_new_version_tries_at_once() {
        let rest = first();
        assert!(!rest.is_over(START));
        assert!(Rest { is_of_other_version: true, ..rest }.is_over(START));
    }
}
