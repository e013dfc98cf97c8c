//! How many records a service point and a wave take from senders who have proved nothing.
//!
//! An address has a quota of its own before. The quotas of a minute are for many addresses at once: they
//! lie far above what people fill in, and bound what strangers can put into one place. What is kept aside
//! has a quota of a day in the store; here an address is kept from using up more than a tenth of it.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use store::{QUARANTINE_QUOTA, QuarantineQuota};
use survey_defs::ids::{PointId, WaveId};

use super::sender::SenderAddress;
use crate::system::allowances::Allowances;
use crate::system::buckets::{Buckets, TooMany};
use crate::system::metrics::Limit;

/// Records in a minute; 0 is no limit. Half of it may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceQuotas {
    /// Of one service point.
    pub point: u32,
    /// Of one wave.
    pub wave: u32,
}

impl Default for PlaceQuotas {
    fn default() -> Self {
        Self { point: 9_000, wave: 18_000 }
    }
}

/// Of what a wave takes, as much may be kept aside: else whoever sends what is only kept aside would use
/// up what honest forms need.
const ASIDE: u32 = 10;

/// Counts records of service points and waves.
#[derive(Debug)]
pub struct PlaceRates<C: Clock + Clone = DefaultClock> {
    points: Option<Buckets<(WaveId, PointId), C>>,
    waves: Option<Buckets<WaveId, C>>,
    aside: Option<Buckets<WaveId, C>>,
    address_rows: Allowances<(WaveId, Option<IpAddr>), C>,
    address_bytes: Allowances<(WaveId, Option<IpAddr>), C>,
    address_total: Allowances<Option<IpAddr>, C>,
}

/// What a record takes of that of its address before it is kept aside.
#[derive(Debug)]
pub(crate) struct AsidePlace {
    of: (WaveId, Option<IpAddr>),
    bytes: u32,
}

/// What part of what is kept aside may come from one address.
const PART_OF_ADDRESS: i64 = 10;

impl PlaceRates {
    /// Full buckets.
    pub fn new(quotas: PlaceQuotas) -> Self {
        Self::at(&DefaultClock::default(), quotas)
    }
}

impl Default for PlaceRates {
    fn default() -> Self {
        Self::new(PlaceQuotas::default())
    }
}

impl<C: Clock + Clone> PlaceRates<C> {
    fn at(clock: &C, PlaceQuotas { point, wave }: PlaceQuotas) -> Self {
        let part = |of: i64| {
            let part = u32::try_from(of / PART_OF_ADDRESS).ok().and_then(NonZeroU32::new);
            part.unwrap_or(NonZeroU32::MIN)
        };
        let QuarantineQuota { rows_per_day, bytes_per_day, kept_bytes } = QUARANTINE_QUOTA;
        Self {
            address_rows: Allowances::daily(clock, Limit::AddressAside, part(rows_per_day)),
            address_bytes: Allowances::daily(clock, Limit::AddressAside, part(bytes_per_day)),
            address_total: Allowances::daily(clock, Limit::AddressAside, part(kept_bytes)),
            points: Buckets::new(clock, Limit::PointRecords, point),
            waves: Buckets::new(clock, Limit::WaveRecords, wave),
            aside: Buckets::new(clock, Limit::AsideRecords, wave.div_ceil(ASIDE)),
        }
    }

    /// Counts a record before it is written. Its wave and point exist: strangers must not invent keys.
    ///
    /// # Errors
    /// The service point or the wave has taken too many; the sender keeps this one.
    pub fn take(&self, wave: &WaveId, point: &PointId) -> Result<(), TooMany> {
        if let Some(points) = &self.points {
            points.take(&(wave.clone(), point.clone()), 1)?;
        }
        self.waves.as_ref().map_or(Ok(()), |waves| waves.take(wave, 1))
    }

