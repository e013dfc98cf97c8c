//! The backend for several servers: PostgreSQL.
//!
//! Any number of servers work on one database. Whoever writes what is numbered within a wave locks
//! the row of the wave in `waves` first, in the order of their ids if there are several, and reads
//! what is there by a later statement, so that it sees what the last holder of the lock has left.
//! Each statement names the wave, so that it concerns one partition.

/// Opening: settings of connections, pool, migrations.
mod connection;

/// Translating the driver's errors, once.
mod fault;

/// Locks of waves.
mod waves;

/// Definitions, waves, points.
mod catalogue;

/// Appending to the log.
mod append;

/// Many rows in one statement.
mod insert;

/// Where the log of each wave ends.
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

/// Devices at counters.
mod devices;

/// Forms that were not finished.
mod break_offs;

/// Jobs that one server does for all.
mod lead;

/// Giving out everything.
mod dump;

/// Taking everything in.
mod load;

#[cfg(test)]
mod tests;

pub(crate) use self::fault::sort;
#[cfg(test)]
pub(crate) use self::tests::fresh_database;

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::PgPool;
use survey_defs::api::{LastHeartbeat, QuarantineReason};
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{DeviceId, PointId, QuestionId, SubmissionId, WaveId};
use survey_defs::submission::{Draft, Submission};
use survey_defs::wave::{ServicePoint, Wave};

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

/// A [`Store`] in a PostgreSQL database, which any number of servers share.
pub struct PostgresStore {
    pool: PgPool,
    log: GroupCommit<String>,
}

impl PostgresStore {
    /// Connects to a database and brings its tables up to date, while no other server does the same.
    ///
    /// The URL is `postgres://user:password@host:port/database?…` with the parameters of libpq, and
    /// `pool_size`: how many connections this server keeps at most, from 2, else 16.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer or does not let the user in;
    /// [`StoreError::Version`] if a newer program, or one with other migrations, has written it, or
    /// PostgreSQL is older than 14; [`StoreError::Invalid`] or [`StoreError::Fault`] if the URL is
    /// none. No error tells the password.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        connection::open(url, Tables::Migrated).await
    }

    /// As [`PostgresStore::open`], but leaves the tables as they are: to look at a database beside
    /// servers of an older version.
    ///
    /// # Errors
    /// As [`PostgresStore::open`]; [`StoreError::Outdated`] if the tables are older, or there are
    /// none.
    pub async fn open_unchanged(url: &str) -> Result<Self, StoreError> {
        connection::open(url, Tables::Unchanged).await
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = self.pool.connect_options();
        let (host, database) = (options.get_host(), options.get_database());
        f.debug_struct("PostgresStore")
            .field("host", &host)
            .field("database", &database)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Catalogue for PostgresStore {
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
        catalogue::point(&self.pool, wave, point).await
    }
}

#[async_trait]
impl SubmissionLog for PostgresStore {
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
        log_end::of(&self.pool, wave).await
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
impl Quarantine for PostgresStore {
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
impl AuditLog for PostgresStore {
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
impl Devices for PostgresStore {
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
        devices::one(&self.pool, id).await
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
impl BreakOffs for PostgresStore {
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
impl Imports for PostgresStore {
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
impl MirrorListing for PostgresStore {
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
impl Retention for PostgresStore {
    async fn expire(&self, expiry: &Expiry, act: &NewAct) -> Result<Expired, StoreError> {
        expiry::expire(self, expiry, act).await
    }
}

#[async_trait]
impl Backup for PostgresStore {
    async fn dump(&self) -> Result<Dump, StoreError> {
        dump::dump(self).await
    }

    async fn load(&self, rows: &mut Rows<'_>) -> Result<Summary, StoreError> {
        load::load(self, rows).await
    }

    async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        // PostgreSQL checks pages as it reads them, and the dump reads every row.
        Ok(Vec::new())
    }
}

#[async_trait]
impl Leadership for PostgresStore {
    async fn lead(&self, job: Job) -> Result<Option<Box<dyn Lead>>, StoreError> {
        lead::lead(self, job).await
    }
}

#[async_trait]
impl Store for PostgresStore {
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
