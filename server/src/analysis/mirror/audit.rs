//! Looking at all that is in the depot.

use scoring::MirrorError;
use store::Store;
use tracing::warn;

use super::{Check, DepotError, KeeperError, Segments, listed};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// What a look at all contents of the depot found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Audit {
    /// Segments that are what is listed.
    pub whole: usize,
    /// Segments that were not, and were put there again.
    pub repaired: usize,
}

/// Reads all that is listed from the depot, and puts there again what is not what is listed. Without
/// a depot there is nothing to do. Run it after the keeper, which has made good what is here.
///
/// # Errors
/// [`KeeperError`], also while another process writes to the folder.
pub async fn audit(
    segments: &Segments,
    store: &dyn Store,
    definitions: &Definitions,
) -> Result<Audit, KeeperError> {
    let mut audit = Audit::default();
    let Some(depot) = segments.depot() else {
        return Ok(audit);
    };
    let mirror = segments.mirror().clone();
    // What is fetched to be looked at lies in the folder meanwhile.
    let _writer = spawn_blocking(move || mirror.writer()).await??;
    for wave in store.waves().await? {
        let Some(instrument) = definitions.instrument(&wave.instrument) else { continue };
        for one in store.segments(&wave.id).await?.iter().map(listed) {
            match depot.fetch(&one, segments.mirror()).await {
                Ok(_) => audit.whole += 1,
                Err(DepotError::Mirror(error @ MirrorError::Damaged { .. })) => {
                    warn!(wave = %wave.id, %error, "a segment is put into the depot again");
                    let here = segments.here();
                    depot.put(&here.open(&one, instrument, Check::Contents).await?).await?;
                    audit.repaired += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(audit)
}
