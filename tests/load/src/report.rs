//! Sums up a run as one line of JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::tally::Tally;

/// What came of a run. Times are of requests that had an answer.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Records that are in the log: `created` and `same`.
    pub acknowledged: u64,
    /// Records that were new.
    pub created: u64,
    /// Records that were in the log already, because an earlier answer was lost.
    pub same: u64,
    /// The first position of a new record; 0 if none was told.
    pub first_position: u64,
    /// The last position of a new record; 0 if none was told.
    pub last_position: u64,
    /// From the first request to the last answer.
    pub seconds: f64,
    /// Acknowledged records per second.
    pub per_second: f64,
    /// The median of the times of requests.
    pub p50_ms: f64,
    /// 95 of 100 requests took at most so long.
    pub p95_ms: f64,
    /// 99 of 100 requests took at most so long.
    pub p99_ms: f64,
    /// The longest time.
    pub max_ms: f64,
    /// Requests that were to come again later.
    pub turned_away: u64,
    /// Connections that broke, or could not be opened.
    pub broken: u64,
    /// All records in `failures`.
    pub failed: u64,
    /// What must not be, by kind, in records.
    pub failures: BTreeMap<String, u64>,
}

impl Report {
    pub(crate) fn new(mut tally: Tally, elapsed: Duration) -> Self {
        tally.latencies_us.sort_unstable();
        tally.positions.sort_unstable();
        let doubled = tally.positions.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
        if doubled > 0 {
            tally.fail("a position was given out twice", doubled);
        }
        let Tally { latencies_us, created, positions, same, turned_away, broken, failures } = tally;
        let acknowledged = created + same;
        Self {
            acknowledged,
            created,
            same,
            first_position: positions.first().copied().unwrap_or_default(),
            last_position: positions.last().copied().unwrap_or_default(),
            seconds: elapsed.as_secs_f64(),
            per_second: ratio(acknowledged, elapsed),
            p50_ms: quantile_ms(&latencies_us, 500),
            p95_ms: quantile_ms(&latencies_us, 950),
            p99_ms: quantile_ms(&latencies_us, 990),
            max_ms: quantile_ms(&latencies_us, 1_000),
            turned_away,
            broken,
            failed: failures.values().sum(),
            failures,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(records: u64, elapsed: Duration) -> f64 {
    records as f64 / elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// The smallest time that so many of a thousand do not exceed; 0 if there is none.
fn quantile_ms(sorted_us: &[u32], per_mille: usize) -> f64 {
    let rank = (sorted_us.len() * per_mille).div_ceil(1_000);
    sorted_us.get(rank.saturating_sub(1)).map_or(0.0, |us| f64::from(*us) / 1_000.0)
}
