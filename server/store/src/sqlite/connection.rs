use std::path::Path;
use std::time::Duration;

use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::time::sleep;

use super::{SqliteStore, fault};
use crate::error::StoreError;

/// The tables. A migration that was released is never edited.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Readers. SQLite reads at the speed of memory, so more would only wait for the cores.
const READERS: u32 = 4;

/// How long to wait for the lock of another process: longer than the import of a whole survey.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// How often, and after what pause, a file that another process is opening is tried again: five
/// seconds in all, far longer than that takes.
const OPENING_ATTEMPTS: u32 = 100;
const OPENING_PAUSE: Duration = Duration::from_millis(50);

/// How long a caller waits for its turn; then the citizen's outbox tries again later.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// The write-ahead file is cut back to this size after a large import.
const JOURNAL_SIZE_LIMIT_BYTES: &str = "67108864";

pub(super) async fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    let unavailable = |error: std::io::Error| StoreError::Unavailable(error.into());
    // An absolute path, because SQLite would read one that begins with `file:` as a URL.
    let path = std::path::absolute(path).map_err(unavailable)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unavailable)?;
    }
    let options =
        SqliteConnectOptions::new().filename(&path).busy_timeout(BUSY_TIMEOUT).foreign_keys(true);

    let writer = writer_in_turn(options.clone()).await?;
    migrate(&writer).await?;
    let readers = pool(READERS).connect_lazy_with(options.read_only(true));
    tracing::info!(path = %path.display(), "database open");
    Ok(SqliteStore { path, writer, readers })
}

/// The pool that writes. Turning write-ahead mode on needs the file alone, and SQLite does not wait
/// for another process that does the same, so this waits here.
async fn writer_in_turn(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    for _ in 0..OPENING_ATTEMPTS {
        match writer(options.clone()).await {
            Err(error) if fault::is_busy(&error) => sleep(OPENING_PAUSE).await,
            other => return other,
        }
    }
    writer(options).await
}

async fn writer(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // In write-ahead mode, less than FULL loses the last commits when the power fails.
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", JOURNAL_SIZE_LIMIT_BYTES);
    pool(1)
        // When the disk is full, SQLite may end a transaction by itself; the driver goes on
        // counting it and would refuse to begin another one for ever. The ping before this check
        // lets a roll-back that is under way finish, so only a lost count is seen here.
        .test_before_acquire(true)
        .before_acquire(|connection, _| {
            let idle = !connection.is_in_transaction();
            Box::pin(async move { Ok(idle) })
        })
        .connect_with(options)
        .await
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A connection to a file does not age, and a new one would start without its statements.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// Brings the tables up to date, all or nothing, while no other process does the same.
async fn migrate(writer: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    MIGRATIONS.run_direct(None, &mut *transaction, false).await?;
    Ok(transaction.commit().await?)
}
