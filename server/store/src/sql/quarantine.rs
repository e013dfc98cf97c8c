//! Quarantine: keeping, listing, deciding.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::ids::{DeviceId, PointId, SubmissionId, WaveId};
use survey_defs::quarantine::QuarantineReason;
use uuid::Uuid;

use super::append::append;
use super::quarantine_keep::find_known;
use super::{Backend, Connection, audit_log, locks};
use crate::error::StoreError;
use crate::quarantine::{
    Decided, Kept, Quarantine, QuarantineEntry, QuarantineFilter, QuarantineState, Quarantined,
};
use crate::row::{LogRow, QuarantinedRow};
use crate::rows::QuarantineRow;
use crate::submission_log::{Entry, Recorded};
use crate::value;

/// Added before a moment is cut to whole milliseconds, it is rounded up.
const CEIL: SignedDuration = SignedDuration::from_nanos(999_999);

#[async_trait]
impl Quarantine for Backend {
    async fn known_aside(
        &self,
        quarantined: &[Quarantined],
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        let rows: Vec<_> = quarantined.iter().cloned().map(QuarantinedRow::new).collect();
        let mut by_wave: BTreeMap<&WaveId, Vec<&QuarantinedRow>> = BTreeMap::new();
        for row in &rows {
            by_wave.entry(&row.quarantined.wave).or_default().push(row);
        }
        let mut known = HashMap::new();
        for (wave, rows) in by_wave {
            let of_wave = find_known(self.reader(), wave, rows.into_iter()).await?;
            let since = of_wave.into_iter().map(|(key, known)| ((wave, key), known.received_at));
            known.extend(since);
        }
        let since = |row: &QuarantinedRow| known.get(&(&row.quarantined.wave, row.key())).copied();
        Ok(rows.iter().map(since).collect())
    }

    async fn quarantine(&self, quarantined: &[Quarantined]) -> Result<Vec<Kept>, StoreError> {
        let rows = quarantined.iter().cloned().map(QuarantinedRow::new).collect();
        self.queues.quarantine.append(rows).await
    }

    async fn quarantine_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<QuarantineEntry>, StoreError> {
        let rows: Vec<QuarantineRow> = sqlx::query_as(
            "SELECT number, submission, point, reason, state, received_at_ms, proven, device,
             device_sequence, body
             FROM quarantine WHERE wave = $1 AND number > $2 ORDER BY number LIMIT $3",
        )
        .bind(wave.as_str())
        .bind(value::clamp(number))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(QuarantineEntry::try_from).collect()
    }

    async fn quarantine_list(
        &self,
        wave: &WaveId,
        filter: &QuarantineFilter,
        number: u64,
        limit: u32,
    ) -> Result<Vec<QuarantineEntry>, StoreError> {
        let QuarantineFilter { from, until, point, reason, state, proven } = filter;
        // Times are kept in whole milliseconds, so one that lies between two is the later one.
        let ms = |time: &Timestamp| value::whole_ms(*time + CEIL).as_millisecond();
        let rows: Vec<QuarantineRow> = sqlx::query_as(
            "SELECT number, submission, point, reason, state, received_at_ms, proven, device,
             device_sequence, NULL AS body
             FROM quarantine WHERE wave = $1 AND number > $2
             AND received_at_ms >= coalesce($4, received_at_ms)
             AND (CAST($5 AS BIGINT) IS NULL OR received_at_ms < $5)
             AND (CAST($6 AS TEXT) IS NULL OR point = $6)
             AND reason = coalesce($7, reason)
             AND state = coalesce($8, state)
             AND proven = coalesce($9, proven)
             ORDER BY number LIMIT $3",
        )
        .bind(wave.as_str())
        .bind(value::clamp(number))
        .bind(i64::from(limit))
        .bind(from.as_ref().map(ms))
        .bind(until.as_ref().map(ms))
        .bind(point.as_ref().map(PointId::as_str))
        .bind(reason.map(QuarantineReason::as_str))
        .bind(state.map(QuarantineState::as_str))
        .bind(*proven)
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(QuarantineEntry::try_from).collect()
    }

    async fn late_of_device(
        &self,
        wave: &WaveId,
        device: DeviceId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<QuarantineEntry>, StoreError> {
        let rows: Vec<QuarantineRow> = sqlx::query_as(
            "SELECT number, submission, point, reason, state, received_at_ms, proven, device,
             device_sequence, body
             FROM quarantine
             WHERE wave = $1 AND device = $2 AND device_sequence IS NOT NULL
             AND state = 'waiting' AND reason IN ('window_closed', 'device_unproven') AND number > $3
             ORDER BY number LIMIT $4",
        )
        .bind(wave.as_str())
        .bind(device.uuid())
        .bind(value::clamp(number))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(QuarantineEntry::try_from).collect()
    }

    async fn quarantined(
        &self,
        wave: &WaveId,
    ) -> Result<BTreeMap<QuarantineReason, u64>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT reason, count(*) FROM quarantine WHERE wave = $1 AND state = 'waiting'
             GROUP BY reason ORDER BY reason",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        rows.into_iter()
            .map(|(reason, count)| {
                let reason = value::parse("a reason", &reason)?;
                Ok((reason, value::unsigned("a number in quarantine", count)?))
            })
            .collect()
    }

