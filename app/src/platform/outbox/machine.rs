//! Decides when to post and when to wait: a state machine without a clock, a timer or randomness.

/// The shortest wait after a failure.
const SHORTEST_MS: u32 = 2_000;
/// The longest, so that a counter sends soon after a long break of the network.
const LONGEST_MS: u32 = 5 * 60_000;
/// The longest wait that a server may ask for.
const LONGEST_RETRY_AFTER_S: u32 = 15 * 60;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// The page was opened, a record was sealed, the network came back.
    Wake,
    /// Something may wait that nobody knows of.
    Look,
    /// A timer ran out.
    Timer(u32),
    /// Every record was tried, or the server did not answer.
    Posted(Backlog),
}

/// What one round of posting has left in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backlog {
    /// Nothing.
    Nothing,
    /// At least one record.
    Something {
        /// The wait that the server asked for.
        retry_after_s: Option<u32>,
    },
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Nothing until the next event.
    Rest,
    /// Post all records, then tell [`Event::Posted`].
    Post,
    /// Tell [`Event::Timer`] with this number after this time.
    Wait {
        /// How long.
        milliseconds: u32,
        /// Which timer; older ones no longer count.
        timer: u32,
    },
}

#[derive(Debug, Clone, Default)]
pub(super) struct Machine {
    is_posting: bool,
    /// Woken while posting: what was sealed meanwhile may have been missed.
    again: bool,
    /// Rounds in a row that left something.
    failures: u32,
    timer: u32,
}

impl Machine {
    /// The next action. `random` is between 0 and 1.
    pub(super) fn step(&mut self, event: Event, random: f64) -> Action {
        match event {
            Event::Wake if self.is_posting => {
                self.again = true;
                Action::Rest
            }
            Event::Wake => {
                self.failures = 0;
                self.post()
            }
            // A wait that is running goes on: the server may have asked for it.
            Event::Look if !self.is_posting && self.failures == 0 => self.post(),
            Event::Timer(timer) if timer == self.timer && !self.is_posting => self.post(),
            Event::Look | Event::Timer(_) => Action::Rest,
            Event::Posted(_) if self.again => self.post(),
            Event::Posted(Backlog::Nothing) => {
                self.is_posting = false;
                self.failures = 0;
                Action::Rest
            }
            Event::Posted(Backlog::Something { retry_after_s }) => {
                self.is_posting = false;
                self.failures += 1;
                self.timer += 1;
                let asked_ms = retry_after_s.unwrap_or(0).min(LONGEST_RETRY_AFTER_S) * 1_000;
                let milliseconds = wait_ms(self.failures, random).max(asked_ms);
                Action::Wait { milliseconds, timer: self.timer }
            }
        }
    }

    fn post(&mut self) -> Action {
        self.is_posting = true;
        self.again = false;
        Action::Post
    }
}

/// Doubles with each failure and is spread over a factor of three, so that many devices do not
/// come back at the same moment as the server.
fn wait_ms(failures: u32, random: f64) -> u32 {
    let doubled = SHORTEST_MS << failures.saturating_sub(1).min(8);
    let spread = f64::from(doubled.min(LONGEST_MS)) * (0.5 + random);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the product is between 1,000 and 450,000"
    )]
    let spread = spread as u32;
    spread.clamp(SHORTEST_MS, LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOMETHING: Event = Event::Posted(Backlog::Something { retry_after_s: None });

    #[test]
    fn a_page_posts_at_its_start_and_rests_when_nothing_is_left() {
        let mut machine = Machine::default();
        assert_eq!(machine.step(Event::Wake, 0.5), Action::Post);
        assert_eq!(machine.step(Event::Posted(Backlog::Nothing), 0.5), Action::Rest);
        assert_eq!(machine.step(Event::Wake, 0.5), Action::Post);
    }

    #[test]
    fn a_look_interrupts_no_round_and_no_wait() {
        let mut machine = Machine::default();
        assert_eq!(machine.step(Event::Look, 0.5), Action::Post);
        assert_eq!(machine.step(Event::Look, 0.5), Action::Rest);
        let Action::Wait { timer, .. } = machine.step(SOMETHING, 0.5) else { panic!("no wait") };
        assert_eq!(machine.step(Event::Look, 0.5), Action::Rest);
        assert_eq!(machine.step(Event::Timer(timer), 0.5), Action::Post);
        assert_eq!(machine.step(Event::Posted(Backlog::Nothing), 0.5), Action::Rest);
        assert_eq!(machine.step(Event::Look, 0.5), Action::Post);
    }

    #[test]
    fn what_is_sealed_while_posting_is_posted_in_another_round() {
        let mut machine = Machine::default();
        machine.step(Event::Wake, 0.5);
        assert_eq!(machine.step(Event::Wake, 0.5), Action::Rest);
        assert_eq!(machine.step(Event::Posted(Backlog::Nothing), 0.5), Action::Post);
        assert_eq!(machine.step(Event::Posted(Backlog::Nothing), 0.5), Action::Rest);
    }

    #[test]
    fn waits_double_up_to_five_minutes() {
        let mut machine = Machine::default();
        let mut waits = Vec::new();
        machine.step(Event::Wake, 0.5);
        for _ in 0..10 {
            let Action::Wait { milliseconds, timer } = machine.step(SOMETHING, 0.5) else {
                panic!("no wait after a failure");
            };
            waits.push(milliseconds / 1_000);
            assert_eq!(machine.step(Event::Timer(timer), 0.5), Action::Post);
        }
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn waits_stay_within_their_limits_whatever_the_dice_say() {
        for failures in [1, 2, 9, 1_000, u32::MAX] {
            for random in [0.0, 0.5, 1.0] {
                let wait = wait_ms(failures, random);
                assert!((SHORTEST_MS..=LONGEST_MS).contains(&wait), "{failures} {random}: {wait}");
            }
        }
    }

    #[test]
    fn a_server_may_ask_for_more_time_but_not_for_days() {
        for (asked, expected) in [(1, 2_000), (60, 60_000), (1_000_000, 900_000)] {
            let mut machine = Machine::default();
            machine.step(Event::Wake, 0.5);
            let event = Event::Posted(Backlog::Something { retry_after_s: Some(asked) });
            let action = machine.step(event, 0.5);
            assert_eq!(action, Action::Wait { milliseconds: expected, timer: 1 }, "{asked}");
        }
    }

    #[test]
    fn a_timer_of_an_earlier_failure_does_not_count() {
        let mut machine = Machine::default();
        machine.step(Event::Wake, 0.5);
        machine.step(SOMETHING, 0.5);
        machine.step(Event::Wake, 0.5);
        assert_eq!(machine.step(Event::Timer(1), 0.5), Action::Rest, "posting already");
        machine.step(SOMETHING, 0.5);
        assert_eq!(machine.step(Event::Timer(1), 0.5), Action::Rest);
        assert_eq!(machine.step(Event::Timer(2), 0.5), Action::Post);
    }
}
