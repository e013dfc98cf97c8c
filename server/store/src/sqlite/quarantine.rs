use std::collections::BTreeMap;

use jiff::Timestamp;
use survey_defs::api::QuarantineReason;
use survey_defs::ids::WaveId;

use super::{SqliteStore, value};
use crate::error::StoreError;
use crate::record::Quarantined;

pub(super) async fn keep(
    store: &SqliteStore,
    quarantined: &Quarantined,
) -> Result<Timestamp, StoreError> {
    let Quarantined { submission, wave, reason, received_at, body } = quarantined;
    let id = submission.uuid();
    let sha256 = value::sha256(body);
    let mut transaction = store.write().await?;
    sqlx::query(
        "INSERT INTO quarantine (submission, wave, reason, received_at_ms, body, body_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (submission, body_sha256) DO NOTHING",
    )
    .bind(id.as_bytes().as_slice())
    .bind(wave.as_str())
    .bind(reason.as_str())
    .bind(value::whole_ms(*received_at).as_millisecond())
    .bind(body.as_str())
    .bind(sha256.as_slice())
    .execute(&mut *transaction)
    .await?;
    let first = sqlx::query_scalar(
        "SELECT received_at_ms FROM quarantine WHERE submission = ?1 AND body_sha256 = ?2",
    )
    .bind(id.as_bytes().as_slice())
    .bind(sha256.as_slice())
    .fetch_one(&mut *transaction)
    .await?;
    transaction.commit().await?;
    value::time("a quarantine time", first)
}

pub(super) async fn count(
    store: &SqliteStore,
    wave: &WaveId,
) -> Result<BTreeMap<QuarantineReason, u64>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT reason, count(*) FROM quarantine WHERE wave = ?1 GROUP BY reason ORDER BY reason",
    )
    .bind(wave.as_str())
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter()
        .map(|(reason, count)| {
            let reason = value::parse("a reason", &reason)?;
            Ok((reason, value::unsigned("a number in quarantine", count)?))
        })
        .collect()
}
