use survey_defs::ids::WaveId;

use super::{PostgresStore, acts, waves};
use crate::audit::{Deed, NewAct};
use crate::error::StoreError;
use crate::retention::{Expired, Expiry};
use crate::{rows, value};

pub(super) async fn expire(
    store: &PostgresStore,
    expiry: &Expiry,
    act: &NewAct,
) -> Result<Expired, StoreError> {
    let Expiry { codes_before, rejected_before } = expiry;
    let rejected_before_ms = value::whole_ms(*rejected_before).as_millisecond();
    let mut transaction = store.pool.begin().await?;
    let codes = sqlx::query(
        "UPDATE devices SET code_sha256 = NULL
         WHERE code_sha256 IS NOT NULL AND code_expires_at_ms < $1",
    )
    .bind(value::whole_ms(*codes_before).as_millisecond())
    .execute(&mut *transaction)
    .await?
    .rows_affected();
    // What is rejected meanwhile has its turn the next time.
    let concerned: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT wave FROM quarantine
         WHERE state = 'rejected' AND body IS NOT NULL AND decided_at_ms < $1 ORDER BY wave",
    )
    .bind(rejected_before_ms)
    .fetch_all(&mut *transaction)
    .await?;
    for wave in &concerned {
        let wave: WaveId = value::parse("the wave of a submission in quarantine", wave)?;
        waves::lock_name(&mut transaction, &wave).await?;
    }
    let dropped: Vec<(String, i64)> = sqlx::query_as(
        "UPDATE quarantine SET body = NULL
         WHERE wave = ANY($2) AND state = 'rejected' AND body IS NOT NULL AND decided_at_ms < $1
         RETURNING wave, number",
    )
    .bind(rejected_before_ms)
    .bind(concerned)
    .fetch_all(&mut *transaction)
    .await?;
    let mut bodies = 0;
    for (wave, quarantine) in rows::numbers_by_wave(dropped)? {
        bodies += quarantine.len() as u64;
        acts::add(&mut transaction, &wave, act, &Deed::BodiesDropped { quarantine }).await?;
    }
    transaction.commit().await?;
    Ok(Expired { codes, bodies })
}
