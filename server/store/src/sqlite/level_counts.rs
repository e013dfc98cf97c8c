use jiff::civil::Date;
use sqlx::SqliteExecutor;
use survey_defs::counts::LevelCounts;
use survey_defs::ids::WaveId;
use survey_defs::unit::UnitKey;

use super::{SqliteStore, fault, value};
use crate::error::{Conflict, StoreError};
use crate::import::LevelCountsRow;

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
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
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
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT unit, month, item, level_1, level_2, level_3, level_4, level_5, not_applicable,
         no_answer FROM level_counts WHERE wave = ?1 ORDER BY unit, month, item",
    )
    .bind(wave.as_str())
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(LevelCountsRow::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    unit: String,
    month: String,
    item: String,
    level_1: i64,
    level_2: i64,
    level_3: i64,
    level_4: i64,
    level_5: i64,
    not_applicable: i64,
    no_answer: i64,
}

impl TryFrom<Row> for LevelCountsRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let Row {
            unit,
            month,
            item,
            level_1,
            level_2,
            level_3,
            level_4,
            level_5,
            not_applicable,
            no_answer,
        } = row;
        let count = |count| value::unsigned("a count", count);
        Ok(Self {
            unit: present(&unit)
                .map(|unit| value::parse("the unit of a count", unit))
                .transpose()?,
            month: present(&month)
                .map(|month| value::parse("the month of a count", month))
                .transpose()?,
            item: value::parse("the item of a count", &item)?,
            counts: LevelCounts {
                levels: [
                    count(level_1)?,
                    count(level_2)?,
                    count(level_3)?,
                    count(level_4)?,
                    count(level_5)?,
                ],
                not_applicable: count(not_applicable)?,
                no_answer: count(no_answer)?,
            },
        })
    }
}

/// An empty text in a key stands for a missing part.
fn present(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
