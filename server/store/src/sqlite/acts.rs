use sqlx::SqliteConnection;
use survey_defs::ids::WaveId;

use super::SqliteStore;
use crate::audit::{Act, Deed, NewAct};
use crate::error::StoreError;
use crate::rows::ActRow;
use crate::value;

/// Adds an act within a transaction that holds the write lock.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    wave: &WaveId,
    act: &NewAct,
    deed: &Deed,
) -> Result<(), StoreError> {
    let NewAct { at, actor, reason } = act;
    sqlx::query(
        "INSERT INTO acts (wave, number, at_ms, actor, reason, content)
         SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM acts WHERE wave = $1",
    )
    .bind(wave.as_str())
    .bind(value::whole_ms(*at).as_millisecond())
    .bind(actor.as_str())
    .bind(reason.as_str())
    .bind(serde_json::to_string(deed).expect("a deed is plain data"))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn after(
    store: &SqliteStore,
    wave: &WaveId,
    number: u64,
    limit: u32,
) -> Result<Vec<Act>, StoreError> {
    let rows: Vec<ActRow> = sqlx::query_as(
        "SELECT number, at_ms, actor, reason, content FROM acts
         WHERE wave = $1 AND number > $2 ORDER BY number LIMIT $3",
    )
    .bind(wave.as_str())
    .bind(value::clamp(number))
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(Act::try_from).collect()
}
