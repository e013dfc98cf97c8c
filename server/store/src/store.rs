//! The store as a whole: every capability, and what concerns the database itself.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::audit::AuditLog;
use crate::backup::Backup;
use crate::break_offs::BreakOffs;
use crate::cases::Cases;
use crate::catalogue::Catalogue;
use crate::devices::Devices;
use crate::error::StoreError;
use crate::imports::Imports;
use crate::leadership::Leadership;
use crate::mirror::MirrorListing;
use crate::quarantine::Quarantine;
use crate::retention::Retention;
use crate::sender_tags::SenderTags;
use crate::short_codes::ShortCodes;
use crate::staff_sessions::StaffSessions;
use crate::submission_log::SubmissionLog;

/// Where everything is kept that must survive.
///
/// Every method may also return [`StoreError::Unavailable`] (try the same call again later: all
/// methods are idempotent) and [`StoreError::Corrupt`] or [`StoreError::Fault`] (nothing that the
/// caller can do); the sections below name only what is particular to a method. Each method that
/// writes is one transaction: on an error nothing of it is stored. The one exception is
/// `Unavailable`, after which all of it may be stored, because the answer to the commit may be what
/// was lost; the repeated call then says so.
///
/// A use-case that needs one capability takes that trait; `&dyn Store` becomes `&dyn Quarantine` by
/// itself.
#[async_trait]
pub trait Store:
    Catalogue
    + ShortCodes
    + SubmissionLog
    + Quarantine
    + AuditLog
    + Cases
    + Devices
    + StaffSessions
    + BreakOffs
    + Imports
    + MirrorListing
    + Retention
    + SenderTags
    + Backup
    + Leadership
    + Debug
{
    /// Proves that what is written becomes durable: writes the time into a row of its own, as
    /// answers are written, and returns when it is on the disk. [`StoreError::obstacle`] says what
    /// stands in the way. It waits for others who write, so it says as well whether they lag.
    async fn prove_durable(&self, now: Timestamp) -> Result<(), StoreError>;

    /// What this store object has done with the log since it was opened. Asks no database.
    fn stats(&self) -> StoreStats;

    /// Ends the work with the database in good order; a call after this is `Unavailable`. What was
    /// acknowledged is safe without it, but the next start is quicker after it.
    async fn close(&self);
}

/// What a store has done with its log since it was opened, for the operator's gauges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreStats {
    /// Transactions that appended to the log.
    pub commits: u64,
    /// Transactions that failed; of a shared one that is tried again in parts, each part counts.
    pub failed_commits: u64,
    /// Rows that went through commits, repetitions included.
    pub rows: u64,
    /// The time that all these transactions took together.
    pub commit_time: Duration,
    /// Rows that wait for their commit at the moment, those of the commit under way included.
    pub waiting_rows: u64,
    /// Calls that were refused with [`crate::StoreError::Busy`].
    pub refused_busy: u64,
}
