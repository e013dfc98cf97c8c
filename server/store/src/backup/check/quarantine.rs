//! Quarantine.

use survey_defs::ids::SubmissionId;

use super::audit::Audit;
use super::{DumpedRow, FindingKind, Findings, Sequence, is_hash_of};
use crate::quarantine::QuarantineState;

/// What is kept and does not count.
#[derive(Debug)]
pub(super) struct Quarantine {
    numbers: Sequence,
}

impl Default for Quarantine {
    fn default() -> Self {
        Self { numbers: Sequence::of_numbers("quarantine number") }
    }
}

impl Quarantine {
    pub(super) fn row(&mut self, row: &DumpedRow, audit: &mut Audit, findings: &mut Findings) {
        let wave = row.text("wave").unwrap_or_default();
        let number = row.int("number").unwrap_or_default();
        self.numbers.next(wave, number, findings);
        let id = SubmissionId::new(row.id("submission").unwrap_or_default());
        let place = (wave.to_owned(), number);

        let state = row.text("state").unwrap_or_default();
        let released = state == QuarantineState::Released.as_str();
        // A released text is in the log, a rejected one goes when its time is over.
        let gone = audit.dropped(&place) || released;
        match row.text("body") {
            Some(body) if !is_hash_of(row.bytes("body_sha256"), body) => {
                let what =
                    format!("the text of submission {id} does not have the hash that was kept");
                findings.at(FindingKind::Hash, (wave, number), what);
            }
            Some(_) if gone => {
                let what = "by state and audit log the text is gone, and it is there".to_owned();
                findings.at(FindingKind::Audit, (wave, number), what);
            }
            None if !gone => {
                let what = "the text is gone, and no audit entry tells of it".to_owned();
                findings.at(FindingKind::Audit, (wave, number), what);
            }
            Some(_) | None => {}
        }

        let (decided, of) = audit
            .decision(&place)
            .map_or((QuarantineState::Waiting, id), |(state, submission)| (state, submission));
        if state != decided.as_str() {
            let what = format!("it is {state}, and by the audit log it is {}", decided.as_str());
            findings.at(FindingKind::Audit, (wave, number), what);
        }
        if of != id {
            let what = format!("the audit log speaks of submission {of} here, and it is {id}");
            findings.at(FindingKind::Audit, (wave, number), what);
        }
    }
}
