//! Calls that arrive while a commit is under way share the next one, so that the disk is asked once
//! for all of them. One task commits; whoever waits for it may go away at any moment.

mod commit;

mod tally;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use survey_defs::ids::WaveId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tracing::Span;

use self::commit::commit_for_ever;
pub(crate) use self::tally::Tally;
use self::tally::{Counted, Waiting};

use crate::error::StoreError;
use crate::store::StoreStats;

/// A row that waits for its commit.
pub(crate) trait Queued: Send + Sync + 'static {
    /// The wave in which it is numbered.
    fn wave(&self) -> &WaveId;

    /// About how many bytes it takes in memory.
    fn size(&self) -> usize;
}

/// Appends rows durably in one transaction.
#[async_trait]
pub(crate) trait Append: Send + Sync + 'static {
    /// What is appended.
    type Row: Queued;

    /// What became of a row.
    type Outcome: Send + 'static;

    /// One result per row, in order. An error means that nothing is stored, but for
    /// [`StoreError::Unavailable`], after which everything may be. [`StoreError::Busy`] is for a
    /// wave that somebody else holds, and says nothing of other waves.
    async fn append(&self, rows: &[&Self::Row]) -> Result<Vec<Self::Outcome>, StoreError>;
}

/// How much there may be at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Rows of one transaction: others wait for the writer as well.
    rows: usize,
    /// Bytes of rows that wait; then the store is busy.
    bytes: usize,
    /// Calls that wait.
    calls: usize,
    /// How long the first of a group waits for others, where nobody waits for it.
    gather: Duration,
}

impl Room {
    /// Of the log. With 30 questions a row has one or, as text, three kilobytes, so what waits is half a
    /// second or a second of work; the requests that wait for it hold several times as much memory.
    pub(crate) const LOG: Self =
        Self { rows: 1_000, bytes: 16 * 1024 * 1024, calls: 4_096, gather: Duration::ZERO };

    /// Of what anybody may send and that is no answer yet: quarantine and break-offs.
    pub(crate) const ASIDE: Self =
        Self { rows: 200, bytes: 2 * 1024 * 1024, calls: 256, gather: Duration::ZERO };

    /// Of tags of senders, for which no caller waits: a commit of them in half a second.
    pub(crate) const TAGS: Self = Self {
        rows: 10_000,
        bytes: 4 * 1024 * 1024,
        calls: 10_000,
        gather: Duration::from_millis(500),
    };
}

/// How long a commit of a queue that yields waits for another queue to be empty: else it would never have
/// its turn while kiosks of the whole city send what they have kept.
const LONGEST_YIELD: Duration = Duration::from_millis(250);

/// The queue in front of an [`Append`], which turns a row `R` into an outcome `O`.
pub(crate) struct GroupCommit<R, O> {
    calls: mpsc::Sender<Call<R, O>>,
    bytes: Arc<Semaphore>,
    room: Room,
    tally: Arc<Tally>,
    timeouts: Timeouts,
}

struct Call<R, O> {
    rows: Vec<R>,
    answer: oneshot::Sender<Result<Vec<O>, StoreError>>,
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

impl<R: Queued, O: Send + 'static> GroupCommit<R, O> {
    /// Starts the task that commits. It ends with the queue. What waits in a queue that goes first is
    /// committed before.
    pub(crate) fn start(
        append: impl Append<Row = R, Outcome = O>,
        (room, timeouts): (Room, Timeouts),
        first: Option<Arc<Tally>>,
    ) -> Self {
        let (calls, waiting) = mpsc::channel(room.calls);
        let tally = Arc::<Tally>::default();
        let counted = Counted { append, tally: Arc::clone(&tally), timeouts, first };
        tokio::spawn(commit_for_ever(counted, room, waiting));
        let bytes = Arc::new(Semaphore::new(room.bytes));
        Self { calls, bytes, room, tally, timeouts }
    }

    /// What waits here, for a queue that lets it go first.
    pub(crate) fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.tally)
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
    pub(crate) async fn append(&self, rows: Vec<R>) -> Result<Vec<O>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let bytes: usize = rows.iter().map(Queued::size).sum();
        let permits = u32::try_from(bytes.min(self.room.bytes)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.bytes).try_acquire_many_owned(permits);
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
