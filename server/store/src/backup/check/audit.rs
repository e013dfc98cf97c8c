//! The audit log, and what it claims of other rows.

use std::collections::{BTreeSet, HashMap};

use survey_defs::audit::AuditAction;
use survey_defs::caller::Door;
use survey_defs::ids::SubmissionId;

use super::{DumpedRow, FindingKind, Findings, Sequence};
use crate::quarantine::QuarantineState;
use crate::rows::ActorColumns;
use crate::value;

/// A wave and a number in it: a position, or a number in quarantine.
pub(super) type Place = (String, i64);

/// The audit log, and what its entries claim of rows that come later.
#[derive(Debug)]
pub(super) struct Audit {
    numbers: Sequence,
    /// Where released submissions are to be in the log.
    released: HashMap<Place, SubmissionId>,
    /// Which submissions have lost free text.
    redacted: HashMap<Place, SubmissionId>,
    /// What was decided on things in quarantine.
    decided: HashMap<Place, (QuarantineState, SubmissionId)>,
    /// Which things in quarantine have lost their text.
    dropped: BTreeSet<Place>,
    /// What was done to cases, by the number of the entry.
    case_steps: HashMap<Place, AuditAction>,
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            numbers: Sequence::of_numbers("audit entry"),
            released: HashMap::new(),
            redacted: HashMap::new(),
            decided: HashMap::new(),
            dropped: BTreeSet::new(),
            case_steps: HashMap::new(),
        }
    }
}

impl Audit {
    pub(super) fn row(&mut self, row: &DumpedRow, findings: &mut Findings) {
        let wave = row.text("wave").unwrap_or_default();
        let number = row.int("number").unwrap_or_default();
        self.numbers.next(wave, number, findings);
        let door = row.text("door").unwrap_or_default().parse::<Door>();
        match (who(row).read(), door) {
            (Ok(actor), Ok(door)) if actor.comes_through(door) => {}
            (Ok(_), Ok(door)) => {
                let what = format!("who is named in audit entry {number} does not come by {door}");
                findings.at(FindingKind::Content, (wave, number), what);
            }
            _ => {
                let what = format!("who has done what audit entry {number} tells cannot be read");
                findings.at(FindingKind::Content, (wave, number), what);
            }
        }
        if value::time("the time of an audit entry", row.int("at_ms").unwrap_or(i64::MAX)).is_err()
        {
            let what = format!("the time of audit entry {number} cannot be read");
            findings.at(FindingKind::Content, (wave, number), what);
        }
        let Ok(action) = serde_json::from_str(row.text("content").unwrap_or_default()) else {
            let what = format!("audit entry {number} cannot be read");
            findings.at(FindingKind::Content, (wave, number), what);
            return;
        };
        let place = |number: u64| (wave.to_owned(), i64::try_from(number).unwrap_or(i64::MAX));
        let before = match action {
            AuditAction::Released { quarantine, submission, position } => {
                self.released.insert(place(position), submission);
                let decision = (QuarantineState::Released, submission);
                self.decided.insert(place(quarantine), decision)
            }
            AuditAction::Rejected { quarantine, submission } => {
                let decision = (QuarantineState::Rejected, submission);
                self.decided.insert(place(quarantine), decision)
            }
            AuditAction::Redacted { position, submission, questions: _ } => {
                let earlier = self.redacted.insert(place(position), submission);
                if earlier.is_some_and(|earlier| earlier != submission) {
                    let what = format!("audit entry {number} names another submission than before");
                    findings.at(FindingKind::Audit, (wave, number), what);
                }
                None
            }
            AuditAction::BodiesDropped { quarantine } => {
                self.dropped.extend(quarantine.into_iter().map(place));
                None
            }
            AuditAction::TakesChanged { .. } => None,
            step @ (AuditAction::CaseOpened { .. }
            | AuditAction::CaseExamined { .. }
            | AuditAction::CaseHeard { .. }
            | AuditAction::CaseContacted { .. }
            | AuditAction::CaseConcluded { .. }
            | AuditAction::AnnulmentProposed { .. }
            | AuditAction::RecordsAnnulled { .. }
            | AuditAction::RecordsKept { .. }
            | AuditAction::AnnulmentUndone { .. }) => {
                self.case_steps.insert((wave.to_owned(), number), step);
                None
            }
        };
        if before.is_some() {
            let what = format!("audit entry {number} decides what was decided before");
            findings.at(FindingKind::Audit, (wave, number), what);
        }
    }

    /// The submission that was redacted at a position, if the audit log says so.
    pub(super) fn redacted_at(&self, place: &Place) -> Option<SubmissionId> {
        self.redacted.get(place).copied()
    }

    /// A submission is in the log: compares it with what the audit log says of its position.
    pub(super) fn recorded(&mut self, place: &Place, id: SubmissionId, findings: &mut Findings) {
        let (wave, position) = place;
        let claims = [self.released.remove(place), self.redacted.remove(place)];
        for claim in claims.into_iter().flatten().filter(|claim| *claim != id) {
            let what =
                format!("the audit log says that submission {claim} is here, and it is {id}");
            findings.at(FindingKind::Audit, (wave, *position), what);
        }
    }

    /// Takes what was decided on something in quarantine.
    pub(super) fn decision(&mut self, place: &Place) -> Option<(QuarantineState, SubmissionId)> {
        self.decided.remove(place)
    }

    /// Takes what an entry says of a case.
    pub(super) fn case_step(&mut self, place: &Place) -> Option<AuditAction> {
        self.case_steps.remove(place)
    }

    /// Takes whether the text of something in quarantine was dropped.
    pub(super) fn dropped(&mut self, place: &Place) -> bool {
        self.dropped.remove(place)
    }

    /// What the audit log speaks of and nobody has seen.
    pub(super) fn finish(self, findings: &mut Findings) {
        let Self { numbers: _, released, redacted, decided, dropped, case_steps } = self;
        let positions = released.into_keys().chain(redacted.into_keys());
        let in_quarantine = decided.into_keys().chain(dropped);
        // In order, because the maps have none.
        for (wave, position) in positions.collect::<BTreeSet<_>>() {
            let what =
                format!("the audit log speaks of position {position}, which is not in the log");
            findings.at(FindingKind::Audit, (&wave, position), what);
        }
        for (wave, number) in in_quarantine.collect::<BTreeSet<_>>() {
            let what =
                format!("the audit log speaks of number {number}, which is not in quarantine");
            findings.at(FindingKind::Audit, (&wave, number), what);
        }
        for (wave, number) in case_steps.into_keys().collect::<BTreeSet<_>>() {
            let what = format!("audit entry {number} tells of a step of a case that is not there");
            findings.at(FindingKind::Case, (&wave, number), what);
        }
    }
}

fn who(row: &DumpedRow) -> ActorColumns<'_> {
    ActorColumns {
        kind: row.text("actor").unwrap_or_default(),
        person: row.id("person"),
        name: row.text("name"),
        role: row.text("role"),
        system_user: row.text("system_user"),
        host: row.text("host"),
        claimed_name: row.text("claimed_name"),
        task: row.text("task"),
    }
}
