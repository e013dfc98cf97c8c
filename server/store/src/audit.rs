//! The audit log: what was done to records, by whom and why.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use survey_defs::ids::{QuestionId, SubmissionId, WaveId};

use crate::error::StoreError;

/// Reading the audit log. Each entry is added by the use-case that it tells of, in the same
/// transaction.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// The next acts of a wave after a number, at most `limit`, in order. Begin with 0.
    async fn acts_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Act>, StoreError>;
}

/// Something that is to be done to a record, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct {
    /// When, by server time; cut to whole milliseconds.
    pub at: Timestamp,
    /// Who decides it.
    pub actor: Actor,
    /// Why, in a sentence for whoever reads the acts.
    pub reason: String,
}

/// Something that was done to a record of a wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its number in the wave, from 1 without gaps.
    pub number: u64,
    /// When, by server time.
    pub at: Timestamp,
    /// Who has decided it.
    pub actor: Actor,
    /// Why.
    pub reason: String,
    /// What was done.
    pub deed: Deed,
}

/// Who decides what happens to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// Somebody at the command line.
    Staff,
    /// What heartbeats and receipts prove.
    Evidence,
    /// The time that something is kept.
    Retention,
}

impl Actor {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Evidence => "evidence",
            Self::Retention => "retention",
        }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "deed", deny_unknown_fields)]
pub enum Deed {
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
}
