//! The logs.

use std::collections::HashMap;

use survey_defs::ids::{DeviceId, SubmissionId};
use survey_defs::submission::Draft;
use survey_defs::wave::Takes;

use super::audit::{Audit, Place};
use super::{DumpedRow, Ends, FindingKind, Findings, Sequence, is_hash_of};
use crate::rows::{LEVEL_COUNTS, SUBMISSIONS};
use crate::value;

/// The logs of submissions.
#[derive(Debug)]
pub(super) struct Log {
    /// What each wave takes, and whether it has forms with and without a plan from earlier programs.
    takes: HashMap<String, (Takes, bool)>,
    ends: Ends,
    /// The hashes of what redactions have left.
    redacted: HashMap<Place, Vec<u8>>,
    positions: Sequence,
    wave: Option<String>,
    /// The ids of the wave that is being read.
    ids: Vec<u128>,
    /// How many submissions each wave that was read has.
    read: HashMap<String, (i64, i64)>,
}

/// Where a log ends, as the database says.
#[derive(Debug)]
pub(super) struct End {
    pub(super) contents: String,
    pub(super) position: i64,
    pub(super) submissions: i64,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            takes: HashMap::new(),
            ends: Ends::new(),
            redacted: HashMap::new(),
            positions: Sequence::of_positions(),
            wave: None,
            ids: Vec::new(),
            read: HashMap::new(),
        }
    }
}

impl Log {
    pub(super) fn ends(&self) -> &Ends {
        &self.ends
    }

    pub(super) fn wave(&mut self, row: &DumpedRow, findings: &mut Findings) {
        let id = row.text("id").unwrap_or_default();
        if let Ok(takes) = row.text("takes").unwrap_or_default().parse() {
            let is_mixed = row.flag("mixed").unwrap_or_default();
            self.takes.insert(id.to_owned(), (takes, is_mixed));
        } else {
            let what = "what the wave takes cannot be read".to_owned();
            findings.of(FindingKind::Content, id, what);
        }
    }

    pub(super) fn end(&mut self, row: &DumpedRow, findings: &mut Findings) {
        let wave = row.text("wave").unwrap_or_default();
        let end = End {
            contents: row.text("contents").unwrap_or_default().to_owned(),
            position: row.int("position").unwrap_or_default(),
            submissions: row.int("submissions").unwrap_or_default(),
        };
        let takes_counts = matches!(self.takes.get(wave), Some((Takes::LevelCounts, _)));
        if (end.contents == LEVEL_COUNTS) != takes_counts {
            let what = format!("the wave holds {}, and takes something else", end.contents);
            findings.of(FindingKind::LogEnd, wave, what);
        }
        self.ends.insert(wave.to_owned(), end);
    }

    pub(super) fn redaction(&mut self, row: &DumpedRow, audit: &Audit, findings: &mut Findings) {
        let place = place(row);
        if audit.redacted_at(&place).is_none() {
            let (wave, position) = &place;
            let what = format!("no audit entry tells of the redaction of position {position}");
            findings.at(FindingKind::Audit, (wave, *position), what);
        }
        let sha256 = row.bytes("draft_sha256").unwrap_or_default().to_vec();
        self.redacted.insert(place, sha256);
    }

