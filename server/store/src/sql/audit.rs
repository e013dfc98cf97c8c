//! The audit log.

use async_trait::async_trait;
use survey_defs::ids::WaveId;

use super::{Backend, Connection};
use crate::audit::{Act, AuditLog, Deed, NewAct};
use crate::error::StoreError;
use crate::rows::ActRow;
use crate::value;

#[async_trait]
impl AuditLog for Backend {
    async fn acts_after(
        &self,
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
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(Act::try_from).collect()
    }
}

/// Adds an act within a transaction that has locked the name of the wave.
pub(super) async fn add(
    connection: &mut Connection,
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
