//! Whether the server can keep what it is given.
//!
//! The server tries it out by itself every few seconds: whoever asks is answered from what was found
//! last, so that no stranger makes the server write, and a database that hangs does not keep anybody
//! waiting for the answer.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use store::{Obstacle, Store};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{info, warn};

use crate::system::clock::Clock;
use crate::system::free_space;

/// When the server tries, and how long it believes what it has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// From one try to the next.
    pub period: Duration,
    /// How long a try may take: who waits longer for an answer has gone.
    pub patience: Duration,
    /// How old the last success may be, whatever the reason.
    pub stale: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(3),
            patience: Duration::from_secs(5),
            stale: Duration::from_secs(20),
        }
    }
}

/// What of the disk of a folder must be free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserve {
    /// The folder of the database.
    pub folder: PathBuf,
    /// Bytes.
    pub bytes: u64,
}

/// Why the server cannot keep what it is given. The words are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unready {
    /// There is no room on the disk, or less than the reserve.
    DiskFull,
    /// The database may only be read.
    ReadOnly,
    /// The database cannot be read.
    Damaged,
    /// The database does not answer, or refuses to write.
    Refused,
    /// The database takes too long.
    Slow,
    /// Nobody has tried for too long.
    Stale,
}

impl Unready {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DiskFull => "disk_full",
            Self::ReadOnly => "read_only",
            Self::Damaged => "damaged",
            Self::Refused => "database",
            Self::Slow => "slow",
            Self::Stale => "stale",
        }
    }
}

impl From<Obstacle> for Unready {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::DiskFull => Self::DiskFull,
            Obstacle::ReadOnly => Self::ReadOnly,
            Obstacle::Damaged => Self::Damaged,
            Obstacle::Refused => Self::Refused,
        }
    }
}

/// What the last try has found.
#[derive(Debug)]
pub struct Readiness {
    times: Times,
    reserve: Option<Reserve>,
    found: Mutex<Found>,
}

#[derive(Debug)]
struct Found {
    /// When the try began that is under way.
    begun: Option<Instant>,
    /// When a try succeeded last; at first, when the database was opened.
    succeeded: Instant,
    obstacle: Option<Unready>,
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new(Times::default(), None)
    }
}

impl Readiness {
    /// A server that has just opened its database.
    pub fn new(times: Times, reserve: Option<Reserve>) -> Self {
        let found = Found { begun: None, succeeded: Instant::now(), obstacle: None };
        Self { times, reserve, found: Mutex::new(found) }
    }

    /// Whether the server can keep what it is given, at once.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), Unready> {
        self.check_at(Instant::now())
    }

    fn check_at(&self, now: Instant) -> Result<(), Unready> {
        let since = |at: &Instant| now.duration_since(*at);
        let Found { begun, succeeded, obstacle } = &*self.found();
        if let Some(obstacle) = obstacle {
            return Err(*obstacle);
        }
        if begun.as_ref().is_some_and(|at| since(at) > self.times.patience) {
            return Err(Unready::Slow);
        }
        if since(succeeded) > self.times.stale {
            return Err(Unready::Stale);
        }
        Ok(())
    }

    /// Tries whether what is written becomes durable. Waits for it as long as it takes: one try that
    /// hangs is enough.
    pub async fn probe(&self, store: &dyn Store, now: Timestamp) {
        let begun = Instant::now();
        self.found().begun = Some(begun);
        let (mut obstacle, cause) = match self.look(store, now).await {
            Ok(()) => (None, String::new()),
            Err((obstacle, cause)) => (Some(obstacle), cause),
        };
        if obstacle.is_none() && begun.elapsed() > self.times.patience {
            obstacle = Some(Unready::Slow);
        }
        let before = {
            let mut found = self.found();
            found.begun = None;
            if obstacle.is_none() {
                found.succeeded = Instant::now();
            }
            std::mem::replace(&mut found.obstacle, obstacle)
        };
        match obstacle {
            Some(now) if before != Some(now) => {
                warn!(check = now.as_str(), cause, "not ready: what comes in could not be kept");
            }
            None if before.is_some() => info!("ready again"),
            Some(_) | None => {}
        }
    }

    async fn look(&self, store: &dyn Store, now: Timestamp) -> Result<(), (Unready, String)> {
        if let Some(Reserve { folder, bytes }) = &self.reserve {
            match free_space::of(folder.clone()).await {
                Ok(free) if free < *bytes => {
                    let cause = format!("{free} bytes are free, and {bytes} are the reserve");
                    return Err((Unready::DiskFull, cause));
                }
                Ok(_) => {}
                Err(error) => return Err((Unready::Refused, error.to_string())),
            }
        }
        store.prove_durable(now).await.map_err(|error| {
            let source = std::error::Error::source(&error);
            let cause = source.map_or_else(|| error.to_string(), ToString::to_string);
            (error.obstacle().into(), cause)
        })
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tries every few seconds.
pub async fn run_for_ever(readiness: Arc<Readiness>, store: Arc<dyn Store>, clock: Arc<dyn Clock>) {
    let mut ticks = interval(readiness.times.period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        readiness.probe(&*store, clock.now()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_believed_for_a_while() {
        let readiness = Readiness::default();
        let Times { patience, stale, .. } = Times::default();
        let (now, moment) = (Instant::now(), Duration::from_millis(1));
        let found = |begun, obstacle| Found { begun, succeeded: now, obstacle };
        *readiness.found() = found(None, None);
        assert_eq!(readiness.check_at(now + stale), Ok(()));
        assert_eq!(readiness.check_at(now + stale + moment), Err(Unready::Stale));
        *readiness.found() = found(Some(now), None);
        assert_eq!(readiness.check_at(now + patience), Ok(()));
        assert_eq!(readiness.check_at(now + patience + moment), Err(Unready::Slow), "it hangs");
        *readiness.found() = found(None, Some(Unready::ReadOnly));
        assert_eq!(readiness.check_at(now), Err(Unready::ReadOnly));
    }
}
