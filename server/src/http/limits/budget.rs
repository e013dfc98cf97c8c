//! Requests and bytes under way.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::Client;
use super::shares::{Share, Shares};
use crate::system::metrics::Limit;

/// The part of the room for bodies that one address may take, so that a few that send slowly cannot
/// take all of it.
const PARTS_OF_BYTES: u32 = 4;

/// The part of the requests under way that one address may have.
const PARTS_OF_PLACES: u32 = 8;

/// What all requests under way share. Whatever does not fit is refused at once: a queue here would
/// only be memory, and the client has a queue on disk.
#[derive(Debug)]
pub struct Budget {
    requests: Semaphore,
    max_requests: usize,
    places: Shares,
    bytes: Semaphore,
    max_bytes: u32,
    bodies: Shares,
    turn: AtomicU32,
}

/// A place for a request, until it is dropped.
#[derive(Debug)]
pub struct RequestPermit<'a> {
    _place: SemaphorePermit<'a>,
    _share: Option<Share<'a>>,
}

/// Room for a body, until it is dropped.
#[derive(Debug)]
pub struct BodyPermit<'a> {
    _bytes: SemaphorePermit<'a>,
    _share: Option<Share<'a>>,
}

impl Budget {
    /// A budget of requests and of bytes of their bodies.
    pub fn new(max_requests: usize, max_bytes: u32) -> Self {
        let places = u32::try_from(max_requests).unwrap_or(u32::MAX);
        Self {
            requests: Semaphore::new(max_requests),
            max_requests,
            places: Shares::of(places / PARTS_OF_PLACES),
            bytes: Semaphore::new(max_bytes as usize),
            max_bytes,
            bodies: Shares::of(max_bytes / PARTS_OF_BYTES),
            turn: AtomicU32::new(0),
        }
    }

    /// A place for one request.
    ///
    /// # Errors
    /// What has no place left.
    pub fn request(&self, client: Client) -> Result<RequestPermit<'_>, Limit> {
        let share = share(&self.places, (client, 1), Limit::AddressPlaces)?;
        let place = self.requests.try_acquire().map_err(|_| Limit::Requests)?;
        Ok(RequestPermit { _place: place, _share: share })
    }

    /// Room for a body. One larger than the whole budget needs all of it, and one larger than the
    /// part of its address needs all of that.
    ///
    /// # Errors
    /// What has not enough room left.
    pub fn body_permit(&self, bytes: u64, client: Client) -> Result<BodyPermit<'_>, Limit> {
        let bytes = u32::try_from(bytes).map_or(self.max_bytes, |bytes| bytes.min(self.max_bytes));
        let share = share(&self.bodies, (client, bytes), Limit::AddressBodyBytes)?;
        let permit = self.bytes.try_acquire_many(bytes).map_err(|_| Limit::BodyBytes)?;
        Ok(BodyPermit { _bytes: permit, _share: share })
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

/// What this machine takes is not counted apart.
fn share(
    shares: &Shares,
    (client, amount): (Client, u32),
    limit: Limit,
) -> Result<Option<Share<'_>>, Limit> {
    match client.network() {
        Some(address) => shares.take(address, amount).map(Some).ok_or(limit),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Client = Client::ThisMachine;

    fn at(address: &str) -> Client {
        Client::Address(address.parse().unwrap())
    }

    #[test]
    fn what_does_not_fit_is_refused_until_something_ends() {
        let budget = Budget::new(2, 100);
        let first = budget.request(HERE);
        let _second = budget.request(HERE);
        assert!(first.is_ok());
        assert_eq!(budget.request(HERE).unwrap_err(), Limit::Requests);
        assert_eq!(budget.requests_under_way(), 2);
        drop(first);
        assert!(budget.request(HERE).is_ok());

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
    fn an_address_has_a_part_of_places_and_room() {
        let (one, other) = (at("198.51.100.1"), at("198.51.100.2"));
        let budget = Budget::new(24, 100);
        let places: Vec<_> = std::iter::from_fn(|| budget.request(one).ok()).collect();
        assert_eq!(places.len(), 3, "an eighth");
        assert_eq!(budget.request(one).unwrap_err(), Limit::AddressPlaces);
        assert!(budget.request(other).is_ok() && budget.request(HERE).is_ok());
        drop(places);

        let body = budget.body_permit(20, one);
        assert!(body.is_ok());
        assert_eq!(budget.body_permit(6, one).unwrap_err(), Limit::AddressBodyBytes);
        assert!(budget.body_permit(5, one).is_ok(), "it fits exactly");
        assert!(budget.body_permit(25, other).is_ok());
        drop(body);
        assert!(budget.body_permit(90, one).is_ok(), "one that is too large takes the whole part");
        let all = budget.body_permit(100, HERE);
        assert_eq!(budget.body_permit(1, one).unwrap_err(), Limit::BodyBytes);
        drop(all);
        assert_eq!(budget.bytes_under_way(), 0);
    }

    #[test]
    fn those_who_are_refused_come_back_apart_and_later_under_load() {
        let budget = Budget::new(2, 100);
        let idle: Vec<u32> = (0..3).map(|_| budget.retry_after_s()).collect();
        assert_eq!(idle, [1, 2, 3]);
        let _requests = (budget.request(HERE), budget.request(HERE));
        let _bytes = budget.body_permit(100, HERE);
        let busy: Vec<u32> = (0..3).map(|_| budget.retry_after_s()).collect();
        assert_eq!(busy, [3, 4, 5]);
    }
}