    async fn release(
        &self,
        wave: &WaveId,
        number: u64,
        entry: &Entry,
        audit: &NewAuditEntry,
    ) -> Result<Decided, StoreError> {
        let row = LogRow::released(entry);
        let mut transaction = self.write().await?;
        // The wave need not exist until something is to be appended to it.
        let unknown = match locks::waves(&mut transaction, [wave]).await {
            Ok(()) => None,
            Err(StoreError::UnknownWave(wave)) => Some(wave),
            Err(error) => return Err(error),
        };
        locks::name(&mut transaction, wave).await?;
        let Some((submission, state)) = standing(&mut transaction, wave, number).await? else {
            return Ok(Decided::Unknown);
        };
        if row.wave != *wave || row.id != submission {
            let what =
                format!("number {number} in quarantine of wave {wave} is another submission");
            return Err(StoreError::Invalid { what });
        }
        if state != QuarantineState::Waiting {
            return Ok(Decided::Before(state));
        }
        if let Some(wave) = unknown {
            return Err(StoreError::UnknownWave(wave));
        }
        let recorded = append(&mut transaction, &[&row]).await?;
        let position = match recorded.first() {
            Some(Recorded::Created(receipt) | Recorded::Same(receipt)) => receipt.position,
            Some(Recorded::Conflict | Recorded::Rejected(_)) | None => {
                return Ok(Decided::Conflict);
            }
        };
        sqlx::query(
            "UPDATE quarantine SET state = 'released', decided_at_ms = $3, body = NULL
             WHERE wave = $1 AND number = $2",
        )
        .bind(wave.as_str())
        .bind(value::clamp(number))
        .bind(value::whole_ms(audit.at).as_millisecond())
        .execute(&mut *transaction)
        .await?;
        let action = AuditAction::Released { quarantine: number, submission, position };
        audit_log::add(&mut transaction, wave, audit, &action).await?;
        transaction.commit().await?;
        Ok(Decided::Done)
    }

    async fn reject(
        &self,
        wave: &WaveId,
        number: u64,
        audit: &NewAuditEntry,
    ) -> Result<Decided, StoreError> {
        let mut transaction = self.write().await?;
        locks::name(&mut transaction, wave).await?;
        let Some((submission, state)) = standing(&mut transaction, wave, number).await? else {
            return Ok(Decided::Unknown);
        };
        if state != QuarantineState::Waiting {
            return Ok(Decided::Before(state));
        }
        sqlx::query(
            "UPDATE quarantine SET state = 'rejected', decided_at_ms = $3
             WHERE wave = $1 AND number = $2",
        )
        .bind(wave.as_str())
        .bind(value::clamp(number))
        .bind(value::whole_ms(audit.at).as_millisecond())
        .execute(&mut *transaction)
        .await?;
        let action = AuditAction::Rejected { quarantine: number, submission };
        audit_log::add(&mut transaction, wave, audit, &action).await?;
        transaction.commit().await?;
        Ok(Decided::Done)
    }

    async fn drop_text(
        &self,
        wave: &WaveId,
        number: u64,
        audit: &NewAuditEntry,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        locks::name(&mut transaction, wave).await?;
        let dropped = sqlx::query(
            "UPDATE quarantine SET body = NULL
             WHERE wave = $1 AND number = $2 AND state = 'rejected' AND body IS NOT NULL",
        )
        .bind(wave.as_str())
        .bind(value::clamp(number))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if dropped == 0 {
            return Ok(false);
        }
        let action = AuditAction::BodiesDropped { quarantine: vec![number] };
        audit_log::add(&mut transaction, wave, audit, &action).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Which submission has this number, and where it stands.
async fn standing(
    connection: &mut Connection,
    wave: &WaveId,
    number: u64,
) -> Result<Option<(SubmissionId, QuarantineState)>, StoreError> {
    let row: Option<(Uuid, String)> =
        sqlx::query_as("SELECT submission, state FROM quarantine WHERE wave = $1 AND number = $2")
            .bind(wave.as_str())
            .bind(value::clamp(number))
            .fetch_optional(connection)
            .await?;
    row.map(|(id, state)| Ok((SubmissionId::new(id), value::quarantine_state(&state)?))).transpose()
}
