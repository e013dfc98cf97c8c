use sqlx::postgres::{PgArguments, PgDatabaseError};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};

use super::PostgresStore;
use crate::backup::{Column, DumpedRow, Kind, Published, Rows, Summary, Table, Value, not_empty};
use crate::error::StoreError;

/// Rows of one INSERT: about a megabyte of submissions.
const ROWS_PER_INSERT: usize = 500;

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

/// Inserts rows of one table, a column in each parameter.
async fn insert(connection: &mut PgConnection, rows: &[DumpedRow]) -> Result<(), StoreError> {
    let Some(table) = rows.first().map(DumpedRow::table) else {
        return Ok(());
    };
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
    match statement.execute(connection).await {
        Ok(_) => Ok(()),
        Err(error) => Err(refusal(table, &error).unwrap_or_else(|| error.into())),
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
