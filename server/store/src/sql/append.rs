//! Appending to the log.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use survey_defs::ids::{SubmissionId, WaveId};
use survey_defs::wave::Takes;

use super::{Connection, Executor, Json, Writer, bulk, dialect, log_end};
use crate::error::StoreError;
use crate::group_commit::Append;
use crate::row::{IdStatus, LogRow};
use crate::rows::{IdStatusRow, id_statuses};
use crate::submission_log::{Receipt, Recorded};
use crate::value;

#[async_trait]
impl Append for Writer {
    type Row = LogRow<Json>;
    type Outcome = Recorded;

    async fn append(&self, rows: &[&LogRow<Json>]) -> Result<Vec<Recorded>, StoreError> {
        let mut transaction = self.begin(rows).await?;
        let recorded = append(&mut transaction, rows).await?;
        transaction.commit().await?;
        self.committed();
        Ok(recorded)
    }
}

/// Appends within a transaction that has locked the waves: positions are taken under a lock that
/// lasts until the commit, so they have no gaps and become visible in order.
pub(super) async fn append(
    connection: &mut Connection,
    rows: &[&LogRow<Json>],
) -> Result<Vec<Recorded>, StoreError> {
    let mut by_wave: BTreeMap<&WaveId, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        by_wave.entry(&row.wave).or_default().push(index);
    }
    let mut recorded = vec![Recorded::Conflict; rows.len()];
    let mut created = Vec::with_capacity(rows.len());
    for (wave, indices) in by_wave {
        let ids: Vec<_> = indices.iter().map(|index| rows[*index].id).collect();
        let mut statuses = find_id_statuses(&mut *connection, wave, &ids).await?;
        let mut seen = HashSet::with_capacity(indices.len());
        let is_new = |index: &usize| {
            let id = rows[*index].id;
            statuses.get(&id).is_none_or(|status| status.lets_in(rows[*index])) && seen.insert(id)
        };
        let (new, repeated): (Vec<_>, Vec<_>) = indices.into_iter().partition(is_new);
        if !new.is_empty() {
            let n = new.len() as u64;
            let last = log_end::advance(connection, wave, offered(rows, &new), (n, n)).await?;
            for (index, position) in new.into_iter().zip(last + 1 - n..) {
                let row = rows[index];
                let received_at = value::time("a receipt time", row.received_at_ms)?;
                let receipt = Receipt { position, received_at };
                statuses.insert(row.id, IdStatus::Recorded { receipt, sha256: row.draft_sha256 });
                created.push((position, row));
                recorded[index] = Recorded::Created(receipt);
            }
        }
        for index in repeated {
            let row = rows[index];
            recorded[index] = statuses[&row.id].compare(row.draft_sha256);
        }
    }
    bulk::submissions(connection, &created).await?;
    Ok(recorded)
}

/// What rows of one wave are. If they differ, the last word is that of the database.
fn offered(rows: &[&LogRow<Json>], new: &[usize]) -> Takes {
    if new.iter().any(|index| rows[*index].psu.is_some()) { Takes::Sample } else { Takes::Forms }
}

/// What a wave has under these ids, in the log or else among what was rejected.
pub(super) async fn find_id_statuses(
    executor: impl Executor<'_>,
    wave: &WaveId,
    ids: &[SubmissionId],
) -> Result<HashMap<SubmissionId, IdStatus>, StoreError> {
    let rows: Vec<IdStatusRow> = sqlx::query_as(dialect::FIND_ID_STATUSES)
        .bind(wave.as_str())
        .bind(dialect::id_list(ids))
        .fetch_all(executor)
        .await?;
    id_statuses(rows)
}
