//! Which records of one day came from one network: kept for a short time, apart from the log.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::ids::WaveId;

use crate::error::StoreError;

/// Telling which records came from the same sender, without keeping who that was. None of it is in a
/// backup.
#[async_trait]
pub trait SenderTags: Send + Sync {
    /// The key of a day: the one that there is, or else this fresh one, which is kept. All servers get the
    /// same.
    async fn sender_key(&self, day: HanoiDay, fresh: [u8; 32]) -> Result<[u8; 32], StoreError>;

    /// Keeps the tags of records. Of a record that has one, the first stays. What is acknowledged here may
    /// be lost with the machine: answers wait for nothing of it.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if too much waits to be kept.
    async fn tag_senders(&self, tagged: &[TaggedRecord]) -> Result<(), StoreError>;

    /// The positions of the records of a wave that came from the same sender on the same day as the record
    /// at this position, itself among them, in order. Empty if it has no tag, or none any more.
    async fn same_sender(&self, wave: &WaveId, position: u64) -> Result<Vec<u64>, StoreError>;

    /// Destroys the keys of days before the first, and the tags of days before the second, and returns how
    /// many of both.
    async fn forget_senders(
        &self,
        keys_before: HanoiDay,
        tags_before: HanoiDay,
    ) -> Result<u64, StoreError>;

    /// Sees to it that what was deleted is not in the files of the database any more. False if somebody
    /// reads what is in them; do it again then. (PostgreSQL keeps what is deleted until it vacuums, and in
    /// its own log.)
    async fn overwrite_deleted(&self) -> Result<bool, StoreError>;
}

/// A day of Hanoi (UTC+7), counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HanoiDay(pub i64);

/// What Hanoi is ahead of UTC, in seconds.
const HANOI_S: i64 = 7 * 3_600;

const DAY_S: i64 = 86_400;

impl HanoiDay {
    /// The day of a moment.
    pub fn of(time: Timestamp) -> Self {
        Self((time.as_second() + HANOI_S).div_euclid(DAY_S))
    }

    /// The moment at which it begins; the end of time where it is beyond.
    pub fn start(self) -> Timestamp {
        let second = self.0.saturating_mul(DAY_S).saturating_sub(HANOI_S);
        Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
    }
}

/// What tells two networks of one day apart. It says nothing of them without the key of the day.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SenderTag(pub [u8; 8]);

// By hand: a debug text ends up in a log line.
impl fmt::Debug for SenderTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SenderTag")
    }
}

/// A record in the log, and from whom it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedRecord {
    /// Its wave.
    pub wave: WaveId,
    /// Its position.
    pub position: u64,
    /// The day on which it arrived.
    pub day: HanoiDay,
    /// From whom.
    pub tag: SenderTag,
}
