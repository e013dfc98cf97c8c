//! What heartbeats have proved of sessions.

use survey_defs::device::Freshness;
use survey_defs::ids::{DeviceId, HeartbeatNonce, SubmissionId, WaveId};
use uuid::Uuid;

use super::dialect::IS_BREAK_OFF_OF_SESSION;
use super::{Connection, Executor};
use crate::devices::{HeartbeatMark, SequenceOrder, SessionEvidence};
use crate::error::StoreError;
use crate::rows::HeartbeatMarkRow;
use crate::value;

/// The nonce of a device and the counter of the last heartbeat that was taken. The given nonce, if
/// there was none until now.
pub(super) async fn freshness(
    connection: &mut Connection,
    device: DeviceId,
    fresh: HeartbeatNonce,
) -> Result<Freshness, StoreError> {
    sqlx::query(
        "INSERT INTO heartbeat_counters (device, nonce, counter) VALUES ($1, $2, 0)
         ON CONFLICT DO NOTHING",
    )
    .bind(device.uuid())
    .bind(fresh.uuid())
    .execute(&mut *connection)
    .await?;
    known_freshness(connection, device).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
}

/// The same, if there is a nonce.
pub(super) async fn known_freshness(
    executor: impl Executor<'_>,
    device: DeviceId,
) -> Result<Option<Freshness>, StoreError> {
    let row: Option<(Uuid, i64)> =
        sqlx::query_as("SELECT nonce, counter FROM heartbeat_counters WHERE device = $1")
            .bind(device.uuid())
            .fetch_optional(executor)
            .await?;
    let freshness = |(nonce, counter)| {
        let counter = value::unsigned("a counter of heartbeats", counter)?;
        Ok(Freshness { nonce: HeartbeatNonce::new(nonce), counter })
    };
    row.map(freshness).transpose()
}

/// Counts a heartbeat within a transaction that has locked the device.
pub(super) async fn count(
    connection: &mut Connection,
    device: DeviceId,
    counter: u64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE heartbeat_counters SET counter = $2 WHERE device = $1")
        .bind(device.uuid())
        .bind(value::clamp(counter))
        .execute(connection)
        .await?;
    Ok(())
}

/// What marks and receipts say of a session, read on a connection that sees one moment.
pub(super) async fn evidence(
    connection: &mut Connection,
    wave: &WaveId,
    (device, sequence): (DeviceId, u64),
    submission: SubmissionId,
) -> Result<SessionEvidence, StoreError> {
    let mut bounds = bounds(connection, wave, device, sequence).await?;
    if is_reused(connection, wave, (device, sequence), submission).await? {
        bounds.order = SequenceOrder::Reused;
    }
    Ok(bounds)
}

async fn bounds(
    connection: &mut Connection,
    wave: &WaveId,
    device: DeviceId,
    sequence: u64,
) -> Result<SessionEvidence, StoreError> {
    let restarted_at = restarted_at(&mut *connection, wave, device).await?;
    let since = restarted_at.unwrap_or(i64::MIN);
    let before = one(
        &mut *connection,
        "SELECT received_at_ms, sequence, clock_skew_s FROM heartbeat_history
         WHERE wave = $1 AND device = $2 AND sequence < $3 AND received_at_ms >= $4
         ORDER BY sequence DESC, received_at_ms DESC LIMIT 1",
        (wave, device, sequence),
        since,
    );
    let before = before.await?;
    let after = one(
        &mut *connection,
        "SELECT received_at_ms, sequence, clock_skew_s FROM heartbeat_history
         WHERE wave = $1 AND device = $2 AND sequence >= $3 AND received_at_ms >= $4
         ORDER BY sequence, received_at_ms LIMIT 1",
        (wave, device, sequence),
        since,
    );
    let after = after.await?;
    let receipt_after: Option<i64> = sqlx::query_scalar(
        "SELECT min(received_at_ms) FROM submissions
         WHERE wave = $1 AND device = $2 AND device_sequence >= $3
         AND NOT EXISTS (
             SELECT 1 FROM quarantine
             WHERE quarantine.wave = $1 AND quarantine.submission = submissions.id
             AND quarantine.state = 'released'
         )",
    )
    .bind(wave.as_str())
    .bind(device.uuid())
    .bind(value::clamp(sequence))
    .fetch_one(connection)
    .await?;
    let receipt_after = receipt_after.map(|ms| value::time("a receipt time", ms)).transpose()?;
    let order =
        if restarted_at.is_some() { SequenceOrder::Restarted } else { SequenceOrder::InOrder };
    Ok(SessionEvidence { before, after, receipt_after, order })
}

