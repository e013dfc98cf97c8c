//! The audit log of a wave: what was done to its records, by whom, and why.
//!
//! An entry is never changed. It tells who by value, so that it can be read without asking who has
//! an account today.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::caller::{Actor, ActorName, Caller, Door};
use crate::case::{AnnulmentCause, CaseState, Rule};
use crate::ids::{QuestionId, SubmissionId};
use crate::text::line;
use crate::wave::Takes;

/// Why a person decides something: 1 to 2,000 characters without hidden ones, in NFC, without spaces
/// around it. Whoever reads the audit log later has nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

/// A text that is not a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reason has 1 to {} characters, without line breaks and hidden ones", Reason::MAX_CHARS)]
pub struct InvalidReason;

impl Reason {
    /// The longest reason, in characters.
    pub const MAX_CHARS: usize = 2_000;
}

impl FromStr for Reason {
    type Err = InvalidReason;

    fn from_str(text: &str) -> Result<Self, InvalidReason> {
        line(text, Self::MAX_CHARS).map(Self).ok_or(InvalidReason)
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> String {
        reason.0
    }
}

/// What every audit entry says beside what was done: when, who and why. The store adds it in the
/// transaction of the change itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// When, by server time; cut to whole milliseconds.
    pub at: Timestamp,
    /// Who decides it.
    pub actor: Actor,
    /// How they came in.
    pub door: Door,
    /// Why, in a sentence for whoever reads the log.
    pub reason: String,
}

impl NewAuditEntry {
    /// An entry for what this caller is about to do.
    pub fn new(caller: &Caller, at: Timestamp, reason: impl Into<String>) -> Self {
        let (actor, door) = (caller.actor().clone(), caller.door());
        Self { at, actor, door, reason: reason.into() }
    }
}

/// What was done to records of a wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number in the wave, from 1 without gaps.
    pub number: u64,
    /// When, by server time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub at: Timestamp,
    /// Who has decided it.
    pub actor: Actor,
    /// How they came in.
    pub door: Door,
    /// Why.
    pub reason: String,
    /// What was done.
    #[serde(flatten)]
    pub action: AuditAction,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "action", deny_unknown_fields)]
pub enum AuditAction {
    /// A submission left quarantine and counts.
    Released {
        /// Its number in quarantine.
        quarantine: u64,
        /// Its id.
        submission: SubmissionId,
        /// Its position in the log.
        position: u64,
    },
    /// A submission in quarantine will never count.
    Rejected {
        /// Its number in quarantine.
        quarantine: u64,
        /// Its id.
        submission: SubmissionId,
    },
    /// Free text was taken out of a submission.
    Redacted {
        /// Its position in the log.
        position: u64,
        /// Its id.
        submission: SubmissionId,
        /// The questions whose answers are gone, those only that had been answered.
        questions: Vec<QuestionId>,
    },
    /// Texts of rejected submissions were dropped, because their time was over or staff decided so.
    BodiesDropped {
        /// Their numbers in quarantine.
        quarantine: Vec<u64>,
    },
    /// What a wave takes was changed, while it had no record.
    TakesChanged {
        /// What it took before.
        before: Takes,
        /// What it takes now.
        now: Takes,
    },
    /// A case was opened: the reason says what was noticed.
    CaseOpened {
        /// Its number.
        case: u64,
        /// Which records it is about.
        rule: Rule,
    },
    /// It was settled which records a case is about. What comes later is not among them.
    CaseExamined {
        /// Its number.
        case: u64,
        /// How many there are.
        records: u64,
    },
    /// Somebody was heard: the reason says what they said.
    CaseHeard {
        /// The number of the case.
        case: u64,
        /// Who.
        who: ActorName,
    },
    /// People were asked whether they have answered.
    CaseContacted {
        /// The number of the case.
        case: u64,
        /// How many were asked.
        asked: u32,
        /// How many of them had answered.
        confirmed: u32,
    },
    /// The conclusion of a case, which the reason is.
    CaseConcluded {
        /// Its number.
        case: u64,
    },
    /// Somebody wants the records of a case annulled, and a second person must confirm it.
    AnnulmentProposed {
        /// The number of the case.
        case: u64,
        /// Why.
        cause: AnnulmentCause,
        /// How many records there are.
        records: u64,
    },
    /// The records of a case do not count any more.
    RecordsAnnulled {
        /// The number of the case.
        case: u64,
        /// Why.
        cause: AnnulmentCause,
        /// How many records there are.
        records: u64,
        /// The number of the act among the annulments of the wave.
        act: u64,
    },
    /// The records of a case go on counting.
    RecordsKept {
        /// The number of the case.
        case: u64,
    },
    /// The records of a case count again.
    AnnulmentUndone {
        /// The number of the case.
        case: u64,
        /// How many records there are.
        records: u64,
        /// The number of the act among the annulments of the wave.
        act: u64,
    },
}

