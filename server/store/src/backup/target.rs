use super::{DumpedRow, Table, Value};
use crate::error::StoreError;

/// A definition that was published in a database before a backup is loaded into it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Published {
    kind: String,
    id: String,
    version: i64,
    sha256: Vec<u8>,
}

impl Published {
    /// Whether a row of a backup is this definition, with the same content.
    pub(crate) fn is(&self, row: &DumpedRow) -> bool {
        let Self { kind, id, version, sha256 } = self;
        row.table() == Table::Definitions
            && matches!(row.values(), [Value::Text(a), Value::Text(b), Value::Int(c), Value::Bytes(d)]
                if (a, b, c, d) == (kind, id, version, sha256))
    }
}

/// Why nothing is loaded into a database with rows in a table, and what to do.
pub(crate) fn not_empty(table: Table) -> StoreError {
    let what = format!(
        "the database is not empty: it has rows in {}; restore into a folder without a database, or \
         into a new database (createdb)",
        table.as_str()
    );
    StoreError::Invalid { what }
}
