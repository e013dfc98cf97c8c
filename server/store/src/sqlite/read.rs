use survey_defs::ids::WaveId;
use survey_defs::submission::Context;

use super::{SqliteStore, value};
use crate::error::StoreError;
use crate::record::Record;

pub(super) async fn ping(store: &SqliteStore) -> Result<(), StoreError> {
    sqlx::query("SELECT position FROM log_head").execute(&store.readers).await?;
    Ok(())
}

pub(super) async fn submissions_after(
    store: &SqliteStore,
    wave: &WaveId,
    position: u64,
    limit: u32,
) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<RecordRow> = sqlx::query_as(
        "SELECT position, received_at_ms, source, unit, channel, respondent_type, staff_helped,
         procedure_group, draft
         FROM submissions WHERE wave = ?1 AND position > ?2 ORDER BY position LIMIT ?3",
    )
    .bind(wave.as_str())
    .bind(value::clamp(position))
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(Record::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    position: i64,
    received_at_ms: i64,
    source: String,
    unit: String,
    channel: String,
    respondent_type: String,
    staff_helped: Option<bool>,
    procedure_group: Option<String>,
    draft: String,
}

impl TryFrom<RecordRow> for Record {
    type Error = StoreError;

    fn try_from(row: RecordRow) -> Result<Self, StoreError> {
        let RecordRow {
            position,
            received_at_ms,
            source,
            unit,
            channel,
            respondent_type,
            staff_helped,
            procedure_group,
            draft,
        } = row;
        let group = procedure_group.map(|group| value::parse("a procedure group", &group));
        Ok(Self {
            position: value::unsigned("a position", position)?,
            received_at: value::time("a receipt time", received_at_ms)?,
            source: value::source(&source)?,
            unit: value::parse("the unit of a submission", &unit)?,
            channel: value::parse("the channel of a submission", &channel)?,
            context: Context {
                respondent_type: value::parse("a respondent type", &respondent_type)?,
                staff_helped,
                procedure_group: group.transpose()?,
            },
            draft: value::json("a submission", &draft)?,
        })
    }
}
