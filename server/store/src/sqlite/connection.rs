//! Opening: folder, pragmas, pools, migrations.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use log::LevelFilter;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::append::Writer;
use super::checkpoint::Checkpointer;
use super::open_check::{self, Check};
use super::{Queues, SqliteStore, fault, file};
use crate::error::StoreError;
use crate::version::{self, Seen, Step, Tables};

/// The tables. A migration that was released is never edited.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Readers. SQLite reads at the speed of memory, so more would only wait for the cores.
const READERS: u32 = 4;

/// How long to wait for the lock of another process: longer than the import of a whole survey, and
/// shorter than a request may take.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// How long the one connection that writes waits for another process in order to see whether it can
/// write, and how long it waits for everything else.
pub(super) const SHORT_WAIT: &str = "PRAGMA busy_timeout = 2000";
pub(super) const USUAL_WAIT: &str = "PRAGMA busy_timeout = 15000";

/// How often, and after what pause, a file that another process is opening is tried again: five
/// seconds in all, far longer than that takes.
const OPENING_ATTEMPTS: u32 = 100;
const OPENING_PAUSE: Duration = Duration::from_millis(50);

/// How long a caller waits for its turn; then the citizen's outbox tries again later.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A statement that takes longer is told in the log, without its values.
const SLOW_STATEMENT: Duration = Duration::from_secs(1);

/// Pages that the writer keeps: 32 MB, given in negative KB. Ids come in almost any order, so the
/// index on them is written all over; with the usual 2 MB its pages are read again for every commit.
const WRITER_CACHE: &str = "-32768";

/// When the write-ahead file has so many pages (64 MB), commits move what is left of it into the
/// database themselves. Most was moved beside them then: see [`Checkpointer`]. Under load without
/// a pause the file does fill, because the moving never quite catches up; with 4,000 pages the thread
/// that commits did nearly all of it.
const CHECKPOINT_PAGES: &str = "16000";

/// The write-ahead file is cut back to this size after a large import.
const JOURNAL_SIZE_LIMIT_BYTES: &str = "67108864";

/// Opens the file, with its folder if need be, and makes it if there is none.
pub(super) async fn create(path: &Path, tables: Tables) -> Result<SqliteStore, StoreError> {
    let path = absolute(path)?;
    if let Some(folder) = path.parent() {
        make_folder(folder).map_err(unavailable)?;
    }
    if !path.exists() {
        // A disk that is not mounted looks like this as well.
        tracing::warn!(path = %path.display(), "there is no database yet; an empty one is made");
    }
    open(path, tables).await
}

/// Opens a file that is there.
pub(super) async fn open_existing(path: &Path, tables: Tables) -> Result<SqliteStore, StoreError> {
    let path = absolute(path)?;
    // Before anything is made beside it.
    std::fs::metadata(&path).map_err(unavailable)?;
    open(path, tables).await
}

/// Makes a folder that nobody else may look into: every answer is in it.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// An absolute path, because SQLite would read one that begins with `file:` as a URL.
fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(unavailable)
}

fn unavailable(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(error.into())
}

async fn open(path: PathBuf, tables: Tables) -> Result<SqliteStore, StoreError> {
    if tables != Tables::Unchanged {
        file::make_private(&path).map_err(unavailable)?;
    }
    let path = file::real(&path);
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .log_slow_statements(LevelFilter::Warn, SLOW_STATEMENT);

    let before = open_check::Before::opening(&path);
    let is_in_use = before.is_in_use();
    let reading = options.clone().read_only(true);
    // Of a new file only; `thuocdo retention --compact` does it to an older one.
    let options = options.auto_vacuum(SqliteAutoVacuum::Incremental);
    let writer = writer_in_turn(options.clone()).await?;
    let check = Check::start(before, reading.clone()).await?;
    let checkpointing = options.clone().synchronous(SqliteSynchronous::Full);
    let seen = migrations_seen(&writer).await?;
    match tables.step(seen.is_some())? {
        Step::Migrate => {
            let seen = seen.unwrap_or_default();
            let is_outdated =
                matches!(version::check(&MIGRATIONS, &seen), Err(StoreError::Outdated));
            if is_in_use && is_outdated && !seen.is_empty() {
                return Err(StoreError::InUse);
            }
            migrate(for_writing(options)).await?;
            // SQLite opens a file that belongs to somebody else without a word, to read it only.
            sqlx::query("DELETE FROM waves WHERE FALSE").execute(&writer).await?;
        }
        Step::Check => version::check(&MIGRATIONS, &seen.unwrap_or_default())?,
    }
    let readers = pool(READERS).connect_lazy_with(reading);
    tracing::info!(path = %path.display(), "database open");
    let written = Arc::<Notify>::default();
    let checkpoints = Checkpointer::start(checkpointing, Arc::clone(&written));
    let log = Writer { pool: writer.clone(), written: Arc::clone(&written) };
    let queues = Queues::start(log, writer.clone());
    Ok(SqliteStore { path, writer, readers, queues, written, check, checkpoints })
}

/// Closes all connections, the writer last: SQLite then moves what is in the write-ahead file into
/// the database and removes it, unless another process has the database open.
pub(super) async fn close(store: &SqliteStore) {
    store.check.stop().await;
    store.checkpoints.stop().await;
    store.readers.close().await;
    store.writer.close().await;
    tracing::info!(path = %store.path.display(), "database closed");
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
    pool(1)
        // When the disk is full, SQLite may end a transaction by itself; the driver goes on
        // counting it and would refuse to begin another one for ever. The ping before this check
        // lets a roll-back that is under way finish, so only a lost count is seen here.
        .test_before_acquire(true)
        .before_acquire(|connection, _| {
            let idle = !connection.is_in_transaction();
            Box::pin(async move { Ok(idle) })
        })
        .connect_with(for_writing(options))
        .await
}

fn for_writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // In write-ahead mode, less than FULL loses the last commits when the power fails.
        .synchronous(SqliteSynchronous::Full)
        // What is redacted or dropped is overwritten, and does not linger in free parts of pages.
        .pragma("secure_delete", "ON")
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", JOURNAL_SIZE_LIMIT_BYTES)
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

/// Brings the tables up to date, all or nothing, while no other process does the same. On a
/// connection of its own, because a migration may be long without being a slow statement.
async fn migrate(options: SqliteConnectOptions) -> Result<(), StoreError> {
    let mut connection = options.disable_statement_logging().connect().await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    MIGRATIONS.run_direct(None, &mut *transaction, false).await?;
    transaction.commit().await?;
    Ok(connection.close().await?)
}

/// The migrations that the database has seen; none if it has no tables of any version of this program.
async fn migrations_seen(writer: &SqlitePool) -> Result<Option<Vec<Seen>>, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = $1)";
    let is_any: bool = sqlx::query_scalar(sql).bind("_sqlx_migrations").fetch_one(writer).await?;
    if !is_any {
        return Ok(None);
    }
    let sql = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";
    Ok(Some(sqlx::query_as(sql).fetch_all(writer).await?))
}
