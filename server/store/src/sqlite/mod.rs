//! The backend for one machine: SQLite in one file, in write-ahead mode.
//!
//! There is one connection that writes and a few that read. Every write is a transaction that takes
//! the write lock when it begins, so what it reads cannot change before it commits, also when
//! another process (`thuocdo import` beside `thuocdo serve`) writes to the same file.
//!
//! The use-cases are in `sql`, which PostgreSQL shares; the other files are what SQLite has of its
//! own.

mod append;
mod bulk;
mod checkpoint;
mod connection;
mod dialect;
mod fault;
mod file;
mod full_check;
mod lead;
mod load;
mod locks;
mod compressed_json;
mod open_check;
mod space;
#[expect(clippy::duplicate_mod, reason = "each backend compiles it against its own driver")]
#[path = "../sql/mod.rs"]
mod sql;

#[cfg(test)]
mod tests;

pub(crate) use self::fault::{obstacle, sort};
use self::sql::Queues;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::Executor as _;
use sqlx::sqlite::SqliteRow as Row;
use sqlx::{
    Sqlite as Driver, SqliteConnection as Connection, SqliteExecutor as Executor, SqlitePool,
    SqlitePool as Pool,
};
use tokio::sync::Notify;

use self::append::Writer;
use self::checkpoint::Checkpointer;
use self::compressed_json::CompressedJson as Json;
use self::open_check::Check;
use self::sql::UPDATE_READINESS;
use crate::backup;
use crate::error::StoreError;
use crate::version::Tables;

use SqliteStore as Backend;

/// Which kind of database this is.
const BACKEND: backup::Backend = backup::Backend::Sqlite;

/// A [`Store`](crate::Store) in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    /// One connection: waiting for it in a fair queue is quicker than fighting over the file lock.
    writer: SqlitePool,
    readers: SqlitePool,
    queues: Queues,
    /// Notified when something was written that is to be moved into the database.
    written: Arc<Notify>,
    check: Check,
    checkpoints: Checkpointer,
}

impl SqliteStore {
    /// Opens the file, with its folder if need be, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the folder or file cannot be made or opened;
    /// [`StoreError::Version`] if a newer program, or one with other migrations, wrote the file;
    /// [`StoreError::InUse`] if its tables are older and another process has it open;
    /// [`StoreError::Corrupt`] if it is no SQLite database or a damaged one. After a crash the whole
    /// file is looked through before this returns; otherwise in the background, and then
    /// [`Store::prove_durable`](crate::Store::prove_durable) tells of damage.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        connection::create(path, Tables::Migrated).await
    }

    /// As [`SqliteStore::open`], but makes nothing where there is no file.
    ///
    /// # Errors
    /// As [`SqliteStore::open`]; [`StoreError::Unavailable`] if there is no such file;
    /// [`StoreError::Empty`] if it has no tables.
    pub async fn open_existing(path: &Path) -> Result<Self, StoreError> {
        connection::open_existing(path, Tables::Upgraded).await
    }

    /// As [`SqliteStore::open`], but brings no older tables up to date: for a command that may be the
    /// first to use the database, and may also be used beside a server of an older version.
    ///
    /// # Errors
    /// As [`SqliteStore::open`]; [`StoreError::Outdated`] if the tables are older.
    pub async fn open_or_make(path: &Path) -> Result<Self, StoreError> {
        connection::create(path, Tables::Made).await
    }

    /// As [`SqliteStore::open_existing`], but leaves the tables as they are: to look at a database
    /// beside a server of an older version.
    ///
    /// # Errors
    /// As [`SqliteStore::open_existing`]; [`StoreError::Outdated`] if the tables are older.
    pub async fn open_unchanged(path: &Path) -> Result<Self, StoreError> {
        connection::open_existing(path, Tables::Unchanged).await
    }

    /// The one connection that writes. Only one transaction of [`BEGIN_WRITE`](dialect::BEGIN_WRITE)
    /// can be under way at a time, on any connection of any process.
    fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// The connections that read.
    fn reader(&self) -> &SqlitePool {
        &self.readers
    }

    /// Whether no damage was found so far, and the queue of calls that append moves.
    fn check_health(&self) -> Result<(), StoreError> {
        self.check.finding()?;
        self.queues.log.check()
    }

    /// Writes when it was asked to. It waits shorter for the lock of another process than others do,
    /// who wait behind it.
    async fn write_readiness(&self, now_ms: i64) -> Result<(), StoreError> {
        let mut writer = self.writer.acquire().await?;
        writer.execute(connection::SHORT_WAIT).await?;
        let written = sqlx::query(UPDATE_READINESS).bind(now_ms).execute(&mut *writer).await;
        writer.execute(connection::USUAL_WAIT).await?;
        written?;
        self.written.notify_one();
        Ok(())
    }

    /// Closes all connections.
    async fn close_all(&self) {
        connection::close(self).await;
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}
