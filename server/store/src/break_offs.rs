//! Forms that were begun and not finished.

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::ids::{QuestionId, WaveId};
use survey_defs::paradata::BreakOff;

use crate::error::StoreError;

/// Forms that were not finished.
#[async_trait]
pub trait BreakOffs: Send + Sync {
    /// Stores forms that were not finished and returns one result per entry, in order. An id that is
    /// already stored, or came earlier in the same call, is [`BreakOffRecorded::Same`] if the
    /// content is the same, and [`BreakOffRecorded::Conflict`] if not; neither hinders the others.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`] if a new one belongs to a wave that does not exist; it refuses
    /// the whole call.
    async fn record_break_offs(
        &self,
        entries: &[BreakOffEntry],
    ) -> Result<Vec<BreakOffRecorded>, StoreError>;

    /// How many forms of a wave were not finished, by the question at which they ended; the first
    /// screen comes first, then questions by id. Empty if there is no such wave.
    async fn break_offs(&self, wave: &WaveId) -> Result<Vec<BreakOffCount>, StoreError>;
}

/// A form that was not finished, on its way into the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakOffEntry {
    /// What was reported.
    pub break_off: BreakOff,
    /// When it arrived, by server time; cut to whole milliseconds.
    pub received_at: Timestamp,
}

/// What became of a [`BreakOffEntry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakOffRecorded {
    /// It is new, and now stored.
    Created,
    /// It was stored already, with the same content.
    Same,
    /// Its id is stored with other content, which stands.
    Conflict,
    /// It is not stored, because its wave takes no forms.
    TakesOther,
}

/// How many forms of a wave ended at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakOffCount {
    /// The question that was answered or shown last; none: on the first screen.
    pub last_item: Option<QuestionId>,
    /// Forms that ended because nobody touched the device.
    pub idle: u64,
    /// Forms that were cancelled.
    pub cancelled: u64,
}
