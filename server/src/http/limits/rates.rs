//! How often one caller may ask.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use survey_defs::ids::DeviceId;

use super::Client;
use crate::system::metrics::Limit;

/// How often one caller may post; 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerMinute {
    /// From one address. The phones and kiosks of a commune share one.
    pub address: u32,
    /// From one proven device.
    pub device: u32,
}

impl Default for PerMinute {
    fn default() -> Self {
        Self { address: 6_000, device: 600 }
    }
}

/// Posts of one address that name a device, in the place of one that does not: all kiosks of a city
/// may share an address, and each is counted by itself once it has proved itself.
const NAMED: u32 = 4;

/// Wrong enrolment codes of one address in a minute, all of them at once.
const WRONG_CODES: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// A post that was one too many, and how long it takes until there is room again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// What was exceeded.
    pub limit: Limit,
    /// When to come back.
    pub wait: Duration,
}

/// Counts posts per caller, each in a bucket that refills steadily and holds a tenth of a minute.
/// This machine itself is not counted.
#[derive(Debug)]
pub struct Rates<C: Clock + Clone = DefaultClock> {
    addresses: Option<Buckets<IpAddr, C>>,
    named: Option<Buckets<IpAddr, C>>,
    devices: Option<Buckets<DeviceId, C>>,
    wrong_codes: Buckets<IpAddr, C>,
}

impl Rates {
    /// Full buckets.
    pub fn new(per_minute: PerMinute) -> Self {
        Self::at(&DefaultClock::default(), per_minute)
    }
}

impl<C: Clock + Clone> Rates<C> {
    /// Full buckets that refill by a clock.
    fn at(clock: &C, per_minute: PerMinute) -> Self {
        let PerMinute { address, device } = per_minute;
        Self {
            addresses: Buckets::new(clock, address),
            named: Buckets::new(clock, address.saturating_mul(NAMED)),
            devices: Buckets::new(clock, device),
            wrong_codes: Buckets::holding(clock, WRONG_CODES, WRONG_CODES),
        }
    }

    /// Takes one post out of the bucket of an address.
    ///
    /// # Errors
    /// There is none in it.
    pub fn take_address(&self, client: Client) -> Result<(), TooMany> {
        take(self.addresses.as_ref(), client.network(), Limit::AddressRate)
    }

    /// Takes one post that names a device, and has not proved it yet.
    ///
    /// # Errors
    /// There is none in the bucket.
    pub fn take_named(&self, client: Client) -> Result<(), TooMany> {
        take(self.named.as_ref(), client.network(), Limit::AddressRate)
    }

    /// Takes one post out of the bucket of a proven device.
    ///
    /// # Errors
    /// There is none in it.
    pub fn take_device(&self, device: DeviceId) -> Result<(), TooMany> {
        take(self.devices.as_ref(), Some(device), Limit::DeviceRate)
    }

    /// Takes one wrong enrolment code.
    ///
    /// # Errors
    /// There is none in the bucket of the address.
    pub fn take_wrong_code(&self, client: Client) -> Result<(), TooMany> {
        take(Some(&self.wrong_codes), client.network(), Limit::Enrolments)
    }
}

fn take<K: Hash + Eq + Clone, C: Clock + Clone>(
    buckets: Option<&Buckets<K, C>>,
    key: Option<K>,
    limit: Limit,
) -> Result<(), TooMany> {
    match buckets.zip(key) {
        Some((buckets, key)) => buckets.take(&key).map_err(|wait| TooMany { limit, wait }),
        None => Ok(()),
    }
}

/// After how many posts full buckets are forgotten. A bucket is full again after six seconds (that
/// of wrong codes after a minute), so what is kept is bounded by the posts of that time.
const SWEEP: u32 = 4_096;

