//! Persistence, and the only crate with SQL.
//!
//! The rest of the program sees object-safe traits, one for each capability ([`Catalogue`],
//! [`SubmissionLog`], [`Quarantine`], …), whose methods are use-cases, and domain types; no row,
//! query or driver type leaves this crate. [`Store`] is all of them together. A backend is chosen
//! once, where the program is composed; handlers hold an `Arc<dyn Store>`.
//!
//! # What a backend guarantees
//!
//! * **Durable before acknowledged.** A method that writes returns after its transaction is on
//!   disk. A method that returns an error, or whose future is dropped, has written all or nothing.
//! * **Exactly once.** A submission id is recorded once, however often and however concurrently it
//!   arrives. The same id with the same content is [`Recorded::Same`]; with other content it is
//!   [`Recorded::Conflict`] and the first content stands.
//! * **One log per wave.** Positions begin at 1, have no gaps and are never used again. They become
//!   visible in order: once a reader has seen a position, no lower one appears later. So “everything
//!   after position *p*” misses nothing.
//! * **Nothing published or recorded changes.** The database itself refuses to update or delete it.
//!   The one exception is a redaction, which takes free text out, leaves the hash of the original,
//!   and is told by an [`AuditEntry`](survey_defs::audit::AuditEntry). What must not count any more
//!   stays where it is, and [`Cases`] say so.
//! * **A device is enrolled once.** Of two that come with one code, one gets it; nobody gets it after
//!   it has expired or the device is revoked.
//! * **One kind of content per wave.** A wave holds submissions or level counts, never both.
//!
//! Times come in as arguments and are kept in whole milliseconds: a time is cut, not rounded up, so
//! that nothing seems to arrive after the window closed. What is returned is what is stored.
//!
//! Errors say what the caller can do ([`StoreError`]); neither they nor log lines carry an answer.
//!
//! # To add a backend
//!
//! Make a module beside [`SqliteStore`] with migrations of its own, include `sql`, which has the
//! use-cases, and give it what it asks for; or implement [`Store`] and its capabilities anew. Add a
//! line to `checks!` in the `conformance` module: it runs every check of the suite against the
//! backend. Take positions from the locked row of the wave in `wave_logs`, not from a sequence:
//! sequences leave gaps and commit out of order.
//!
//! # Example
//!
//! ```
//! use store::{SqliteStore, Store};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let store: Box<dyn Store> = Box::new(SqliteStore::open(&folder.path().join("thuocdo.db")).await?);
//! assert!(store.waves().await?.is_empty());
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

mod store;

mod audit;
mod break_offs;
mod cases;
mod catalogue;
mod devices;
mod imports;
mod leadership;
mod mirror;
mod quarantine;
mod retention;
mod sender_tags;
mod short_codes;
mod staff_sessions;
mod submission_log;

mod error;

/// Errors of the drivers, sorted.
mod fault;

mod obstacle;

/// Files and folders that nobody else may read.
mod private;

mod value;

/// An entry as it is stored.
mod row;

/// What is read in the same way from both databases.
mod rows;

mod heartbeat_history;

mod redaction;

/// Sharing commits.
mod group_commit;

mod version;

/// Everything as rows: backups, restoring, checking.
pub mod backup;

/// The backend for one machine: a file.
mod sqlite;

/// The backend for several servers: PostgreSQL.
mod postgres;

/// What every backend must do, as tests.
#[cfg(test)]
mod conformance;

pub use crate::audit::AuditLog;
pub use crate::backup::Backup;
pub use crate::break_offs::{BreakOffCount, BreakOffEntry, BreakOffRecorded, BreakOffs};
pub use crate::cases::{Annulled, Case, CaseRecord, CaseStep, CaseStepped, Cases};
pub use crate::catalogue::{Catalogue, Definition, WaveAdded};
pub use crate::devices::{
    CodeRefusal, Device, DeviceKey, Devices, HashedCode, Heard, HeartbeatMark, MOST_WRONG_SECRETS,
    NewDevice, SequenceOrder, SessionEvidence,
};
pub use crate::error::{Conflict, Source as ErrorSource, StoreError};
pub use crate::imports::{Import, ImportOutcome, ImportReceipt, Imports, LevelCountsRow};
pub use crate::leadership::{Lead, LeaderTask, Leadership};
pub use crate::mirror::{MirrorListing, Segment};
pub use crate::obstacle::Obstacle;
pub use crate::postgres::PostgresStore;
pub use crate::private::{close_to_others, is_open_to_others};
pub use crate::quarantine::{
    Decided, Kept, QUARANTINE_QUOTA, Quarantine, QuarantineEntry, QuarantineFilter,
    QuarantineQuota, QuarantineState, Quarantined,
};
pub use crate::retention::{Expired, Expiry, Retention, TEXTS_AT_ONCE};
pub use crate::sender_tags::{HanoiDay, SenderTag, SenderTags, TaggedRecord};
pub use crate::short_codes::{CodeSource, CodedPoints, ShortCodes};
pub use crate::sqlite::SqliteStore;
pub use crate::staff_sessions::{
    ForgetBefore, MOST_LINKS, MOST_SESSIONS, MOST_TOKENS, NewSecret, SecretHash, StaffSessions,
    StaffToken,
};
pub use crate::store::{Store, StoreStats};
pub use crate::submission_log::{
    Entry, LogEnd, Receipt, Record, Recorded, Redacted, SamplePlan, SampledUnit, Source,
    SubmissionLog, draft_text,
};

/// Every capability: to call their methods on a backend itself. `dyn Store` needs no import.
pub mod prelude {
    pub use crate::{
        AuditLog, Backup, BreakOffs, Cases, Catalogue, Devices, Imports, Leadership, MirrorListing,
        Quarantine, Retention, SenderTags, ShortCodes, StaffSessions, Store, SubmissionLog,
    };
}
