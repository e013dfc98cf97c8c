//! The bound on tables that are computed at a time.

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
const MAX_WAIT: Duration = Duration::from_secs(15);

/// Bounds how many tables are computed and wait at a time, so that they do not starve answers that
/// come in.
#[derive(Debug)]
pub struct ComputeGate {
    running: Arc<Semaphore>,
    slots: Semaphore,
}

impl Default for ComputeGate {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(RUNNING)),
            slots: Semaphore::new(RUNNING + WAITING),
        }
    }
}

impl ComputeGate {
    /// A slot in the queue; none if too many wait.
    pub fn slot(&self) -> Option<SemaphorePermit<'_>> {
        self.slots.try_acquire().ok()
    }

    /// The right to compute, after a while; none if it took too long.
    pub async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        timeout(MAX_WAIT, Arc::clone(&self.running).acquire_owned()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn few_compute_and_some_wait() {
        let gate = ComputeGate::default();
        let slots: Vec<_> = std::iter::from_fn(|| gate.slot()).collect();
        assert_eq!(slots.len(), RUNNING + WAITING);
        let mut permits = Vec::new();
        while let Some(permit) = gate.permit().now_or_never() {
            permits.extend(permit);
        }
        assert_eq!(permits.len(), RUNNING);
        let next = gate.permit();
        permits.pop();
        assert!(next.await.is_some());
    }
}
