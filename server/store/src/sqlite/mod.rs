//! The backend for one machine: SQLite in one file, in write-ahead mode.
//!
//! There is one connection that writes and a few that read. Every write is a transaction that takes
//! the write lock when it begins, so what it reads cannot change before it commits, also when
//! another process (`thuocdo import` beside `thuocdo serve`) writes to the same file.

/// Opening: folder, pragmas, pools, migrations.
mod connection;

/// Translating the driver's errors, once.
mod fault;

/// Definitions, waves, points.
mod catalogue;

/// Moving the write-ahead file into the database, beside the commits.
mod checkpoint;

/// Appending to the log.
mod append;

/// Texts that are kept packed.
mod packed;

/// Where the log ends, as a whole and for each wave.
mod log_end;

/// Reading the log.
mod read;

/// Importing files.
mod import;

/// Level counts.
mod level_counts;

/// Dossier counts.
mod dossiers;

/// The listing of the columnar mirror.
mod segments;

/// Quarantine: keeping, listing.
mod quarantine;

/// Decisions on what is in quarantine.
mod decisions;

/// What was done to records.
mod acts;

/// Taking free text out of a submission.
mod redaction;

/// Dropping what is kept no longer.
mod expiry;

/// What heartbeats have proved.
mod marks;

/// Which process leads a job.
mod lead;

/// At opening: looking for damaged pages, at once after a crash and beside the work otherwise.
mod page_check;

/// Devices at counters.
mod devices;

/// Forms that were not finished.
mod break_offs;

/// Giving out everything.
mod dump;

/// Taking everything in.
mod load;

/// For `thuocdo verify`: all that SQLite can check of pages, indexes, rules and references.
mod integrity;

#[cfg(test)]
mod tests;

pub(crate) use self::fault::sort;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Sqlite, SqlitePool, Transaction};
use survey_defs::api::{LastHeartbeat, QuarantineReason};
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{DeviceId, PointId, QuestionId, SubmissionId, WaveId};
use survey_defs::submission::{Draft, Submission};
use survey_defs::wave::{ServicePoint, Wave};

use self::checkpoint::Checkpointer;
use self::packed::Packed;
use self::page_check::Check;
use crate::audit::{Act, NewAct};
use crate::backup::{Dump, Rows, Summary};
use crate::break_offs::{BreakOffCount, BreakOffEntry, BreakOffRecorded};
use crate::catalogue::Definition;
use crate::devices::{Device, DeviceKey, NewDevice, SessionEvidence};
use crate::error::StoreError;
use crate::group::GroupCommit;
use crate::imports::{Import, ImportOutcome, LevelCountsRow};
use crate::leadership::{Job, Lead};
use crate::mirror::Segment;
use crate::quarantine::{Decided, QuarantineEntry, Quarantined};
use crate::retention::{Expired, Expiry};
use crate::row::LogRow;
use crate::store::Store;
use crate::store::StoreStats;
use crate::submission_log::{Entry, LogEnd, Record, Recorded, Redacted, SamplePlan};
use crate::version::Tables;
use crate::{
    AuditLog, Backup, BreakOffs, Catalogue, Devices, Imports, Leadership, MirrorListing,
    Quarantine, Retention, SubmissionLog,
};

/// A [`Store`] in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    /// One connection: waiting for it in a fair queue is quicker than fighting over the file lock.
    writer: SqlitePool,
    readers: SqlitePool,
    log: GroupCommit<Packed>,
    check: Check,
    checkpoints: Checkpointer,
}

impl SqliteStore {
    /// Opens the file, with its folder if need be, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the folder or file cannot be made or opened;
    /// [`StoreError::Version`] if a newer program, or one with other migrations, wrote the file;
    /// [`StoreError::Corrupt`] if it is no SQLite database or a damaged one. After a crash the whole
    /// file is looked through before this returns; otherwise in the background, and then
    /// [`Store::ping`] tells of damage.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        connection::create(path).await
    }

    /// As [`SqliteStore::open`], but makes nothing where there is no file.
    ///
    /// # Errors
    /// As [`SqliteStore::open`]; [`StoreError::Unavailable`] if there is no such file.
    pub async fn open_existing(path: &Path) -> Result<Self, StoreError> {
        connection::open_existing(path, Tables::Migrated).await
    }

    /// As [`SqliteStore::open_existing`], but leaves the tables as they are: to look at a database
    /// beside a server of an older version.
    ///
    /// # Errors
    /// As [`SqliteStore::open_existing`]; [`StoreError::Outdated`] if the tables are older.
    pub async fn open_unchanged(path: &Path) -> Result<Self, StoreError> {
        connection::open_existing(path, Tables::Unchanged).await
    }

    /// Begins to write. Only one transaction can be past this line at a time, on any connection of
    /// any process.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        begin(&self.writer).await
    }
}

