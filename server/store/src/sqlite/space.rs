//! Giving room back to the disk. A file that was made by this version can give back its free pages; an
//! older one uses them again, and can after [`compact`].

use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, SqlitePool};

use super::SqliteStore;
use crate::error::StoreError;

/// How long to wait for readers: answers wait meanwhile.
const PATIENCE: Duration = Duration::from_millis(100);

/// Pages that are given back in one transaction: 4 MB.
const PAGES_AT_ONCE: i64 = 1_000;

/// Free pages that stay, because the next texts use them: 1 MB.
const PAGES_LEFT: i64 = 256;

/// The mode in which a file gives free pages back when it is told to.
const INCREMENTAL: i64 = 2;

pub(super) async fn give_back(writer: &SqlitePool) -> Result<bool, StoreError> {
    let mut connection = writer.acquire().await?;
    let mode: i64 = sqlx::query_scalar("PRAGMA auto_vacuum").fetch_one(&mut *connection).await?;
    if mode != INCREMENTAL {
        return Ok(false);
    }
    let free: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(&mut *connection).await?;
    let pages = (free - PAGES_LEFT).min(PAGES_AT_ONCE);
    if pages <= 0 {
        return Ok(false);
    }
    let sql = format!("PRAGMA incremental_vacuum({pages})");
    connection.execute(sqlx::AssertSqlSafe(sql)).await?;
    Ok(pages == PAGES_AT_ONCE)
}

pub(super) async fn compact(writer: &SqlitePool) -> Result<(), StoreError> {
    let mut connection = writer.acquire().await?;
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL").await?;
    connection.execute("VACUUM").await?;
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    Ok(())
}

/// Empties the write-ahead file, which still has what was deleted; in the database itself it is overwritten.
/// False if somebody reads what is in it.
pub(super) async fn overwrite_deleted(store: &SqliteStore) -> Result<bool, StoreError> {
    let options = SqliteConnectOptions::new().filename(&store.path).busy_timeout(PATIENCE);
    let mut connection = options.connect().await?;
    let (is_busy, _, _): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(is_busy == 0)
}
