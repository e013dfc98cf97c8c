//! Dropping what is kept no longer.

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::audit::NewAuditEntry;

use crate::error::StoreError;

/// Dropping what is kept no longer.
#[async_trait]
pub trait Retention: Send + Sync {
    /// Drops what is kept no longer: see [`Expiry`]. Each wave in which texts were dropped gets an
    /// audit entry, all or nothing. Doing it again changes nothing.
    async fn expire(&self, expiry: &Expiry, audit: &NewAuditEntry) -> Result<Expired, StoreError>;
}

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
