//! Requests and bytes under way.

use std::sync::Arc;
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

/// The part of the room that only small bodies get.
const PARTS_FOR_SMALL: u32 = 8;

/// The largest small body: any form.
const SMALL_BYTES: u64 = 64 * 1024;

/// What all requests under way share. Whatever does not fit is refused at once: a queue here would
/// only be memory, and the client has a queue on disk.
#[derive(Debug)]
pub struct Budget {
    requests: Semaphore,
    max_requests: usize,
    places: Arc<Shares>,
    bytes: Room,
    /// Kept for small bodies, which take of it when the other room is full: a form gets in while
    /// large bodies are on their way.
    bytes_for_small: Room,
    bodies: Arc<Shares>,
    turn: AtomicU32,
}

#[derive(Debug)]
struct Room {
    free: Semaphore,
    size: u32,
}

/// A place for a request, until it is dropped.
#[derive(Debug)]
pub struct RequestPermit<'a> {
    _place: SemaphorePermit<'a>,
    _share: Share,
}

/// The room of a body that arrives, until it is dropped.
#[derive(Debug)]
pub struct BodyRoom<'a> {
    budget: &'a Budget,
    is_small: bool,
    taken: Option<SemaphorePermit<'a>>,
    taken_for_small: Option<SemaphorePermit<'a>>,
    share: Share,
}

impl Budget {
    /// A budget of requests and of bytes of their bodies.
    pub fn new(max_requests: usize, max_bytes: u32) -> Self {
        let places = u32::try_from(max_requests).unwrap_or(u32::MAX);
        let for_small = max_bytes / PARTS_FOR_SMALL;
        Self {
            requests: Semaphore::new(max_requests),
            max_requests,
            places: Shares::of(places / PARTS_OF_PLACES),
            bytes: Room::of(max_bytes - for_small),
            bytes_for_small: Room::of(for_small),
            bodies: Shares::of(max_bytes / PARTS_OF_BYTES),
            turn: AtomicU32::new(0),
        }
    }

    /// A place for one request.
    ///
    /// # Errors
    /// What has no place left.
    pub fn request(&self, client: Client) -> Result<RequestPermit<'_>, Limit> {
        let mut share = self.places.holder(client);
        if !share.grow(1) {
            return Err(Limit::AddressPlaces);
        }
        let place = self.requests.try_acquire().map_err(|_| Limit::Requests)?;
        Ok(RequestPermit { _place: place, _share: share })
    }

    /// The room of a body of which nothing has arrived yet, and which announces so many bytes or does
    /// not say. An announcement takes nothing: anybody can announce.
    pub fn body(&self, announced: Option<u64>, client: Client) -> BodyRoom<'_> {
        BodyRoom {
            budget: self,
            is_small: announced.is_some_and(|bytes| bytes <= SMALL_BYTES),
            taken: None,
            taken_for_small: None,
            share: self.bodies.holder(client),
        }
    }

    /// Requests under way.
    pub fn requests_under_way(&self) -> usize {
        self.max_requests.saturating_sub(self.requests.available_permits())
    }

    /// Bytes of bodies under way.
    pub fn bytes_under_way(&self) -> usize {
        self.bytes.used() + self.bytes_for_small.used()
    }

    /// When to come back, in seconds from 1 to 5: later if much is under way, and not the same for
    /// all, so that those who were refused together do not come back together.
    pub fn retry_after_s(&self) -> u32 {
        let is_half_full = |used: usize, of: usize| u32::from(used.saturating_mul(2) >= of.max(1));
        let load = is_half_full(self.requests_under_way(), self.max_requests)
            + is_half_full(self.bytes.used(), self.bytes.size as usize);
        1 + load + self.turn.fetch_add(1, Ordering::Relaxed) % 3
    }
}

impl BodyRoom<'_> {
    /// Takes room for so many bytes more, which have arrived. A body larger than all of the room takes
    /// all of it.
    ///
    /// # Errors
    /// What has not enough room left. What was taken before stays until this is dropped.
    pub fn take(&mut self, bytes: usize) -> Result<(), Limit> {
        let has = |permit: &Option<SemaphorePermit<'_>>| {
            permit.as_ref().map_or(0, SemaphorePermit::num_permits)
        };
        let left = (self.budget.bytes.size as usize).saturating_sub(has(&self.taken));
        let Ok(bytes @ 1..) = u32::try_from(bytes.min(left)) else {
            return Ok(());
        };
        if !self.share.grow(bytes) {
            return Err(Limit::AddressBodyBytes);
        }
        if add(&mut self.taken, &self.budget.bytes, bytes)
            || self.is_small && add(&mut self.taken_for_small, &self.budget.bytes_for_small, bytes)
        {
            Ok(())
        } else {
            Err(Limit::BodyBytes)
        }
    }
}

