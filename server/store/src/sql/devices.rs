//! Devices at counters, and their last heartbeats.

use async_trait::async_trait;
use jiff::Timestamp;
use subtle::ConstantTimeEq as _;
use survey_defs::device::{Freshness, Heartbeat, LastHeartbeat};
use survey_defs::ids::{DeviceId, HeartbeatNonce, SubmissionId, WaveId};

use super::dialect::FOR_UPDATE;
use super::{Backend, Connection, Executor, heartbeats};
use crate::devices::{
    CodeRefusal, Device, DeviceKey, Devices, HashedCode, Heard, MOST_WRONG_SECRETS, NewDevice,
    SessionEvidence,
};
use crate::error::{Conflict, StoreError};
use crate::heartbeat_history as history;
use crate::rows::{DEVICE_COLUMNS, DeviceRow};
use crate::{fault, value};

#[async_trait]
impl Devices for Backend {
    async fn create_device(&self, device: &NewDevice) -> Result<(), StoreError> {
        let NewDevice { id, wave, point, name, settings, created_at, code, code_expires_at } =
            device;
        let mut transaction = self.write().await?;
        let inserted = sqlx::query(
            "INSERT INTO devices (id, wave, point, name, settings, created_at_ms, code_public,
             code_sha256, code_expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT DO NOTHING",
        )
        .bind(id.uuid())
        .bind(wave.as_str())
        .bind(point.as_str())
        .bind(name.as_str())
        .bind(serde_json::to_string(settings).expect("settings are plain data"))
        .bind(value::whole_ms(*created_at).as_millisecond())
        .bind(code.public.as_str())
        .bind(code.sha256.as_slice())
        .bind(value::whole_ms(*code_expires_at).as_millisecond())
        .execute(&mut *transaction)
        .await;
        match inserted {
            Ok(inserted) if inserted.rows_affected() == 1 => {
                return Ok(transaction.commit().await?);
            }
            Ok(_) => {}
            Err(error) if fault::is_dangling(&error) => {
                let what = format!("wave {wave} has no service point {point}");
                return Err(StoreError::Invalid { what });
            }
            Err(error) => return Err(error.into()),
        }
        // Its id or its code is there already.
        let existing = find(&mut *transaction, *id).await?;
        let as_added = existing.map(|one| Device {
            wrong_secrets: 0,
            key: None,
            revoked_at: None,
            last: None,
            ..one
        });
        let same =
            as_added == Some(without_key(device)) && code_agrees(&mut transaction, device).await?;
        if same { Ok(()) } else { Err(Conflict::Device(*id).into()) }
    }

    async fn enrol_device(
        &self,
        code: &HashedCode,
        key: &DeviceKey,
        now: Timestamp,
    ) -> Result<Result<Device, CodeRefusal>, StoreError> {
        // Strangers send codes that are none: they shall not have turns of the one writer.
        match judge(find_by_code(self.reader(), code, "").await?, code, key, now) {
            Verdict::Refused(refusal) => return Ok(Err(refusal)),
            Verdict::Enrolled(device) => return Ok(Ok(device)),
            Verdict::WrongSecret(_) | Verdict::Enrols(_) => {}
        }
        let mut transaction = self.write().await?;
        let found = find_by_code(&mut *transaction, code, FOR_UPDATE).await?;
        let outcome = match judge(found, code, key, now) {
            Verdict::Refused(refusal) => return Ok(Err(refusal)),
            Verdict::Enrolled(device) => return Ok(Ok(device)),
            Verdict::WrongSecret(device) => {
                sqlx::query(
                    "UPDATE devices SET code_wrong_secrets = code_wrong_secrets + 1 WHERE id = $1",
                )
                .bind(device.id.uuid())
                .execute(&mut *transaction)
                .await?;
                let wrong_secrets = device.wrong_secrets + 1;
                Err(CodeRefusal::WrongSecret { device: device.id, wrong_secrets })
            }
            Verdict::Enrols(device) => {
                sqlx::query(
                    "UPDATE devices SET key_kind = $2, key = $3, enrolled_at_ms = $4 WHERE id = $1",
                )
                .bind(device.id.uuid())
                .bind(key.kind())
                .bind(key.bytes())
                .bind(value::whole_ms(now).as_millisecond())
                .execute(&mut *transaction)
                .await?;
                Ok(Device { key: Some(*key), ..device })
            }
        };
        transaction.commit().await?;
        Ok(outcome)
    }

    async fn is_code(&self, code: &HashedCode) -> Result<bool, StoreError> {
        let found = find_by_code(self.reader(), code, "").await?;
        Ok(found.and_then(|(_, sha256)| sha256).is_some_and(|sha256| is_right(&sha256, code)))
    }

