//! Finds hours in which a place got many more responses than in its own past.

/// How many responses a place got in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourCount {
    /// The hour, as a number that rises by 1 from hour to hour.
    pub hour: i32,
    /// The responses; an hour without any does not occur.
    pub count: u64,
}

/// From where on an hour is a burst. Choose them for the places; see [`BurstLimits::USUAL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurstLimits {
    /// Responses below which no hour is a burst.
    pub least_count: u64,
    /// How many times as many responses as in a usual hour of the place.
    pub factor: f64,
    /// Earlier hours with responses without which a place has no usual hour.
    pub least_past: usize,
    /// The responses that make a burst where a place has no usual hour yet.
    pub least_count_without_past: u64,
}

/// An hour with many more responses than usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burst {
    /// The hour.
    pub hour: i32,
    /// Its responses.
    pub count: u64,
    /// The median of the place's earlier hours; none where there are too few of them.
    pub usual: Option<f64>,
}

impl BurstLimits {
    /// Limits for a counter of an office and the codes on its wall and receipts.
    ///
    /// They are our own choice: nobody has published one. A counter serves some ten people an hour, and
    /// its busiest hour is two or three times the usual one, so five times is not the rush before a
    /// holiday. Below 30, the least n of a score, a burst moves little. A working day has eight hours,
    /// so a place has a past from its second day; until then two forms a minute for a whole hour, more
    /// than two tablets take, are a burst. Replace them when the hours of your own points are known.
    pub const USUAL: Self =
        Self { least_count: 30, factor: 5.0, least_past: 8, least_count_without_past: 120 };
}

/// The hours of one place that are bursts, in order. `hours` ascend, each once.
///
/// An hour is a burst if it has at least [`BurstLimits::least_count`] responses and at least
/// [`BurstLimits::factor`] times the median of the earlier hours in which the place had any. Hours
/// without responses (nights, holidays) do not count, or every morning would be a burst. Only earlier
/// hours count, so that a burst does not hide itself, and what is known of an hour never changes later.
/// The median resists: a place must be stuffed in half of its hours before its usual hour rises.
///
/// Its limits: stuffing that is slow, or that began with the first hour, is not seen. A device that was
/// offline sends everything in one hour, and an event brings many people at once: both are bursts.
pub fn bursts(hours: &[HourCount], limits: BurstLimits) -> Vec<Burst> {
    // In order of size.
    let mut past: Vec<u64> = Vec::with_capacity(hours.len());
    let mut found = Vec::new();
    for HourCount { hour, count } in hours.iter().copied() {
        let usual = (past.len() >= limits.least_past).then(|| median(&past)).flatten();
        let is_burst = match usual {
            Some(usual) => count >= limits.least_count && whole(count) >= limits.factor * usual,
            None => count >= limits.least_count_without_past,
        };
        if is_burst {
            found.push(Burst { hour, count, usual });
        }
        let place = past.partition_point(|earlier| *earlier <= count);
        past.insert(place, count);
    }
    found
}

/// The median of sorted counts.
fn median(sorted: &[u64]) -> Option<f64> {
    let upper = sorted.len() / 2;
    let lower = if sorted.len().is_multiple_of(2) { upper.checked_sub(1)? } else { upper };
    Some(f64::midpoint(whole(sorted[lower]), whole(sorted[upper])))
}

#[expect(clippy::cast_precision_loss, reason = "an hour has fewer than 2⁵³ responses")]
fn whole(count: u64) -> f64 {
    count as f64
}
