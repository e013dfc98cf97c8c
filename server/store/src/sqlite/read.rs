use survey_defs::ids::{SubmissionId, WaveId};

use super::SqliteStore;
use super::packed::Packed;
use crate::error::StoreError;
use crate::rows::{self, PlanRow, RecordRow};
use crate::submission_log::{Record, SamplePlan};
use crate::value;

pub(super) async fn ping(store: &SqliteStore) -> Result<(), StoreError> {
    store.check.finding()?;
    store.log.check()?;
    sqlx::query("SELECT 1 FROM waves LIMIT 1").execute(&store.readers).await?;
    Ok(())
}

pub(super) async fn submissions_after(
    store: &SqliteStore,
    wave: &WaveId,
    position: u64,
    limit: u32,
) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<RecordRow<Packed>> = sqlx::query_as(
        "SELECT position, received_at_ms, source, unit, channel, respondent_type, staff_helped,
         procedure_group, stratum, psu, weight, fpc, draft, draft_sha256
         FROM submissions WHERE wave = $1 AND position > $2 ORDER BY position LIMIT $3",
    )
    .bind(wave.as_str())
    .bind(value::clamp(position))
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(Record::try_from).collect()
}

pub(super) async fn submission(
    store: &SqliteStore,
    wave: &WaveId,
    id: SubmissionId,
) -> Result<Option<Record>, StoreError> {
    let row: Option<RecordRow<Packed>> = sqlx::query_as(
        "SELECT position, received_at_ms, source, unit, channel, respondent_type, staff_helped,
         procedure_group, stratum, psu, weight, fpc, draft, draft_sha256
         FROM submissions WHERE wave = $1 AND id = $2",
    )
    .bind(wave.as_str())
    .bind(id.uuid())
    .fetch_optional(&store.readers)
    .await?;
    row.map(Record::try_from).transpose()
}

pub(super) async fn sample_plan(
    store: &SqliteStore,
    wave: &WaveId,
) -> Result<SamplePlan, StoreError> {
    let rows: Vec<PlanRow> = sqlx::query_as(
        "SELECT stratum, psu, fpc, count(*) AS n FROM submissions WHERE wave = $1
         GROUP BY stratum, psu, fpc ORDER BY stratum, psu, fpc",
    )
    .bind(wave.as_str())
    .fetch_all(&store.readers)
    .await?;
    rows::sample_plan(rows)
}
