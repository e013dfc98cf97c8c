use sqlx::PgConnection;
use survey_defs::ids::{SubmissionId, WaveId};
use uuid::Uuid;

use super::{PostgresStore, acts, append, waves};
use crate::audit::{Deed, NewAct};
use crate::error::StoreError;
use crate::quarantine::{Decided, QuarantineState};
use crate::row::LogRow;
use crate::submission_log::{Entry, Recorded};
use crate::value;

pub(super) async fn release(
    store: &PostgresStore,
    (wave, number): (&WaveId, u64),
    entry: &Entry,
    act: &NewAct,
) -> Result<Decided, StoreError> {
    let row = LogRow::released(entry);
    let mut transaction = store.pool.begin().await?;
    // The wave need not exist until something is to be appended to it.
    let unknown = match waves::lock(&mut transaction, [wave]).await {
        Ok(()) => None,
        Err(StoreError::UnknownWave(wave)) => Some(wave),
        Err(error) => return Err(error),
    };
    waves::lock_name(&mut transaction, wave).await?;
    let Some((submission, state)) = standing(&mut transaction, wave, number).await? else {
        return Ok(Decided::Unknown);
    };
    if row.wave != *wave || row.id != submission {
        let what = format!("number {number} in quarantine of wave {wave} is another submission");
        return Err(StoreError::Invalid { what });
    }
    if state != QuarantineState::Waiting {
        return Ok(Decided::Before(state));
    }
    if let Some(wave) = unknown {
        return Err(StoreError::UnknownWave(wave));
    }
    let recorded = append::append(&mut transaction, &[&row]).await?;
    let position = match recorded.first() {
        Some(Recorded::Created(receipt) | Recorded::Same(receipt)) => receipt.position,
        Some(Recorded::Conflict | Recorded::Rejected(_)) | None => return Ok(Decided::Conflict),
    };
    sqlx::query(
        "UPDATE quarantine SET state = 'released', decided_at_ms = $3, body = NULL
         WHERE wave = $1 AND number = $2",
    )
    .bind(wave.as_str())
    .bind(value::clamp(number))
    .bind(value::whole_ms(act.at).as_millisecond())
    .execute(&mut *transaction)
    .await?;
    let deed = Deed::Released { quarantine: number, submission, position };
    acts::add(&mut transaction, wave, act, &deed).await?;
    transaction.commit().await?;
    Ok(Decided::Done)
}

pub(super) async fn reject(
    store: &PostgresStore,
    (wave, number): (&WaveId, u64),
    act: &NewAct,
) -> Result<Decided, StoreError> {
    let mut transaction = store.pool.begin().await?;
    waves::lock_name(&mut transaction, wave).await?;
    let Some((submission, state)) = standing(&mut transaction, wave, number).await? else {
        return Ok(Decided::Unknown);
    };
    if state != QuarantineState::Waiting {
        return Ok(Decided::Before(state));
    }
    sqlx::query(
        "UPDATE quarantine SET state = 'rejected', decided_at_ms = $3
         WHERE wave = $1 AND number = $2",
    )
    .bind(wave.as_str())
    .bind(value::clamp(number))
    .bind(value::whole_ms(act.at).as_millisecond())
    .execute(&mut *transaction)
    .await?;
    let deed = Deed::Rejected { quarantine: number, submission };
    acts::add(&mut transaction, wave, act, &deed).await?;
    transaction.commit().await?;
    Ok(Decided::Done)
}

pub(super) async fn drop_text(
    store: &PostgresStore,
    (wave, number): (&WaveId, u64),
    act: &NewAct,
) -> Result<bool, StoreError> {
    let mut transaction = store.pool.begin().await?;
    waves::lock_name(&mut transaction, wave).await?;
    let dropped = sqlx::query(
        "UPDATE quarantine SET body = NULL
         WHERE wave = $1 AND number = $2 AND state = 'rejected' AND body IS NOT NULL",
    )
    .bind(wave.as_str())
    .bind(value::clamp(number))
    .execute(&mut *transaction)
    .await?
    .rows_affected();
    if dropped == 0 {
        return Ok(false);
    }
    let deed = Deed::BodiesDropped { quarantine: vec![number] };
    acts::add(&mut transaction, wave, act, &deed).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Which submission has this number, and where it stands.
async fn standing(
    connection: &mut PgConnection,
    wave: &WaveId,
    number: u64,
) -> Result<Option<(SubmissionId, QuarantineState)>, StoreError> {
    let row: Option<(Uuid, String)> =
        sqlx::query_as("SELECT submission, state FROM quarantine WHERE wave = $1 AND number = $2")
            .bind(wave.as_str())
            .bind(value::clamp(number))
            .fetch_optional(connection)
            .await?;
    row.map(|(id, state)| Ok((SubmissionId::new(id), value::quarantine_state(&state)?))).transpose()
}
