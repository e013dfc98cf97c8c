use async_trait::async_trait;
use sqlx::postgres::{PgArguments, PgDatabaseError};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};

use super::PostgresStore;
use crate::backup::{
    self, Column, DumpedRow, Kind, Published, Rows, Summary, Table, Target, Value,
};
use crate::error::StoreError;

/// Loads all rows in one transaction, which commits only after the last one. A trigger of the table
/// of waves makes the partitions.
pub(super) async fn load(
    store: &PostgresStore,
    rows: &mut Rows<'_>,
) -> Result<Summary, StoreError> {
    let mut transaction = store.pool.begin().await?;
    for sql in [
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        // A server that starts now waits with its definitions, and nobody makes a wave.
        "LOCK TABLE definitions, waves IN SHARE ROW EXCLUSIVE MODE",
    ] {
        sqlx::query(sql).execute(&mut *transaction).await?;
    }
    let summary = backup::fill(&mut *transaction, rows).await?;
    transaction.commit().await?;
    Ok(summary)
}

#[async_trait]
impl Target for PgConnection {
    /// About a megabyte of submissions.
    const ROWS_TOGETHER: usize = 500;

    async fn has_rows(&mut self, table: Table) -> Result<bool, StoreError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", table.as_str());
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(self).await?)
    }

    async fn published(&mut self) -> Result<Vec<Published>, StoreError> {
        Ok(sqlx::query_as(Published::SQL).fetch_all(self).await?)
    }

    /// A column in each parameter.
    async fn insert(&mut self, table: Table, rows: &[DumpedRow]) -> Result<(), StoreError> {
        let names: Vec<_> = table.columns().iter().map(|column| column.name).collect();
        let arrays: Vec<_> = (1..)
            .zip(table.columns())
            .map(|(number, column)| format!("${number}::{}[]", word(column.kind)))
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) SELECT * FROM unnest({})",
            table.as_str(),
            names.join(", "),
            arrays.join(", ")
        );
        let mut statement = sqlx::query(AssertSqlSafe(sql));
        for (place, column) in table.columns().iter().enumerate() {
            statement = bind(statement, column, rows.iter().map(|row| &row.values()[place]));
        }
        match statement.execute(self).await {
            Ok(_) => Ok(()),
            Err(error) => Err(refusal(table, &error).unwrap_or_else(|| error.into())),
        }
    }
}

/// The type in PostgreSQL.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "bigint",
        Kind::Text => "text",
        Kind::Bytes => "bytea",
        Kind::Id => "uuid",
        Kind::Real => "double precision",
        Kind::Flag => "boolean",
    }
}

type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// Binds the values of one column as an array.
fn bind<'q, 'r>(
    statement: Statement<'q>,
    column: &Column,
    values: impl Iterator<Item = &'r Value>,
) -> Statement<'q> {
    macro_rules! array {
        ($variant:ident) => {{
            let one = |value: &Value| match value {
                Value::$variant(value) => Some(value.clone()),
                _ => None,
            };
            statement.bind(values.map(one).collect::<Vec<_>>())
        }};
    }
    match column.kind {
        Kind::Int => array!(Int),
        Kind::Text => array!(Text),
        Kind::Bytes => array!(Bytes),
        Kind::Id => array!(Id),
        Kind::Real => array!(Real),
        Kind::Flag => array!(Flag),
    }
}

/// What the database says of a row that it refuses, without the details, which quote the row; none
/// if something else went wrong.
fn refusal(table: Table, error: &sqlx::Error) -> Option<StoreError> {
    let error = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
    // A value that a type or a rule of the table does not take.
    let refused = ["22", "23"].iter().any(|class| error.code().starts_with(class));
    refused.then(|| {
        let reason = error.constraint().unwrap_or_else(|| error.code());
        let what = format!("the database refuses a row of {}: {reason}", table.as_str());
        StoreError::Invalid { what }
    })
}
