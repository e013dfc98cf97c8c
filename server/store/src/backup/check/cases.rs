//! Cases, and which records do not count because of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use survey_defs::audit::AuditAction;
use survey_defs::case::{CaseState, Rule};

use super::audit::Audit;
use super::{DumpedRow, Ends, FindingKind, Findings, Sequence};
use crate::rows::SUBMISSIONS;

/// A wave and the number of a case.
type Key = (String, i64);

/// What was seen of cases.
#[derive(Debug)]
pub(super) struct Cases {
    numbers: Sequence,
    acts: Sequence,
    /// By wave and number.
    seen: HashMap<Key, Seen>,
}

/// What was seen of one case.
#[derive(Debug, Default)]
struct Seen {
    rule: Option<Rule>,
    /// How many records it is about, and the last of their positions.
    records: u64,
    last_position: i64,
    /// How many things were done to it, and where it stands then.
    events: i64,
    state: Option<CaseState>,
    /// The acts that the audit log tells of, by their numbers: whether each annuls.
    told: BTreeMap<i64, bool>,
    is_annulled: bool,
}

impl Default for Cases {
    fn default() -> Self {
        Self {
            numbers: Sequence::of_numbers("case"),
            acts: Sequence::of_numbers("annulment"),
            seen: HashMap::new(),
        }
    }
}

impl Cases {
    pub(super) fn case(&mut self, row: &DumpedRow, findings: &mut Findings) {
        let (wave, number) = place(row, "number");
        self.numbers.next(&wave, number, findings);
        let rule = serde_json::from_str(row.text("rule").unwrap_or_default()).ok();
        if rule.is_none() {
            let what = format!("the rule of case {number} cannot be read");
            findings.at(FindingKind::Content, (&wave, number), what);
        }
        self.seen.insert((wave, number), Seen { rule, ..Seen::default() });
    }

    pub(super) fn records(&mut self, row: &DumpedRow, ends: &Ends, findings: &mut Findings) {
        let (wave, case) = place(row, "case_number");
        let first = row.int("first_position").unwrap_or_default();
        let last = row.int("last_position").unwrap_or_default();
        // Where nothing says where the log ends, the check of the log tells of that.
        let end = ends
            .get(&wave)
            .map_or(i64::MAX, |end| if end.contents == SUBMISSIONS { end.position } else { 0 });
        let Some(seen) = self.seen.get_mut(&(wave.clone(), case)) else {
            let what = format!("positions {first} to {last} are said to belong to no case");
            findings.at(FindingKind::Case, (&wave, case), what);
            return;
        };
        if first <= seen.last_position || last < first || last > end {
            let what =
                format!("it is about positions {first} to {last}, and the log ends at {end}");
            findings.at(FindingKind::Case, (&wave, case), what);
        }
        seen.records = seen.records.saturating_add_signed(last.saturating_sub(first) + 1);
        seen.last_position = seen.last_position.max(last);
    }

    pub(super) fn event(&mut self, row: &DumpedRow, audit: &mut Audit, findings: &mut Findings) {
        let (wave, case) = place(row, "case_number");
        let number = row.int("number").unwrap_or_default();
        let entry = row.int("audit_number").unwrap_or_default();
        let mut wrong = |what: String| findings.at(FindingKind::Case, (&wave, case), what);
        let Some(seen) = self.seen.get_mut(&(wave.clone(), case)) else {
            wrong(format!("something was done to case {case}, which is not there"));
            return;
        };
        if number != seen.events + 1 {
            wrong(format!("step {number} follows step {}", seen.events));
        }
        seen.events = number;
        let action = audit.case_step(&(wave.clone(), entry));
        let Some(action) = action.filter(|action| action.case() == u64::try_from(case).ok()) else {
            wrong(format!("no audit entry tells of step {number}"));
            return;
        };
        let state = row.text("state").and_then(|state| state.parse().ok());
        if state.is_none() || action.case_state_after(seen.state) != state {
            wrong(format!("step {number} cannot lead to the state that it has"));
        }
        seen.state = state;
        if let Some(said) = said_of(&action).filter(|said| *said != seen.records) {
            wrong(format!(
                "audit entry {entry} says {said} records, and there are {}",
                seen.records
            ));
        }
        let number = |act: u64| i64::try_from(act).unwrap_or(i64::MAX);
        match action {
            AuditAction::CaseOpened { rule, .. } if seen.rule.as_ref() != Some(&rule) => {
                wrong(format!("audit entry {entry} says another rule"));
            }
            AuditAction::RecordsAnnulled { act, .. } => {
                seen.told.insert(number(act), true);
            }
            AuditAction::AnnulmentUndone { act, .. } => {
                seen.told.insert(number(act), false);
            }
            _ => {}
        }
    }

    pub(super) fn annulment(&mut self, row: &DumpedRow, findings: &mut Findings) {
        let (wave, number) = place(row, "number");
        self.acts.next(&wave, number, findings);
        let case = row.int("case_number").unwrap_or_default();
        let annuls = row.text("act") == Some("annul");
        let seen = self.seen.get_mut(&(wave.clone(), case));
        let told = seen.map(|seen| {
            seen.is_annulled = annuls;
            seen.told.remove(&number)
        });
        if told.flatten() != Some(annuls) {
            let what = format!("no step of case {case} tells of annulment {number}");
            findings.at(FindingKind::Case, (&wave, number), what);
        }
    }

    /// What cases or the audit log speak of and nobody has seen.
    pub(super) fn finish(self, findings: &mut Findings) {
        let cases: BTreeMap<Key, Seen> = self.seen.into_iter().collect();
        for ((wave, case), seen) in cases {
            let mut wrong = |what: String| findings.at(FindingKind::Case, (&wave, case), what);
            if seen.state.is_none() {
                wrong(format!("nobody has opened case {case}"));
            }
            if seen.records > 0 && seen.state == Some(CaseState::Found) {
                wrong(format!("case {case} has records, and nobody has examined it"));
            }
            for act in seen.told.keys().collect::<BTreeSet<_>>() {
                wrong(format!("case {case} speaks of annulment {act}, which is not there"));
            }
            if seen.told.is_empty() && seen.is_annulled != (seen.state == Some(CaseState::Annulled))
            {
                wrong(format!("whether case {case} is annulled is told in two ways"));
            }
        }
    }
}

/// How many records an audit entry says that a case is about.
fn said_of(action: &AuditAction) -> Option<u64> {
    match action {
        AuditAction::CaseExamined { records, .. }
        | AuditAction::AnnulmentProposed { records, .. }
        | AuditAction::RecordsAnnulled { records, .. }
        | AuditAction::AnnulmentUndone { records, .. } => Some(*records),
        AuditAction::CaseOpened { .. }
        | AuditAction::CaseHeard { .. }
        | AuditAction::CaseContacted { .. }
        | AuditAction::CaseConcluded { .. }
        | AuditAction::RecordsKept { .. }
        | AuditAction::Released { .. }
        | AuditAction::Rejected { .. }
        | AuditAction::Redacted { .. }
        | AuditAction::BodiesDropped { .. }
        | AuditAction::TakesChanged { .. } => None,
    }
}

fn place(row: &DumpedRow, number: &str) -> Key {
    (row.text("wave").unwrap_or_default().to_owned(), row.int(number).unwrap_or_default())
}
