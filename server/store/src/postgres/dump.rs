use futures::channel::mpsc::{self, Sender};
use futures::{SinkExt as _, TryStreamExt as _};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row as _, Transaction};

use super::PostgresStore;
use crate::backup::{Backend, Column, Dump, DumpedRow, Kind, Table, Value};
use crate::error::StoreError;

/// Rows that are read ahead of whoever takes them; the connection holds what comes after them back.
const AHEAD: usize = 256;

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
    let (rows, taken) = mpsc::channel(AHEAD);
    let sender = tokio::spawn(send(transaction, rows));
    Ok(Dump::new(Backend::Postgres, taken, sender))
}

async fn send(
    mut transaction: Transaction<'static, Postgres>,
    mut rows: Sender<Result<DumpedRow, StoreError>>,
) {
    for table in Table::ALL {
        if let Err(error) = send_table(&mut transaction, table, &mut rows).await {
            // Whoever took the rows may be gone.
            let _ = rows.send(Err(error)).await;
            return;
        }
    }
}

async fn send_table(
    connection: &mut PgConnection,
    table: Table,
    rows: &mut Sender<Result<DumpedRow, StoreError>>,
) -> Result<(), StoreError> {
    let names: Vec<_> = table.columns().iter().map(|column| column.name).collect();
    let key = names[..table.key()].join(", ");
    let sql = format!("SELECT {} FROM {} ORDER BY {key}", names.join(", "), table.as_str());
    let mut read = sqlx::query(AssertSqlSafe(sql)).fetch(connection);
    while let Some(row) = read.try_next().await? {
        if rows.send(Ok(dumped(table, &row)?)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn dumped(table: Table, row: &PgRow) -> Result<DumpedRow, StoreError> {
    let columns = table.columns().iter().enumerate();
    let values =
        columns.map(|(place, column)| read(row, place, column)).collect::<Result<_, _>>()?;
    Ok(DumpedRow::new(table, values).expect("values are read by the kinds of their columns"))
}

fn read(row: &PgRow, place: usize, column: &Column) -> Result<Value, StoreError> {
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
