//! Work that is heavy.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Tables that are computed at a time; more would only take the processors from each other, and
/// from answers that come in.
const RUNNING: usize = 4;

/// Those that may wait for it.
const WAITING: usize = 28;

/// How long they wait: half of what a request may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Places for work that is heavy, so that it does not starve answers that come in.
#[derive(Debug)]
pub struct Heavy {
    running: Arc<Semaphore>,
    places: Semaphore,
}

impl Default for Heavy {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(RUNNING)),
            places: Semaphore::new(RUNNING + WAITING),
        }
    }
}

impl Heavy {
    /// A place to wait at; none if too many wait.
    pub fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.places.try_acquire().ok()
    }

    /// The right to compute, after a while; none if it took too long.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        timeout(PATIENCE, Arc::clone(&self.running).acquire_owned()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn few_compute_and_some_wait() {
        let heavy = Heavy::default();
        let places: Vec<_> = std::iter::from_fn(|| heavy.place()).collect();
        assert_eq!(places.len(), RUNNING + WAITING);
        let mut turns = Vec::new();
        while let Some(turn) = heavy.turn().now_or_never() {
            turns.extend(turn);
        }
        assert_eq!(turns.len(), RUNNING);
        let next = heavy.turn();
        turns.pop();
        assert!(next.await.is_some());
    }
}