impl AuditAction {
    /// The number of the case to which it was done, if it was done to one.
    pub fn case(&self) -> Option<u64> {
        match self {
            Self::CaseOpened { case, .. }
            | Self::CaseExamined { case, .. }
            | Self::CaseHeard { case, .. }
            | Self::CaseContacted { case, .. }
            | Self::CaseConcluded { case }
            | Self::AnnulmentProposed { case, .. }
            | Self::RecordsAnnulled { case, .. }
            | Self::RecordsKept { case }
            | Self::AnnulmentUndone { case, .. } => Some(*case),
            Self::Released { .. }
            | Self::Rejected { .. }
            | Self::Redacted { .. }
            | Self::BodiesDropped { .. }
            | Self::TakesChanged { .. } => None,
        }
    }

    /// The state of a case after this was done to it; none if it cannot be done to a case in this
    /// state, or is not done to cases at all. No state: there is no such case yet.
    pub fn case_state_after(&self, state: Option<CaseState>) -> Option<CaseState> {
        use CaseState::{Annulled, Concluded, Examined, Found, Kept};
        match (state, self) {
            (None, Self::CaseOpened { .. }) => Some(Found),
            (Some(Found), Self::CaseExamined { .. }) => Some(Examined),
            (Some(state), Self::CaseHeard { .. } | Self::CaseContacted { .. }) => Some(state),
            (Some(Examined), Self::CaseConcluded { .. })
            | (Some(Concluded), Self::AnnulmentProposed { .. }) => Some(Concluded),
            (Some(Concluded), Self::RecordsAnnulled { .. }) => Some(Annulled),
            (Some(Concluded), Self::RecordsKept { .. })
            | (Some(Annulled), Self::AnnulmentUndone { .. }) => Some(Kept),
            (
                _,
                Self::CaseOpened { .. }
                | Self::CaseExamined { .. }
                | Self::CaseHeard { .. }
                | Self::CaseContacted { .. }
                | Self::CaseConcluded { .. }
                | Self::AnnulmentProposed { .. }
                | Self::RecordsAnnulled { .. }
                | Self::RecordsKept { .. }
                | Self::AnnulmentUndone { .. }
                | Self::Released { .. }
                | Self::Rejected { .. }
                | Self::Redacted { .. }
                | Self::BodiesDropped { .. }
                | Self::TakesChanged { .. },
            ) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::caller::{Account, ActorName, Role, Scope, SystemTask};
    use crate::ids::PersonId;

    fn name(text: &str) -> ActorName {
        ActorName::new(text).unwrap()
    }

    fn rule() -> Rule {
        let rule = json!({
            "origin": { "kind": "point", "point": "counter-1" },
            "from": "2026-03-02T01:00:00Z", "until": "2026-03-02T02:00:00Z",
            "devices": { "kind": "one", "device": Uuid::from_u128(9).to_string() },
        });
        serde_json::from_value(rule).unwrap()
    }

    fn callers() -> Vec<Caller> {
        let person = PersonId::new(Uuid::from_u128(7));
        let account = Account { person, name: name("Lan"), role: Role::Analyst };
        vec![
            Caller::session(account, Scope::AllUnits),
            Caller::local_operator(name("root"), name("server"), Some(name("Lan"))),
            Caller::loopback(),
            Caller::task(SystemTask::Retention),
        ]
    }

    #[test]
    fn a_reason_says_something_that_is_seen() {
        let reason = |text: &str| text.parse::<Reason>().map(String::from);
        assert_eq!(reason(" Ngoa\u{300}i đợt ").unwrap(), "Ngoài đợt");
        let long = "ễ".repeat(Reason::MAX_CHARS);
        assert_eq!(reason(&long).unwrap(), long);
        for wrong in ["", "  ", "\u{200b}", "a\nb", "\u{1b}[31mđỏ", &format!("{long}x")] {
            assert_eq!(reason(wrong), Err(InvalidReason), "{wrong:?}");
        }
    }

    #[test]
    fn a_case_goes_one_way() {
        use CaseState::{Annulled, Concluded, Examined, Found, Kept};
        let cause = AnnulmentCause::Stuffed;
        let opened = AuditAction::CaseOpened { case: 1, rule: rule() };
        let examined = AuditAction::CaseExamined { case: 1, records: 2 };
        let heard = AuditAction::CaseHeard { case: 1, who: name("Lan") };
        let concluded = AuditAction::CaseConcluded { case: 1 };
        let proposed = AuditAction::AnnulmentProposed { case: 1, cause, records: 2 };
        let annulled = AuditAction::RecordsAnnulled { case: 1, cause, records: 2, act: 1 };
        let kept = AuditAction::RecordsKept { case: 1 };
        let undone = AuditAction::AnnulmentUndone { case: 1, records: 2, act: 2 };
        let dropped = AuditAction::BodiesDropped { quarantine: vec![1] };
        let all = [opened, examined, heard, concluded, proposed, annulled, kept, undone, dropped];
        let states =
            [None, Some(Found), Some(Examined), Some(Concluded), Some(Annulled), Some(Kept)];
        let expected = [
            [Some(Found), None, None, None, None, None, None, None, None],
            [None, Some(Examined), Some(Found), None, None, None, None, None, None],
            [None, None, Some(Examined), Some(Concluded), None, None, None, None, None],
            [
                None,
                None,
                Some(Concluded),
                None,
                Some(Concluded),
                Some(Annulled),
                Some(Kept),
                None,
                None,
            ],
            [None, None, Some(Annulled), None, None, None, None, Some(Kept), None],
            [None, None, Some(Kept), None, None, None, None, None, None],
        ];
        for (state, expected) in states.into_iter().zip(expected) {
            for (action, expected) in all.iter().zip(expected) {
                assert_eq!(action.case_state_after(state), expected, "{action:?} after {state:?}");
            }
        }
    }

    #[test]
    fn an_entry_is_the_same_after_json() {
        let submission = SubmissionId::new(Uuid::from_u128(1));
        let questions = vec![QuestionId::new("comment").unwrap()];
        let cause = AnnulmentCause::Stuffed;
        let actions = [
            AuditAction::Released { quarantine: 1, submission, position: 2 },
            AuditAction::Rejected { quarantine: 1, submission },
            AuditAction::Redacted { position: 2, submission, questions },
            AuditAction::BodiesDropped { quarantine: vec![1, 3] },
            AuditAction::TakesChanged { before: Takes::Forms, now: Takes::LevelCounts },
            AuditAction::CaseOpened { case: 1, rule: rule() },
            AuditAction::CaseExamined { case: 1, records: 400 },
            AuditAction::CaseHeard { case: 1, who: name("Trưởng bộ phận Một cửa") },
            AuditAction::CaseContacted { case: 1, asked: 20, confirmed: 0 },
            AuditAction::CaseConcluded { case: 1 },
            AuditAction::AnnulmentProposed { case: 1, cause, records: 400 },
            AuditAction::RecordsAnnulled { case: 1, cause, records: 400, act: 1 },
            AuditAction::RecordsKept { case: 2 },
            AuditAction::AnnulmentUndone { case: 1, records: 400, act: 2 },
        ];
        let at = Timestamp::from_second(1_750_000_000).unwrap();
        for caller in callers() {
            for action in &actions {
                let NewAuditEntry { at, actor, door, reason } =
                    NewAuditEntry::new(&caller, at, "why");
                assert_eq!((&actor, door), (caller.actor(), caller.door()));
                let entry =
                    AuditEntry { number: 4, at, actor, door, reason, action: action.clone() };
                let json = serde_json::to_string(&entry).unwrap();
                assert_eq!(serde_json::from_str::<AuditEntry>(&json).unwrap(), entry, "{json}");
            }
        }
    }

    #[test]
    fn an_entry_in_json_says_who_and_what_side_by_side() {
        let caller = Caller::local_operator(name("root"), name("server"), None);
        let NewAuditEntry { at, actor, door, reason } =
            NewAuditEntry::new(&caller, Timestamp::UNIX_EPOCH, "duplicate");
        let submission = SubmissionId::new(Uuid::from_u128(1));
        let action = AuditAction::Rejected { quarantine: 1, submission };
        let entry = AuditEntry { number: 1, at, actor, door, reason, action };
        let expected = json!({
            "number": 1,
            "at": "1970-01-01T00:00:00Z",
            "actor": { "kind": "local_operator", "user": "root", "host": "server" },
            "door": "command_line",
            "reason": "duplicate",
            "action": "rejected",
            "quarantine": 1,
            "submission": submission.to_string(),
        });
        assert_eq!(serde_json::to_value(&entry).unwrap(), expected);
    }
}
