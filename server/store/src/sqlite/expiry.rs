use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use survey_defs::ids::WaveId;

use super::{SqliteStore, acts};
use crate::audit::{Deed, NewAct};
use crate::error::StoreError;
use crate::retention::{Expired, Expiry};
use crate::{rows, value};

pub(super) async fn expire(
    store: &SqliteStore,
    expiry: &Expiry,
    act: &NewAct,
) -> Result<Expired, StoreError> {
    let Expiry { codes_before, rejected_before } = expiry;
    let mut transaction = store.write().await?;
    let codes = sqlx::query(
        "UPDATE devices SET code_sha256 = NULL
         WHERE code_sha256 IS NOT NULL AND code_expires_at_ms < $1",
    )
    .bind(value::whole_ms(*codes_before).as_millisecond())
    .execute(&mut *transaction)
    .await?
    .rows_affected();
    let rejected_before = value::whole_ms(*rejected_before).as_millisecond();
    let mut bodies = 0;
    for (wave, quarantine) in drop_bodies(&mut transaction, rejected_before).await? {
        bodies += quarantine.len() as u64;
        acts::add(&mut transaction, &wave, act, &Deed::BodiesDropped { quarantine }).await?;
    }
    transaction.commit().await?;
    Ok(Expired { codes, bodies })
}

/// The numbers of those whose texts are gone, in order, by wave.
async fn drop_bodies(
    connection: &mut SqliteConnection,
    rejected_before_ms: i64,
) -> Result<BTreeMap<WaveId, Vec<u64>>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "UPDATE quarantine SET body = NULL
         WHERE state = 'rejected' AND body IS NOT NULL AND decided_at_ms < $1
         RETURNING wave, number",
    )
    .bind(rejected_before_ms)
    .fetch_all(connection)
    .await?;
    rows::numbers_by_wave(rows)
}
