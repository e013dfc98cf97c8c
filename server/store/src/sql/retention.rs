//! Dropping what is kept no longer.

use async_trait::async_trait;
use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::ids::WaveId;

use super::{Backend, Connection, audit_log, locks, space};
use crate::error::StoreError;
use crate::retention::{Expired, Expiry, Retention, TEXTS_AT_ONCE};
use crate::sender_tags::HanoiDay;
use crate::value;

#[async_trait]
impl Retention for Backend {
    async fn expire(&self, expiry: &Expiry, audit: &NewAuditEntry) -> Result<Expired, StoreError> {
        let Expiry { codes_before, rejected_before } = expiry;
        let rejected_before_ms = value::whole_ms(*rejected_before).as_millisecond();
        let mut transaction = self.write().await?;
        let codes = sqlx::query(
            "UPDATE devices SET code_public = NULL, code_sha256 = NULL
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
        let mut bodies = 0;
        for wave in &concerned {
            let room = i64::from(TEXTS_AT_ONCE) - value::clamp(bodies);
            let wave = value::parse("the wave of a submission in quarantine", wave)?;
            locks::name(&mut transaction, &wave).await?;
            let quarantine =
                drop_bodies(&mut transaction, &wave, (rejected_before_ms, room)).await?;
            if !quarantine.is_empty() {
                bodies += quarantine.len() as u64;
                let action = AuditAction::BodiesDropped { quarantine };
                audit_log::add(&mut transaction, &wave, audit, &action).await?;
            }
        }
        // Of a day that is over only the texts count that are kept still. The triggers of quarantine find
        // no row then, and have nothing to count.
        sqlx::query("DELETE FROM quarantine_usage WHERE kept_bytes = 0 AND day < $1")
            .bind(HanoiDay::of(audit.at).0 - 1)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Expired { codes, bodies })
    }

    async fn give_space_back(&self) -> Result<bool, StoreError> {
        space::give_back(self.writer()).await
    }

    async fn compact(&self) -> Result<(), StoreError> {
        space::compact(self.writer()).await
    }
}

/// The numbers of those whose texts are gone, in order; so many at most.
async fn drop_bodies(
    connection: &mut Connection,
    wave: &WaveId,
    (rejected_before_ms, limit): (i64, i64),
) -> Result<Vec<u64>, StoreError> {
    let dropped: Vec<i64> = sqlx::query_scalar(
        "UPDATE quarantine SET body = NULL WHERE wave = $1 AND number IN (
             SELECT number FROM quarantine
             WHERE wave = $1 AND state = 'rejected' AND body IS NOT NULL AND decided_at_ms < $2
             ORDER BY number LIMIT $3
         )
         RETURNING number",
    )
    .bind(wave.as_str())
    .bind(rejected_before_ms)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let number = |number| value::unsigned("a number in quarantine", number);
    let mut numbers: Vec<u64> = dropped.into_iter().map(number).collect::<Result<_, _>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}
