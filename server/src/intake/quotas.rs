//! How many records a service point and a wave take in a minute from senders who have proved nothing.
//!
//! An address has a quota of its own before. This one is for many addresses at once: it lies far above
//! what people fill in, and bounds what strangers can put into one place.

use std::collections::BTreeMap;

use governor::clock::{Clock, DefaultClock};
use survey_defs::ids::{PointId, WaveId};

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
}

/// Records of one post, by where they go. The waves and points exist: strangers must not invent keys.
#[derive(Debug, Default)]
pub struct PlaceCounts {
    recorded: BTreeMap<(WaveId, PointId), u32>,
    aside: BTreeMap<WaveId, u32>,
}

impl PlaceCounts {
    /// One more that is recorded at a service point.
    pub fn recorded(&mut self, wave: &WaveId, point: &PointId) {
        *self.recorded.entry((wave.clone(), point.clone())).or_default() += 1;
    }

    /// One more that is kept aside.
    pub fn aside(&mut self, wave: &WaveId) {
        *self.aside.entry(wave.clone()).or_default() += 1;
    }
}

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
        Self {
            points: Buckets::new(clock, Limit::PointRecords, point),
            waves: Buckets::new(clock, Limit::WaveRecords, wave),
            aside: Buckets::new(clock, Limit::WaveRecords, wave.div_ceil(ASIDE)),
        }
    }

    /// Counts the records of a post, before any of them is written.
    ///
    /// # Errors
    /// A service point or a wave has taken too many.
    pub fn take(&self, counts: &PlaceCounts) -> Result<(), TooMany> {
        for (place, number) in &counts.recorded {
            if let Some(points) = &self.points {
                points.take(place, *number)?;
            }
            if let Some(waves) = &self.waves {
                waves.take(&place.0, *number)?;
            }
        }
        for (wave, number) in &counts.aside {
            if let Some(aside) = &self.aside {
                aside.take(wave, *number)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn rates(point: u32, wave: u32) -> PlaceRates<FakeRelativeClock> {
        PlaceRates::at(&FakeRelativeClock::default(), PlaceQuotas { point, wave })
    }

    fn counts(records: &[(&str, &str)], aside: &[&str]) -> PlaceCounts {
        let mut counts = PlaceCounts::default();
        for (wave, point) in records {
            counts.recorded(&wave.parse().unwrap(), &point.parse().unwrap());
        }
        for wave in aside {
            counts.aside(&wave.parse().unwrap());
        }
        counts
    }

    fn limit(rates: &PlaceRates<FakeRelativeClock>, counts: &PlaceCounts) -> Option<Limit> {
        rates.take(counts).err().map(|too_many| too_many.limit)
    }

    #[test]
    fn a_point_and_a_wave_have_quotas_of_their_own() {
        let rates = rates(4, 8);
        assert_eq!(limit(&rates, &counts(&[("one", "a"), ("one", "a")], &[])), None);
        assert_eq!(limit(&rates, &counts(&[("one", "a")], &[])), Some(Limit::PointRecords));
        assert_eq!(limit(&rates, &counts(&[("one", "b"), ("one", "b")], &[])), None);
        assert_eq!(limit(&rates, &counts(&[("one", "c")], &[])), Some(Limit::WaveRecords));
        assert_eq!(limit(&rates, &counts(&[("other", "a")], &[])), None);
    }

    #[test]
    fn what_is_kept_aside_uses_up_nothing_of_what_is_recorded() {
        let rates = rates(0, 40);
        assert_eq!(limit(&rates, &counts(&[], &["one", "one"])), None);
        assert_eq!(limit(&rates, &counts(&[], &["one"])), Some(Limit::WaveRecords));
        assert_eq!(limit(&rates, &counts(&[("one", "a"); 20], &[])), None);
        assert_eq!(limit(&rates, &counts(&[], &["other"])), None);
    }

    #[test]
    fn a_post_that_is_larger_than_a_bucket_can_still_be_taken() {
        let rates = rates(4, 0);
        assert_eq!(limit(&rates, &counts(&[("one", "a"); 10], &[])), None);
        assert_eq!(limit(&rates, &counts(&[("one", "a")], &[])), Some(Limit::PointRecords));
    }
}
