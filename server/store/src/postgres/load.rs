//! Loading rows into PostgreSQL.

use sqlx::postgres::{PgArguments, PgDatabaseError};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};

use crate::backup::{Column, DumpedRow, Kind, Table, Value};
use crate::error::StoreError;

/// Rows of one INSERT: about a megabyte of submissions.
pub(super) const ROWS_TOGETHER: usize = 500;

/// Inserts rows of one table, a column in each parameter.
pub(super) async fn insert(
    connection: &mut PgConnection,
    table: Table,
    rows: &[DumpedRow],
) -> Result<(), StoreError> {
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
