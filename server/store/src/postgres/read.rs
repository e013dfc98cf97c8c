use survey_defs::ids::{SubmissionId, WaveId};

use super::PostgresStore;
use crate::error::StoreError;
use crate::rows::{self, PlanRow, RecordRow};
use crate::submission_log::{Record, SamplePlan};
use crate::value;

pub(super) async fn ping(store: &PostgresStore) -> Result<(), StoreError> {
    store.log.check()?;
    sqlx::query("SELECT 1 FROM waves LIMIT 1").execute(&store.pool).await?;
    Ok(())
}

pub(super) async fn submissions_after(
    store: &PostgresStore,
    wave: &WaveId,
    position: u64,
    limit: u32,
) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<RecordRow<String>> = sqlx::query_as(
        "SELECT position, received_at_ms, source, unit, channel, respondent_type, staff_helped,
         procedure_group, stratum, psu, weight, fpc, draft, draft_sha256
         FROM submissions WHERE wave = $1 AND position > $2 ORDER BY position LIMIT $3",
    )
    .bind(wave.as_str())
    .bind(value::clamp(position))
    .bind(i64::from(limit))
    .fetch_all(&store.pool)
    .await?;
    rows.into_iter().map(Record::try_from).collect()
}

pub(super) async fn submission(
    store: &PostgresStore,
    wave: &WaveId,
    id: SubmissionId,
) -> Result<Option<Record>, StoreError> {
    let row: Option<RecordRow<String>> = sqlx::query_as(
        "SELECT position, received_at_ms, source, unit, channel, respondent_type, staff_helped,
         procedure_group, stratum, psu, weight, fpc, draft, draft_sha256
         FROM submissions WHERE wave = $1 AND id = $2",
    )
    .bind(wave.as_str())
    .bind(id.uuid())
    .fetch_optional(&store.pool)
    .await?;
    row.map(Record::try_from).transpose()
}

pub(super) async fn sample_plan(
    store: &PostgresStore,
    wave: &WaveId,
) -> Result<SamplePlan, StoreError> {
    let rows: Vec<PlanRow> = sqlx::query_as(
        "SELECT stratum, psu, fpc, count(*) AS n FROM submissions WHERE wave = $1
         GROUP BY stratum, psu, fpc
         ORDER BY stratum NULLS FIRST, psu NULLS FIRST, fpc NULLS FIRST",
    )
    .bind(wave.as_str())
    .fetch_all(&store.pool)
    .await?;
    rows::sample_plan(rows)
}
