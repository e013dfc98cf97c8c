//! Reading the audit log.

use store::Store;
use survey_defs::audit::AuditEntry;
use survey_defs::ids::WaveId;

use super::Error;
use super::find_wave;

/// Entries that are read at a time.
const PAGE_SIZE: u32 = 1_000;

/// The audit log of a wave, in order.
///
/// # Errors
/// [`Refusal::UnknownWave`](super::Refusal::UnknownWave); those of the store.
pub async fn list(store: &dyn Store, wave: &WaveId) -> Result<Vec<AuditEntry>, Error> {
    find_wave(store, wave).await?;
    let mut entries: Vec<AuditEntry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.number);
        let page = store.audit_after(wave, after, PAGE_SIZE).await?;
        if page.is_empty() {
            return Ok(entries);
        }
        entries.extend(page);
    }
}
