//! The database into which rows are loaded.

use async_trait::async_trait;

use super::{DumpedRow, Rows, Summary, Table, Value};
use crate::error::StoreError;

/// A transaction of a database into which rows are loaded.
#[async_trait]
pub(crate) trait LoadTarget {
    /// Rows of one table that are inserted together.
    const ROWS_TOGETHER: usize;

    async fn has_rows(&mut self, table: Table) -> Result<bool, StoreError>;

    /// Ends whatever somebody could log in with: whoever restores a backup begins anew.
    async fn end_staff_access(&mut self) -> Result<(), StoreError>;

    async fn published(&mut self) -> Result<Vec<Published>, StoreError>;

    /// Inserts rows of one table.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if a row breaks a rule of the table.
    async fn insert(&mut self, table: Table, rows: &[DumpedRow]) -> Result<(), StoreError>;
}

/// Loads all rows into an empty database.
///
/// # Errors
/// [`StoreError::Invalid`] if it is not empty, and for what is wrong with the rows.
pub(crate) async fn fill<T: LoadTarget + Send>(
    target: &mut T,
    rows: &mut Rows<'_>,
) -> Result<Summary, StoreError> {
    // Every program that opens a database publishes its definitions, so they alone are nobody's work.
    for table in Table::ALL.into_iter().filter(|table| *table != Table::Definitions) {
        if target.has_rows(table).await? {
            return Err(not_empty(table));
        }
    }
    target.end_staff_access().await?;
    let published = target.published().await?;
    let mut summary = Summary::default();
    let mut together: Vec<DumpedRow> = Vec::with_capacity(T::ROWS_TOGETHER);
    for row in rows {
        let row = row.map_err(|error| StoreError::Invalid { what: error.to_string() })?;
        summary.add(&row);
        if published.iter().any(|published| published.is(&row)) {
            continue;
        }
        let is_full = together.len() == T::ROWS_TOGETHER;
        if is_full || together.first().is_some_and(|first| first.table() != row.table()) {
            insert(target, &mut together).await?;
        }
        together.push(row);
    }
    insert(target, &mut together).await?;
    Ok(summary)
}

async fn insert(target: &mut impl LoadTarget, rows: &mut Vec<DumpedRow>) -> Result<(), StoreError> {
    if let Some(first) = rows.first() {
        target.insert(first.table(), rows).await?;
        rows.clear();
    }
    Ok(())
}

/// A definition that was published in a database before a backup is loaded into it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Published {
    kind: String,
    id: String,
    version: i64,
    sha256: Vec<u8>,
}

impl Published {
    /// Those of a database.
    pub(crate) const SQL: &str = "SELECT kind, id, version, sha256 FROM definitions";

    /// Whether a row of a backup is this definition, with the same content.
    fn is(&self, row: &DumpedRow) -> bool {
        let Self { kind, id, version, sha256 } = self;
        row.table() == Table::Definitions
            && matches!(row.values(), [Value::Text(a), Value::Text(b), Value::Int(c), Value::Bytes(d)]
                if (a, b, c, d) == (kind, id, version, sha256))
    }
}

/// Why nothing is loaded into a database with rows in a table, and what to do.
fn not_empty(table: Table) -> StoreError {
    let what = format!(
        "the database is not empty: it has rows in {}; restore into a folder without a database, or \
         into a new database (createdb)",
        table.as_str()
    );
    StoreError::Invalid { what }
}
