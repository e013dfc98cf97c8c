//! What a wave knows of an id.

use std::collections::HashMap;

use survey_defs::ids::SubmissionId;
use uuid::Uuid;

use crate::error::StoreError;
use crate::row::IdStatus;
use crate::submission_log::Receipt;
use crate::value;

/// A submission in the log, or with a reason one that was rejected.
#[derive(sqlx::FromRow)]
pub(crate) struct IdStatusRow {
    id: Uuid,
    position: i64,
    received_at_ms: i64,
    sha256: Vec<u8>,
    reason: Option<String>,
}

/// By id. What is in the log stands above what was rejected.
pub(crate) fn id_statuses(
    rows: Vec<IdStatusRow>,
) -> Result<HashMap<SubmissionId, IdStatus>, StoreError> {
    let mut statuses = HashMap::with_capacity(rows.len());
    for IdStatusRow { id, position, received_at_ms, sha256, reason } in rows {
        let id = SubmissionId::new(id);
        if let Some(reason) = reason {
            let reason = value::parse("a reason", &reason)?;
            statuses.entry(id).or_insert(IdStatus::Rejected(reason));
            continue;
        }
        let position = value::unsigned("a position", position)?;
        let received_at = value::time("a receipt time", received_at_ms)?;
        let receipt = Receipt { position, received_at };
        let sha256 = value::bytes("the hash of a submission", sha256)?;
        statuses.insert(id, IdStatus::Recorded { receipt, sha256 });
    }
    Ok(statuses)
}
