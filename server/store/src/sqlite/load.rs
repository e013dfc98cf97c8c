//! Loading rows into SQLite.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::compressed_json::CompressedJson;
use super::fault;
use crate::backup::{DumpedRow, Table, Value};
use crate::error::StoreError;

/// Rows of one INSERT. The largest table has 18 columns, and SQLite takes 32,766 values.
pub(super) const ROWS_TOGETHER: usize = 50;

/// Inserts rows of one table.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    table: Table,
    rows: &[DumpedRow],
) -> Result<(), StoreError> {
    let names: Vec<_> = table.columns().iter().map(|column| column.name).collect();
    let begin = format!("INSERT INTO {} ({}) ", table.as_str(), names.join(", "));
    let mut statement = QueryBuilder::<Sqlite>::new(begin);
    statement.push_values(rows, |mut values, row| {
        for (column, value) in table.columns().iter().zip(row.values()) {
            match value {
                // No file has a damaged text; the table would refuse it.
                Value::Null | Value::Damaged => values.push("NULL"),
                Value::Int(number) => values.push_bind(*number),
                Value::Text(text) if table.is_draft(column) => {
                    values.push_bind(CompressedJson::from(text.clone()))
                }
                Value::Text(text) => values.push_bind(text.as_str()),
                Value::Bytes(bytes) => values.push_bind(bytes.as_slice()),
                Value::Id(id) => values.push_bind(*id),
                Value::Real(number) => values.push_bind(*number),
                Value::Flag(flag) => values.push_bind(*flag),
            };
        }
    });
    match statement.build().persistent(false).execute(connection).await {
        Ok(_) => Ok(()),
        // The text of the driver names constraint and columns, never a value.
        Err(error) if fault::is_constraint(&error) => {
            let what = format!("the database refuses a row of {}: {error}", table.as_str());
            Err(StoreError::Invalid { what })
        }
        Err(error) => Err(error.into()),
    }
}
