//! The check of everything in shared storage.

use scoring::MirrorError;
use store::Store;
use tracing::warn;

use super::{Check, MirrorJobError, Segments, SharedStorageError, listed};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// What the check of all contents of shared storage found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SharedCheck {
    /// Segments that are what is listed.
    pub whole: usize,
    /// Segments that were not, and were put there again.
    pub repaired: usize,
}

/// Reads every listed segment from shared storage, and uploads again those that differ from the
/// listing. Without shared storage there is nothing to do. Run it after the job, which has repaired
/// what is here.
///
/// # Errors
/// [`MirrorJobError`], also while another process writes to the folder.
pub async fn check_shared(
    segments: &Segments,
    store: &dyn Store,
    definitions: &Definitions,
) -> Result<SharedCheck, MirrorJobError> {
    let mut check = SharedCheck::default();
    let Some(shared) = segments.shared_storage() else {
        return Ok(check);
    };
    let mirror = segments.mirror().clone();
    // What is fetched to be looked at lies in the folder meanwhile.
    let _writer = spawn_blocking(move || mirror.writer()).await??;
    for wave in store.waves().await? {
        let Some(instrument) = definitions.instrument(&wave.instrument) else { continue };
        for one in store.segments(&wave.id).await?.iter().map(listed) {
            match shared.fetch(&one, segments.mirror()).await {
                Ok(_) => check.whole += 1,
                Err(SharedStorageError::Mirror(error @ MirrorError::Damaged { .. })) => {
                    warn!(wave = %wave.id, %error, "a segment is put into the shared storage again");
                    let here = segments.here();
                    shared.put(&here.open(&one, instrument, Check::Contents).await?).await?;
                    check.repaired += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(check)
}
