//! The log of submissions: reading it, and taking free text out of it.

use async_trait::async_trait;
use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::ids::{QuestionId, SubmissionId, WaveId};
use survey_defs::submission::{Draft, Submission};

use super::append::find_id_statuses;
use super::{Backend, Json, audit_log, locks, log_end};
use crate::error::StoreError;
use crate::redaction::Redaction;
use crate::row::{LogRow, text};
use crate::rows::{self, PlanRow, RecordRow};
use crate::submission_log::{Entry, LogEnd, Record, Recorded, Redacted, SamplePlan, SubmissionLog};
use crate::value;

#[async_trait]
impl SubmissionLog for Backend {
    async fn record(&self, entries: &[Entry]) -> Result<Vec<Recorded>, StoreError> {
        self.queues.log.append(entries.iter().map(LogRow::new).collect()).await
    }

    async fn recorded(&self, submission: &Submission) -> Result<Option<Recorded>, StoreError> {
        let (wave, id) = (&submission.draft().wave, submission.draft().id);
        let statuses = find_id_statuses(self.reader(), wave, &[id]).await?;
        Ok(statuses.get(&id).map(|status| status.compare(value::sha256(&text(submission)))))
    }

    async fn submission(
        &self,
        wave: &WaveId,
        id: SubmissionId,
    ) -> Result<Option<Record>, StoreError> {
        let row: Option<RecordRow<Json>> = sqlx::query_as(
            "SELECT position, received_at_ms, source, unit, channel, respondent_type, staff_helped,
             procedure_group, stratum, psu, weight, fpc, draft, draft_sha256
             FROM submissions WHERE wave = $1 AND id = $2",
        )
        .bind(wave.as_str())
        .bind(id.uuid())
        .fetch_optional(self.reader())
        .await?;
        row.map(Record::try_from).transpose()
    }

    async fn submissions_after(
        &self,
        wave: &WaveId,
        position: u64,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let rows: Vec<RecordRow<Json>> = sqlx::query_as(
            "SELECT position, received_at_ms, source, unit, channel, respondent_type, staff_helped,
             procedure_group, stratum, psu, weight, fpc, draft, draft_sha256
             FROM submissions WHERE wave = $1 AND position > $2 ORDER BY position LIMIT $3",
        )
        .bind(wave.as_str())
        .bind(value::clamp(position))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(Record::try_from).collect()
    }

    async fn log_end(&self, wave: &WaveId) -> Result<LogEnd, StoreError> {
        log_end::of(self.reader(), wave).await
    }

    async fn sample_plan(&self, wave: &WaveId) -> Result<SamplePlan, StoreError> {
        let rows: Vec<PlanRow> = sqlx::query_as(
            "SELECT DISTINCT stratum, psu, fpc FROM submissions WHERE wave = $1 AND psu IS NOT NULL
             ORDER BY stratum NULLS FIRST, psu, fpc NULLS FIRST",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        rows::sample_plan(rows)
    }

    async fn redact(
        &self,
        draft: &Draft,
        questions: &[QuestionId],
        audit: &NewAuditEntry,
    ) -> Result<Redacted, StoreError> {
        let (wave, submission) = (&draft.wave, draft.id);
        let mut transaction = self.write().await?;
        locks::name(&mut transaction, wave).await?;
        let stored: Option<(i64, Json)> =
            sqlx::query_as("SELECT position, draft FROM submissions WHERE wave = $1 AND id = $2")
                .bind(wave.as_str())
                .bind(submission.uuid())
                .fetch_optional(&mut *transaction)
                .await?;
        let Some((position, stored)) = stored else {
            return Ok(Redacted::Unknown);
        };
        let redaction = Redaction::new(stored, draft, questions)?;
        let Some(Redaction { text, sha256, questions }) = redaction else {
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
        let action = AuditAction::Redacted { position, submission, questions };
        audit_log::add(&mut transaction, wave, audit, &action).await?;
        transaction.commit().await?;
        Ok(Redacted::Done)
    }
}
