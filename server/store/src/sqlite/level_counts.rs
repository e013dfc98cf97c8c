use jiff::civil::Date;
use sqlx::SqliteExecutor;
use survey_defs::counts::LevelCounts;
use survey_defs::ids::WaveId;
use survey_defs::unit::UnitKey;

use super::{SqliteStore, fault};
use crate::error::{Conflict, StoreError};
use crate::imports::LevelCountsRow;
use crate::rows::CountsRow;
use crate::value;

pub(super) async fn insert(
    executor: impl SqliteExecutor<'_>,
    wave: &WaveId,
    position: u64,
    row: &LevelCountsRow,
) -> Result<(), StoreError> {
    let LevelCountsRow { unit, month, item, counts } = row;
    let LevelCounts { levels, not_applicable, no_answer } = counts;
    if let Some(day) = month.filter(|month| month.day() != 1) {
        let what = format!("a month is given by its first day, not by {day}");
        return Err(StoreError::Invalid { what });
    }
    let mut statement = sqlx::query(
        "INSERT INTO level_counts (wave, unit, month, item, position, level_1, level_2, level_3,
         level_4, level_5, not_applicable, no_answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(wave.as_str())
    .bind(unit.as_ref().map(UnitKey::to_string).unwrap_or_default())
    .bind(month.as_ref().map(Date::to_string).unwrap_or_default())
    .bind(item.as_str())
    .bind(value::clamp(position));
    for count in levels.iter().chain([not_applicable, no_answer]) {
        let count = i64::try_from(*count).map_err(|_| StoreError::Invalid {
            what: format!("the count {count} of item {item} is too large"),
        })?;
        statement = statement.bind(count);
    }
    match statement.execute(executor).await {
        Ok(_) => Ok(()),
        Err(error) if fault::is_duplicate(&error) => {
            let (unit, month, item) = (unit.clone(), *month, item.clone());
            Err(Conflict::Counts { unit, month, item }.into())
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn list(
    store: &SqliteStore,
    wave: &WaveId,
) -> Result<Vec<LevelCountsRow>, StoreError> {
    let rows: Vec<CountsRow> = sqlx::query_as(
        "SELECT unit, month, item, level_1, level_2, level_3, level_4, level_5, not_applicable,
         no_answer FROM level_counts WHERE wave = $1 ORDER BY unit, month, item",
    )
    .bind(wave.as_str())
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(LevelCountsRow::try_from).collect()
}
