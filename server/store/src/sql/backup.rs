//! Giving everything out, and taking it in again.

use async_trait::async_trait;
use futures::{SinkExt as _, TryStreamExt as _};
use sqlx::{AssertSqlSafe, Row as _, Transaction};

use super::dialect::{DUMP_SETTINGS, LOAD_SETTINGS};
use super::{BACKEND, Backend, Connection, Driver, Json, Row, full_check, load};
use crate::backup::{
    self, Backup, Column, Dump, DumpSource, DumpedRow, Kind, LoadTarget, Published, Rows, Sender,
    Summary, Table, Value,
};
use crate::error::StoreError;
use crate::value;

#[async_trait]
impl Backup for Backend {
    /// All rows, as they are now.
    async fn dump(&self) -> Result<Dump, StoreError> {
        let mut transaction = self.snapshot().await?;
        for setting in DUMP_SETTINGS {
            sqlx::query(setting).execute(&mut *transaction).await?;
        }
        // The snapshot is taken when something is read, not when the transaction begins.
        sqlx::query("SELECT count(*) FROM waves").execute(&mut *transaction).await?;
        Ok(backup::dump(transaction))
    }

    /// Loads all rows in one transaction, which commits only after the last one.
    async fn load(&self, rows: &mut Rows<'_>) -> Result<Summary, StoreError> {
        let mut transaction = self.write().await?;
        for setting in LOAD_SETTINGS {
            sqlx::query(setting).execute(&mut *transaction).await?;
        }
        let summary = backup::fill(&mut *transaction, rows).await?;
        transaction.commit().await?;
        Ok(summary)
    }

    async fn full_check(&self) -> Result<Vec<String>, StoreError> {
        full_check::check(self.reader()).await
    }
}

#[async_trait]
impl DumpSource for Transaction<'static, Driver> {
    const BACKEND: backup::Backend = BACKEND;

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

#[async_trait]
impl LoadTarget for Connection {
    const ROWS_TOGETHER: usize = load::ROWS_TOGETHER;

    async fn has_rows(&mut self, table: Table) -> Result<bool, StoreError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", table.as_str());
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(self).await?)
    }

    async fn end_staff_access(&mut self) -> Result<(), StoreError> {
        for sql in backup::EMPTY {
            sqlx::query(sql).execute(&mut *self).await?;
        }
        Ok(())
    }

    async fn published(&mut self) -> Result<Vec<Published>, StoreError> {
        Ok(sqlx::query_as(Published::SQL).fetch_all(self).await?)
    }

    async fn insert(&mut self, table: Table, rows: &[DumpedRow]) -> Result<(), StoreError> {
        load::insert(self, table, rows).await
    }
}

fn value_of(
    row: &Row,
    table: Table,
    (place, column): (usize, &Column),
) -> Result<Value, StoreError> {
    let value = match column.kind {
        Kind::Int => row.try_get::<Option<_>, _>(place)?.map(Value::Int),
        Kind::Text if table.is_draft(column) => {
            let text = row.try_get::<Option<Json>, _>(place)?.map(value::text);
            text.map(|text| text.map_or(Value::Damaged, Value::Text))
        }
        Kind::Text => row.try_get::<Option<_>, _>(place)?.map(Value::Text),
        Kind::Bytes => row.try_get::<Option<_>, _>(place)?.map(Value::Bytes),
        Kind::Id => row.try_get::<Option<_>, _>(place)?.map(Value::Id),
        Kind::Real => row.try_get::<Option<_>, _>(place)?.map(Value::Real),
        Kind::Flag => row.try_get::<Option<_>, _>(place)?.map(Value::Flag),
    };
    Ok(value.unwrap_or(Value::Null))
}
