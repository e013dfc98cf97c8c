//! Buckets that refill steadily, one for each key: how much of something is taken in a minute.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::metrics::Limit;

/// What was too much, and how long it takes until there is room again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the limit {limit:?} is reached; there is room again in {} s", wait.as_secs() + 1)]
pub struct TooMany {
    /// What was exceeded.
    pub limit: Limit,
    /// When to come back.
    pub wait: Duration,
}

/// After how many takings full buckets are forgotten. A bucket is full again after half a minute, so what is
/// kept is bounded by what was taken in that time.
const SWEEP: u32 = 4_096;

/// A bucket for each key. Unless it is made with a size, each holds half of what it gets in a minute, so
/// in no minute more than one and a half times the rate is taken out of it.
#[derive(Debug)]
pub struct Buckets<K: Hash + Eq + Clone, C: Clock + Clone = DefaultClock> {
    limiter: RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    size: NonZeroU32,
    limit: Limit,
    taken: AtomicU32,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Buckets<K, C> {
    /// Full buckets; none if the rate is 0, which is no limit.
    pub fn new(clock: &C, limit: Limit, per_minute: u32) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let size = NonZeroU32::new(per_minute.get() / 2).unwrap_or(NonZeroU32::MIN);
        Some(Self::holding(clock, limit, (per_minute, size)))
    }

    /// Full buckets of a size.
    pub fn holding(clock: &C, limit: Limit, (per_minute, size): (NonZeroU32, NonZeroU32)) -> Self {
        let quota = Quota::per_minute(per_minute).allow_burst(size);
        let limiter = RateLimiter::dashmap_with_clock(quota, clock.clone());
        Self { limiter, clock: clock.clone(), size, limit, taken: AtomicU32::new(0) }
    }

    /// Takes so much out of the bucket of a key. What is larger than the bucket takes all of it: else
    /// it could never be taken.
    ///
    /// # Errors
    /// There is not enough in it.
    pub fn take(&self, key: &K, amount: u32) -> Result<(), TooMany> {
        let Some(amount) = NonZeroU32::new(amount) else {
            return Ok(());
        };
        if self.taken.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key_n(key, amount.min(self.size)) {
            Ok(Err(until)) => {
                let wait = until.wait_time_from(self.clock.now());
                Err(TooMany { limit: self.limit, wait })
            }
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn a_bucket_holds_half_a_minute_and_refills_steadily() {
        let clock = FakeRelativeClock::default();
        let buckets = Buckets::new(&clock, Limit::Records, 60).unwrap();
        assert_eq!(buckets.take(&1, 20), Ok(()));
        assert_eq!(buckets.take(&1, 10), Ok(()));
        let too_many = TooMany { limit: Limit::Records, wait: Duration::from_secs(10) };
        assert_eq!(buckets.take(&1, 10), Err(too_many));
        assert_eq!(buckets.take(&2, 30), Ok(()), "another key");
        clock.advance(Duration::from_secs(10));
        assert_eq!(buckets.take(&1, 10), Ok(()));
        clock.advance(Duration::from_mins(10));
        assert_eq!(buckets.take(&1, 1_000), Ok(()), "all that a bucket holds, and no more");
        assert!(buckets.take(&1, 1).is_err());
        assert_eq!(buckets.take(&1, 0), Ok(()));
    }

    #[test]
    fn no_rate_is_no_limit_and_the_smallest_rate_lets_one_pass() {
        let clock = FakeRelativeClock::default();
        assert!(Buckets::<u8, _>::new(&clock, Limit::Records, 0).is_none());
        let buckets = Buckets::new(&clock, Limit::Records, 1).unwrap();
        assert_eq!(buckets.take(&1, 1), Ok(()));
        assert!(buckets.take(&1, 1).is_err());
    }

    #[test]
    fn memory_is_bounded_by_what_came_lately() {
        // What is taken from such a bucket is back after nanoseconds.
        let buckets = Buckets::new(&DefaultClock::default(), Limit::Records, u32::MAX).unwrap();
        for key in 0..2 * SWEEP {
            buckets.take(&key, 1).unwrap();
        }
        assert!(buckets.limiter.len() < 2 * SWEEP as usize, "{}", buckets.limiter.len());
    }
}
