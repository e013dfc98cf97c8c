//! The backend for several servers: PostgreSQL.
//!
//! Any number of servers work on one database. Whoever writes what is numbered within a wave locks
//! the row of the wave in `waves` first, in the order of their ids if there are several, and reads
//! what is there by a later statement, so that it sees what the last holder of the lock has left.
//! Each statement names the wave, so that it concerns one partition.
//!
//! The use-cases are in `sql`, which SQLite shares; the other files are what PostgreSQL has of its
//! own.

mod append;
mod bulk;
mod connection;
mod dialect;
mod fault;
mod full_check;
mod lead;
mod load;
mod locks;
mod space;
#[expect(clippy::duplicate_mod, reason = "each backend compiles it against its own driver")]
#[path = "../sql/mod.rs"]
mod sql;

#[cfg(test)]
mod tests;

pub(crate) use self::fault::{obstacle, sort};
use self::sql::Queues;
#[cfg(test)]
pub(crate) use self::tests::fresh_database;

use std::fmt;

use sqlx::postgres::PgRow as Row;
use sqlx::{
    PgConnection as Connection, PgExecutor as Executor, PgPool, PgPool as Pool, Postgres as Driver,
};

use self::append::Writer;
use self::sql::UPDATE_READINESS;
use crate::backup;
use crate::error::StoreError;
use crate::version::Tables;

use PostgresStore as Backend;

/// A large JSON text as PostgreSQL keeps it, which compresses it by itself.
type Json = String;

/// Which kind of database this is.
const BACKEND: backup::Backend = backup::Backend::Postgres;

/// A [`Store`](crate::Store) in a PostgreSQL database, which any number of servers share.
pub struct PostgresStore {
    pool: PgPool,
    queues: Queues,
}

impl PostgresStore {
    /// Connects to a database and brings its tables up to date, while no other server does the same.
    ///
    /// The URL is `postgres://user:password@host:port/database?…` with the parameters of libpq, and
    /// `pool_size`: how many connections this server keeps at most, from 2, else 16.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer or does not let the user in;
    /// [`StoreError::Version`] if a newer program, or one with other migrations, has written it, or
    /// PostgreSQL is older than 14; [`StoreError::Unsafe`] if it does not bring to its disk what it
    /// acknowledges, or if it is on another machine and the URL does not say `sslmode=verify-full`;
    /// [`StoreError::Invalid`] or [`StoreError::Fault`] if the URL is none. No error tells the
    /// password.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        connection::open(url, Tables::Migrated).await
    }

    /// As [`PostgresStore::open`], but makes no tables where there are none.
    ///
    /// # Errors
    /// As [`PostgresStore::open`]; [`StoreError::Empty`] if there are none.
    pub async fn open_existing(url: &str) -> Result<Self, StoreError> {
        connection::open(url, Tables::Upgraded).await
    }

    /// As [`PostgresStore::open`], but brings no older tables up to date: for a command that may be
    /// the first to use the database, and may also be used beside servers of an older version.
    ///
    /// # Errors
    /// As [`PostgresStore::open`]; [`StoreError::Outdated`] if the tables are older.
    pub async fn open_or_make(url: &str) -> Result<Self, StoreError> {
        connection::open(url, Tables::Made).await
    }

    /// As [`PostgresStore::open`], but leaves the tables as they are: to look at a database beside
    /// servers of an older version.
    ///
    /// # Errors
    /// As [`PostgresStore::open`]; [`StoreError::Outdated`] if the tables are older, or there are
    /// none.
    pub async fn open_unchanged(url: &str) -> Result<Self, StoreError> {
        connection::open(url, Tables::Unchanged).await
    }

    /// The connections that write.
    fn writer(&self) -> &PgPool {
        &self.pool
    }

    /// The connections that read, which are the same.
    fn reader(&self) -> &PgPool {
        &self.pool
    }

    /// Whether the queue of calls that append moves.
    fn check_health(&self) -> Result<(), StoreError> {
        self.queues.log.check()
    }

    /// Writes when it was asked to.
    async fn write_readiness(&self, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query(UPDATE_READINESS).bind(now_ms).execute(&self.pool).await?;
        Ok(())
    }

    /// Closes all connections.
    async fn close_all(&self) {
        self.pool.close().await;
        tracing::info!("database closed");
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = self.pool.connect_options();
        let (host, database) = (options.get_host(), options.get_database());
        f.debug_struct("PostgresStore")
            .field("host", &host)
            .field("database", &database)
            .finish_non_exhaustive()
    }
}