async fn begin(writer: &SqlitePool) -> Result<Transaction<'static, Sqlite>, StoreError> {
    Ok(writer.begin_with("BEGIN IMMEDIATE").await?)
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

#[async_trait]
impl Catalogue for SqliteStore {
    async fn publish(&self, definition: &Definition, sha256: [u8; 32]) -> Result<(), StoreError> {
        catalogue::publish(self, definition, sha256).await
    }

    async fn create_wave(&self, wave: &Wave) -> Result<(), StoreError> {
        catalogue::create_wave(self, wave).await
    }

    async fn waves(&self) -> Result<Vec<Wave>, StoreError> {
        catalogue::waves(self).await
    }

    async fn wave(&self, id: &WaveId) -> Result<Option<Wave>, StoreError> {
        catalogue::wave(self, id).await
    }

    async fn add_points(&self, points: &[ServicePoint]) -> Result<(), StoreError> {
        catalogue::add_points(self, points).await
    }

    async fn points(&self, wave: &WaveId) -> Result<Vec<ServicePoint>, StoreError> {
        catalogue::points(self, wave).await
    }

    async fn point(
        &self,
        wave: &WaveId,
        point: &PointId,
    ) -> Result<Option<ServicePoint>, StoreError> {
        catalogue::point(&self.readers, wave, point).await
    }
}

#[async_trait]
impl SubmissionLog for SqliteStore {
    async fn record(&self, entries: &[Entry]) -> Result<Vec<Recorded>, StoreError> {
        self.log.append(entries.iter().map(LogRow::new).collect()).await
    }

    async fn recorded(&self, submission: &Submission) -> Result<Option<Recorded>, StoreError> {
        append::recorded(self, submission).await
    }

    async fn submission(
        &self,
        wave: &WaveId,
        id: SubmissionId,
    ) -> Result<Option<Record>, StoreError> {
        read::submission(self, wave, id).await
    }

    async fn submissions_after(
        &self,
        wave: &WaveId,
        position: u64,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        read::submissions_after(self, wave, position, limit).await
    }

    async fn log_end(&self, wave: &WaveId) -> Result<LogEnd, StoreError> {
        log_end::of_wave(self, wave).await
    }

    async fn sample_plan(&self, wave: &WaveId) -> Result<SamplePlan, StoreError> {
        read::sample_plan(self, wave).await
    }

    async fn redact(
        &self,
        draft: &Draft,
        questions: &[QuestionId],
        act: &NewAct,
    ) -> Result<Redacted, StoreError> {
        redaction::redact(self, draft, questions, act).await
    }
}

#[async_trait]
impl Quarantine for SqliteStore {
    async fn quarantine(&self, quarantined: &[Quarantined]) -> Result<Vec<Timestamp>, StoreError> {
        quarantine::keep(self, quarantined).await
    }

    async fn quarantine_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<QuarantineEntry>, StoreError> {
        quarantine::after(self, wave, number, limit).await
    }

    async fn late_of_device(
        &self,
        wave: &WaveId,
        device: DeviceId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<QuarantineEntry>, StoreError> {
        quarantine::late_of_device(self, wave, device, (number, limit)).await
    }

    async fn quarantined(
        &self,
        wave: &WaveId,
    ) -> Result<BTreeMap<QuarantineReason, u64>, StoreError> {
        quarantine::count(self, wave).await
    }

    async fn release(
        &self,
        wave: &WaveId,
        number: u64,
        entry: &Entry,
        act: &NewAct,
    ) -> Result<Decided, StoreError> {
        decisions::release(self, (wave, number), entry, act).await
    }

    async fn reject(
        &self,
        wave: &WaveId,
        number: u64,
        act: &NewAct,
    ) -> Result<Decided, StoreError> {
        decisions::reject(self, (wave, number), act).await
    }

    async fn drop_text(
        &self,
        wave: &WaveId,
        number: u64,
        act: &NewAct,
    ) -> Result<bool, StoreError> {
        decisions::drop_text(self, (wave, number), act).await
    }
}

#[async_trait]
impl AuditLog for SqliteStore {
    async fn acts_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Act>, StoreError> {
        acts::after(self, wave, number, limit).await
    }
}

#[async_trait]
impl Devices for SqliteStore {
    async fn create_device(&self, device: &NewDevice) -> Result<(), StoreError> {
        devices::create(self, device).await
    }

