//! How many records a service point and a wave take in a minute from senders who have proved nothing.
//!
//! An address has a quota of its own before. This one is for many addresses at once: it lies far above
//! what people fill in, and bounds what strangers can put into one place.

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

/// Counts records of service points and waves.
#[derive(Debug)]
pub struct PlaceRates<C: Clock + Clone = DefaultClock> {
    points: Option<Buckets<(WaveId, PointId), C>>,
    waves: Option<Buckets<WaveId, C>>,
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
        }
    }

    /// Counts a record. The wave and the service point exist: strangers must not invent keys.
    ///
    /// # Errors
    /// One of the two has taken too many.
    pub fn take(&self, wave: &WaveId, point: Option<&PointId>) -> Result<(), TooMany> {
        if let Some((buckets, point)) = self.points.as_ref().zip(point) {
            buckets.take(&(wave.clone(), point.clone()), 1)?;
        }
        self.waves.as_ref().map_or(Ok(()), |buckets| buckets.take(wave, 1))
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn a_point_and_a_wave_have_quotas_of_their_own() {
        let rates =
            PlaceRates::at(&FakeRelativeClock::default(), PlaceQuotas { point: 4, wave: 10 });
        let [one, other] = ["one", "other"].map(|id| WaveId::new(id).unwrap());
        let [a, b, c] = ["a", "b", "c"].map(|id| PointId::new(id).unwrap());
        let limit = |wave: &WaveId, point: Option<&PointId>| {
            rates.take(wave, point).err().map(|too_many| too_many.limit)
        };
        assert_eq!([limit(&one, Some(&a)), limit(&one, Some(&a))], [None; 2]);
        assert_eq!(limit(&one, Some(&a)), Some(Limit::PointRecords));
        assert_eq!([limit(&one, Some(&b)), limit(&one, Some(&b))], [None; 2]);
        assert_eq!(limit(&one, None), None);
        assert_eq!(limit(&one, Some(&c)), Some(Limit::WaveRecords));
        assert_eq!(limit(&other, Some(&a)), None);
    }
}
