//! What is counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::{Append, LONGEST_YIELD, Timeouts};
use crate::error::StoreError;
use crate::store::StoreStats;

/// What [`StoreStats`] is read from.
#[derive(Default)]
pub(crate) struct Tally {
    commits: AtomicU64,
    failed_commits: AtomicU64,
    rows: AtomicU64,
    commit_micros: AtomicU64,
    waiting_rows: AtomicU64,
    /// Since when each call waits, by a number in the order of their arrival.
    waiting: Mutex<BTreeMap<u64, Instant>>,
    arrivals: AtomicU64,
    busy: AtomicU64,
    /// Notified when nothing waits any more.
    empty: Notify,
}

/// Rows that are counted as waiting until their call is answered or refused.
pub(super) struct Waiting {
    tally: Arc<Tally>,
    rows: u64,
    number: u64,
}

/// Counts what an [`Append`] does, and does not wait for it for ever.
pub(super) struct Counted<A> {
    pub(super) append: A,
    pub(super) tally: Arc<Tally>,
    pub(super) timeouts: Timeouts,
    /// Whose rows go first.
    pub(super) first: Option<Arc<Tally>>,
}

#[async_trait]
impl<A: Append> Append for Counted<A> {
    type Row = A::Row;
    type Outcome = A::Outcome;

    async fn append(&self, rows: &[&A::Row]) -> Result<Vec<A::Outcome>, StoreError> {
        if let Some(first) = &self.first {
            // If it takes too long this has its turn all the same.
            let _ = timeout(LONGEST_YIELD, first.empty()).await;
        }
        let started = Instant::now();
        let longest = self.timeouts.commit;
        let outcome = match timeout(longest, self.append.append(rows)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(StoreError::Unavailable(Box::new(Silent(longest)))),
        };
        self.tally.committed(&outcome, started);
        outcome
    }
}

impl Tally {
    pub(super) fn busy(&self) -> StoreError {
        self.busy.fetch_add(1, Ordering::Relaxed);
        StoreError::Busy
    }

    fn committed<O>(&self, outcome: &Result<Vec<O>, StoreError>, started: Instant) {
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.commit_micros.fetch_add(micros, Ordering::Relaxed);
        match outcome {
            Ok(recorded) => {
                self.commits.fetch_add(1, Ordering::Relaxed);
                self.rows.fetch_add(recorded.len() as u64, Ordering::Relaxed);
            }
            Err(_) => {
                self.failed_commits.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn read(&self) -> StoreStats {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StoreStats {
            commits: of(&self.commits),
            failed_commits: of(&self.failed_commits),
            rows: of(&self.rows),
            commit_time: Duration::from_micros(of(&self.commit_micros)),
            waiting_rows: of(&self.waiting_rows),
            refused_busy: of(&self.busy),
        }
    }

    /// How long the call has waited that came first.
    pub(super) fn oldest(&self) -> Option<Duration> {
        self.waiting().first_key_value().map(|(_, since)| since.elapsed())
    }

    /// Waits until nothing waits.
    async fn empty(&self) {
        loop {
            let notified = self.empty.notified();
            if self.waiting().is_empty() {
                return;
            }
            notified.await;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<u64, Instant>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    pub(super) fn new(tally: &Arc<Tally>, rows: usize) -> Self {
        let rows = rows as u64;
        tally.waiting_rows.fetch_add(rows, Ordering::Relaxed);
        let number = tally.arrivals.fetch_add(1, Ordering::Relaxed);
        tally.waiting().insert(number, Instant::now());
        Self { tally: Arc::clone(tally), rows, number }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.tally.waiting_rows.fetch_sub(self.rows, Ordering::Relaxed);
        let mut waiting = self.tally.waiting();
        waiting.remove(&self.number);
        if waiting.is_empty() {
            self.tally.empty.notify_waiters();
        }
    }
}

/// Perhaps it is stored all the same; sending it again will tell.
#[derive(Debug, thiserror::Error)]
#[error("the database has not answered for {0:?}")]
struct Silent(Duration);