/// Adds to what was taken of a room, if it is there.
fn add<'a>(taken: &mut Option<SemaphorePermit<'a>>, room: &'a Room, bytes: u32) -> bool {
    let Ok(more) = room.free.try_acquire_many(bytes) else {
        return false;
    };
    match taken {
        Some(taken) => taken.merge(more),
        None => *taken = Some(more),
    }
    true
}

impl Room {
    fn of(size: u32) -> Self {
        Self { free: Semaphore::new(size as usize), size }
    }

    fn used(&self) -> usize {
        (self.size as usize).saturating_sub(self.free.available_permits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Client = Client::ThisMachine;

    fn at(address: &str) -> Client {
        Client::Address(address.parse().unwrap())
    }

    /// Room for a large body of which so many bytes have arrived at once.
    fn large(budget: &Budget, bytes: usize, client: Client) -> Result<BodyRoom<'_>, Limit> {
        let mut room = budget.body(None, client);
        room.take(bytes).map(|()| room)
    }

    #[test]
    fn what_does_not_fit_is_refused_until_something_ends() {
        let budget = Budget::new(2, 800);
        let first = budget.request(HERE);
        let _second = budget.request(HERE);
        assert!(first.is_ok());
        assert_eq!(budget.request(HERE).unwrap_err(), Limit::Requests);
        assert_eq!(budget.requests_under_way(), 2);
        drop(first);
        assert!(budget.request(HERE).is_ok());

        let body = large(&budget, 600, HERE);
        assert!(body.is_ok());
        assert_eq!(large(&budget, 101, HERE).unwrap_err(), Limit::BodyBytes);
        assert!(large(&budget, 100, HERE).is_ok(), "it fits exactly");
        assert_eq!(budget.bytes_under_way(), 600);
        drop(body);
        assert!(large(&budget, usize::MAX, HERE).is_ok(), "too large: it takes everything");
        assert_eq!(budget.bytes_under_way(), 0);
    }

    #[test]
    fn room_is_taken_by_what_arrives_and_not_by_what_is_announced() {
        let budget = Budget::new(24, 800);
        let mut silent: Vec<_> = (0..100).map(|_| budget.body(Some(u64::MAX), HERE)).collect();
        assert_eq!(budget.bytes_under_way(), 0);
        for body in silent.iter_mut().take(7) {
            body.take(40).unwrap();
            body.take(60).unwrap();
        }
        assert_eq!(budget.bytes_under_way(), 700);
        assert_eq!(silent[7].take(1).unwrap_err(), Limit::BodyBytes);
        // A part is kept for small ones.
        let mut small = budget.body(Some(SMALL_BYTES), HERE);
        small.take(60).unwrap();
        small.take(40).unwrap();
        assert_eq!(budget.bytes_under_way(), 800);
        assert_eq!(small.take(1).unwrap_err(), Limit::BodyBytes);
        drop((small, silent));
        assert_eq!(budget.bytes_under_way(), 0);
    }

    #[test]
    fn an_address_has_a_part_of_places_and_room() {
        let (one, other) = (at("198.51.100.1"), at("198.51.100.2"));
        let budget = Budget::new(24, 800);
        let places: Vec<_> = std::iter::from_fn(|| budget.request(one).ok()).collect();
        assert_eq!(places.len(), 3, "an eighth");
        assert_eq!(budget.request(one).unwrap_err(), Limit::AddressPlaces);
        assert!(budget.request(other).is_ok() && budget.request(HERE).is_ok());
        drop(places);

        let body = large(&budget, 160, one);
        assert!(body.is_ok());
        assert_eq!(large(&budget, 41, one).unwrap_err(), Limit::AddressBodyBytes);
        assert!(large(&budget, 40, one).is_ok(), "it fits exactly");
        assert!(large(&budget, 200, other).is_ok());
        drop(body);
        assert!(large(&budget, 500, one).is_ok(), "one that is alone may be larger");
        let all = large(&budget, 700, HERE);
        assert_eq!(large(&budget, 1, one).unwrap_err(), Limit::BodyBytes);
        drop(all);
        assert_eq!(budget.bytes_under_way(), 0);
    }

    #[test]
    fn those_who_are_refused_come_back_apart_and_later_under_load() {
        let budget = Budget::new(2, 100);
        let idle: Vec<u32> = (0..3).map(|_| budget.retry_after_s()).collect();
        assert_eq!(idle, [1, 2, 3]);
        let _requests = (budget.request(HERE), budget.request(HERE));
        let _bytes = large(&budget, 100, HERE);
        let busy: Vec<u32> = (0..3).map(|_| budget.retry_after_s()).collect();
        assert_eq!(busy, [3, 4, 5]);
    }
}
