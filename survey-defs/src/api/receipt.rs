//! Defines the receipts and results of submissions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use crate::ids::SubmissionId;
use crate::quarantine::QuarantineReason;

/// The server has the submission on disk. A repeated post of the same content gets the same
/// receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// The submission.
    pub id: SubmissionId,
    /// What became of it.
    pub status: RecordStatus,
    /// Its position in the append-only log; `null` in quarantine, and for senders who have proved
    /// nothing, whom it would tell how many forms a wave has.
    pub position: Option<u64>,
    /// When it arrived, by server time.
    pub received_at: Timestamp,
}

/// What became of a submission that is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "result", content = "reason")]
pub enum RecordStatus {
    /// It is in the log and counts.
    Recorded,
    /// It is kept, but counts only after somebody has released it.
    Quarantined(QuarantineReason),
}

/// The results of a batch, in the order of its records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchReceipt {
    /// One result per record.
    pub results: Vec<RecordResult>,
}

/// The result of one record of a batch: a receipt (201 new, 200 the same again, 202 quarantined)
/// or a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecordResult {
    /// The status that the record would have got if it had been sent alone.
    pub status: u16,
    /// The receipt, if the record is on disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// The problem, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}
