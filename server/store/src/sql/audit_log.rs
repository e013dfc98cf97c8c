//! The audit log.

use async_trait::async_trait;
use survey_defs::audit::{AuditAction, AuditEntry, NewAuditEntry};
use survey_defs::ids::WaveId;

use super::{Backend, Connection};
use crate::audit::AuditLog;
use crate::error::StoreError;
use crate::rows::{ActorColumns, AuditRow};
use crate::value;

#[async_trait]
impl AuditLog for Backend {
    async fn audit_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<AuditRow> = sqlx::query_as(
            "SELECT number, at_ms, actor, person, name, role, system_user, host, claimed_name, task,
             door, reason, content
             FROM audit_log WHERE wave = $1 AND number > $2 ORDER BY number LIMIT $3",
        )
        .bind(wave.as_str())
        .bind(value::clamp(number))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(AuditEntry::try_from).collect()
    }

    async fn audit_end(&self, wave: &WaveId) -> Result<u64, StoreError> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(number) FROM audit_log WHERE wave = $1")
                .bind(wave.as_str())
                .fetch_one(self.reader())
                .await?;
        value::unsigned("the number of an audit entry", last.unwrap_or(0))
    }
}

/// Adds an entry within a transaction that has locked the name of the wave, and returns its number.
pub(super) async fn add(
    connection: &mut Connection,
    wave: &WaveId,
    entry: &NewAuditEntry,
    action: &AuditAction,
) -> Result<u64, StoreError> {
    let NewAuditEntry { at, actor, door, reason } = entry;
    let who = ActorColumns::from(actor);
    let number = sqlx::query_scalar(
        "INSERT INTO audit_log (wave, number, at_ms, actor, person, name, role, system_user, host,
         claimed_name, task, door, reason, content)
         SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
         FROM audit_log WHERE wave = $1
         RETURNING number",
    )
    .bind(wave.as_str())
    .bind(value::whole_ms(*at).as_millisecond())
    .bind(who.kind)
    .bind(who.person)
    .bind(who.name)
    .bind(who.role)
    .bind(who.system_user)
    .bind(who.host)
    .bind(who.claimed_name)
    .bind(who.task)
    .bind(door.as_str())
    .bind(reason.as_str())
    .bind(serde_json::to_string(action).expect("an action is plain data"))
    .fetch_one(connection)
    .await?;
    value::unsigned("the number of an audit entry", number)
}
