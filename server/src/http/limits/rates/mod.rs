//! How much one caller may ask for and bring in a minute.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};

use governor::clock::{Clock, DefaultClock};
use lru::LruCache;
use survey_defs::ids::DeviceId;

use super::client::{Client, TIERS};
use crate::system::buckets::{Buckets, TooMany};
use crate::system::metrics::Limit;

/// How much one caller may ask for and bring in a minute; 0 is no limit. Half of it may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Requests of any kind from one address.
    pub requests: u32,
    /// Records from one address whose sender has proved nothing: forms and break-offs.
    pub records: u32,
    /// Records from one proved device.
    pub device_records: u32,
    /// Records from this machine itself, all its callers together: behind a proxy that nobody has
    /// named, that is everybody.
    pub machine_records: u32,
}

impl Quotas {
    /// No limit at all.
    pub const NONE: Self = Self { requests: 0, records: 0, device_records: 0, machine_records: 0 };
}

impl Default for Quotas {
    fn default() -> Self {
        Self { requests: 12_000, records: 400, device_records: 1_200, machine_records: 6_000 }
    }
}

/// What a record may have on average, in bytes: three times a full national form.
const BYTES_OF_RECORD: u32 = 16 * 1024;

/// Requests of this machine itself for each record that it may bring.
const REQUESTS_OF_RECORD: u32 = 10;

/// Requests of one address that name a device which has proved nothing lately, in the place of one
/// that names none: all kiosks of a city may share an address.
const NAMED: u32 = 2;

/// What part of the requests of an address may name one device: 600 a minute.
const NAMED_DEVICE: u32 = 20;

/// Devices that have proved themselves lately; more than a city has.
const PROVED: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// Posts of devices that are remembered: those of an hour of a city's.
const POSTS: NonZeroUsize = NonZeroUsize::new(1 << 16).unwrap();

/// How often the same post of a device comes again from one address in a minute, and at once. A device that
/// has lost the answer waits for longer each time.
const REPETITIONS: (NonZeroU32, NonZeroU32) =
    (NonZeroU32::new(60).unwrap(), NonZeroU32::new(30).unwrap());

/// Wrong enrolment codes of one address in a minute, all of them at once.
const WRONG_CODES: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// Counts what each caller asks for and brings.
#[derive(Debug)]
pub struct Rates<C: Clock + Clone = DefaultClock> {
    requests: Tiers<C>,
    named: Tiers<C>,
    named_devices: Option<Buckets<(Option<IpAddr>, DeviceId), C>>,
    records: Tiers<C>,
    bytes: Tiers<C>,
    devices: Option<Buckets<DeviceId, C>>,
    repetitions: Buckets<(Option<IpAddr>, DevicePost), C>,
    repeated_records: Option<Buckets<(Option<IpAddr>, DeviceId), C>>,
    machine_requests: Option<Buckets<(), C>>,
    machine_records: Option<Buckets<(), C>>,
    machine_bytes: Option<Buckets<(), C>>,
    wrong_codes: Buckets<Option<IpAddr>, C>,
    proved: Mutex<LruCache<DeviceId, ()>>,
    posts: Mutex<LruCache<DevicePost, ()>>,
}

/// A post that a device has signed. Whoever has seen it can send it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DevicePost {
    /// The device.
    pub device: DeviceId,
    /// The hash of what it has signed.
    pub digest: u128,
}

impl Rates {
    /// Full buckets.
    pub fn new(quotas: Quotas) -> Self {
        Self::at(&DefaultClock::default(), quotas)
    }
}

impl<C: Clock + Clone> Rates<C> {
    /// Full buckets that refill by a clock.
    pub(crate) fn at(clock: &C, quotas: Quotas) -> Self {
        let Quotas { requests, records, device_records, machine_records } = quotas;
        let of_device = requests.div_ceil(NAMED_DEVICE);
        let bytes = |records: u32| records.saturating_mul(BYTES_OF_RECORD);
        let machine_requests = machine_records.saturating_mul(REQUESTS_OF_RECORD);
        let tiers = |limit, rate| Tiers::new(clock, limit, rate);
        Self {
            requests: tiers(Limit::AddressRequests, requests),
            named: tiers(Limit::AddressRequests, requests.saturating_mul(NAMED)),
            named_devices: Buckets::new(clock, Limit::AddressRequests, of_device),
            records: tiers(Limit::Records, records),
            bytes: tiers(Limit::RecordBytes, bytes(records)),
            devices: Buckets::new(clock, Limit::DeviceRecords, device_records),
            repetitions: Buckets::holding(clock, Limit::DeviceRepetitions, REPETITIONS),
            repeated_records: Buckets::new(clock, Limit::DeviceRepetitions, device_records),
            machine_requests: Buckets::new(clock, Limit::MachineRequests, machine_requests),
            machine_records: Buckets::new(clock, Limit::MachineRecords, machine_records),
            machine_bytes: Buckets::new(clock, Limit::RecordBytes, bytes(machine_records)),
            wrong_codes: Buckets::holding(clock, Limit::Enrolments, (WRONG_CODES, WRONG_CODES)),
            proved: Mutex::new(LruCache::new(PROVED)),
            posts: Mutex::new(LruCache::new(POSTS)),
        }
    }

