use async_trait::async_trait;
use sqlx::{AssertSqlSafe, QueryBuilder, Sqlite, SqliteConnection};

use super::packed::{Packed, is_packed};
use super::{SqliteStore, fault};
use crate::backup::{self, DumpedRow, Published, Rows, Summary, Table, Target, Value};
use crate::error::StoreError;

/// Loads all rows in one transaction, which commits only after the last one.
pub(super) async fn load(store: &SqliteStore, rows: &mut Rows<'_>) -> Result<Summary, StoreError> {
    let mut transaction = store.write().await?;
    let summary = backup::fill(&mut *transaction, rows).await?;
    transaction.commit().await?;
    Ok(summary)
}

#[async_trait]
impl Target for SqliteConnection {
    /// The largest table has 18 columns, and SQLite takes 32,766 values.
    const ROWS_TOGETHER: usize = 50;

    async fn has_rows(&mut self, table: Table) -> Result<bool, StoreError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", table.as_str());
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(self).await?)
    }

    async fn published(&mut self) -> Result<Vec<Published>, StoreError> {
        Ok(sqlx::query_as(Published::SQL).fetch_all(self).await?)
    }

    async fn insert(&mut self, table: Table, rows: &[DumpedRow]) -> Result<(), StoreError> {
        let names: Vec<_> = table.columns().iter().map(|column| column.name).collect();
        let begin = format!("INSERT INTO {} ({}) ", table.as_str(), names.join(", "));
        let mut statement = QueryBuilder::<Sqlite>::new(begin);
        statement.push_values(rows, |mut values, row| {
            for (column, value) in table.columns().iter().zip(row.values()) {
                match value {
                    // No file has a damaged text; the table would refuse it.
                    Value::Null | Value::Damaged => values.push("NULL"),
                    Value::Int(number) => values.push_bind(*number),
                    Value::Text(text) if is_packed(table, column) => {
                        values.push_bind(Packed::from(text.clone()))
                    }
                    Value::Text(text) => values.push_bind(text.as_str()),
                    Value::Bytes(bytes) => values.push_bind(bytes.as_slice()),
                    Value::Id(id) => values.push_bind(*id),
                    Value::Real(number) => values.push_bind(*number),
                    Value::Flag(flag) => values.push_bind(*flag),
                };
            }
        });
        match statement.build().persistent(false).execute(self).await {
            Ok(_) => Ok(()),
            // The text of the driver names constraint and columns, never a value.
            Err(error) if fault::is_constraint(&error) => {
                let what = format!("the database refuses a row of {}: {error}", table.as_str());
                Err(StoreError::Invalid { what })
            }
            Err(error) => Err(error.into()),
        }
    }
}
