//! Numbers that begin at 1 and have no gaps.

use super::{FindingKind, Findings};

/// Numbers that begin at 1 in each wave and have no gaps.
#[derive(Debug)]
pub(super) struct Sequence {
    what: &'static str,
    gap: FindingKind,
    repeated: FindingKind,
    wave: String,
    last: i64,
}

impl Sequence {
    /// Positions of logs.
    pub(super) fn of_positions() -> Self {
        let (gap, repeated) = (FindingKind::PositionGap, FindingKind::PositionRepeated);
        Self { what: "position", gap, repeated, wave: String::new(), last: 0 }
    }

    /// Other things that are numbered.
    pub(super) fn of_numbers(what: &'static str) -> Self {
        let (gap, repeated) = (FindingKind::NumberGap, FindingKind::NumberRepeated);
        Self { what, gap, repeated, wave: String::new(), last: 0 }
    }

    /// The last number of the wave.
    pub(super) fn last(&self) -> i64 {
        self.last
    }

    pub(super) fn next(&mut self, wave: &str, number: i64, findings: &mut Findings) {
        if self.wave != wave {
            wave.clone_into(&mut self.wave);
            self.last = 0;
        }
        let (what, last) = (self.what, self.last);
        if number <= last {
            let what = format!("{what} {number} is there again after {last}");
            findings.at(self.repeated, (wave, number), what);
            return;
        }
        let first = last.saturating_add(1);
        if number > first {
            let what = match number - first {
                1 => format!("{what} {first} is missing"),
                _ => format!("{what}s {first} to {} are missing", number - 1),
            };
            findings.at(self.gap, (wave, first), what);
        }
        self.last = number;
    }
}
