use async_trait::async_trait;
use futures::{SinkExt as _, TryStreamExt as _};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Postgres, Row as _, Transaction};

use super::PostgresStore;
use crate::backup::{self, Backend, Column, Dump, DumpedRow, Kind, Origin, Sender, Table, Value};
use crate::error::StoreError;

/// All rows, as they are now. The snapshot keeps PostgreSQL from clearing away old versions of rows
/// until the last one is taken or the dump is dropped; nobody waits for it.
pub(super) async fn dump(store: &PostgresStore) -> Result<Dump, StoreError> {
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    let mut transaction = store.pool.begin_with(begin).await?;
    // Whoever takes the rows may write them to a slow disk.
    for setting in [
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        // The snapshot is taken when something is read, not when the transaction begins.
        "SELECT count(*) FROM waves",
    ] {
        sqlx::query(setting).execute(&mut *transaction).await?;
    }
    Ok(backup::dump(transaction))
}

#[async_trait]
impl Origin for Transaction<'static, Postgres> {
    const BACKEND: Backend = Backend::Postgres;

    async fn send(&mut self, table: Table, rows: &mut Sender) -> Result<(), StoreError> {
        let mut read = sqlx::query(AssertSqlSafe(table.select())).fetch(&mut **self);
        while let Some(row) = read.try_next().await? {
            let row = DumpedRow::read(table, |place| value_of(&row, place))?;
            if rows.send(Ok(row)).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn value_of(row: &PgRow, (place, column): (usize, &Column)) -> Result<Value, StoreError> {
    let value = match column.kind {
        Kind::Int => row.try_get::<Option<_>, _>(place)?.map(Value::Int),
        Kind::Text => row.try_get::<Option<_>, _>(place)?.map(Value::Text),
        Kind::Bytes => row.try_get::<Option<_>, _>(place)?.map(Value::Bytes),
        Kind::Id => row.try_get::<Option<_>, _>(place)?.map(Value::Id),
        Kind::Real => row.try_get::<Option<_>, _>(place)?.map(Value::Real),
        Kind::Flag => row.try_get::<Option<_>, _>(place)?.map(Value::Flag),
    };
    Ok(value.unwrap_or(Value::Null))
}
