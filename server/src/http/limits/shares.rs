//! What each address has of something that all share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::client::{Client, TIERS};

/// Of something that all share, no address may have more than a part, a /56 of IPv6 around it twice
/// and a /48 four times as much. An address that has nothing is not remembered.
#[derive(Debug)]
pub struct Shares {
    part: u32,
    taken: Mutex<HashMap<(u8, IpAddr), u32>>,
}

/// What one holder at an address has, until it is dropped.
#[derive(Debug)]
pub struct Share {
    shares: Arc<Shares>,
    client: Client,
    amount: u32,
}

impl Shares {
    /// The most that one address may have, which is at least 1.
    pub fn of(part: u32) -> Arc<Self> {
        Arc::new(Self { part: part.max(1), taken: Mutex::default() })
    }

    /// A holder that has nothing yet. What this machine takes is not counted apart.
    pub fn holder(self: &Arc<Self>, client: Client) -> Share {
        Share { shares: Arc::clone(self), client, amount: 0 }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<(u8, IpAddr), u32>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes more; nothing, and false, if the part of the address or of a network around it is used
    /// up. A holder that is alone may have more than a part: else something large could never be had.
    #[must_use]
    pub fn grow(&mut self, more: u32) -> bool {
        let mut taken = self.shares.taken();
        let fits = self.client.networks().zip(TIERS).all(|(key, (_, times))| {
            let all = taken.get(&key).copied().unwrap_or_default();
            let part = self.shares.part.saturating_mul(times);
            all == self.amount || more <= part.saturating_sub(all)
        });
        if fits {
            for key in self.client.networks() {
                *taken.entry(key).or_default() += more;
            }
            self.amount += more;
        }
        fits
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.amount == 0 {
            return;
        }
        let mut taken = self.shares.taken();
        for key in self.client.networks() {
            if let Some(all) = taken.get_mut(&key) {
                *all -= self.amount;
                if *all == 0 {
                    taken.remove(&key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Client {
        Client::Address(address.parse().unwrap())
    }

    fn take(shares: &Arc<Shares>, address: &str, amount: u32) -> Option<Share> {
        let mut share = shares.holder(at(address));
        share.grow(amount).then_some(share)
    }

    #[test]
    fn an_address_has_its_part_and_leaves_no_trace() {
        let shares = Shares::of(10);
        let mut first = take(&shares, "198.51.100.1", 6).unwrap();
        assert!(take(&shares, "198.51.100.1", 5).is_none());
        let second = take(&shares, "198.51.100.1", 4);
        assert!(second.is_some(), "it fits exactly");
        assert!(!first.grow(1));
        let mut alone = take(&shares, "198.51.100.2", 8).unwrap();
        assert!(alone.grow(8), "what is alone may be larger than the part");
        assert!(take(&shares, "198.51.100.2", 1).is_none());
        drop(second);
        assert!(first.grow(4));
        drop((first, alone));
        assert!(shares.taken().is_empty());
    }

    #[test]
    fn networks_of_ipv6_have_parts_as_well() {
        let shares = Shares::of(2);
        let of = |address: &str| take(&shares, address, 1);
        let mut held = vec![of("2001:db8:0:1::1"), of("2001:db8:0:1::2")];
        assert!(of("2001:db8:0:1::3").is_none(), "a /64 has 2");
        held.extend([of("2001:db8:0:2::1"), of("2001:db8:0:3::1")]);
        assert!(of("2001:db8:0:4::1").is_none(), "a /56 has 4");
        for third in ["100", "101", "200", "201"] {
            held.push(of(&format!("2001:db8:0:{third}::1")));
        }
        assert!(of("2001:db8:0:300::1").is_none(), "a /48 has 8");
        assert!(held.iter().all(Option::is_some) && of("2001:db8:1::1").is_some());
        drop(held);
        assert!(shares.taken().is_empty());
    }
}
