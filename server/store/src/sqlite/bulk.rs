//! Many rows. Each statement is a trip to the driver's thread and back, so submissions travel
//! together; of the others there are few.

use std::collections::BTreeSet;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use survey_defs::ids::{QuestionId, WaveId};

use super::compressed_json::CompressedJson;
use crate::error::StoreError;
use crate::row::{BreakOffKey, BreakOffRow, CellRow, LogRow};
use crate::value;

/// Rows of one INSERT, largest first. 60,000 rows took 1.7 s alone, 0.9 s by tens, 0.6 s by fifties,
/// 0.7 s by two hundreds. A few sizes, so that there are few statements to keep prepared.
const ROWS_PER_INSERT: [usize; 3] = [50, 10, 1];

/// Inserts submissions with their positions.
pub(super) async fn submissions(
    connection: &mut SqliteConnection,
    rows: &[(u64, &LogRow<CompressedJson>)],
) -> Result<(), StoreError> {
    let mut rest = rows;
    for size in ROWS_PER_INSERT {
        let chunks = rest.chunks_exact(size);
        rest = chunks.remainder();
        for chunk in chunks {
            insert(&mut *connection, chunk).await?;
        }
    }
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    rows: &[(u64, &LogRow<CompressedJson>)],
) -> Result<(), StoreError> {
    let mut statement = QueryBuilder::<Sqlite>::new(
        "INSERT INTO submissions (wave, position, id, received_at_ms, source, unit, channel,
         respondent_type, staff_helped, procedure_group, stratum, psu, weight, fpc, device,
         device_sequence, draft, draft_sha256) ",
    );
    statement.push_values(rows, |mut values, (position, row)| {
        values
            .push_bind(row.wave.as_str())
            .push_bind(value::clamp(*position))
            .push_bind(row.id.uuid())
            .push_bind(row.received_at_ms)
            .push_bind(row.source)
            .push_bind(row.unit.as_str())
            .push_bind(row.channel)
            .push_bind(row.respondent_type)
            .push_bind(row.staff_helped)
            .push_bind(row.procedure_group.as_deref())
            .push_bind(row.stratum.as_deref())
            .push_bind(row.psu.as_deref())
            .push_bind(row.weight)
            .push_bind(row.fpc)
            .push_bind(row.device)
            .push_bind(row.device_sequence)
            .push_bind(&row.draft)
            .push_bind(row.draft_sha256.as_slice());
    });
    statement.build().execute(connection).await?;
    Ok(())
}

/// Inserts the break-offs that are new, and says which they were.
pub(super) async fn break_offs(
    connection: &mut SqliteConnection,
    rows: &[&BreakOffRow],
) -> Result<BTreeSet<BreakOffKey>, StoreError> {
    let mut created = BTreeSet::new();
    for row in rows {
        let inserted = sqlx::query(
            "INSERT INTO break_offs (wave, id, received_at_ms, reason, last_item, content,
             content_sha256) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(row.break_off.wave.as_str())
        .bind(row.break_off.id.uuid())
        .bind(row.received_at_ms)
        .bind(row.break_off.reason.as_str())
        .bind(row.break_off.last_item.as_ref().map(QuestionId::as_str))
        .bind(row.content.as_str())
        .bind(row.sha256.as_slice())
        .execute(&mut *connection)
        .await?;
        if inserted.rows_affected() == 1 {
            created.insert(row.key());
        }
    }
    Ok(created)
}

/// Inserts level counts, and says which of the cells is the first that had counts already.
pub(super) async fn level_counts(
    connection: &mut SqliteConnection,
    (wave, position): (&WaveId, u64),
    cells: &[CellRow],
) -> Result<Option<usize>, StoreError> {
    for (index, cell) in cells.iter().enumerate() {
        let mut statement = sqlx::query(
            "INSERT INTO level_counts (wave, position, unit, month, item, level_1, level_2, level_3,
             level_4, level_5, not_applicable, no_answer)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        )
        .bind(wave.as_str())
        .bind(value::clamp(position))
        .bind(cell.unit.as_str())
        .bind(cell.month.as_str())
        .bind(cell.item.as_str());
        for count in cell.counts {
            statement = statement.bind(count);
        }
        if statement.execute(&mut *connection).await?.rows_affected() == 0 {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Inserts the dossier counts of a version: unit, procedure group and count of each row.
pub(super) async fn dossier_counts(
    connection: &mut SqliteConnection,
    (wave, version): (&WaveId, u32),
    rows: &[(String, &str, i64)],
) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS_PER_INSERT[0]) {
        let mut statement = QueryBuilder::<Sqlite>::new(
            "INSERT INTO dossier_counts (wave, version, unit, procedure_group, dossiers) ",
        );
        statement.push_values(rows, |mut values, (unit, group, count)| {
            values
                .push_bind(wave.as_str())
                .push_bind(i64::from(version))
                .push_bind(unit.as_str())
                .push_bind(*group)
                .push_bind(*count);
        });
        statement.build().execute(&mut *connection).await?;
    }
    Ok(())
}
