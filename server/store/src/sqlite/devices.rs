use jiff::Timestamp;
use sqlx::{SqliteConnection, SqliteExecutor};
use survey_defs::api::LastHeartbeat;
use survey_defs::ids::DeviceId;
use uuid::Uuid;

use super::{SqliteStore, fault, value};
use crate::device::{Device, DeviceKey, NewDevice};
use crate::error::{Conflict, StoreError};

const COLUMNS: &str = "id, wave, point, name, settings, created_at_ms, code_expires_at_ms, \
     key_kind, key, revoked_at_ms, heartbeat, heartbeat_at_ms, clock_skew_s";

pub(super) async fn create(store: &SqliteStore, device: &NewDevice) -> Result<(), StoreError> {
    let NewDevice { id, wave, point, name, settings, created_at, code_sha256, code_expires_at } =
        device;
    let mut transaction = store.write().await?;
    if let Some(existing) = one(&mut *transaction, *id).await? {
        let as_added = Device { key: None, revoked_at: None, last: None, ..existing };
        let same = as_added == without_key(device)
            && with_code(&mut transaction, *code_sha256).await?.is_some_and(|one| one.id == *id);
        return if same { Ok(()) } else { Err(Conflict::Device(*id).into()) };
    }
    let inserted = sqlx::query(
        "INSERT INTO devices (id, wave, point, name, settings, created_at_ms, code_sha256,
         code_expires_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(id.uuid().as_bytes().as_slice())
    .bind(wave.as_str())
    .bind(point.as_str())
    .bind(name.as_str())
    .bind(serde_json::to_string(settings).expect("settings are plain data"))
    .bind(value::whole_ms(*created_at).as_millisecond())
    .bind(code_sha256.as_slice())
    .bind(value::whole_ms(*code_expires_at).as_millisecond())
    .execute(&mut *transaction)
    .await;
    match inserted {
        Ok(_) => Ok(transaction.commit().await?),
        Err(error) if fault::is_duplicate(&error) => Err(Conflict::Device(*id).into()),
        Err(error) if fault::is_unknown_point(&error) => {
            Err(StoreError::Invalid { what: format!("wave {wave} has no service point {point}") })
        }
        Err(error) => Err(error.into()),
    }
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
    store: &SqliteStore,
    code_sha256: [u8; 32],
    key: &DeviceKey,
    now: Timestamp,
) -> Result<Option<Device>, StoreError> {
    let mut transaction = store.write().await?;
    let device = with_code(&mut transaction, code_sha256).await?;
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
    sqlx::query("UPDATE devices SET key_kind = ?2, key = ?3, enrolled_at_ms = ?4 WHERE id = ?1")
        .bind(device.id.uuid().as_bytes().as_slice())
        .bind(key.kind())
        .bind(key.bytes())
        .bind(value::whole_ms(now).as_millisecond())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(Device { key: Some(*key), ..device }))
}

pub(super) async fn one(
    executor: impl SqliteExecutor<'_>,
    id: DeviceId,
) -> Result<Option<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM devices WHERE id = ?1");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(id.uuid().as_bytes().as_slice())
        .fetch_optional(executor)
        .await?;
    row.map(Device::try_from).transpose()
}

async fn with_code(
    connection: &mut SqliteConnection,
    code_sha256: [u8; 32],
) -> Result<Option<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM devices WHERE code_sha256 = ?1");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(code_sha256.as_slice())
        .fetch_optional(connection)
        .await?;
    row.map(Device::try_from).transpose()
}

pub(super) async fn list(store: &SqliteStore) -> Result<Vec<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM devices ORDER BY created_at_ms, id");
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&store.readers).await?;
    rows.into_iter().map(Device::try_from).collect()
}

pub(super) async fn revoke(
    store: &SqliteStore,
    id: DeviceId,
    now: Timestamp,
) -> Result<Option<Device>, StoreError> {
    let mut transaction = store.write().await?;
    sqlx::query("UPDATE devices SET revoked_at_ms = ?2 WHERE id = ?1 AND revoked_at_ms IS NULL")
        .bind(id.uuid().as_bytes().as_slice())
        .bind(value::whole_ms(now).as_millisecond())
        .execute(&mut *transaction)
        .await?;
    let device = one(&mut *transaction, id).await?;
    transaction.commit().await?;
    Ok(device)
}

pub(super) async fn heartbeat(
    store: &SqliteStore,
    id: DeviceId,
    last: &LastHeartbeat,
) -> Result<(), StoreError> {
    let LastHeartbeat { received_at, clock_skew_s, heartbeat } = last;
    let mut transaction = store.write().await?;
    let kept = one(&mut *transaction, id).await?.and_then(|device| device.last);
    let is_old = |kept: LastHeartbeat| {
        kept.heartbeat == *heartbeat || kept.heartbeat.sequence > heartbeat.sequence
    };
    if kept.is_some_and(is_old) {
        return Ok(());
    }
    sqlx::query(
        "UPDATE devices SET heartbeat = ?2, heartbeat_at_ms = ?3, clock_skew_s = ?4 WHERE id = ?1",
    )
    .bind(id.uuid().as_bytes().as_slice())
    .bind(serde_json::to_string(heartbeat).expect("a heartbeat is plain data"))
    .bind(value::whole_ms(*received_at).as_millisecond())
    .bind(*clock_skew_s)
    .execute(&mut *transaction)
    .await?;
    Ok(transaction.commit().await?)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    wave: String,
    point: String,
    name: String,
    settings: String,
    created_at_ms: i64,
    code_expires_at_ms: i64,
    key_kind: Option<String>,
    key: Option<Vec<u8>>,
    revoked_at_ms: Option<i64>,
    heartbeat: Option<String>,
    heartbeat_at_ms: Option<i64>,
    clock_skew_s: Option<i64>,
}

impl TryFrom<Row> for Device {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = Uuid::from_slice(&row.id).map_err(|error| value::corrupt("an id", error))?;
        let revoked_at = row.revoked_at_ms.map(|ms| value::time("when a device was revoked", ms));
        Ok(Self {
            id: DeviceId::new(id),
            wave: value::parse("the wave of a device", &row.wave)?,
            point: value::parse("the point of a device", &row.point)?,
            name: row.name,
            settings: value::json("the settings of a device", &row.settings)?,
            created_at: value::time("when a device was added", row.created_at_ms)?,
            code_expires_at: value::time("when a code expires", row.code_expires_at_ms)?,
            key: row.key_kind.zip(row.key).map(|(kind, key)| read_key(&kind, key)).transpose()?,
            revoked_at: revoked_at.transpose()?,
            last: match (row.heartbeat, row.heartbeat_at_ms, row.clock_skew_s) {
                (Some(heartbeat), Some(received_at_ms), Some(clock_skew_s)) => {
                    Some(LastHeartbeat {
                        received_at: value::time("when a heartbeat arrived", received_at_ms)?,
                        clock_skew_s,
                        heartbeat: value::json("a heartbeat", &heartbeat)?,
                    })
                }
                _ => None,
            },
        })
    }
}

fn read_key(kind: &str, key: Vec<u8>) -> Result<DeviceKey, StoreError> {
    let what = "the key of a device";
    match kind {
        "public_key" => value::bytes(what, key).map(DeviceKey::PublicKey),
        "token" => value::bytes(what, key).map(DeviceKey::TokenSha256),
        other => Err(value::unknown_word(what, other)),
    }
}
