use async_trait::async_trait;
use futures::{SinkExt as _, TryStreamExt as _};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, Sqlite, Transaction};
use uuid::Uuid;

use super::SqliteStore;
use super::packed::{Packed, is_packed};
use crate::backup::{self, Backend, Column, Dump, DumpedRow, Kind, Origin, Sender, Table, Value};
use crate::error::StoreError;

/// All rows, as they are now. The transaction that reads them keeps the write-ahead file from being
/// cut back until the last one is taken or the dump is dropped; nobody else waits for it.
pub(super) async fn dump(store: &SqliteStore) -> Result<Dump, StoreError> {
    let mut transaction = store.readers.begin().await?;
    // SQLite takes the snapshot when something is read, not when the transaction begins.
    sqlx::query("SELECT count(*) FROM waves").execute(&mut *transaction).await?;
    Ok(backup::dump(transaction))
}

#[async_trait]
impl Origin for Transaction<'static, Sqlite> {
    const BACKEND: Backend = Backend::Sqlite;

    async fn send(&mut self, table: Table, rows: &mut Sender) -> Result<(), StoreError> {
        let mut read = sqlx::query(AssertSqlSafe(table.select())).fetch(&mut **self);
        while let Some(row) = read.try_next().await? {
            let row = DumpedRow::read(table, |place| value_of(&row, table, place))?;
            if rows.send(Ok(row)).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn value_of(
    row: &SqliteRow,
    table: Table,
    (place, column): (usize, &Column),
) -> Result<Value, StoreError> {
    let value = match column.kind {
        Kind::Int => row.try_get::<Option<i64>, _>(place)?.map(Value::Int),
        Kind::Text if is_packed(table, column) => {
            let text = row.try_get::<Option<Packed>, _>(place)?.map(String::try_from);
            text.map(|text| text.map_or(Value::Damaged, Value::Text))
        }
        Kind::Text => row.try_get::<Option<String>, _>(place)?.map(Value::Text),
        Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(place)?.map(Value::Bytes),
        Kind::Id => row.try_get::<Option<Uuid>, _>(place)?.map(Value::Id),
        Kind::Real => row.try_get::<Option<f64>, _>(place)?.map(Value::Real),
        Kind::Flag => row.try_get::<Option<bool>, _>(place)?.map(Value::Flag),
    };
    Ok(value.unwrap_or(Value::Null))
}
