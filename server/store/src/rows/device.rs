//! Devices.

use survey_defs::device::LastHeartbeat;
use survey_defs::ids::DeviceId;
use uuid::Uuid;

use crate::devices::{Device, DeviceKey};
use crate::error::StoreError;
use crate::value;

/// The columns of a [`DeviceRow`].
pub(crate) const DEVICE_COLUMNS: &str = "id, wave, point, name, settings, created_at_ms, \
     code_expires_at_ms, code_wrong_secrets, key_kind, key, revoked_at_ms, heartbeat, \
     heartbeat_at_ms, clock_skew_s";

#[derive(sqlx::FromRow)]
pub(crate) struct DeviceRow {
    id: Uuid,
    wave: String,
    point: String,
    name: String,
    settings: String,
    created_at_ms: i64,
    code_expires_at_ms: i64,
    code_wrong_secrets: i64,
    key_kind: Option<String>,
    key: Option<Vec<u8>>,
    revoked_at_ms: Option<i64>,
    heartbeat: Option<String>,
    heartbeat_at_ms: Option<i64>,
    clock_skew_s: Option<i64>,
}

impl TryFrom<DeviceRow> for Device {
    type Error = StoreError;

    fn try_from(row: DeviceRow) -> Result<Self, StoreError> {
        let revoked_at = row.revoked_at_ms.map(|ms| value::time("when a device was revoked", ms));
        Ok(Self {
            id: DeviceId::new(row.id),
            wave: value::parse("the wave of a device", &row.wave)?,
            point: value::parse("the point of a device", &row.point)?,
            name: row.name,
            settings: value::json("the settings of a device", &row.settings)?,
            created_at: value::time("when a device was added", row.created_at_ms)?,
            code_expires_at: value::time("when a code expires", row.code_expires_at_ms)?,
            wrong_secrets: value::unsigned("wrong secrets", row.code_wrong_secrets)?,
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
