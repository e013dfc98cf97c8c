//! Makes ids as the form makes them.

use std::sync::atomic::{AtomicU32, Ordering};

use uuid::{Builder, Uuid};

/// People open forms up to so long before they are sent.
const OPENED_BEFORE_MS: u64 = 3_600_000;

/// Ids of version 7, no two the same within a run. Their times are spread over an hour: forms are
/// not sent in the order in which they are opened, and an index feels that.
#[derive(Debug)]
pub struct Ids {
    now_ms: u64,
    run: u32,
    next: AtomicU32,
}

impl Ids {
    /// Ids of a run that begins at a moment, in milliseconds since 1970. Runs with different
    /// numbers have different ids.
    pub fn new(now_ms: u64, run: u32) -> Self {
        Self { now_ms, run, next: AtomicU32::new(0) }
    }

    /// The next id.
    pub fn next(&self) -> Uuid {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mixed = mix(u64::from(number));
        let opened_ms = self.now_ms.saturating_sub(mixed % OPENED_BEFORE_MS);
        let mut random = [0; 10];
        random[..2].copy_from_slice(&mixed.to_be_bytes()[..2]);
        random[2..6].copy_from_slice(&self.run.to_be_bytes());
        random[6..].copy_from_slice(&number.to_be_bytes());
        Builder::from_unix_timestamp_millis(opened_ms, &random).into_uuid()
    }
}

/// A number without a pattern (SplitMix64).
pub(crate) fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
