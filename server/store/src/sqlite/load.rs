use sqlx::{AssertSqlSafe, QueryBuilder, Sqlite, SqliteConnection};

use super::{SqliteStore, fault};
use crate::backup::{DumpedRow, Published, Rows, Summary, Table, Value, not_empty};
use crate::error::StoreError;

/// Rows of one INSERT; the largest table has 18 columns, and SQLite takes 32,766 values.
const ROWS_PER_INSERT: usize = 50;

/// Loads all rows in one transaction, which commits only after the last one.
pub(super) async fn load(store: &SqliteStore, rows: &mut Rows<'_>) -> Result<Summary, StoreError> {
    let mut transaction = store.write().await?;
    // Every program that opens a database publishes its definitions, so they alone are nobody's work.
    for table in Table::ALL.into_iter().filter(|table| *table != Table::Definitions) {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", table.as_str());
        let exists: bool =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *transaction).await?;
        if exists {
            return Err(not_empty(table));
        }
    }
    let published: Vec<Published> =
        sqlx::query_as("SELECT kind, id, version, sha256 FROM definitions")
            .fetch_all(&mut *transaction)
            .await?;
    let mut summary = Summary::default();
    let mut together: Vec<DumpedRow> = Vec::with_capacity(ROWS_PER_INSERT);
    for row in rows {
        let row = row.map_err(|error| StoreError::Invalid { what: error.to_string() })?;
        let other_table = together.last().is_some_and(|last| last.table() != row.table());
        if other_table || together.len() == ROWS_PER_INSERT {
            insert(&mut transaction, &together).await?;
            together.clear();
        }
        summary.add(&row);
        if !published.iter().any(|published| published.is(&row)) {
            together.push(row);
        }
    }
    insert(&mut transaction, &together).await?;
    transaction.commit().await?;
    Ok(summary)
}

/// Inserts rows of one table.
async fn insert(connection: &mut SqliteConnection, rows: &[DumpedRow]) -> Result<(), StoreError> {
    let Some(table) = rows.first().map(DumpedRow::table) else {
        return Ok(());
    };
    let names: Vec<_> = table.columns().iter().map(|column| column.name).collect();
    let begin = format!("INSERT INTO {} ({}) ", table.as_str(), names.join(", "));
    let mut statement = QueryBuilder::<Sqlite>::new(begin);
    statement.push_values(rows, |mut values, row| {
        for value in row.values() {
            match value {
                Value::Null => values.push("NULL"),
                Value::Int(number) => values.push_bind(*number),
                Value::Text(text) => values.push_bind(text.as_str()),
                Value::Bytes(bytes) => values.push_bind(bytes.as_slice()),
                Value::Id(id) => values.push_bind(id.as_bytes().as_slice()),
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