    /// Takes a place for a record that is to be kept aside, before it is known what becomes of it: else
    /// many at once would find the same room.
    ///
    /// # Errors
    /// Its wave, or its address, has put too many aside; the sender keeps this one.
    pub(crate) fn take_aside(
        &self,
        wave: &WaveId,
        from: SenderAddress,
        bytes: usize,
    ) -> Result<AsidePlace, TooMany> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let place = AsidePlace { of: (wave.clone(), from.network(32)), bytes };
        let (of, network) = (&place.of, &place.of.1);
        self.address_rows.take(of, 1)?;
        let taken = self.address_bytes.take(of, bytes);
        taken.inspect_err(|_| self.address_rows.give_back(of, 1))?;
        let taken = self.address_total.take(network, bytes);
        taken.inspect_err(|_| {
            self.address_rows.give_back(of, 1);
            self.address_bytes.give_back(of, bytes);
        })?;
        let taken = self.aside.as_ref().map_or(Ok(()), |aside| aside.take(wave, 1));
        taken.inspect_err(|_| self.give_back(&place))?;
        Ok(place)
    }

    /// Gives the place of a record back that was kept before, or is not kept.
    pub(crate) fn give_back(&self, AsidePlace { of, bytes }: &AsidePlace) {
        self.address_rows.give_back(of, 1);
        self.address_bytes.give_back(of, *bytes);
        self.address_total.give_back(&of.1, *bytes);
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn rates(point: u32, wave: u32) -> PlaceRates<FakeRelativeClock> {
        PlaceRates::at(&FakeRelativeClock::default(), PlaceQuotas { point, wave })
    }

    /// Keeps a small record of an address aside.
    fn aside(rates: &PlaceRates<FakeRelativeClock>, wave: &str, from: &str) -> Option<Limit> {
        let from = SenderAddress(Some(from.parse().unwrap()));
        let taken = rates.take_aside(&wave.parse().unwrap(), from, 1_000);
        taken.err().map(|too_many| too_many.limit)
    }

    /// Records at a service point; says what refused the last of them.
    fn record(
        rates: &PlaceRates<FakeRelativeClock>,
        (wave, point): (&str, &str),
        number: usize,
    ) -> Option<Limit> {
        let (wave, point) = (wave.parse().unwrap(), point.parse().unwrap());
        let taken = (0..number).map(|_| rates.take(&wave, &point).err()).last();
        taken.flatten().map(|too_many| too_many.limit)
    }

    #[test]
    fn a_point_and_a_wave_have_quotas_of_their_own() {
        let rates = rates(4, 8);
        assert_eq!(record(&rates, ("one", "a"), 2), None);
        assert_eq!(record(&rates, ("one", "a"), 1), Some(Limit::PointRecords));
        assert_eq!(record(&rates, ("one", "b"), 2), None);
        assert_eq!(record(&rates, ("one", "c"), 1), Some(Limit::WaveRecords));
        assert_eq!(record(&rates, ("other", "a"), 1), None);
    }

    #[test]
    fn what_is_kept_aside_uses_up_nothing_of_what_is_recorded() {
        let rates = rates(0, 40);
        for address in ["198.51.100.1", "198.51.100.2"] {
            assert_eq!(aside(&rates, "one", address), None);
        }
        assert_eq!(aside(&rates, "one", "198.51.100.3"), Some(Limit::AsideRecords));
        assert_eq!(record(&rates, ("one", "a"), 20), None);
        assert_eq!(aside(&rates, "other", "198.51.100.4"), None);
    }

    #[test]
    fn an_address_has_a_tenth_of_what_is_kept_aside() {
        let clock = FakeRelativeClock::default();
        let rates = PlaceRates::at(&clock, PlaceQuotas { point: 0, wave: 0 });
        let mut kept = 0;
        for _ in 0..24 * 60 {
            kept += usize::from(aside(&rates, "one", "2001:db8:0:1::1").is_none());
            clock.advance(std::time::Duration::from_mins(1));
        }
        assert!((199..=200).contains(&kept), "{kept}");
        let again = || aside(&rates, "one", "2001:db8:0:ffff::1");
        assert!((0..100).any(|_| again() == Some(Limit::AddressAside)), "the same /48");
        assert_eq!(aside(&rates, "one", "2001:db8:1::1"), None);
        assert_eq!(aside(&rates, "other", "2001:db8:0:1::1"), None);
    }

    #[test]
    fn a_record_that_is_not_kept_takes_no_place() {
        let rates = rates(0, 20);
        let (wave, from) = ("one".parse().unwrap(), Some("198.51.100.1".parse().unwrap()));
        let take = |bytes| rates.take_aside(&wave, SenderAddress(from), bytes);
        take(1_000).unwrap();
        for _ in 0..500 {
            let refused = take(1_000).unwrap_err().limit;
            assert_eq!(refused, Limit::AsideRecords, "the wave has no room in this minute");
        }
        let rates =
            PlaceRates::at(&FakeRelativeClock::default(), PlaceQuotas { point: 0, wave: 0 });
        let take = |bytes| rates.take_aside(&wave, SenderAddress(from), bytes);
        for _ in 0..500 {
            rates.give_back(&take(16_000).unwrap());
        }
        assert_eq!((0..500).filter(|_| take(1).is_ok()).count(), 100);
    }
}