    async fn enrol_device(
        &self,
        code_sha256: [u8; 32],
        key: &DeviceKey,
        now: Timestamp,
    ) -> Result<Option<Device>, StoreError> {
        devices::enrol(self, code_sha256, key, now).await
    }

    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        devices::one(&self.readers, id).await
    }

    async fn devices(&self) -> Result<Vec<Device>, StoreError> {
        devices::list(self).await
    }

    async fn revoke_device(
        &self,
        id: DeviceId,
        now: Timestamp,
    ) -> Result<Option<Device>, StoreError> {
        devices::revoke(self, id, now).await
    }

    async fn record_heartbeat(
        &self,
        id: DeviceId,
        last: &LastHeartbeat,
    ) -> Result<bool, StoreError> {
        devices::heartbeat(self, id, last).await
    }

    async fn session_evidence(
        &self,
        wave: &WaveId,
        device: DeviceId,
        sequence: u64,
        submission: SubmissionId,
    ) -> Result<SessionEvidence, StoreError> {
        marks::evidence(self, wave, (device, sequence), submission).await
    }
}

#[async_trait]
impl BreakOffs for SqliteStore {
    async fn record_break_offs(
        &self,
        entries: &[BreakOffEntry],
    ) -> Result<Vec<BreakOffRecorded>, StoreError> {
        break_offs::record(self, entries).await
    }

    async fn break_offs(&self, wave: &WaveId) -> Result<Vec<BreakOffCount>, StoreError> {
        break_offs::count(self, wave).await
    }
}

#[async_trait]
impl Imports for SqliteStore {
    async fn import(
        &self,
        import: &Import,
        entries: &[Entry],
    ) -> Result<ImportOutcome, StoreError> {
        import::submissions(self, import, entries).await
    }

    async fn import_counts(
        &self,
        import: &Import,
        rows: &[LevelCountsRow],
    ) -> Result<ImportOutcome, StoreError> {
        import::level_counts(self, import, rows).await
    }

    async fn level_counts(&self, wave: &WaveId) -> Result<Vec<LevelCountsRow>, StoreError> {
        level_counts::list(self, wave).await
    }

    async fn publish_dossiers(
        &self,
        import: &Import,
        rows: &[DossierCount],
    ) -> Result<u32, StoreError> {
        dossiers::publish(self, import, rows).await
    }

    async fn dossiers(&self, wave: &WaveId) -> Result<Option<DossierCounts>, StoreError> {
        dossiers::current(self, wave).await
    }
}

#[async_trait]
impl MirrorListing for SqliteStore {
    async fn segments(&self, wave: &WaveId) -> Result<Vec<Segment>, StoreError> {
        segments::list(self, wave).await
    }

    async fn replace_segments(
        &self,
        wave: &WaveId,
        removed: &[String],
        added: &[Segment],
    ) -> Result<(), StoreError> {
        segments::replace(self, wave, removed, added).await
    }
}

#[async_trait]
impl Retention for SqliteStore {
    async fn expire(&self, expiry: &Expiry, act: &NewAct) -> Result<Expired, StoreError> {
        expiry::expire(self, expiry, act).await
    }
}

#[async_trait]
impl Backup for SqliteStore {
    async fn dump(&self) -> Result<Dump, StoreError> {
        dump::dump(self).await
    }

    async fn load(&self, rows: &mut Rows<'_>) -> Result<Summary, StoreError> {
        load::load(self, rows).await
    }

    async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        integrity::check(self).await
    }
}

#[async_trait]
impl Leadership for SqliteStore {
    async fn lead(&self, job: Job) -> Result<Option<Box<dyn Lead>>, StoreError> {
        lead::take(&self.path, job)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ping(&self) -> Result<(), StoreError> {
        read::ping(self).await
    }

    fn stats(&self) -> StoreStats {
        self.log.stats()
    }

    async fn close(&self) {
        connection::close(self).await;
    }
}
