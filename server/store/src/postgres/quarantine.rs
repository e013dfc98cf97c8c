use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sqlx::PgConnection;
use survey_defs::api::QuarantineReason;
use survey_defs::ids::{DeviceId, WaveId};

use super::{PostgresStore, waves};
use crate::error::StoreError;
use crate::quarantine::{QuarantineEntry, Quarantined};
use crate::rows::QuarantineRow;
use crate::value;

pub(super) async fn keep(
    store: &PostgresStore,
    quarantined: &[Quarantined],
) -> Result<Vec<Timestamp>, StoreError> {
    if quarantined.is_empty() {
        return Ok(Vec::new());
    }
    let mut transaction = store.pool.begin().await?;
    let waves: BTreeSet<_> = quarantined.iter().map(|one| &one.wave).collect();
    for wave in waves {
        waves::lock_name(&mut transaction, wave).await?;
    }
    let mut arrived = Vec::with_capacity(quarantined.len());
    for one in quarantined {
        arrived.push(keep_one(&mut transaction, one).await?);
    }
    transaction.commit().await?;
    Ok(arrived)
}

async fn keep_one(
    connection: &mut PgConnection,
    quarantined: &Quarantined,
) -> Result<Timestamp, StoreError> {
    let Quarantined { submission, wave, reason, received_at, session, body } = quarantined;
    let sha256 = value::sha256(body);
    sqlx::query(
        "INSERT INTO quarantine (wave, number, submission, reason, state, received_at_ms, device,
         device_sequence, body, body_sha256)
         SELECT $1, coalesce(max(number), 0) + 1, $2, $3, 'waiting', $4, $5, $6, $7, $8
         FROM quarantine WHERE wave = $1
         ON CONFLICT (wave, submission, body_sha256) DO UPDATE
         SET device = excluded.device, device_sequence = excluded.device_sequence
         WHERE quarantine.state = 'waiting' AND quarantine.device IS NULL
         AND excluded.device IS NOT NULL",
    )
    .bind(wave.as_str())
    .bind(submission.uuid())
    .bind(reason.as_str())
    .bind(value::whole_ms(*received_at).as_millisecond())
    .bind(session.map(|(device, _)| device.uuid()))
    .bind(session.map(|(_, sequence)| value::clamp(sequence)))
    .bind(body.as_str())
    .bind(sha256.as_slice())
    .execute(&mut *connection)
    .await?;
    let first = sqlx::query_scalar(
        "SELECT received_at_ms FROM quarantine
         WHERE wave = $1 AND submission = $2 AND body_sha256 = $3",
    )
    .bind(wave.as_str())
    .bind(submission.uuid())
    .bind(sha256.as_slice())
    .fetch_one(connection)
    .await?;
    value::time("a quarantine time", first)
}

pub(super) async fn count(
    store: &PostgresStore,
    wave: &WaveId,
) -> Result<BTreeMap<QuarantineReason, u64>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT reason, count(*) FROM quarantine WHERE wave = $1 AND state = 'waiting'
         GROUP BY reason ORDER BY reason",
    )
    .bind(wave.as_str())
    .fetch_all(&store.pool)
    .await?;
    rows.into_iter()
        .map(|(reason, count)| {
            let reason = value::parse("a reason", &reason)?;
            Ok((reason, value::unsigned("a number in quarantine", count)?))
        })
        .collect()
}

pub(super) async fn after(
    store: &PostgresStore,
    wave: &WaveId,
    number: u64,
    limit: u32,
) -> Result<Vec<QuarantineEntry>, StoreError> {
    let rows: Vec<QuarantineRow> = sqlx::query_as(
        "SELECT number, submission, reason, state, received_at_ms, device, device_sequence, body
         FROM quarantine WHERE wave = $1 AND number > $2 ORDER BY number LIMIT $3",
    )
    .bind(wave.as_str())
    .bind(value::clamp(number))
    .bind(i64::from(limit))
    .fetch_all(&store.pool)
    .await?;
    rows.into_iter().map(QuarantineEntry::try_from).collect()
}

pub(super) async fn late_of_device(
    store: &PostgresStore,
    wave: &WaveId,
    device: DeviceId,
    (number, limit): (u64, u32),
) -> Result<Vec<QuarantineEntry>, StoreError> {
    let rows: Vec<QuarantineRow> = sqlx::query_as(
        "SELECT number, submission, reason, state, received_at_ms, device, device_sequence, body
         FROM quarantine
         WHERE wave = $1 AND device = $2 AND device_sequence IS NOT NULL
         AND state = 'waiting' AND reason IN ('window_closed', 'device_unproven') AND number > $3
         ORDER BY number LIMIT $4",
    )
    .bind(wave.as_str())
    .bind(device.uuid())
    .bind(value::clamp(number))
    .bind(i64::from(limit))
    .fetch_all(&store.pool)
    .await?;
    rows.into_iter().map(QuarantineEntry::try_from).collect()
}
