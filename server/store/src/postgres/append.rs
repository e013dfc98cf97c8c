use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use sqlx::{PgConnection, PgExecutor, PgPool};
use survey_defs::ids::{SubmissionId, WaveId};
use survey_defs::submission::Submission;
use uuid::Uuid;

use super::{PostgresStore, insert, log_end, waves};
use crate::error::StoreError;
use crate::group::Append;
use crate::row::{Known, LogRow, text};
use crate::rows::{KnownRow, known};
use crate::submission_log::{Receipt, Recorded};
use crate::value;

/// Begins a group, which waits for the locks of its waves far shorter than another call does: all
/// waves wait with it. Other groups hold a lock for milliseconds.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '1s'";

/// The end of the queue of calls that append.
pub(super) struct Writer(pub(super) PgPool);

#[async_trait]
impl Append for Writer {
    type Json = String;

    async fn append(&self, rows: &[&LogRow<String>]) -> Result<Vec<Recorded>, StoreError> {
        let mut transaction = self.0.begin_with(BEGIN).await?;
        lock(&mut transaction, rows).await?;
        let recorded = append(&mut transaction, rows).await?;
        transaction.commit().await?;
        Ok(recorded)
    }
}

/// Locks the waves of a group. One that is held for long, as by an import, is given up: the group is
/// tried again without it.
async fn lock(connection: &mut PgConnection, rows: &[&LogRow<String>]) -> Result<(), StoreError> {
    match waves::try_lock(connection, rows.iter().map(|row| &row.wave)).await? {
        Some(()) => Ok(()),
        None => Err(StoreError::Busy),
    }
}

pub(super) async fn recorded(
    store: &PostgresStore,
    submission: &Submission,
) -> Result<Option<Recorded>, StoreError> {
    let (wave, id) = (&submission.draft().wave, submission.draft().id);
    let known = find(&store.pool, wave, &[id]).await?;
    Ok(known.get(&id).map(|known| known.compare(value::sha256(&text(submission)))))
}

/// Appends within a transaction that has locked the waves: positions are taken under a lock that
/// lasts until the commit, so they have no gaps and become visible in order.
pub(super) async fn append(
    connection: &mut PgConnection,
    rows: &[&LogRow<String>],
) -> Result<Vec<Recorded>, StoreError> {
    let mut by_wave: BTreeMap<&WaveId, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        by_wave.entry(&row.wave).or_default().push(index);
    }
    let mut recorded = vec![Recorded::Conflict; rows.len()];
    let mut created = Vec::new();
    for (wave, indices) in by_wave {
        let ids: Vec<_> = indices.iter().map(|index| rows[*index].id).collect();
        let mut known = find(&mut *connection, wave, &ids).await?;
        let mut seen = HashSet::new();
        let is_new = |index: &usize| {
            let id = rows[*index].id;
            known.get(&id).is_none_or(|known| known.lets_in(rows[*index])) && seen.insert(id)
        };
        let (new, repeated): (Vec<_>, Vec<_>) = indices.into_iter().partition(is_new);
        let taken = log_end::take(&mut *connection, wave, new.len()).await?;
        for (index, position) in new.into_iter().zip(taken) {
            let row = rows[index];
            let received_at = value::time("a receipt time", row.received_at_ms)?;
            let receipt = Receipt { position, received_at };
            known.insert(row.id, Known::Recorded { receipt, sha256: row.draft_sha256 });
            created.push((position, row));
            recorded[index] = Recorded::Created(receipt);
        }
        for index in repeated {
            let row = rows[index];
            recorded[index] = known[&row.id].compare(row.draft_sha256);
        }
    }
    insert::submissions(connection, &created).await?;
    Ok(recorded)
}

/// What a wave has under these ids, in the log or else among what was rejected.
async fn find(
    executor: impl PgExecutor<'_>,
    wave: &WaveId,
    ids: &[SubmissionId],
) -> Result<HashMap<SubmissionId, Known>, StoreError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows: Vec<KnownRow> = sqlx::query_as(
        "SELECT submission AS id, 0::bigint AS position, received_at_ms, body_sha256 AS sha256, reason
         FROM quarantine WHERE wave = $1 AND state = 'rejected' AND submission = ANY($2)
         UNION ALL
         SELECT id, position, received_at_ms, draft_sha256, NULL FROM submissions
         WHERE wave = $1 AND id = ANY($2)",
    )
    .bind(wave.as_str())
    .bind(ids)
    .fetch_all(executor)
    .await?;
    known(rows)
}
