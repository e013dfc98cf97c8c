//! What each address has of something that all share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Of something that all share, no address may have more than a part. An address that has nothing is
/// not remembered.
#[derive(Debug)]
pub(super) struct Shares {
    part: u32,
    taken: Mutex<HashMap<IpAddr, u32>>,
}

/// What an address has, until it is dropped.
#[derive(Debug)]
pub(super) struct Share<'a> {
    shares: &'a Shares,
    address: IpAddr,
    amount: u32,
}

impl Shares {
    /// The most that one address may have, which is at least 1.
    pub(super) fn of(part: u32) -> Self {
        Self { part: part.max(1), taken: Mutex::default() }
    }

    /// More for an address; none if its part is used up. What is larger than the part takes all of it.
    pub(super) fn take(&self, address: IpAddr, amount: u32) -> Option<Share<'_>> {
        let amount = amount.min(self.part);
        let mut taken = self.taken();
        let so_far = taken.get(&address).copied().unwrap_or_default();
        if amount > self.part - so_far {
            return None;
        }
        taken.insert(address, so_far + amount);
        Some(Share { shares: self, address, amount })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut taken = self.shares.taken();
        if let Some(so_far) = taken.get_mut(&self.address) {
            *so_far -= self.amount;
            if *so_far == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_part_and_leaves_no_trace() {
        let [one, other] = ["198.51.100.1", "198.51.100.2"].map(|text| text.parse().unwrap());
        let shares = Shares::of(10);
        let first = shares.take(one, 6);
        assert!(first.is_some() && shares.take(one, 5).is_none());
        let (second, of_other) = (shares.take(one, 4), shares.take(other, 99));
        assert!(second.is_some(), "it fits exactly");
        assert!(of_other.is_some(), "what is too large takes the whole part");
        assert!(shares.take(other, 1).is_none());
        drop((first, second, of_other));
        assert!(shares.taken().is_empty());
    }
}
