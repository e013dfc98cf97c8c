//! What each key may use in a day, of which it gets back what was not used.
//!
//! [`Buckets`](super::buckets::Buckets) count what was asked for, and give nothing back.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock, Reference};

use super::buckets::TooMany;
use super::metrics::Limit;

/// After how many takings full allowances are forgotten. One is full again after a day, so what is
/// kept is bounded by what was taken in that time.
const SWEEP: u32 = 4_096;

const DAY: Duration = Duration::from_hours(24);

/// An allowance for each key: half of a day's at once, and half of it as it refills over the day.
#[derive(Debug)]
pub struct Allowances<K: Hash + Eq + Clone, C: Clock + Clone = DefaultClock> {
    used: Mutex<Used<K>>,
    clock: C,
    start: C::Instant,
    /// What may be taken at once.
    size: NonZeroU32,
    limit: Limit,
}

#[derive(Debug)]
struct Used<K> {
    /// When the allowance of a key is full again, in nanoseconds after the start.
    full_at: HashMap<K, u64>,
    taken: u32,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Allowances<K, C> {
    /// Full allowances out of which so much is taken in a day at most.
    pub fn daily(clock: &C, limit: Limit, per_day: NonZeroU32) -> Self {
        Self {
            used: Mutex::new(Used { full_at: HashMap::new(), taken: 0 }),
            clock: clock.clone(),
            start: clock.now(),
            size: NonZeroU32::new(per_day.get() / 2).unwrap_or(NonZeroU32::MIN),
            limit,
        }
    }

    /// Takes so much of the allowance of a key. What is larger than all of it takes all of it: else it
    /// could never be taken.
    ///
    /// # Errors
    /// There is not enough left.
    pub fn take(&self, key: &K, amount: u32) -> Result<(), TooMany> {
        let now = self.now();
        let mut used = self.used();
        used.taken += 1;
        if used.taken == SWEEP {
            used.taken = 0;
            used.full_at.retain(|_, full_at| *full_at > now);
        }
        let full_at = used.full_at.get(key).copied().unwrap_or(0).max(now) + self.time_of(amount);
        let waits = (full_at - now).saturating_sub(self.time_of(self.size.get()));
        if waits > 0 {
            return Err(TooMany { limit: self.limit, wait: Duration::from_nanos(waits) });
        }
        used.full_at.insert(key.clone(), full_at);
        Ok(())
    }

    /// Gives back what was taken and not used.
    pub fn give_back(&self, key: &K, amount: u32) {
        let given = self.time_of(amount);
        if let Some(full_at) = self.used().full_at.get_mut(key) {
            *full_at = full_at.saturating_sub(given);
        }
    }

    /// How long it takes until so much is there again.
    fn time_of(&self, amount: u32) -> u64 {
        let time = DAY.as_nanos() * u128::from(amount.min(self.size.get()));
        u64::try_from(time / u128::from(self.size.get())).unwrap_or(u64::MAX)
    }

    fn now(&self) -> u64 {
        self.clock.now().duration_since(self.start).as_u64()
    }

    fn used(&self) -> MutexGuard<'_, Used<K>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn allowances(clock: &FakeRelativeClock, per_day: u32) -> Allowances<u32, FakeRelativeClock> {
        Allowances::daily(clock, Limit::Records, NonZeroU32::new(per_day).unwrap())
    }

    #[test]
    fn a_day_gives_no_more_than_its_allowance() {
        let clock = FakeRelativeClock::default();
        let allowances = allowances(&clock, 48);
        let mut taken = 0;
        for _ in 0..24 * 60 {
            taken += u32::from(allowances.take(&1, 1).is_ok());
            clock.advance(Duration::from_mins(1));
        }
        // The last one comes back when the day is over.
        assert!((47..=48).contains(&taken), "{taken}");
        assert!(allowances.take(&1, 24).is_err());
        assert_eq!(allowances.take(&2, 24), Ok(()), "another key");
        let too_many = TooMany { limit: Limit::Records, wait: Duration::from_hours(1) };
        assert_eq!(allowances.take(&2, 1), Err(too_many));
        clock.advance(Duration::from_hours(24));
        assert_eq!(allowances.take(&1, 1_000), Ok(()), "all of it, and no more");
        assert!(allowances.take(&1, 1).is_err());
    }

    #[test]
    fn what_is_given_back_can_be_taken_again_and_no_more() {
        let clock = FakeRelativeClock::default();
        let allowances = allowances(&clock, 20);
        for _ in 0..100 {
            assert_eq!(allowances.take(&1, 10), Ok(()));
            allowances.give_back(&1, 10);
        }
        assert_eq!(allowances.take(&1, 10), Ok(()));
        clock.advance(Duration::from_hours(12));
        allowances.give_back(&1, 2);
        assert_eq!(allowances.take(&1, 7), Ok(()), "five are back, and two were given back");
        assert!(allowances.take(&1, 1).is_err());
        allowances.give_back(&1, 1_000);
        allowances.give_back(&2, 10);
        for key in [1, 2] {
            assert_eq!(allowances.take(&key, 10), Ok(()));
            assert!(allowances.take(&key, 1).is_err(), "nothing is saved");
        }
    }

    #[test]
    fn memory_is_bounded_by_what_was_taken_lately() {
        let clock = FakeRelativeClock::default();
        let allowances = allowances(&clock, 2);
        for key in 0..2 * SWEEP {
            allowances.take(&key, 1).unwrap();
            clock.advance(Duration::from_mins(1));
        }
        let kept = allowances.used().full_at.len();
        assert!(kept <= (SWEEP + 24 * 60) as usize, "{kept}");
    }
}
