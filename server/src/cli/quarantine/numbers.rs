//! Which entries of quarantine are meant.

use std::ops::RangeInclusive;

use survey_defs::quarantine::QuarantineReason;

use crate::intake::quarantine::Selection;

/// Which records a decision is about.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Numbers {
    /// Numbers or ranges of numbers, such as `3,7-9`.
    #[arg(long = "number", value_delimiter = ',', value_parser = range, conflicts_with = "all")]
    ranges: Vec<RangeInclusive<u64>>,
    /// All records that wait for one reason.
    #[arg(long, requires = "reason")]
    all: bool,
    /// The reason, with `--all`.
    #[arg(long, requires = "all")]
    reason: Option<QuarantineReason>,
}

impl Numbers {
    pub(super) fn selection(self) -> Selection {
        self.reason.map_or(Selection::Numbers(self.ranges), Selection::Waiting)
    }
}

/// Reads `7` or `7-9`.
fn range(text: &str) -> Result<RangeInclusive<u64>, String> {
    let number = |text: &str| -> Result<u64, String> {
        text.trim().parse().map_err(|_| format!("“{text}” is not a number"))
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
