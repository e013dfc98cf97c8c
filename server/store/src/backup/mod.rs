//! Everything that must survive, as rows that no database owns: to back it up, to restore it, to
//! move it to another kind of database, and to check it.
//!
//! [`Backup::dump`] gives the rows of one consistent moment, and
//! [`Backup::load`] takes them into an empty database. Between the two lies a
//! file ([`BackupWriter`], [`BackupReader`]) or a [`Checker`].
//!
//! The listing of the columnar mirror is left out: the mirror is made again from the log. So is the row
//! of `readiness`, which says nothing but when a server has tried to write.

/// What is dumped: tables, columns, kinds.
mod tables;

mod row;

/// The file.
mod file;

/// Whether rows agree with each other.
mod check;

mod dump_source;

mod load_target;

#[cfg(test)]
pub(crate) mod tests;

pub use check::{Checked, Checker, Finding, FindingKind, Findings};
pub(crate) use dump_source::{DumpSource, Sender, dump};
pub use file::{BackupError, BackupReader, BackupWriter, Damage, Header, Summary, WaveEnd};
pub(crate) use load_target::{LoadTarget, Published, fill};
pub use row::{DumpedRow, Value};
pub(crate) use tables::EMPTY;
#[cfg(test)]
pub(crate) use tables::LEFT_OUT;
pub use tables::{Column, Kind, Table};

use std::fmt;

use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Giving everything out, and taking it in again.
#[async_trait]
pub trait Backup: Send + Sync {
    /// Gives out everything that must survive, as it is at one moment, while others go on writing.
    /// Rows are read as they are taken; dropping the dump ends it.
    async fn dump(&self) -> Result<Dump, StoreError>;

    /// Takes everything in that a dump gave out, of whatever kind of database. One transaction, which
    /// commits after the last row: an error, also one of the rows themselves, leaves nothing. Rows
    /// are only inserted, and every rule of the tables holds for them. Definitions may be published
    /// before; those that are equal are not inserted again.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the database is not empty but for definitions, a row breaks a rule, or the rows end
    /// with an error.
    async fn load(&self, rows: &mut Rows<'_>) -> Result<Summary, StoreError>;

    /// What the database itself finds damaged in its files, in its own words; empty if nothing, or
    /// if this kind of database cannot be asked.
    async fn full_check(&self) -> Result<Vec<String>, StoreError>;
}

/// Which kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backend {
    /// SQLite, in one file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// All rows of one consistent moment, table by table in the order of [`Table::ALL`], each table in
/// the order of its key.
pub struct Dump {
    /// Where they come from.
    pub backend: Backend,
    /// The rows. After an error nothing follows, and what came before is not all.
    pub rows: BoxStream<'static, Result<DumpedRow, StoreError>>,
}

impl fmt::Debug for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dump").field("backend", &self.backend).finish_non_exhaustive()
    }
}

/// Rows to load, in the order in which they were dumped.
pub type Rows<'a> = dyn Iterator<Item = Result<DumpedRow, BackupError>> + Send + 'a;
