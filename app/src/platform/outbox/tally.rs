//! Counts what rounds of posting have done, for whoever asked for one.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;

use super::verdict::Verdict;

/// How a round has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoundEnd {
    /// Every record was tried, or there was none.
    #[default]
    Done,
    /// The server, or the network, does not answer.
    NoServer,
    /// The browser's storage does not answer.
    Silent,
}

/// What became of what was to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Records that the server has taken.
    pub recorded: u32,
    /// Records that it has refused for good.
    pub refused: u32,
    /// Records that still wait; none if the browser's storage does not answer.
    pub left: Option<u32>,
    /// How the last round has ended.
    pub end: RoundEnd,
}

/// What one round has done, or all of them since the page was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    recorded: u32,
    refused: u32,
    pub(super) end: RoundEnd,
}

impl Tally {
    pub(super) fn count(&mut self, verdicts: &[Verdict]) {
        for verdict in verdicts {
            match verdict {
                Verdict::Recorded => self.recorded += 1,
                Verdict::Refused { .. } => self.refused += 1,
                Verdict::NotNow(_) | Verdict::NoServer { .. } => {}
            }
        }
    }
}

/// Who waits for the end of a round, and what rounds have done.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    tally: Tally,
    waiting: Vec<Function>,
}

impl Rounds {
    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    pub(super) fn add(&mut self, round: Tally) {
        let Tally { recorded, refused, end } = round;
        self.tally.recorded += recorded;
        self.tally.refused += refused;
        self.tally.end = end;
    }

    /// What was done since then.
    pub(super) fn since(&self, before: Tally, left: Option<u32>) -> Sent {
        let Tally { recorded, refused, end } = self.tally;
        Sent { recorded: recorded - before.recorded, refused: refused - before.refused, left, end }
    }

    /// Is fulfilled when no round follows the one that runs.
    pub(super) fn until_end(&mut self) -> Option<Promise> {
        let mut resolver = None;
        let promise = Promise::new(&mut |resolve, _| resolver = Some(resolve));
        self.waiting.push(resolver?);
        Some(promise)
    }

    /// No round follows.
    pub(super) fn end(&mut self) {
        for resolve in self.waiting.drain(..) {
            // What waits for it runs later.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbox::rest::Answered;

    #[test]
    fn what_was_done_since_is_told() {
        let mut rounds = Rounds::default();
        let mut round = Tally::default();
        round.count(&[Verdict::Recorded, Verdict::Refused { status: 422 }]);
        rounds.add(round);
        let before = rounds.tally();
        let silent = Verdict::NoServer { retry_after_s: None };
        let mut round = Tally { end: RoundEnd::NoServer, ..Tally::default() };
        round.count(&[
            Verdict::Recorded,
            Verdict::Recorded,
            Verdict::NotNow(Answered::default()),
            silent,
        ]);
        rounds.add(round);
        let sent = rounds.since(before, Some(2));
        let expected = Sent { recorded: 2, refused: 0, left: Some(2), end: RoundEnd::NoServer };
        assert_eq!(sent, expected);
    }
}
