//! Calls that arrive while a commit is under way share the next one, so that the disk is asked once
//! for all of them. One task commits; whoever waits for it may go away at any moment.

mod commit;

mod tally;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tracing::Span;

use self::commit::commit_for_ever;
use self::tally::{Counted, Tally, Waiting};

use crate::error::StoreError;
use crate::row::LogRow;
use crate::store::StoreStats;
use crate::submission_log::Recorded;

/// Rows of one transaction at most: others wait for the writer as well.
const MAX_ROWS: usize = 1_000;

/// Bytes of rows that wait at most; then the store is busy. With 30 questions a row has one or, as
/// text, three kilobytes, so these are half a second or a second of work; the requests that wait for
/// them hold several times as much memory.
const MAX_WAITING_BYTES: usize = 16 * 1024 * 1024;

/// Calls that wait at most.
const MAX_WAITING_CALLS: usize = 4_096;

/// Appends rows durably in one transaction.
#[async_trait]
pub(crate) trait Append: Send + Sync + 'static {
    /// A JSON text as the database keeps it.
    type Json: From<String> + AsRef<[u8]> + Send + Sync + 'static;

    /// One result per row, in order. An error means that nothing is stored, but for
    /// [`StoreError::Unavailable`], after which everything may be. [`StoreError::Busy`] is for a
    /// wave that somebody else holds, and says nothing of other waves.
    async fn append(&self, rows: &[&LogRow<Self::Json>]) -> Result<Vec<Recorded>, StoreError>;
}

/// The queue in front of an [`Append`].
pub(crate) struct GroupCommit<J> {
    calls: mpsc::Sender<Call<J>>,
    room: Arc<Semaphore>,
    tally: Arc<Tally>,
    timeouts: Timeouts,
}

struct Call<J> {
    rows: Vec<LogRow<J>>,
    answer: oneshot::Sender<Result<Vec<Recorded>, StoreError>>,
    span: Span,
    _room: OwnedSemaphorePermit,
    _waiting: Waiting,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    /// One commit. Beyond it nobody is thought to answer any more.
    pub(crate) commit: Duration,
    /// A call in the queue, before [`GroupCommit::check`] complains.
    pub(crate) call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        // Longer than a statement may take in the database, which ends by itself.
        Self { commit: Duration::from_secs(75), call: Duration::from_secs(20) }
    }
}

impl<J: From<String> + AsRef<[u8]> + Send + Sync + 'static> GroupCommit<J> {
    /// Starts the task that commits. It ends with the queue.
    pub(crate) fn start(append: impl Append<Json = J>, timeouts: Timeouts) -> Self {
        let (calls, waiting) = mpsc::channel(MAX_WAITING_CALLS);
        let tally = Arc::<Tally>::default();
        let counted = Counted { append, tally: Arc::clone(&tally), timeouts };
        tokio::spawn(commit_for_ever(counted, waiting));
        Self { calls, room: Arc::new(Semaphore::new(MAX_WAITING_BYTES)), tally, timeouts }
    }

    /// Whether calls are answered in time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if one has waited for too long.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match self.tally.oldest() {
            Some(waits) if waits >= self.timeouts.call => {
                Err(StoreError::Unavailable(Box::new(Stuck(waits))))
            }
            _ => Ok(()),
        }
    }

    /// What was done since the start.
    pub(crate) fn stats(&self) -> StoreStats {
        self.tally.read()
    }

    /// Appends rows, together with what others append at the same time.
    ///
    /// # Errors
    /// [`StoreError::Busy`] at once if too much waits already, or soon if somebody else holds the
    /// wave; then nothing is stored.
    pub(crate) async fn append(&self, rows: Vec<LogRow<J>>) -> Result<Vec<Recorded>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let bytes: usize = rows.iter().map(LogRow::size).sum();
        let permits = u32::try_from(bytes.min(MAX_WAITING_BYTES)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(permits);
        let room = room.map_err(|_| self.tally.busy())?;
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting::new(&self.tally, rows.len());
        let call = Call { rows, answer, span: Span::current(), _room: room, _waiting: waiting };
        self.calls.try_send(call).map_err(|_| self.tally.busy())?;
        match answered.await {
            Ok(Err(StoreError::Busy)) => Err(self.tally.busy()),
            Ok(answer) => answer,
            Err(_) => Err(StoreError::Unavailable(Box::new(CutOff))),
        }
    }
}

/// Nobody knows whether the rows are stored; sending them again will tell.
#[derive(Debug, thiserror::Error)]
#[error("the commit was cut off")]
struct CutOff;

/// The queue does not move.
#[derive(Debug, thiserror::Error)]
#[error("a call has waited for {0:?} to be stored")]
struct Stuck(Duration);
