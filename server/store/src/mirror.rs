//! The listing of the columnar mirror, whose files others keep.

use async_trait::async_trait;
use survey_defs::ids::WaveId;

use crate::error::StoreError;

/// Which files the columnar mirror of a wave has.
#[async_trait]
pub trait MirrorListing: Send + Sync {
    /// The segments of a wave's columnar mirror, ordered by position.
    async fn segments(&self, wave: &WaveId) -> Result<Vec<Segment>, StoreError>;

    /// Takes segments out of the listing, by name, and puts others in.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`]; [`StoreError::Conflict`] if a segment to remove is not listed,
    /// or one to add overlaps with another: somebody else changed the listing; read it again.
    async fn replace_segments(
        &self,
        wave: &WaveId,
        removed: &[String],
        added: &[Segment],
    ) -> Result<(), StoreError>;
}

/// A segment of the columnar mirror, a set of files: every submission of a wave from one position to
/// another.
///
/// The mirror is never the truth; all of it can be made from the log again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name, unique in the wave; the mirror knows where the files are.
    pub name: String,
    /// The first position that it covers, from 1.
    pub first_position: u64,
    /// The last position that it covers.
    pub last_position: u64,
    /// How many submissions it holds.
    pub rows: u64,
    /// The SHA-256 of its manifest, which has those of its files.
    pub sha256: [u8; 32],
}