    pub(super) fn submission(
        &mut self,
        row: &DumpedRow,
        audit: &mut Audit,
        findings: &mut Findings,
    ) {
        let place = place(row);
        let (wave, position) = (place.0.as_str(), place.1);
        if self.wave.as_deref() != Some(wave) {
            self.close(findings);
            self.wave = Some(wave.to_owned());
        }
        self.positions.next(wave, position, findings);
        let id = row.id("id").unwrap_or_default();
        self.ids.push(id.as_u128());
        let id = SubmissionId::new(id);
        let is_sampled = row.text("psu").is_some();
        let fits = match self.takes.get(wave) {
            Some((takes, is_mixed)) => *is_mixed || is_sampled == (*takes == Takes::Sample),
            None => true,
        };
        if !fits {
            let has = if is_sampled { "a sampling unit" } else { "no sampling unit" };
            let what = format!("submission {id} has {has}, and the wave takes something else");
            findings.at(FindingKind::Column, (wave, position), what);
        }

        let redacted = self.redacted.remove(&place);
        if redacted.is_none() && audit.redacted_at(&place).is_some() {
            let what = format!(
                "an audit entry tells of a redaction of position {position} that is not there"
            );
            findings.at(FindingKind::Audit, (wave, position), what);
        }
        let expected = redacted.as_deref().or(row.bytes("draft_sha256"));
        let text = row.text("draft").unwrap_or_default();
        if !is_hash_of(expected, text) {
            let what = format!("the text of submission {id} does not have the hash that was kept");
            findings.at(FindingKind::Hash, (wave, position), what);
        }
        match serde_json::from_str::<Draft>(text) {
            // The error would quote the text.
            Err(_) => {
                let what = format!("the text of submission {id} cannot be read");
                findings.at(FindingKind::Content, (wave, position), what);
            }
            Ok(draft) => compare(row, &draft, findings),
        }
        audit.recorded(&place, id, findings);
    }

    /// Ends the wave that was read.
    fn close(&mut self, findings: &mut Findings) {
        let Some(wave) = self.wave.take() else {
            return;
        };
        let rows = i64::try_from(self.ids.len()).unwrap_or(i64::MAX);
        self.ids.sort_unstable();
        for pair in self.ids.windows(2).filter(|pair| pair[0] == pair[1]) {
            let id = uuid::Uuid::from_u128(pair[0]);
            let what = format!("submission {id} is in the log more than once");
            findings.of(FindingKind::IdRepeated, &wave, what);
        }
        self.ids.clear();
        self.read.insert(wave, (self.positions.last(), rows));
    }

    /// Compares what was read with what the database says of it.
    pub(super) fn finish(mut self, findings: &mut Findings) -> Ends {
        self.close(findings);
        for (wave, end) in &self.ends {
            let (last, rows) = self.read.remove(wave).unwrap_or_default();
            let positions = end.contents == SUBMISSIONS;
            if positions && end.position != last {
                let what =
                    format!("the log ends at {last}, and the database says {}", end.position);
                findings.at(FindingKind::LogEnd, (wave, last), what);
            }
            if end.submissions != rows {
                let said = end.submissions;
                let what = format!("the log has {rows} submissions, and the database says {said}");
                findings.at(FindingKind::LogEnd, (wave, last), what);
            }
        }
        let mut unknown: Vec<_> = self.read.into_iter().collect();
        unknown.sort();
        for (wave, (last, _)) in unknown {
            let what = format!("the log ends at {last}, and the database does not say where");
            findings.at(FindingKind::LogEnd, (&wave, last), what);
        }
        let mut lost: Vec<_> = self.redacted.into_keys().collect();
        lost.sort();
        for (wave, position) in lost {
            let what = format!("position {position} was redacted and is not in the log");
            findings.at(FindingKind::Audit, (&wave, position), what);
        }
        self.ends
    }
}

fn place(row: &DumpedRow) -> Place {
    let wave = row.text("wave").unwrap_or_default().to_owned();
    (wave, row.int("position").unwrap_or_default())
}

/// Compares columns with the text beside them.
fn compare(row: &DumpedRow, draft: &Draft, findings: &mut Findings) {
    let wave = row.text("wave").unwrap_or_default();
    let position = row.int("position").unwrap_or_default();
    let paradata = draft.paradata.as_ref();
    let device = paradata.and_then(|paradata| paradata.device);
    let sequence = device.and(paradata.and_then(|paradata| paradata.sequence));
    let same = [
        ("id", row.id("id") == Some(draft.id.uuid())),
        ("wave", wave == draft.wave.as_str()),
        ("device", row.id("device") == device.map(DeviceId::uuid)),
        ("device_sequence", row.int("device_sequence") == sequence.map(value::clamp)),
    ];
    for (column, _) in same.into_iter().filter(|(_, same)| !same) {
        let what = format!("column {column} says something else than the text of the submission");
        findings.at(FindingKind::Column, (wave, position), what);
    }
}
