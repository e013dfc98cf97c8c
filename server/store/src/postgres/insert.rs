use sqlx::PgConnection;

use crate::error::StoreError;
use crate::row::LogRow;
use crate::value;

/// Inserts rows with their positions, all in one statement: a column travels as one array.
pub(super) async fn submissions(
    connection: &mut PgConnection,
    rows: &[(u64, &LogRow<String>)],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let positions: Vec<i64> = rows.iter().map(|(position, _)| value::clamp(*position)).collect();
    sqlx::query(
        "INSERT INTO submissions (position, wave, id, received_at_ms, source, unit, channel,
         respondent_type, staff_helped, procedure_group, stratum, psu, weight, fpc, device,
         device_sequence, draft, draft_sha256)
         SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::uuid[], $4::bigint[], $5::text[],
         $6::text[], $7::text[], $8::text[], $9::boolean[], $10::text[], $11::text[], $12::text[],
         $13::double precision[], $14::double precision[], $15::uuid[], $16::bigint[],
         $17::text[], $18::bytea[])",
    )
    .bind(positions)
    .bind(column(rows, |row| row.wave.as_str()))
    .bind(column(rows, |row| row.id.uuid()))
    .bind(column(rows, |row| row.received_at_ms))
    .bind(column(rows, |row| row.source))
    .bind(column(rows, |row| row.unit.as_str()))
    .bind(column(rows, |row| row.channel))
    .bind(column(rows, |row| row.respondent_type))
    .bind(column(rows, |row| row.staff_helped))
    .bind(column(rows, |row| row.procedure_group.as_deref()))
    .bind(column(rows, |row| row.stratum.as_deref()))
    .bind(column(rows, |row| row.psu.as_deref()))
    .bind(column(rows, |row| row.weight))
    .bind(column(rows, |row| row.fpc))
    .bind(column(rows, |row| row.device))
    .bind(column(rows, |row| row.device_sequence))
    .bind(column(rows, |row| row.draft.as_str()))
    .bind(column(rows, |row| row.draft_sha256.as_slice()))
    .execute(connection)
    .await?;
    Ok(())
}

fn column<'a, T>(
    rows: &[(u64, &'a LogRow<String>)],
    value: impl Fn(&'a LogRow<String>) -> T,
) -> Vec<T> {
    rows.iter().map(|(_, row)| value(row)).collect()
}
