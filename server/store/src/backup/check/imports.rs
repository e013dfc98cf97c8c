//! Imports and level counts.

use std::collections::BTreeMap;

use super::audit::Place;
use super::{DumpedRow, Ends, FindingKind, Findings};
use crate::rows::{LEVEL_COUNTS, SUBMISSIONS};

/// The word for a file of submissions in the column `kind`.
const MICRODATA: &str = "microdata";

/// Imported files, and the level counts that they brought.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// How many counts each position of level counts is still to have.
    counts: BTreeMap<Place, i64>,
}

impl Imports {
    pub(super) fn import(&mut self, row: &DumpedRow, ends: &Ends, findings: &mut Findings) {
        let wave = row.text("wave").unwrap_or_default();
        let position = row.int("position").unwrap_or_default();
        let created = row.int("n_created").unwrap_or_default();
        let microdata = row.text("kind") == Some(MICRODATA);
        let end = ends.get(wave);
        let last = end.map_or(0, |end| end.position);
        let first = if microdata { position - created } else { position - i64::from(created > 0) };
        if first < 0 || position > last {
            let what = format!(
                "a file of {created} new rows that ends at position {position} is no part of a log \
                 that ends at {last}"
            );
            findings.at(FindingKind::Import, (wave, position), what);
        }
        let contents = if microdata { SUBMISSIONS } else { LEVEL_COUNTS };
        if created > 0 && end.is_some_and(|end| end.contents != contents) {
            let what = format!("a file of {contents} went into a wave of the other kind");
            findings.at(FindingKind::Import, (wave, position), what);
        }
        if !microdata && created > 0 {
            *self.counts.entry((wave.to_owned(), position)).or_default() += created;
        }
    }

    pub(super) fn counts(&mut self, row: &DumpedRow, findings: &mut Findings) {
        let wave = row.text("wave").unwrap_or_default();
        let position = row.int("position").unwrap_or_default();
        if let Some(left) = self.counts.get_mut(&(wave.to_owned(), position)) {
            *left -= 1;
        } else {
            let what = format!("level counts at position {position} come from no import");
            findings.at(FindingKind::Import, (wave, position), what);
        }
    }

    pub(super) fn finish(self, ends: &Ends, findings: &mut Findings) {
        let mut last: BTreeMap<&str, i64> = BTreeMap::new();
        for ((wave, position), left) in &self.counts {
            let (wave, position) = (wave.as_str(), *position);
            if *left != 0 {
                let what = match left {
                    1.. => format!("{left} level counts of an import are missing"),
                    _ => format!("there are {} level counts more than were imported", -left),
                };
                findings.at(FindingKind::Import, (wave, position), what);
            }
            let before = last.insert(wave, position).unwrap_or(0);
            if position != before + 1 {
                let what = format!("no import stands between positions {before} and {position}");
                findings.at(FindingKind::PositionGap, (wave, before + 1), what);
            }
        }
        for (wave, end) in ends {
            let found = last.get(wave.as_str()).copied().unwrap_or(0);
            if end.contents == LEVEL_COUNTS && found != end.position {
                let what =
                    format!("the log ends at {found}, and the database says {}", end.position);
                findings.at(FindingKind::LogEnd, (wave, found), what);
            }
        }
    }
}
