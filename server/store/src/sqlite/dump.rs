use futures::channel::mpsc::{self, Sender};
use futures::{SinkExt as _, TryStreamExt as _};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use super::SqliteStore;
use crate::backup::{Backend, Column, Dump, DumpedRow, Kind, Table, Value};
use crate::error::StoreError;
use crate::value;

/// Rows that are read ahead of whoever takes them.
const AHEAD: usize = 256;

/// All rows, as they are now. The transaction that reads them keeps the write-ahead file from being
/// cut back until the last one is taken or the dump is dropped; nobody else waits for it.
pub(super) async fn dump(store: &SqliteStore) -> Result<Dump, StoreError> {
    let mut transaction = store.readers.begin().await?;
    // SQLite takes the snapshot when something is read, not when the transaction begins.
    sqlx::query("SELECT count(*) FROM waves").execute(&mut *transaction).await?;
    let (rows, taken) = mpsc::channel(AHEAD);
    let sender = tokio::spawn(send(transaction, rows));
    Ok(Dump::new(Backend::Sqlite, taken, sender))
}

async fn send(
    mut transaction: Transaction<'static, Sqlite>,
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
    connection: &mut SqliteConnection,
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

fn dumped(table: Table, row: &SqliteRow) -> Result<DumpedRow, StoreError> {
    let columns = table.columns().iter().enumerate();
    let values =
        columns.map(|(place, column)| read(row, place, column)).collect::<Result<_, _>>()?;
    Ok(DumpedRow::new(table, values).expect("values are read by the kinds of their columns"))
}

fn read(row: &SqliteRow, place: usize, column: &Column) -> Result<Value, StoreError> {
    let value = match column.kind {
        Kind::Int => row.try_get::<Option<i64>, _>(place)?.map(Value::Int),
        Kind::Text => row.try_get::<Option<String>, _>(place)?.map(Value::Text),
        Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(place)?.map(Value::Bytes),
        Kind::Id => {
            let bytes = row.try_get::<Option<Vec<u8>>, _>(place)?;
            let id = bytes.map(|bytes| Uuid::from_slice(&bytes)).transpose();
            id.map_err(|error| value::corrupt("an id", error))?.map(Value::Id)
        }
        Kind::Real => row.try_get::<Option<f64>, _>(place)?.map(Value::Real),
        Kind::Flag => row.try_get::<Option<bool>, _>(place)?.map(Value::Flag),
    };
    Ok(value.unwrap_or(Value::Null))
}