    /// Counts a request that names no device.
    ///
    /// # Errors
    /// Its address has asked too often.
    pub fn take_request(&self, client: Client) -> Result<(), TooMany> {
        match client {
            Client::ThisMachine => take(self.machine_requests.as_ref(), &(), 1),
            Client::Address(_) => self.requests.take(client, 1),
        }
    }

    /// Counts a request that names a device, before it is known whether it is that device's. A device
    /// that has proved itself lately has a bucket of its own at each address, so that nobody who
    /// shares its address can use up what it needs; if somebody there sends under its name, it has a
    /// part of what all others there have as well.
    ///
    /// # Errors
    /// The address has asked too often.
    pub fn take_named(&self, client: Client, device: DeviceId) -> Result<(), TooMany> {
        let of_device = || take(self.named_devices.as_ref(), &(client.network(), device), 1);
        let of_all = || match client {
            Client::ThisMachine => take(self.machine_requests.as_ref(), &(), 1),
            Client::Address(_) => self.named.take(client, 1),
        };
        if locked(&self.proved).contains(&device) {
            of_device().or_else(|_| of_all())
        } else {
            of_all().and_then(|()| of_device())
        }
    }

    /// Counts records whose sender has proved nothing.
    ///
    /// # Errors
    /// Its address, or a network around it, has brought too many.
    pub fn take_records(&self, client: Client, records: u32) -> Result<(), TooMany> {
        match client {
            Client::ThisMachine => take(self.machine_records.as_ref(), &(), records),
            Client::Address(_) => self.records.take(client, records),
        }
    }

    /// Counts the bytes of a post whose sender has proved nothing, whatever is in it.
    ///
    /// # Errors
    /// Its address, or a network around it, has brought too much.
    pub fn take_bytes(&self, client: Client, bytes: u32) -> Result<(), TooMany> {
        match client {
            Client::ThisMachine => take(self.machine_bytes.as_ref(), &(), bytes),
            Client::Address(_) => self.bytes.take(client, bytes),
        }
    }

    /// Counts the records of a post of a device that has proved itself. A post that comes again takes
    /// nothing of what the device has: it may come from anybody who has seen it.
    ///
    /// # Errors
    /// The device has brought too many; the same came too often.
    pub fn take_device_records(
        &self,
        client: Client,
        post: DevicePost,
        records: u32,
    ) -> Result<(), TooMany> {
        locked(&self.proved).put(post.device, ());
        let Some(devices) = &self.devices else {
            return Ok(());
        };
        if locked(&self.posts).get(&post).is_some() {
            self.repetitions.take(&(client.network(), post), 1)?;
            let of_device = (client.network(), post.device);
            return take(self.repeated_records.as_ref(), &of_device, records);
        }
        devices.take(&post.device, records)?;
        locked(&self.posts).put(post, ());
        Ok(())
    }

    /// Counts a wrong enrolment code.
    ///
    /// # Errors
    /// Its address has tried too many.
    pub fn take_wrong_code(&self, client: Client) -> Result<(), TooMany> {
        self.wrong_codes.take(&client.network(), 1)
    }
}

fn locked<K>(cache: &Mutex<LruCache<K, ()>>) -> MutexGuard<'_, LruCache<K, ()>> {
    cache.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Buckets of an address and of the networks around it; none without a limit.
#[derive(Debug)]
struct Tiers<C: Clock + Clone>(Vec<Buckets<IpAddr, C>>);

impl<C: Clock + Clone> Tiers<C> {
    fn new(clock: &C, limit: Limit, rate: u32) -> Self {
        let buckets = |(_, times)| Buckets::new(clock, limit, rate.saturating_mul(times));
        Self(TIERS.into_iter().filter_map(buckets).collect())
    }

    fn take(&self, client: Client, amount: u32) -> Result<(), TooMany> {
        for (buckets, (_, network)) in self.0.iter().zip(client.networks()) {
            buckets.take(&network, amount)?;
        }
        Ok(())
    }
}

fn take<K: Hash + Eq + Clone, C: Clock + Clone>(
    buckets: Option<&Buckets<K, C>>,
    key: &K,
    amount: u32,
) -> Result<(), TooMany> {
    buckets.map_or(Ok(()), |buckets| buckets.take(key, amount))
}

#[cfg(test)]
mod tests;
