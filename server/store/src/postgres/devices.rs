use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};
use survey_defs::api::LastHeartbeat;
use survey_defs::ids::DeviceId;

use super::{PostgresStore, fault, marks};
use crate::devices::{Device, DeviceKey, NewDevice};
use crate::error::{Conflict, StoreError};
use crate::marks::Succession;
use crate::rows::{DEVICE_COLUMNS, DeviceRow};
use crate::{marks as rules, value};

pub(super) async fn create(store: &PostgresStore, device: &NewDevice) -> Result<(), StoreError> {
    let NewDevice { id, wave, point, name, settings, created_at, code_sha256, code_expires_at } =
        device;
    let inserted = sqlx::query(
        "INSERT INTO devices (id, wave, point, name, settings, created_at_ms, code_sha256,
         code_expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(id.uuid())
    .bind(wave.as_str())
    .bind(point.as_str())
    .bind(name.as_str())
    .bind(serde_json::to_string(settings).expect("settings are plain data"))
    .bind(value::whole_ms(*created_at).as_millisecond())
    .bind(code_sha256.as_slice())
    .bind(value::whole_ms(*code_expires_at).as_millisecond())
    .execute(&store.pool)
    .await;
    match inserted {
        Ok(inserted) if inserted.rows_affected() == 1 => return Ok(()),
        Ok(_) => {}
        Err(error) if fault::is_dangling(&error) => {
            let what = format!("wave {wave} has no service point {point}");
            return Err(StoreError::Invalid { what });
        }
        Err(error) => return Err(error.into()),
    }
    // Its id or its code is there already.
    let existing = one(&store.pool, *id).await?;
    let as_added = existing.map(|one| Device { key: None, revoked_at: None, last: None, ..one });
    let same = as_added == Some(without_key(device)) && code_agrees(store, device).await?;
    if same { Ok(()) } else { Err(Conflict::Device(*id).into()) }
}

/// Whether the code is that of the device, as far as one can know: it may have been dropped.
async fn code_agrees(store: &PostgresStore, device: &NewDevice) -> Result<bool, StoreError> {
    let stored: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT code_sha256 FROM devices WHERE id = $1")
            .bind(device.id.uuid())
            .fetch_one(&store.pool)
            .await?;
    Ok(stored.is_none_or(|stored| stored == device.code_sha256))
}

/// The device as it is stored before anything has happened to it.
fn without_key(device: &NewDevice) -> Device {
    let NewDevice { id, wave, point, name, settings, created_at, code_sha256: _, code_expires_at } =
        device.clone();
    Device {
        id,
        wave,
        point,
        name,
        settings,
        created_at: value::whole_ms(created_at),
        code_expires_at: value::whole_ms(code_expires_at),
        key: None,
        revoked_at: None,
        last: None,
    }
}

pub(super) async fn enrol(
    store: &PostgresStore,
    code_sha256: [u8; 32],
    key: &DeviceKey,
    now: Timestamp,
) -> Result<Option<Device>, StoreError> {
    let mut transaction = store.pool.begin().await?;
    let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices WHERE code_sha256 = $1 FOR UPDATE");
    let row: Option<DeviceRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(code_sha256.as_slice())
        .fetch_optional(&mut *transaction)
        .await?;
    let device = row.map(Device::try_from).transpose()?;
    let Some(device) = device.filter(|device| {
        now < device.code_expires_at
            && device.revoked_at.is_none()
            && device.key.is_none_or(|enrolled| enrolled == *key)
    }) else {
        return Ok(None);
    };
    if device.key.is_some() {
        return Ok(Some(device));
    }
    sqlx::query("UPDATE devices SET key_kind = $2, key = $3, enrolled_at_ms = $4 WHERE id = $1")
        .bind(device.id.uuid())
        .bind(key.kind())
        .bind(key.bytes())
        .bind(value::whole_ms(now).as_millisecond())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(Device { key: Some(*key), ..device }))
}

pub(super) async fn one(
    executor: impl PgExecutor<'_>,
    id: DeviceId,
) -> Result<Option<Device>, StoreError> {
    let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices WHERE id = $1");
    let row: Option<DeviceRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.uuid()).fetch_optional(executor).await?;
    row.map(Device::try_from).transpose()
}

/// One device, which nobody else changes until the commit.
async fn one_alone(
    connection: &mut PgConnection,
    id: DeviceId,
) -> Result<Option<Device>, StoreError> {
    let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices WHERE id = $1 FOR UPDATE");
    let row: Option<DeviceRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.uuid()).fetch_optional(connection).await?;
    row.map(Device::try_from).transpose()
}

pub(super) async fn list(store: &PostgresStore) -> Result<Vec<Device>, StoreError> {
    let sql = format!("SELECT {DEVICE_COLUMNS} FROM devices ORDER BY created_at_ms, id");
    let rows: Vec<DeviceRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&store.pool).await?;
    rows.into_iter().map(Device::try_from).collect()
}

pub(super) async fn revoke(
    store: &PostgresStore,
    id: DeviceId,
    now: Timestamp,
) -> Result<Option<Device>, StoreError> {
    sqlx::query("UPDATE devices SET revoked_at_ms = $2 WHERE id = $1 AND revoked_at_ms IS NULL")
        .bind(id.uuid())
        .bind(value::whole_ms(now).as_millisecond())
        .execute(&store.pool)
        .await?;
    // Revoked for ever: what is read now cannot be without it.
    one(&store.pool, id).await
}

pub(super) async fn heartbeat(
    store: &PostgresStore,
    id: DeviceId,
    last: &LastHeartbeat,
) -> Result<bool, StoreError> {
    let LastHeartbeat { received_at, clock_skew_s, heartbeat } = last;
    let mut transaction = store.pool.begin().await?;
    let Some(Device { wave, last: kept, .. }) = one_alone(&mut transaction, id).await? else {
        return Ok(false);
    };
    let is_evidence = match rules::succession(kept.as_ref().map(|kept| &kept.heartbeat), heartbeat)
    {
        Succession::Old => return Ok(false),
        Succession::Next => {
            let last_mark = marks::last(&mut transaction, &wave, id).await?;
            let new_marks =
                rules::left_by(kept.as_ref().map(rules::of), last_mark, rules::of(last));
            for mark in &new_marks {
                marks::keep(&mut transaction, &wave, id, *mark).await?;
            }
            !new_marks.is_empty()
        }
        Succession::Restart => {
            marks::keep_restart(&mut transaction, &wave, id, rules::of(last)).await?;
            true
        }
    };
    sqlx::query(
        "UPDATE devices SET heartbeat = $2, heartbeat_at_ms = $3, clock_skew_s = $4 WHERE id = $1",
    )
    .bind(id.uuid())
    .bind(serde_json::to_string(heartbeat).expect("a heartbeat is plain data"))
    .bind(value::whole_ms(*received_at).as_millisecond())
    .bind(*clock_skew_s)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(is_evidence)
}
