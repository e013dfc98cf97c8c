use std::collections::HashSet;

use jiff::civil::Date;
use sqlx::PgConnection;
use survey_defs::counts::LevelCounts;
use survey_defs::ids::WaveId;
use survey_defs::unit::UnitKey;

use super::PostgresStore;
use crate::error::{Conflict, StoreError};
use crate::imports::LevelCountsRow;
use crate::rows::CountsRow;
use crate::value;

/// Cells of one statement.
const CELLS_AT_A_TIME: usize = 1_000;

type Cell = (String, String, String);

/// Inserts the counts of an import. The error is that of the first row which cannot be stored.
pub(super) async fn insert(
    connection: &mut PgConnection,
    wave: &WaveId,
    position: u64,
    rows: &[LevelCountsRow],
) -> Result<(), StoreError> {
    for rows in rows.chunks(CELLS_AT_A_TIME) {
        let mut cells = Vec::with_capacity(rows.len());
        let mut counts: [Vec<i64>; 7] = Default::default();
        let mut invalid = None;
        for row in rows {
            match read(row) {
                Ok(of_row) => {
                    cells.push(cell(row));
                    counts.iter_mut().zip(of_row).for_each(|(all, one)| all.push(one));
                }
                Err(error) => {
                    invalid = Some(error);
                    break;
                }
            }
        }
        let inserted = insert_cells(&mut *connection, (wave, position), &cells, counts).await?;
        let mut inserted: HashSet<Cell> = inserted.into_iter().collect();
        for (row, cell) in rows.iter().zip(cells) {
            if !inserted.remove(&cell) {
                let (unit, month, item) = (row.unit.clone(), row.month, row.item.clone());
                return Err(Conflict::Counts { unit, month, item }.into());
            }
        }
        if let Some(error) = invalid {
            return Err(error);
        }
    }
    Ok(())
}

/// The cells that had no counts, and have them now.
async fn insert_cells(
    connection: &mut PgConnection,
    (wave, position): (&WaveId, u64),
    cells: &[Cell],
    counts: [Vec<i64>; 7],
) -> Result<Vec<Cell>, StoreError> {
    let units: Vec<&str> = cells.iter().map(|(unit, _, _)| unit.as_str()).collect();
    let months: Vec<&str> = cells.iter().map(|(_, month, _)| month.as_str()).collect();
    let items: Vec<&str> = cells.iter().map(|(_, _, item)| item.as_str()).collect();
    let mut statement = sqlx::query_as(
        "INSERT INTO level_counts (wave, position, unit, month, item, level_1, level_2, level_3,
         level_4, level_5, not_applicable, no_answer)
         SELECT $1, $2, * FROM UNNEST($3::text[], $4::text[], $5::text[], $6::bigint[],
         $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
         ON CONFLICT (wave, unit, month, item) DO NOTHING
         RETURNING unit, month, item",
    )
    .bind(wave.as_str())
    .bind(value::clamp(position))
    .bind(units)
    .bind(months)
    .bind(items);
    for column in counts {
        statement = statement.bind(column);
    }
    Ok(statement.fetch_all(connection).await?)
}

fn cell(row: &LevelCountsRow) -> Cell {
    let unit = row.unit.as_ref().map(UnitKey::to_string).unwrap_or_default();
    let month = row.month.as_ref().map(Date::to_string).unwrap_or_default();
    (unit, month, row.item.to_string())
}

fn read(row: &LevelCountsRow) -> Result<[i64; 7], StoreError> {
    let LevelCountsRow { unit: _, month, item, counts } = row;
    let LevelCounts { levels, not_applicable, no_answer } = counts;
    if let Some(day) = month.filter(|month| month.day() != 1) {
        let what = format!("a month is given by its first day, not by {day}");
        return Err(StoreError::Invalid { what });
    }
    let mut read = [0; 7];
    for (read, count) in read.iter_mut().zip(levels.iter().chain([not_applicable, no_answer])) {
        *read = i64::try_from(*count).map_err(|_| StoreError::Invalid {
            what: format!("the count {count} of item {item} is too large"),
        })?;
    }
    Ok(read)
}

pub(super) async fn list(
    store: &PostgresStore,
    wave: &WaveId,
) -> Result<Vec<LevelCountsRow>, StoreError> {
    let rows: Vec<CountsRow> = sqlx::query_as(
        "SELECT unit, month, item, level_1, level_2, level_3, level_4, level_5, not_applicable,
         no_answer FROM level_counts WHERE wave = $1 ORDER BY unit, month, item",
    )
    .bind(wave.as_str())
    .fetch_all(&store.pool)
    .await?;
    rows.into_iter().map(LevelCountsRow::try_from).collect()
}
