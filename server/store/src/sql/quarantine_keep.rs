//! Keeping submissions aside, within the quota of senders who have proved nothing.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::QueryBuilder;
use survey_defs::ids::{DeviceId, SubmissionId, WaveId};
use survey_defs::wave::Takes;
use uuid::Uuid;

use super::catalogue::takes;
use super::dialect::{self, BEGIN_WRITE};
use super::{Connection, Driver, Executor, Pool, locks};
use crate::error::StoreError;
use crate::group_commit::Append;
use crate::quarantine::{Kept, QUARANTINE_QUOTA, Quarantined};
use crate::row::QuarantinedRow;
use crate::value;

/// Rows of one INSERT, largest first: a few sizes, so that there are few statements to keep prepared.
const ROWS_PER_INSERT: [usize; 3] = [50, 10, 1];

/// Stores groups of submissions that are kept aside.
pub(super) struct QuarantineWriter(pub(super) Pool);

#[async_trait]
impl Append for QuarantineWriter {
    type Row = QuarantinedRow;
    type Outcome = Kept;

    async fn append(&self, rows: &[&QuarantinedRow]) -> Result<Vec<Kept>, StoreError> {
        let mut by_wave: BTreeMap<&WaveId, Vec<usize>> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            by_wave.entry(&row.quarantined.wave).or_default().push(index);
        }
        let mut transaction = self.0.begin_with(BEGIN_WRITE).await?;
        for wave in by_wave.keys() {
            locks::name(&mut transaction, wave).await?;
        }
        let kept_bytes = sqlx::query_scalar(
            "SELECT CAST(coalesce(sum(kept_bytes), 0) AS BIGINT) FROM quarantine_usage",
        )
        .fetch_one(&mut *transaction)
        .await?;
        let mut usage = Usage { kept_bytes, days: HashMap::new() };
        let mut kept = vec![Kept::Full; rows.len()];
        for (wave, indices) in by_wave {
            keep(&mut transaction, (wave, rows), &indices, (&mut usage, &mut kept)).await?;
        }
        transaction.commit().await?;
        Ok(kept)
    }
}

/// Keeps those rows of a wave for which there is room.
async fn keep(
    connection: &mut Connection,
    (wave, rows): (&WaveId, &[&QuarantinedRow]),
    indices: &[usize],
    (usage, kept): (&mut Usage, &mut [Kept]),
) -> Result<(), StoreError> {
    let mut known =
        find_known(&mut *connection, wave, indices.iter().map(|index| rows[*index])).await?;
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(number) FROM quarantine WHERE wave = $1")
            .bind(wave.as_str())
            .fetch_one(&mut *connection)
            .await?;
    let takes_forms =
        takes(&mut *connection, wave).await?.is_none_or(|takes| takes == Takes::Forms);
    // What comes twice, once with proof, is proved.
    let proven: HashMap<_, _> = indices
        .iter()
        .map(|index| rows[*index])
        .filter(|row| row.quarantined.proven)
        .map(|row| (row.key(), row))
        .collect();
    let mut new = Vec::with_capacity(indices.len());
    for index in indices {
        let row = rows[*index];
        let row = proven.get(&row.key()).copied().unwrap_or(row);
        if let Some(known) = known.get_mut(&row.key()) {
            kept[*index] = Kept::Known(known.received_at);
            if row.quarantined.proven && known.may_be_proved {
                known.may_be_proved = false;
                prove(connection, row).await?;
            }
            continue;
        }
        if !takes_forms {
            kept[*index] = Kept::TakesOther;
            continue;
        }
        if !row.quarantined.proven && !usage.take(connection, row).await? {
            continue;
        }
        let received_at = value::whole_ms(row.quarantined.received_at);
        kept[*index] = Kept::New(received_at);
        known.insert(row.key(), Known { received_at, may_be_proved: false });
        new.push(row);
    }
    let numbered: Vec<_> = (last.unwrap_or(0) + 1..).zip(new).collect();
    let mut rest = numbered.as_slice();
    for size in ROWS_PER_INSERT {
        let chunks = rest.chunks_exact(size);
        rest = chunks.remainder();
        for chunk in chunks {
            insert(connection, chunk).await?;
        }
    }
    Ok(())
}

/// What is kept under an id and a text.
pub(super) struct Known {
    pub(super) received_at: Timestamp,
    /// Whether it waits, and nobody has proved to have sent it.
    may_be_proved: bool,
}

