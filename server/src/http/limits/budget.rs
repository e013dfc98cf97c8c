//! Requests and bytes under way.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::Client;
use crate::system::metrics::Limit;

/// The part of the room that bodies of one address may take, so that a few that send slowly cannot
/// take all of it.
const PARTS: u32 = 4;

/// What all requests under way share. Whatever does not fit is refused at once: a queue here would
/// only be memory, and the client has a queue on disk.
#[derive(Debug)]
pub struct Budget {
    requests: Semaphore,
    max_requests: usize,
    bytes: Semaphore,
    max_bytes: u32,
    shares: Mutex<HashMap<IpAddr, u32>>,
    turn: AtomicU32,
}

/// Room for a body, until it is dropped.
#[derive(Debug)]
pub struct BodyPermit<'a> {
    _bytes: SemaphorePermit<'a>,
    _share: Option<Share<'a>>,
}

/// What an address has of the room.
#[derive(Debug)]
struct Share<'a> {
    budget: &'a Budget,
    address: IpAddr,
    bytes: u32,
}

impl Budget {
    /// A budget of requests and of bytes of their bodies.
    pub fn new(max_requests: usize, max_bytes: u32) -> Self {
        Self {
            requests: Semaphore::new(max_requests),
            max_requests,
            bytes: Semaphore::new(max_bytes as usize),
            max_bytes,
            shares: Mutex::default(),
            turn: AtomicU32::new(0),
        }
    }

    /// A place for one request; none if there is none free.
    pub fn request(&self) -> Option<SemaphorePermit<'_>> {
        self.requests.try_acquire().ok()
    }

    /// Room for a body. One larger than the whole budget needs all of it, and one larger than the
    /// part of its address needs all of that.
    ///
    /// # Errors
    /// What has not enough room left.
    pub fn body_permit(&self, bytes: u64, client: Client) -> Result<BodyPermit<'_>, Limit> {
        let bytes = u32::try_from(bytes).map_or(self.max_bytes, |bytes| bytes.min(self.max_bytes));
        let share = match client.network() {
            Some(address) => Some(self.share(address, bytes).ok_or(Limit::AddressBodyBytes)?),
            None => None,
        };
        let permit = self.bytes.try_acquire_many(bytes).map_err(|_| Limit::BodyBytes)?;
        Ok(BodyPermit { _bytes: permit, _share: share })
    }

    /// A place among the requests costs as well, so a small body counts as the room of a place.
    fn share(&self, address: IpAddr, bytes: u32) -> Option<Share<'_>> {
        let of_place = self.max_bytes / u32::try_from(self.max_requests).unwrap_or(u32::MAX).max(1);
        let part = (self.max_bytes / PARTS).max(1);
        let bytes = bytes.max(of_place).min(part);
        let mut shares = self.shares();
        let taken = shares.get(&address).copied().unwrap_or_default();
        if bytes > part - taken {
            return None;
        }
        shares.insert(address, taken + bytes);
        Some(Share { budget: self, address, bytes })
    }

    fn shares(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Requests under way.
    pub fn requests_under_way(&self) -> usize {
        self.max_requests.saturating_sub(self.requests.available_permits())
    }

    /// Bytes of bodies under way.
    pub fn bytes_under_way(&self) -> usize {
        (self.max_bytes as usize).saturating_sub(self.bytes.available_permits())
    }

    /// When to come back, in seconds from 1 to 5: later if much is under way, and not the same for
    /// all, so that those who were refused together do not come back together.
    pub fn retry_after_s(&self) -> u32 {
        let is_half_full = |used: usize, of: usize| u32::from(used.saturating_mul(2) >= of.max(1));
        let load = is_half_full(self.requests_under_way(), self.max_requests)
            + is_half_full(self.bytes_under_way(), self.max_bytes as usize);
        1 + load + self.turn.fetch_add(1, Ordering::Relaxed) % 3
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut shares = self.budget.shares();
        if let Some(taken) = shares.get_mut(&self.address) {
            *taken -= self.bytes;
            if *taken == 0 {
                shares.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Client = Client(None);

    #[test]
    fn what_does_not_fit_is_refused_until_something_ends() {
        let budget = Budget::new(2, 100);
        let first = budget.request();
        let _second = budget.request();
        assert!(first.is_some() && budget.request().is_none());
        assert_eq!(budget.requests_under_way(), 2);
        drop(first);
        assert!(budget.request().is_some());

        let body = budget.body_permit(60, HERE);
        assert!(body.is_ok());
        assert_eq!(budget.body_permit(41, HERE).unwrap_err(), Limit::BodyBytes);
        assert!(budget.body_permit(40, HERE).is_ok(), "it fits exactly");
        assert_eq!(budget.bytes_under_way(), 60);
        drop(body);
        assert!(
            budget.body_permit(u64::MAX, HERE).is_ok(),
            "one that is too large takes everything"
        );
    }

    #[test]
    fn an_address_has_a_part_of_the_room() {
        let at = |address: &str| Client(Some(address.parse().unwrap()));
        let budget = Budget::new(20, 100);
        let (one, other) = (at("198.51.100.1"), at("198.51.100.2"));
        let body = budget.body_permit(20, one);
        assert!(body.is_ok());
        assert_eq!(budget.body_permit(6, one).unwrap_err(), Limit::AddressBodyBytes);
        assert!(budget.body_permit(5, one).is_ok(), "it fits exactly");
        assert!(budget.body_permit(25, other).is_ok());
        drop(body);
        assert!(budget.body_permit(90, one).is_ok(), "one that is too large takes the whole part");
        let permits: Vec<_> = std::iter::from_fn(|| budget.body_permit(0, one).ok()).collect();
        assert_eq!(permits.len(), 5, "a quarter of the places");
        drop(permits);
        assert!(budget.body_permit(80, HERE).is_ok());
        let all = budget.body_permit(100, HERE);
        assert_eq!(budget.body_permit(1, one).unwrap_err(), Limit::BodyBytes);
        drop(all);
        assert!(budget.shares().is_empty(), "nothing is kept of those who are gone");
        assert_eq!(budget.bytes_under_way(), 0);
    }

    #[test]
    fn those_who_are_refused_come_back_apart_and_later_under_load() {
        let budget = Budget::new(2, 100);
        let idle: Vec<u32> = (0..3).map(|_| budget.retry_after_s()).collect();
        assert_eq!(idle, [1, 2, 3]);
        let _requests = (budget.request(), budget.request());
        let _bytes = budget.body_permit(100, HERE);
        let busy: Vec<u32> = (0..3).map(|_| budget.retry_after_s()).collect();
        assert_eq!(busy, [3, 4, 5]);
    }
}
