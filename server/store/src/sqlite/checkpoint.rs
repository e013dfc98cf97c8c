//! Checkpoints of the write-ahead file, on a connection of their own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::select;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

/// Between two checkpoints. A page that many commits have changed is moved once, so rarely is less
/// work; but what is left is moved by a commit, which somebody waits for.
const PERIOD: Duration = Duration::from_millis(200);

/// Moves what is in the write-ahead file into the database on a connection of its own, beside the
/// commits. It ends when it is dropped.
pub(super) struct Checkpointer {
    running: Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>,
}

impl Checkpointer {
    /// Starts it; it works after `written` was notified.
    pub(super) fn start(options: SqliteConnectOptions, written: Arc<Notify>) -> Self {
        let (end, ended) = oneshot::channel();
        // How long it takes is nobody's concern.
        let work = run(options.disable_statement_logging(), written, ended);
        Self { running: Mutex::new(Some((end, tokio::spawn(work)))) }
    }

    /// Ends it, and its connection.
    pub(super) async fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((end, task)) = running {
            drop(end);
            // A panic in there was logged and concerns nobody any more.
            let _ = task.await;
        }
    }
}

async fn run(
    options: SqliteConnectOptions,
    written: Arc<Notify>,
    mut ended: oneshot::Receiver<()>,
) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut connection = match options.connect().await {
        Ok(connection) => connection,
        Err(error) => {
            // Commits move everything themselves then.
            warn!(%error, "no connection for checkpoints");
            return;
        }
    };
    loop {
        select! {
            _ = &mut ended => break,
            _ = ticks.tick() => {}
        }
        select! {
            _ = &mut ended => break,
            () = written.notified() => {}
        }
        let moved = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut connection).await;
        if let Err(error) = moved {
            warn!(%error, "a checkpoint failed; nothing is lost, the next one tries again");
        }
    }
    // What it has not done, closing the database does.
    let _ = connection.close().await;
}
