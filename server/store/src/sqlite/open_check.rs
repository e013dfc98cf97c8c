//! The check of all pages when a database file is opened, and the lock that says whether it is needed.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::task::JoinHandle;
use tracing::{error, info};

use super::lead::{open, sibling_path};
use crate::error::StoreError;

/// Steps of SQLite between two looks at whether to stop: well below a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// What SQLite says of a damaged file. It names pages and tables, no contents.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
struct Damage(String);

/// How the file was found, before it was opened.
pub(super) struct Before {
    /// Held as long as the file is open; none where the file system has no locks.
    lock: Option<File>,
    state: State,
}

/// What of a file there is to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Another process has it open, and has looked at it.
    InUse,
    /// The last process ended in the middle of its work.
    Crashed,
    /// The last process closed it, or it is new.
    Closed,
}

/// The look through the whole file for damaged pages, and what it has found.
pub(super) struct Check {
    found: Arc<OnceLock<Damage>>,
    stop: Arc<AtomicBool>,
    task: Mutex<Option<JoinHandle<()>>>,
    _lock: Option<File>,
}

impl Before {
    pub(super) fn opening(database: &Path) -> Self {
        let lock = open(&sibling_path(database, "-lock")).ok();
        let in_use = lock.as_ref().is_some_and(|lock| {
            let taken = matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
            // Shared from now on: so many may have the file open, and none of them is the first.
            let _ = lock.try_lock_shared();
            taken
        });
        let left = std::fs::metadata(sibling_path(database, "-wal")).is_ok_and(|wal| wal.len() > 0);
        let state = match (in_use, left) {
            (true, _) => State::InUse,
            (false, true) => State::Crashed,
            (false, false) => State::Closed,
        };
        Self { lock, state }
    }
}

impl Before {
    /// Whether another process has the file open.
    pub(super) fn is_in_use(&self) -> bool {
        self.state == State::InUse
    }
}

impl Check {
    /// Looks through the file: at once after a crash, and otherwise beside the work.
    pub(super) async fn start(
        before: Before,
        options: SqliteConnectOptions,
    ) -> Result<Self, StoreError> {
        let Before { lock, state } = before;
        let check = Self {
            found: Arc::default(),
            stop: Arc::default(),
            task: Mutex::default(),
            _lock: lock,
        };
        let look = look(options, Arc::clone(&check.stop));
        match state {
            State::InUse => {}
            State::Crashed => {
                info!("the database was not closed: looking through it");
                if let Some(damage) = look.await? {
                    return Err(corrupt(damage));
                }
            }
            State::Closed => {
                let found = Arc::clone(&check.found);
                let task = tokio::spawn(async move {
                    match look.await {
                        Ok(None) => {}
                        Ok(Some(damage)) => {
                            error!(%damage, "the database is damaged");
                            let _ = found.set(damage);
                        }
                        Err(error) => error!(%error, "cannot look through the database"),
                    }
                });
                *check.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
            }
        }
        Ok(check)
    }

    /// # Errors
    /// [`StoreError::Corrupt`] if damage was found so far.
    pub(super) fn finding(&self) -> Result<(), StoreError> {
        self.found.get().map_or(Ok(()), |damage| Err(corrupt(damage.clone())))
    }

    /// Ends the look, wherever it is, and its connection.
    pub(super) async fn stop(&self) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.stop.store(true, Ordering::Relaxed);
        if let Some(task) = task {
            // A panic in there was logged and concerns nobody any more.
            let _ = task.await;
        }
    }
}

impl Drop for Check {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn corrupt(damage: Damage) -> StoreError {
    StoreError::Corrupt { what: "a page", source: damage.into() }
}

/// The first damage in the file; none if there is none, or it was told to stop.
async fn look(
    options: SqliteConnectOptions,
    stop: Arc<AtomicBool>,
) -> Result<Option<Damage>, StoreError> {
    // It takes as long as it takes; that is no slow statement.
    let mut connection = options.disable_statement_logging().connect().await?;
    let stopped = Arc::clone(&stop);
    connection
        .lock_handle()
        .await?
        .set_progress_handler(STEPS_BETWEEN_LOOKS, move || !stopped.load(Ordering::Relaxed));
    let finding = quick_check(&mut connection).await;
    let stopped = stop.load(Ordering::Relaxed);
    connection.close().await?;
    match finding {
        Ok(finding) if finding == "ok" => Ok(None),
        Ok(finding) => Ok(Some(Damage(finding))),
        Err(_) if stopped => Ok(None),
        Err(error) => match StoreError::from(error) {
            StoreError::Corrupt { source, .. } => Ok(Some(Damage(source.to_string()))),
            other => Err(other),
        },
    }
}

/// The first finding is enough: nobody repairs a page by hand.
async fn quick_check(connection: &mut SqliteConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(connection).await
}
