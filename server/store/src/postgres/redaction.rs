use survey_defs::ids::QuestionId;
use survey_defs::submission::Draft;

use super::{PostgresStore, acts, waves};
use crate::audit::{Deed, NewAct};
use crate::error::StoreError;
use crate::redaction::Redaction;
use crate::submission_log::Redacted;
use crate::value;

pub(super) async fn redact(
    store: &PostgresStore,
    draft: &Draft,
    questions: &[QuestionId],
    act: &NewAct,
) -> Result<Redacted, StoreError> {
    let (wave, submission) = (&draft.wave, draft.id);
    let mut transaction = store.pool.begin().await?;
    waves::lock_name(&mut transaction, wave).await?;
    let stored: Option<(i64, String)> =
        sqlx::query_as("SELECT position, draft FROM submissions WHERE wave = $1 AND id = $2")
            .bind(wave.as_str())
            .bind(submission.uuid())
            .fetch_optional(&mut *transaction)
            .await?;
    let Some((position, stored)) = stored else {
        return Ok(Redacted::Unknown);
    };
    let Some(Redaction { text, sha256, questions }) = Redaction::new(&stored, draft, questions)?
    else {
        return Ok(Redacted::Before);
    };
    // First the hash of the new text: without it the database refuses to change the old one.
    sqlx::query(
        "INSERT INTO redactions (wave, position, draft_sha256) VALUES ($1, $2, $3)
         ON CONFLICT (wave, position) DO UPDATE SET draft_sha256 = excluded.draft_sha256",
    )
    .bind(wave.as_str())
    .bind(position)
    .bind(sha256.as_slice())
    .execute(&mut *transaction)
    .await?;
    sqlx::query("UPDATE submissions SET draft = $3 WHERE wave = $1 AND position = $2")
        .bind(wave.as_str())
        .bind(position)
        .bind(text)
        .execute(&mut *transaction)
        .await?;
    let position = value::unsigned("a position", position)?;
    let deed = Deed::Redacted { position, submission, questions };
    acts::add(&mut transaction, wave, act, &deed).await?;
    transaction.commit().await?;
    Ok(Redacted::Done)
}
