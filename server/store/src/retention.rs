//! Dropping what is kept no longer.

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::audit::NewAuditEntry;

use crate::error::StoreError;

/// Dropping what is kept no longer.
#[async_trait]
pub trait Retention: Send + Sync {
    /// Drops what is kept no longer, at most [`TEXTS_AT_ONCE`] texts: see [`Expiry`]. Each wave in which
    /// texts were dropped gets an audit entry, all or nothing. Do it again until
    /// [`Expired::is_all`].
    async fn expire(&self, expiry: &Expiry, audit: &NewAuditEntry) -> Result<Expired, StoreError>;

    /// Gives a few megabytes of what dropped texts had taken back to the disk. Do it again while it
    /// returns true. Where the database does this by itself, or its file was made before it could, it
    /// returns false at once; the next texts use the room.
    async fn give_space_back(&self) -> Result<bool, StoreError>;

    /// Writes the whole database anew, as small as it can be. Nobody else writes meanwhile, and the disk
    /// needs room for a second copy. Does nothing where the database does this by itself.
    async fn compact(&self) -> Result<(), StoreError>;
}

/// How many texts are dropped in one transaction: others wait for the writer as well.
pub const TEXTS_AT_ONCE: u32 = 500;

/// What is dropped when its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Enrolment codes that stopped working before this moment lose their hash.
    pub codes_before: Timestamp,
    /// Submissions that were rejected before this moment lose their text.
    pub rejected_before: Timestamp,
}

/// How much was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// Hashes of enrolment codes.
    pub codes: u64,
    /// Texts of rejected submissions.
    pub bodies: u64,
}

impl Expired {
    /// Whether nothing is left that is over.
    pub fn is_all(self) -> bool {
        self.bodies < u64::from(TEXTS_AT_ONCE)
    }
}
