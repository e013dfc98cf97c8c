use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use store::{QuarantineEntry, QuarantineState};
use survey_defs::api::QuarantineReason;

/// Which records a decision is about.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Selection {
    /// Numbers or ranges of numbers, such as `3,7-9`.
    #[arg(long = "number", value_delimiter = ',', value_parser = range, conflicts_with = "all")]
    numbers: Vec<RangeInclusive<u64>>,
    /// All that wait for one reason.
    #[arg(long, requires = "reason")]
    all: bool,
    /// The reason, with `--all`.
    #[arg(long, requires = "all")]
    reason: Option<QuarantineReason>,
}

impl Selection {
    /// The numbers that are meant, in order. Of ranges and reasons those that exist.
    pub(super) fn numbers(&self, kept: &[QuarantineEntry]) -> BTreeSet<u64> {
        let Some(reason) = self.reason else {
            return self.numbers.iter().flat_map(|range| meant(range, kept)).collect();
        };
        kept.iter()
            .filter(|one| one.state == QuarantineState::Waiting && one.reason == reason)
            .map(|one| one.number)
            .collect()
    }
}

fn meant(range: &RangeInclusive<u64>, kept: &[QuarantineEntry]) -> Vec<u64> {
    if range.start() == range.end() {
        // A single number is meant even where it does not exist, so that this is told.
        return vec![*range.start()];
    }
    kept.iter().map(|one| one.number).filter(|number| range.contains(number)).collect()
}

/// Reads `7` or `7-9`.
fn range(text: &str) -> Result<RangeInclusive<u64>, String> {
    let number = |text: &str| -> Result<u64, String> {
        text.trim().parse().map_err(|_| format!("“{text}” is no number"))
    };
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    if first <= last { Ok(first..=last) } else { Err(format!("{first} is after {last}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read() {
        assert_eq!(range("7"), Ok(7..=7));
        assert_eq!(range("7-9"), Ok(7..=9));
        assert_eq!(range(" 7 - 9 "), Ok(7..=9));
        for wrong in ["", "-", "7-", "9-7", "-1", "x", "1-2-3"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }
}
