//! The backend for one machine: SQLite in one file, in write-ahead mode.
//!
//! There is one connection that writes and a few that read. Every write is a transaction that takes
//! the write lock when it begins, so what it reads cannot change before it commits, also when
//! another process (`thuocdo import` beside `thuocdo serve`) writes to the same file.

/// Opening: folder, pragmas, pools, migrations.
mod connection;

/// Translating the driver's errors, once.
mod fault;

/// Between columns and domain types.
mod value;

/// Definitions, waves, points.
mod catalogue;

/// Appending to the log.
mod append;

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

/// Quarantine.
mod quarantine;

/// Devices at counters.
mod devices;

/// Forms that were not finished.
mod break_offs;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Sqlite, SqlitePool, Transaction};
use survey_defs::api::{LastHeartbeat, QuarantineReason};
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{DeviceId, PointId, WaveId};
use survey_defs::submission::Submission;
use survey_defs::wave::{ServicePoint, Wave};

use crate::device::{BreakOffCount, BreakOffEntry, BreakOffRecorded, Device, DeviceKey, NewDevice};
use crate::error::StoreError;
use crate::import::{Import, ImportOutcome, LevelCountsRow};
use crate::mirror::Segment;
use crate::record::{Definition, Entry, LogEnd, Quarantined, Record, Recorded, SamplePlan};
use crate::store::Store;

/// A [`Store`] in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    /// One connection: waiting for it in a fair queue is quicker than fighting over the file lock.
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the file, with its folder if need be, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the folder or file cannot be made or opened;
    /// [`StoreError::Version`] if a newer program, or one with other migrations, wrote the file;
    /// [`StoreError::Corrupt`] if it is no SQLite database or a damaged one.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        connection::open(path).await
    }

    /// Begins to write. Only one transaction can be past this line at a time, on any connection of
    /// any process.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ping(&self) -> Result<(), StoreError> {
        read::ping(self).await
    }

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

    async fn record(&self, entries: &[Entry]) -> Result<Vec<Recorded>, StoreError> {
        append::record(self, entries).await
    }

    async fn recorded(&self, submission: &Submission) -> Result<Option<Recorded>, StoreError> {
        append::recorded(self, submission).await
    }

    async fn quarantine(&self, quarantined: &Quarantined) -> Result<Timestamp, StoreError> {
        quarantine::keep(self, quarantined).await
    }

    async fn quarantined(
        &self,
        wave: &WaveId,
    ) -> Result<BTreeMap<QuarantineReason, u64>, StoreError> {
        quarantine::count(self, wave).await
    }

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

    async fn submissions_after(
        &self,
        wave: &WaveId,
        position: u64,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        read::submissions_after(self, wave, position, limit).await
    }

    async fn sample_plan(&self, wave: &WaveId) -> Result<SamplePlan, StoreError> {
        read::sample_plan(self, wave).await
    }

    async fn level_counts(&self, wave: &WaveId) -> Result<Vec<LevelCountsRow>, StoreError> {
        level_counts::list(self, wave).await
    }

    async fn log_end(&self, wave: &WaveId) -> Result<LogEnd, StoreError> {
        log_end::of_wave(self, wave).await
    }

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

    async fn record_heartbeat(&self, id: DeviceId, last: &LastHeartbeat) -> Result<(), StoreError> {
        devices::heartbeat(self, id, last).await
    }

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
