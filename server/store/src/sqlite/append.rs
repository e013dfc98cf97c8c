use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqliteExecutor, SqlitePool};
use survey_defs::ids::{SubmissionId, WaveId};
use survey_defs::submission::Submission;
use tokio::sync::Notify;

use super::packed::Packed;
use super::{SqliteStore, begin, log_end};
use crate::error::StoreError;
use crate::group::Append;
use crate::row::{Known, LogRow, text};
use crate::rows::{KnownRow, known};
use crate::submission_log::{Contents, Receipt, Recorded};
use crate::value;

/// Rows of one INSERT, largest first. Each statement is a trip to the driver's thread and back, so
/// rows travel together: 60,000 of them took 1.7 s alone, 0.9 s by tens, 0.6 s by fifties, 0.7 s by
/// two hundreds. A few sizes, so that there are few statements to keep prepared.
const ROWS_PER_INSERT: [usize; 3] = [50, 10, 1];

/// The end of the queue of calls that append.
pub(super) struct Writer {
    /// The one connection that writes.
    pub(super) pool: SqlitePool,
    /// Notified after each commit.
    pub(super) written: Arc<Notify>,
}

#[async_trait]
impl Append for Writer {
    type Json = Packed;

    async fn append(&self, rows: &[&LogRow<Packed>]) -> Result<Vec<Recorded>, StoreError> {
        let mut transaction = begin(&self.pool).await?;
        let recorded = append(&mut transaction, rows).await?;
        transaction.commit().await?;
        self.written.notify_one();
        Ok(recorded)
    }
}

pub(super) async fn recorded(
    store: &SqliteStore,
    submission: &Submission,
) -> Result<Option<Recorded>, StoreError> {
    let (wave, id) = (&submission.draft().wave, submission.draft().id);
    let known = find(&store.readers, wave, &[id]).await?;
    Ok(known.get(&id).map(|known| known.compare(value::sha256(&text(submission)))))
}

/// Appends within a transaction that holds the write lock.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    rows: &[&LogRow<Packed>],
) -> Result<Vec<Recorded>, StoreError> {
    let mut by_wave: BTreeMap<&WaveId, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        by_wave.entry(&row.wave).or_default().push(index);
    }
    let mut recorded = vec![Recorded::Conflict; rows.len()];
    for (wave, indices) in by_wave {
        let of_wave: Vec<&LogRow<Packed>> = indices.iter().map(|index| rows[*index]).collect();
        let results = append_to(&mut *connection, wave, &of_wave).await?;
        for (index, result) in indices.into_iter().zip(results) {
            recorded[index] = result;
        }
    }
    Ok(recorded)
}

/// Appends to the log of one wave.
async fn append_to(
    connection: &mut SqliteConnection,
    wave: &WaveId,
    rows: &[&LogRow<Packed>],
) -> Result<Vec<Recorded>, StoreError> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut known = find(&mut *connection, wave, &ids).await?;
    let mut position = log_end::of(&mut *connection, wave).await?.position;
    let mut new = Vec::new();
    let mut recorded = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(known) = known.get(&row.id).filter(|known| !known.lets_in(row)) {
            recorded.push(known.compare(row.draft_sha256));
            continue;
        }
        position += 1;
        let received_at = value::time("a receipt time", row.received_at_ms)?;
        let receipt = Receipt { position, received_at };
        known.insert(row.id, Known::Recorded { receipt, sha256: row.draft_sha256 });
        new.push((position, *row));
        recorded.push(Recorded::Created(receipt));
    }
    if new.is_empty() {
        return Ok(recorded);
    }
    let added = new.len() as u64;
    log_end::advance(&mut *connection, wave, Contents::Submissions, (position, added)).await?;
    let mut rest = new.as_slice();
    for size in ROWS_PER_INSERT {
        let chunks = rest.chunks_exact(size);
        rest = chunks.remainder();
        for chunk in chunks {
            insert(&mut *connection, chunk).await?;
        }
    }
    Ok(recorded)
}

/// What a wave has under these ids, in the log or else among what was rejected.
async fn find(
    executor: impl SqliteExecutor<'_>,
    wave: &WaveId,
    ids: &[SubmissionId],
) -> Result<HashMap<SubmissionId, Known>, StoreError> {
    // As one JSON value, so that the statement is the same for any number of ids.
    let ids: Vec<_> = ids.iter().map(|id| id.uuid().simple().to_string()).collect();
    let ids = serde_json::to_string(&ids).expect("a list of texts");
    let rows: Vec<KnownRow> = sqlx::query_as(
        "SELECT submission AS id, 0 AS position, received_at_ms, body_sha256 AS sha256, reason
         FROM quarantine
         WHERE wave = $1 AND state = 'rejected'
         AND submission IN (SELECT unhex(value) FROM json_each($2))
         UNION ALL
         SELECT id, position, received_at_ms, draft_sha256, NULL FROM submissions
         WHERE wave = $1 AND id IN (SELECT unhex(value) FROM json_each($2))",
    )
    .bind(wave.as_str())
    .bind(ids)
    .fetch_all(executor)
    .await?;
    known(rows)
}

async fn insert(
    connection: &mut SqliteConnection,
    rows: &[(u64, &LogRow<Packed>)],
) -> Result<(), StoreError> {
    let mut statement = QueryBuilder::<Sqlite>::new(
        "INSERT INTO submissions (wave, position, id, received_at_ms, source, unit, channel,
         respondent_type, staff_helped, procedure_group, stratum, psu, weight, fpc, device,
         device_sequence, draft, draft_sha256) ",
    );
    statement.push_values(rows, |mut values, (position, row)| {
        values
            .push_bind(row.wave.as_str())
            .push_bind(value::clamp(*position))
            .push_bind(row.id.uuid())
            .push_bind(row.received_at_ms)
            .push_bind(row.source)
            .push_bind(row.unit.as_str())
            .push_bind(row.channel)
            .push_bind(row.respondent_type)
            .push_bind(row.staff_helped)
            .push_bind(row.procedure_group.as_deref())
            .push_bind(row.stratum.as_deref())
            .push_bind(row.psu.as_deref())
            .push_bind(row.weight)
            .push_bind(row.fpc)
            .push_bind(row.device)
            .push_bind(row.device_sequence)
            .push_bind(&row.draft)
            .push_bind(row.draft_sha256.as_slice());
    });
    statement.build().execute(connection).await?;
    Ok(())
}