    async fn outbox_secret(&self, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
        if let Some(secret) = outbox_secret(self.reader()).await? {
            return Ok(secret);
        }
        let mut transaction = self.write().await?;
        sqlx::query(
            "INSERT INTO outbox_keys (number, secret) VALUES (1, $1) ON CONFLICT DO NOTHING",
        )
        .bind(fresh.as_slice())
        .execute(&mut *transaction)
        .await?;
        // Another server may have been earlier.
        let secret: Vec<u8> = sqlx::query_scalar("SELECT secret FROM outbox_keys")
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        value::bytes("the key for exports", secret)
    }

    async fn known_outbox_secret(&self) -> Result<Option<[u8; 32]>, StoreError> {
        outbox_secret(self.reader()).await
    }

    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        find(self.reader(), id).await
    }

    async fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices ORDER BY created_at_ms, id");
        let rows: Vec<DeviceRow> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(self.reader()).await?;
        rows.into_iter().map(Device::try_from).collect()
    }

    async fn revoke_device(
        &self,
        id: DeviceId,
        now: Timestamp,
    ) -> Result<Option<Device>, StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(
            "UPDATE devices SET revoked_at_ms = $2 WHERE id = $1 AND revoked_at_ms IS NULL",
        )
        .bind(id.uuid())
        .bind(value::whole_ms(now).as_millisecond())
        .execute(&mut *transaction)
        .await?;
        let device = find(&mut *transaction, id).await?;
        transaction.commit().await?;
        Ok(device)
    }

    async fn freshness(
        &self,
        id: DeviceId,
        fresh: HeartbeatNonce,
    ) -> Result<Freshness, StoreError> {
        let mut transaction = self.write().await?;
        let freshness = heartbeats::freshness(&mut transaction, id, fresh).await?;
        transaction.commit().await?;
        Ok(freshness)
    }

    async fn record_heartbeat(
        &self,
        id: DeviceId,
        last: &LastHeartbeat,
        fresh: HeartbeatNonce,
    ) -> Result<Heard, StoreError> {
        let LastHeartbeat { received_at, clock_skew_s, heartbeat } = last;
        // Whoever has seen a heartbeat can send it again: then nobody waits for the writer. The counter
        // only rises, so what is stale stays so.
        let is_fresh = |known| heartbeat.freshness.is_some_and(|sent| sent.follows(known));
        if let Some(known) = heartbeats::known_freshness(self.reader(), id).await?
            && !is_fresh(known)
        {
            return Ok(Heard::Stale(known));
        }
        let mut transaction = self.write().await?;
        let device = find_alone(&mut transaction, id).await?;
        let Some(Device { wave, last: kept, .. }) = device else {
            return Ok(Heard::Unknown);
        };
        let known = heartbeats::freshness(&mut transaction, id, fresh).await?;
        let freshness = heartbeat.freshness.filter(|sent| sent.follows(known));
        let Some(freshness) = freshness else {
            transaction.commit().await?;
            return Ok(Heard::Stale(known));
        };
        heartbeats::count(&mut transaction, id, freshness.counter).await?;
        let before = kept.as_ref().map(|kept| &kept.heartbeat);
        let is_evidence = match history::succession(before, heartbeat) {
            history::Succession::Old => {
                transaction.commit().await?;
                return Ok(Heard::Taken { freshness, is_evidence: false });
            }
            history::Succession::Next => {
                let last_mark = heartbeats::last(&mut transaction, &wave, id).await?;
                let kept = kept.as_ref().map(history::of);
                let new_marks = history::left_by(kept, last_mark, history::of(last));
                for mark in &new_marks {
                    heartbeats::keep(&mut transaction, &wave, id, *mark).await?;
                }
                !new_marks.is_empty()
            }
            history::Succession::Restart => {
                heartbeats::keep_restart(&mut transaction, &wave, id, history::of(last)).await?;
                true
            }
        };
        sqlx::query(
            "UPDATE devices SET heartbeat = $2, heartbeat_at_ms = $3, clock_skew_s = $4
             WHERE id = $1",
        )
        .bind(id.uuid())
        .bind(serde_json::to_string(&kept_of(heartbeat)).expect("a heartbeat is plain data"))
        .bind(value::whole_ms(*received_at).as_millisecond())
        .bind(*clock_skew_s)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Heard::Taken { freshness, is_evidence })
    }

    async fn session_evidence(
        &self,
        wave: &WaveId,
        device: DeviceId,
        sequence: u64,
        submission: SubmissionId,
    ) -> Result<SessionEvidence, StoreError> {
        // All of it is of the same moment.
        let mut transaction = self.snapshot().await?;
        let session = (device, sequence);
        let evidence = heartbeats::evidence(&mut transaction, wave, session, submission).await?;
        let of_wave = find(&mut *transaction, device).await?;
        let last = of_wave.filter(|device| device.wave == *wave).and_then(|device| device.last);
        transaction.commit().await?;
        Ok(history::with_last(evidence, last.as_ref().map(history::of), sequence))
    }
}

