//! Which entries of quarantine are meant.

use std::ops::RangeInclusive;

use anyhow::ensure;
use jiff::Timestamp;
use store::QuarantineFilter;
use survey_defs::ids::PointId;
use survey_defs::quarantine::QuarantineReason;

use crate::cli::moment::moment;
use crate::intake::quarantine::Selection;

/// Which records are shown.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Filter {
    /// Only what arrived at this time or later: a day of Hanoi, or a time such as `2026-03-02T08:00`
    /// (Hanoi) or `2026-03-02T01:00:00Z`.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<Timestamp>,
    /// Only what arrived before this time.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Only what names this service point.
    #[arg(long)]
    point: Option<PointId>,
    /// Only what is kept aside for this reason.
    #[arg(long)]
    reason: Option<QuarantineReason>,
    /// Only what a device that has signed it, or staff, has sent (`true`), or others (`false`).
    #[arg(long, value_name = "BOOL")]
    proven: Option<bool>,
}

impl From<Filter> for QuarantineFilter {
    fn from(filter: Filter) -> Self {
        let Filter { from, until, point, reason, proven } = filter;
        Self { from, until, point, reason, proven, state: None }
    }
}

/// Which records a decision is about.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("which").args(["ranges", "all"]).required(true)))]
pub(super) struct Numbers {
    /// Numbers or ranges of numbers, such as `3,7-9`.
    #[arg(
        long = "number",
        value_delimiter = ',',
        value_parser = range,
        conflicts_with_all = ["all", "from", "until", "point", "reason", "proven"]
    )]
    ranges: Vec<RangeInclusive<u64>>,
    /// All records that wait, of those that the other options leave; at least one of these is needed.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    filter: Filter,
}

impl Numbers {
    pub(super) fn selection(self) -> anyhow::Result<Selection> {
        if !self.all {
            return Ok(Selection::Numbers(self.ranges));
        }
        let filter = QuarantineFilter::from(self.filter);
        ensure!(
            filter != QuarantineFilter::default(),
            "with --all, say which: --reason, --point, --from, --until or --proven"
        );
        Ok(Selection::Waiting(filter))
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