/// Since the numbering began: the mark with the highest sequence, and of these the latest.
pub(super) async fn last(
    connection: &mut Connection,
    wave: &WaveId,
    device: DeviceId,
) -> Result<Option<HeartbeatMark>, StoreError> {
    let since = restarted_at(&mut *connection, wave, device).await?.unwrap_or(i64::MIN);
    let sql = "SELECT received_at_ms, sequence, clock_skew_s FROM heartbeat_history
         WHERE wave = $1 AND device = $2 AND sequence <= $3 AND received_at_ms >= $4
         ORDER BY sequence DESC, received_at_ms DESC LIMIT 1";
    one(connection, sql, (wave, device, u64::MAX), since).await
}

/// Keeps a mark within a transaction that has locked the device. Of two in one millisecond the first
/// stands; the next heartbeat makes up for the other.
pub(super) async fn keep(
    connection: &mut Connection,
    wave: &WaveId,
    device: DeviceId,
    mark: HeartbeatMark,
) -> Result<(), StoreError> {
    let HeartbeatMark { received_at, sequence, clock_skew_s } = mark;
    sqlx::query(
        "INSERT INTO heartbeat_history (wave, device, received_at_ms, sequence, clock_skew_s, restarted)
         VALUES ($1, $2, $3, $4, $5, false) ON CONFLICT DO NOTHING",
    )
    .bind(wave.as_str())
    .bind(device.uuid())
    .bind(value::whole_ms(received_at).as_millisecond())
    .bind(value::clamp(sequence))
    .bind(clock_skew_s)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps the mark of a device that numbers anew.
pub(super) async fn keep_restart(
    connection: &mut Connection,
    wave: &WaveId,
    device: DeviceId,
    mark: HeartbeatMark,
) -> Result<(), StoreError> {
    let HeartbeatMark { received_at, sequence, clock_skew_s } = mark;
    sqlx::query(
        "INSERT INTO heartbeat_history (wave, device, received_at_ms, sequence, clock_skew_s, restarted)
         VALUES ($1, $2, $3, $4, $5, true)
         ON CONFLICT (wave, device, sequence, received_at_ms) DO UPDATE SET restarted = true",
    )
    .bind(wave.as_str())
    .bind(device.uuid())
    .bind(value::whole_ms(received_at).as_millisecond())
    .bind(value::clamp(sequence))
    .bind(clock_skew_s)
    .execute(connection)
    .await?;
    Ok(())
}

/// When the device was first heard of after it had begun to number anew, the last time.
async fn restarted_at(
    connection: &mut Connection,
    wave: &WaveId,
    device: DeviceId,
) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT max(received_at_ms) FROM heartbeat_history
         WHERE wave = $1 AND device = $2 AND restarted";
    let restarted_at = sqlx::query_scalar(sql)
        .bind(wave.as_str())
        .bind(device.uuid())
        .fetch_one(connection)
        .await?;
    Ok(restarted_at)
}

/// Whether the device has given the number to something else as well.
async fn is_reused(
    connection: &mut Connection,
    wave: &WaveId,
    (device, sequence): (DeviceId, u64),
    submission: SubmissionId,
) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT EXISTS (
             SELECT 1 FROM submissions
             WHERE wave = $1 AND device = $2 AND device_sequence = $3 AND id <> $4
         ) OR EXISTS (
             SELECT 1 FROM quarantine
             WHERE wave = $1 AND device = $2 AND device_sequence = $3 AND submission <> $4
         ) OR EXISTS (
             SELECT 1 FROM break_offs
             WHERE wave = $1 AND id <> $4 AND {IS_BREAK_OFF_OF_SESSION}
         )"
    );
    let reused = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(wave.as_str())
        .bind(device.uuid())
        .bind(value::clamp(sequence))
        .bind(submission.uuid())
        .bind(device.to_string())
        .fetch_one(connection)
        .await?;
    Ok(reused)
}

async fn one(
    executor: impl Executor<'_>,
    sql: &'static str,
    (wave, device, sequence): (&WaveId, DeviceId, u64),
    since_ms: i64,
) -> Result<Option<HeartbeatMark>, StoreError> {
    let row: Option<HeartbeatMarkRow> = sqlx::query_as(sql)
        .bind(wave.as_str())
        .bind(device.uuid())
        .bind(value::clamp(sequence))
        .bind(since_ms)
        .fetch_optional(executor)
        .await?;
    row.map(HeartbeatMark::try_from).transpose()
}