#[derive(Debug)]
struct Buckets<K: Hash + Eq + Clone, C: Clock + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    taken: AtomicU32,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Buckets<K, C> {
    fn new(clock: &C, per_minute: u32) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let burst = NonZeroU32::new(per_minute.get() / 10).unwrap_or(NonZeroU32::MIN);
        Some(Self::holding(clock, per_minute, burst))
    }

    fn holding(clock: &C, per_minute: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_minute(per_minute).allow_burst(burst);
        let limiter = RateLimiter::dashmap_with_clock(quota, clock.clone());
        Self { limiter, clock: clock.clone(), taken: AtomicU32::new(0) }
    }

    fn take(&self, key: &K) -> Result<(), Duration> {
        if self.taken.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn at(address: &str) -> Client {
        Client(Some(address.parse().unwrap()))
    }

    #[test]
    fn each_caller_has_a_bucket() {
        let rates = Rates::new(PerMinute { address: 1, device: 1 });
        let device = DeviceId::new(uuid::Uuid::nil());
        assert_eq!(rates.take_device(device), Ok(()));
        let TooMany { limit, wait } = rates.take_device(device).unwrap_err();
        assert_eq!(limit, Limit::DeviceRate);
        assert!(wait <= Duration::from_mins(1), "{wait:?}");
        for address in ["198.51.100.1", "198.51.100.2", "2001:db8::1", "127.0.0.1"] {
            assert_eq!(rates.take_address(at(address)), Ok(()), "{address}");
            assert!(rates.take_address(at(address)).is_err());
            assert_eq!(rates.take_named(at(address)), Ok(()), "{address}");
            assert!(rates.take_named(at(address)).is_err());
        }
        assert!(rates.take_address(at("2001:db8::ffff:1")).is_err(), "the same /64");
    }

    #[test]
    fn an_address_enters_twenty_wrong_codes_in_a_minute() {
        let clock = FakeRelativeClock::default();
        let rates = Rates::at(&clock, PerMinute { address: 0, device: 0 });
        let take = |address| rates.take_wrong_code(at(address));
        for _ in 0..20 {
            assert_eq!(take("198.51.100.1"), Ok(()));
        }
        let too_many = TooMany { limit: Limit::Enrolments, wait: Duration::from_secs(3) };
        assert_eq!(take("198.51.100.1"), Err(too_many));
        assert_eq!(take("198.51.100.2"), Ok(()));
        clock.advance(Duration::from_millis(2_999));
        assert!(take("198.51.100.1").is_err());
        clock.advance(Duration::from_millis(1));
        assert_eq!(take("198.51.100.1"), Ok(()));
        assert_eq!(take("198.51.100.1"), Err(too_many));
        clock.advance(Duration::from_mins(1));
        for _ in 0..20 {
            assert_eq!(take("198.51.100.1"), Ok(()));
        }
        assert!(take("198.51.100.1").is_err(), "no more than a minute is saved");
    }

    #[test]
    fn this_machine_and_no_limit_are_not_counted() {
        let here = Client(None);
        let strict = Rates::new(PerMinute { address: 1, device: 1 });
        let free = Rates::new(PerMinute { address: 0, device: 0 });
        for _ in 0..100 {
            assert_eq!(strict.take_address(here), Ok(()));
            assert_eq!(strict.take_named(here), Ok(()));
            assert_eq!(strict.take_wrong_code(here), Ok(()));
            assert_eq!(free.take_address(at("198.51.100.1")), Ok(()));
            assert_eq!(free.take_named(at("198.51.100.1")), Ok(()));
            assert_eq!(free.take_device(DeviceId::new(uuid::Uuid::nil())), Ok(()));
        }
    }

    #[test]
    fn memory_is_bounded_by_what_came_lately() {
        // What is taken from such a bucket is back after nanoseconds.
        let buckets = Buckets::new(&DefaultClock::default(), u32::MAX).unwrap();
        for n in 0..2 * SWEEP {
            buckets.take(&n).unwrap();
        }
        assert!(buckets.limiter.len() < 2 * SWEEP as usize, "{}", buckets.limiter.len());
    }
}
