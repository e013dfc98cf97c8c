//! Many rows in one statement: a column travels as one array.

use std::collections::{BTreeSet, HashSet};

use sqlx::PgConnection;
use survey_defs::ids::{QuestionId, WaveId};

use crate::error::StoreError;
use crate::row::{BreakOffKey, BreakOffRow, CellRow, LogRow};
use crate::value;

/// Inserts submissions with their positions.
pub(super) async fn submissions(
    connection: &mut PgConnection,
    rows: &[(u64, &LogRow<String>)],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO submissions (position, wave, id, received_at_ms, source, unit, channel,
         respondent_type, staff_helped, procedure_group, stratum, psu, weight, fpc, device,
         device_sequence, draft, draft_sha256)
         SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::uuid[], $4::bigint[], $5::text[],
         $6::text[], $7::text[], $8::text[], $9::boolean[], $10::text[], $11::text[], $12::text[],
         $13::double precision[], $14::double precision[], $15::uuid[], $16::bigint[],
         $17::text[], $18::bytea[])",
    )
    .bind(column(rows, |(position, _)| value::clamp(*position)))
    .bind(column(rows, |(_, row)| row.wave.as_str()))
    .bind(column(rows, |(_, row)| row.id.uuid()))
    .bind(column(rows, |(_, row)| row.received_at_ms))
    .bind(column(rows, |(_, row)| row.source))
    .bind(column(rows, |(_, row)| row.unit.as_str()))
    .bind(column(rows, |(_, row)| row.channel))
    .bind(column(rows, |(_, row)| row.respondent_type))
    .bind(column(rows, |(_, row)| row.staff_helped))
    .bind(column(rows, |(_, row)| row.procedure_group.as_deref()))
    .bind(column(rows, |(_, row)| row.stratum.as_deref()))
    .bind(column(rows, |(_, row)| row.psu.as_deref()))
    .bind(column(rows, |(_, row)| row.weight))
    .bind(column(rows, |(_, row)| row.fpc))
    .bind(column(rows, |(_, row)| row.device))
    .bind(column(rows, |(_, row)| row.device_sequence))
    .bind(column(rows, |(_, row)| row.draft.as_str()))
    .bind(column(rows, |(_, row)| row.draft_sha256.as_slice()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Inserts the break-offs that are new, and says which they were.
pub(super) async fn break_offs(
    connection: &mut PgConnection,
    rows: &[&BreakOffRow],
) -> Result<BTreeSet<BreakOffKey>, StoreError> {
    let inserted: Vec<BreakOffKey> = sqlx::query_as(
        "INSERT INTO break_offs (wave, id, received_at_ms, reason, last_item, content,
         content_sha256)
         SELECT * FROM UNNEST($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[],
         $6::text[], $7::bytea[])
         ON CONFLICT (wave, id) DO NOTHING
         RETURNING wave, id",
    )
    .bind(column(rows, |row| row.break_off.wave.as_str()))
    .bind(column(rows, |row| row.break_off.id.uuid()))
    .bind(column(rows, |row| row.received_at_ms))
    .bind(column(rows, |row| row.break_off.reason.as_str()))
    .bind(column(rows, |row| row.break_off.last_item.as_ref().map(QuestionId::as_str)))
    .bind(column(rows, |row| row.content.as_str()))
    .bind(column(rows, |row| row.sha256.as_slice()))
    .fetch_all(connection)
    .await?;
    Ok(inserted.into_iter().collect())
}

/// Inserts level counts, and says which of the cells is the first that had counts already.
pub(super) async fn level_counts(
    connection: &mut PgConnection,
    (wave, position): (&WaveId, u64),
    cells: &[CellRow],
) -> Result<Option<usize>, StoreError> {
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
    .bind(column(cells, |cell| cell.unit.as_str()))
    .bind(column(cells, |cell| cell.month.as_str()))
    .bind(column(cells, |cell| cell.item.as_str()));
    for number in 0..7 {
        statement = statement.bind(column(cells, |cell| cell.counts[number]));
    }
    let inserted: Vec<(String, String, String)> = statement.fetch_all(connection).await?;
    let mut inserted: HashSet<_> = inserted.into_iter().collect();
    // Of a cell that is there twice only one was inserted.
    let was_there = |cell: &CellRow| {
        !inserted.remove(&(cell.unit.clone(), cell.month.clone(), cell.item.clone()))
    };
    Ok(cells.iter().position(was_there))
}

/// Inserts the dossier counts of a version: unit, procedure group and count of each row.
pub(super) async fn dossier_counts(
    connection: &mut PgConnection,
    (wave, version): (&WaveId, u32),
    rows: &[(String, &str, i64)],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO dossier_counts (wave, version, unit, procedure_group, dossiers)
         SELECT $1, $2, * FROM UNNEST($3::text[], $4::text[], $5::bigint[])",
    )
    .bind(wave.as_str())
    .bind(i64::from(version))
    .bind(column(rows, |(unit, _, _)| unit.as_str()))
    .bind(column(rows, |(_, group, _)| *group))
    .bind(column(rows, |(_, _, count)| *count))
    .execute(connection)
    .await?;
    Ok(())
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