/// What is kept under the ids of rows.
pub(super) async fn find_known<'a>(
    executor: impl Executor<'_>,
    wave: &WaveId,
    rows: impl Iterator<Item = &'a QuarantinedRow>,
) -> Result<HashMap<(Uuid, [u8; 32]), Known>, StoreError> {
    let ids: Vec<SubmissionId> = rows.map(|row| row.quarantined.submission).collect();
    let found: Vec<(Uuid, Vec<u8>, i64, bool)> = sqlx::query_as(dialect::FIND_QUARANTINED)
        .bind(wave.as_str())
        .bind(dialect::id_list(&ids))
        .fetch_all(executor)
        .await?;
    found
        .into_iter()
        .map(|(submission, sha256, received_at_ms, may_be_proved)| {
            let sha256 = value::bytes("the hash of a submission in quarantine", sha256)?;
            let received_at = value::time("a quarantine time", received_at_ms)?;
            Ok(((submission, sha256), Known { received_at, may_be_proved }))
        })
        .collect()
}

/// What senders who have proved nothing have put aside.
struct Usage {
    kept_bytes: i64,
    /// Rows and bytes of a wave and day.
    days: HashMap<(WaveId, i64), (i64, i64)>,
}

impl Usage {
    /// Takes room for a row; false if there is none.
    async fn take(
        &mut self,
        connection: &mut Connection,
        row: &QuarantinedRow,
    ) -> Result<bool, StoreError> {
        let key = (row.quarantined.wave.clone(), row.day());
        let (n_rows, n_bytes) = match self.days.get(&key) {
            Some(used) => *used,
            None => sqlx::query_as(
                "SELECT n_rows, n_bytes FROM quarantine_usage WHERE wave = $1 AND day = $2",
            )
            .bind(key.0.as_str())
            .bind(key.1)
            .fetch_optional(connection)
            .await?
            .unwrap_or_default(),
        };
        let bytes = i64::try_from(row.quarantined.body.len()).unwrap_or(i64::MAX);
        let used = (n_rows + 1, n_bytes.saturating_add(bytes));
        let kept_bytes = self.kept_bytes.saturating_add(bytes);
        let fits = used.0 <= QUARANTINE_QUOTA.rows_per_day
            && used.1 <= QUARANTINE_QUOTA.bytes_per_day
            && kept_bytes <= QUARANTINE_QUOTA.kept_bytes;
        if fits {
            self.kept_bytes = kept_bytes;
        }
        self.days.insert(key, if fits { used } else { (n_rows, n_bytes) });
        Ok(fits)
    }
}

async fn prove(connection: &mut Connection, row: &QuarantinedRow) -> Result<(), StoreError> {
    let Quarantined { wave, submission, session, .. } = &row.quarantined;
    sqlx::query(
        "UPDATE quarantine SET proven = true, device = coalesce(device, $4),
         device_sequence = coalesce(device_sequence, $5)
         WHERE wave = $1 AND submission = $2 AND body_sha256 = $3",
    )
    .bind(wave.as_str())
    .bind(submission.uuid())
    .bind(row.sha256.as_slice())
    .bind(session.map(|(device, _)| DeviceId::uuid(device)))
    .bind(session.map(|(_, sequence)| value::clamp(sequence)))
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert(
    connection: &mut Connection,
    rows: &[(i64, &QuarantinedRow)],
) -> Result<(), StoreError> {
    let mut statement = QueryBuilder::<Driver>::new(
        "INSERT INTO quarantine (wave, number, submission, point, reason, state, received_at_ms,
         proven, device, device_sequence, body, body_sha256) ",
    );
    statement.push_values(rows, |mut values, (number, row)| {
        let Quarantined { submission, wave, point, reason, received_at, proven, session, body } =
            &row.quarantined;
        values
            .push_bind(wave.as_str())
            .push_bind(*number)
            .push_bind(submission.uuid())
            .push_bind(point.as_str())
            .push_bind(reason.as_str())
            .push("'waiting'")
            .push_bind(value::whole_ms(*received_at).as_millisecond())
            .push_bind(*proven)
            .push_bind(session.map(|(device, _)| device.uuid()))
            .push_bind(session.map(|(_, sequence)| value::clamp(sequence)))
            .push_bind(body.as_str())
            .push_bind(row.sha256.as_slice());
    });
    statement.build().execute(connection).await?;
    Ok(())
}