/// A heartbeat as it is kept: staff are not shown what makes the next one.
fn kept_of(heartbeat: &Heartbeat) -> Heartbeat {
    Heartbeat { freshness: None, ..heartbeat.clone() }
}

async fn outbox_secret(executor: impl Executor<'_>) -> Result<Option<[u8; 32]>, StoreError> {
    let secret: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT secret FROM outbox_keys").fetch_optional(executor).await?;
    secret.map(|secret| value::bytes("the key for exports", secret)).transpose()
}

/// A device and the hash of its code, if that was not dropped.
#[derive(sqlx::FromRow)]
struct CodeRow {
    #[sqlx(flatten)]
    device: DeviceRow,
    code_sha256: Option<Vec<u8>>,
}

async fn find_by_code(
    executor: impl Executor<'_>,
    code: &HashedCode,
    lock: &str,
) -> Result<Option<(Device, Option<Vec<u8>>)>, StoreError> {
    let sql =
        format!("SELECT {DEVICE_COLUMNS}, code_sha256 FROM devices WHERE code_public = $1 {lock}");
    let row: Option<CodeRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(code.public.as_str())
        .fetch_optional(executor)
        .await?;
    row.map(|row| Ok((row.device.try_into()?, row.code_sha256))).transpose()
}

/// What a code that somebody has entered is good for.
enum Verdict {
    Refused(CodeRefusal),
    /// This key is that of the device already.
    Enrolled(Device),
    /// It is to be counted.
    WrongSecret(Device),
    /// The device takes the key.
    Enrols(Device),
}

fn judge(
    found: Option<(Device, Option<Vec<u8>>)>,
    code: &HashedCode,
    key: &DeviceKey,
    now: Timestamp,
) -> Verdict {
    let Some((device, Some(sha256))) = found else { return Verdict::Refused(CodeRefusal::Unknown) };
    let is_right = is_right(&sha256, code);
    let has_expired = now >= device.code_expires_at;
    let has_ended = device.wrong_secrets >= MOST_WRONG_SECRETS;
    if !is_right {
        let enrols =
            device.revoked_at.is_none() && device.key.is_none() && !has_expired && !has_ended;
        return if enrols {
            Verdict::WrongSecret(device)
        } else {
            Verdict::Refused(CodeRefusal::Unknown)
        };
    }
    match &device.key {
        _ if device.revoked_at.is_some() => Verdict::Refused(CodeRefusal::Revoked),
        Some(enrolled) if enrolled != key => Verdict::Refused(CodeRefusal::Used),
        _ if has_expired => Verdict::Refused(CodeRefusal::Expired),
        Some(_) => Verdict::Enrolled(device),
        None if has_ended => Verdict::Refused(CodeRefusal::Ended),
        None => Verdict::Enrols(device),
    }
}

/// Whether the secret is right, in constant time.
fn is_right(sha256: &[u8], code: &HashedCode) -> bool {
    sha256.ct_eq(&code.sha256).into()
}

async fn find(executor: impl Executor<'_>, id: DeviceId) -> Result<Option<Device>, StoreError> {
    let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices WHERE id = $1");
    let row: Option<DeviceRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.uuid()).fetch_optional(executor).await?;
    row.map(Device::try_from).transpose()
}

/// One device, which nobody else changes until the commit.
async fn find_alone(
    connection: &mut Connection,
    id: DeviceId,
) -> Result<Option<Device>, StoreError> {
    let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices WHERE id = $1 {FOR_UPDATE}");
    let row: Option<DeviceRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.uuid()).fetch_optional(connection).await?;
    row.map(Device::try_from).transpose()
}

/// Whether the code is that of the device, as far as one can know: it may have been dropped.
async fn code_agrees(connection: &mut Connection, device: &NewDevice) -> Result<bool, StoreError> {
    let stored: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT code_sha256 FROM devices WHERE id = $1")
            .bind(device.id.uuid())
            .fetch_one(connection)
            .await?;
    Ok(stored.is_none_or(|stored| stored == device.code.sha256))
}

/// The device as it is stored before anything has happened to it.
fn without_key(device: &NewDevice) -> Device {
    let NewDevice { id, wave, point, name, settings, created_at, code: _, code_expires_at } =
        device.clone();
    Device {
        id,
        wave,
        point,
        name,
        settings,
        created_at: value::whole_ms(created_at),
        code_expires_at: value::whole_ms(code_expires_at),
        wrong_secrets: 0,
        key: None,
        revoked_at: None,
        last: None,
    }
}
