//! Acts, and what they claim.

use std::collections::{BTreeSet, HashMap};

use survey_defs::ids::SubmissionId;

use super::{DumpedRow, FindingKind, Findings, Sequence};
use crate::audit::Deed;
use crate::quarantine::QuarantineState;

/// A wave and a number in it: a position, or a number in quarantine.
pub(super) type Place = (String, i64);

/// Acts, and what they claim of rows that come later.
#[derive(Debug)]
pub(super) struct Acts {
    numbers: Sequence,
    /// Where released submissions are to be in the log.
    released: HashMap<Place, SubmissionId>,
    /// Which submissions have lost free text.
    redacted: HashMap<Place, SubmissionId>,
    /// What was decided on things in quarantine.
    decided: HashMap<Place, (QuarantineState, SubmissionId)>,
    /// Which things in quarantine have lost their text.
    dropped: BTreeSet<Place>,
}

impl Default for Acts {
    fn default() -> Self {
        Self {
            numbers: Sequence::of_numbers("act"),
            released: HashMap::new(),
            redacted: HashMap::new(),
            decided: HashMap::new(),
            dropped: BTreeSet::new(),
        }
    }
}

impl Acts {
    pub(super) fn row(&mut self, row: &DumpedRow, findings: &mut Findings) {
        let wave = row.text("wave").unwrap_or_default();
        let number = row.int("number").unwrap_or_default();
        self.numbers.next(wave, number, findings);
        let Ok(deed) = serde_json::from_str(row.text("content").unwrap_or_default()) else {
            let what = format!("act {number} cannot be read");
            findings.at(FindingKind::Content, (wave, number), what);
            return;
        };
        let place = |number: u64| (wave.to_owned(), i64::try_from(number).unwrap_or(i64::MAX));
        let before = match deed {
            Deed::Released { quarantine, submission, position } => {
                self.released.insert(place(position), submission);
                let decision = (QuarantineState::Released, submission);
                self.decided.insert(place(quarantine), decision)
            }
            Deed::Rejected { quarantine, submission } => {
                let decision = (QuarantineState::Rejected, submission);
                self.decided.insert(place(quarantine), decision)
            }
            Deed::Redacted { position, submission, questions: _ } => {
                self.redacted.insert(place(position), submission);
                None
            }
            Deed::BodiesDropped { quarantine } => {
                self.dropped.extend(quarantine.into_iter().map(place));
                None
            }
        };
        if before.is_some() {
            let what = format!("act {number} decides what was decided before");
            findings.at(FindingKind::Act, (wave, number), what);
        }
    }

    /// The submission that was redacted at a position, if an act says so.
    pub(super) fn redacted_at(&self, place: &Place) -> Option<SubmissionId> {
        self.redacted.get(place).copied()
    }

    /// A submission is in the log: compares it with what acts say of its position.
    pub(super) fn recorded(&mut self, place: &Place, id: SubmissionId, findings: &mut Findings) {
        let (wave, position) = place;
        let claims = [self.released.remove(place), self.redacted.remove(place)];
        for claim in claims.into_iter().flatten().filter(|claim| *claim != id) {
            let what = format!("an act says that submission {claim} is here, and it is {id}");
            findings.at(FindingKind::Act, (wave, *position), what);
        }
    }

    /// Takes what was decided on something in quarantine.
    pub(super) fn decision(&mut self, place: &Place) -> Option<(QuarantineState, SubmissionId)> {
        self.decided.remove(place)
    }

    /// Takes whether the text of something in quarantine was dropped.
    pub(super) fn dropped(&mut self, place: &Place) -> bool {
        self.dropped.remove(place)
    }

    /// What acts speak of and nobody has seen.
    pub(super) fn finish(self, findings: &mut Findings) {
        let Self { numbers: _, released, redacted, decided, dropped } = self;
        let positions = released.into_keys().chain(redacted.into_keys());
        let in_quarantine = decided.into_keys().chain(dropped);
        // In order, because the maps have none.
        for (wave, position) in positions.collect::<BTreeSet<_>>() {
            let what = format!("an act speaks of position {position}, which is not in the log");
            findings.at(FindingKind::Act, (&wave, position), what);
        }
        for (wave, number) in in_quarantine.collect::<BTreeSet<_>>() {
            let what = format!("an act speaks of number {number}, which is not in quarantine");
            findings.at(FindingKind::Act, (&wave, number), what);
        }
    }
}
