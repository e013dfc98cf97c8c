//! What is in quarantine.

use jiff::Timestamp;
use store::{QuarantineEntry, QuarantineFilter, QuarantineState, Store, StoreError};
use survey_defs::ids::WaveId;

use crate::intake::{Error, find_wave};

/// Entries without their texts that are read at a time.
const LISTED_AT_ONCE: u32 = 1_000;

/// Remind staff of entries waiting longer than this.
pub const REMIND_AFTER_DAYS: i64 = 30;

/// An entry as staff see it, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEntry {
    /// The entry; its body is left out.
    pub entry: QuarantineEntry,
    /// Whether it arrived while its wave was open.
    pub in_window: bool,
    /// How many whole days ago it arrived.
    pub days: i64,
}

impl ListedEntry {
    /// Whether it has waited for a decision for so long that staff are reminded.
    pub fn is_overdue(&self) -> bool {
        self.entry.state == QuarantineState::Waiting && self.days > REMIND_AFTER_DAYS
    }
}

/// The entries of a wave that a filter lets through, in the order of their numbers.
///
/// # Errors
/// [`Refusal::UnknownWave`]; those of the store.
pub async fn list(
    store: &dyn Store,
    wave: &WaveId,
    filter: &QuarantineFilter,
    now: Timestamp,
) -> Result<Vec<ListedEntry>, Error> {
    let wave = find_wave(store, wave).await?;
    let listed = all(store, &wave.id, filter).await?.into_iter().map(|entry| ListedEntry {
        in_window: wave.is_open_at(entry.received_at),
        days: now.duration_since(entry.received_at).as_hours() / 24,
        entry,
    });
    Ok(listed.collect())
}

/// One entry with its body, if that is still kept; none if there is no such number.
///
/// # Errors
/// Those of the store.
pub async fn entry(
    store: &dyn Store,
    wave: &WaveId,
    number: u64,
) -> Result<Option<QuarantineEntry>, StoreError> {
    let page = store.quarantine_after(wave, number.saturating_sub(1), 1).await?;
    Ok(page.into_iter().find(|entry| entry.number == number))
}

/// All entries that a filter lets through, without their bodies.
pub(super) async fn all(
    store: &dyn Store,
    wave: &WaveId,
    filter: &QuarantineFilter,
) -> Result<Vec<QuarantineEntry>, StoreError> {
    let mut all: Vec<QuarantineEntry> = Vec::new();
    loop {
        let after = all.last().map_or(0, |entry| entry.number);
        let page = store.quarantine_list(wave, filter, after, LISTED_AT_ONCE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
