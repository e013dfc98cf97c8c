use std::collections::BTreeMap;
use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::api::{LastHeartbeat, QuarantineReason};
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{DeviceId, PointId, QuestionId, SubmissionId, WaveId};
use survey_defs::submission::{Draft, Submission};
use survey_defs::wave::{ServicePoint, Wave};

use crate::act::{
    Act, Decided, Expired, Expiry, NewAct, QuarantineEntry, Redacted, SessionEvidence,
};
use crate::backup::{Dump, Rows, Summary};
use crate::device::{BreakOffCount, BreakOffEntry, BreakOffRecorded, Device, DeviceKey, NewDevice};
use crate::error::StoreError;
use crate::import::{Import, ImportOutcome, LevelCountsRow};
use crate::lead::{Job, Lead};
use crate::mirror::Segment;
use crate::record::{Definition, Entry, LogEnd, Quarantined, Record, Recorded, SamplePlan};
use crate::stats::StoreStats;

/// Where everything is kept that must survive.
///
/// Every method may also return [`StoreError::Unavailable`] (try the same call again later: all
/// methods are idempotent) and [`StoreError::Corrupt`] or [`StoreError::Fault`] (nothing that the
/// caller can do); the sections below name only what is particular to a method. Each method that
/// writes is one transaction: on an error nothing of it is stored. The one exception is
/// `Unavailable`, after which all of it may be stored, because the answer to the commit may be what
/// was lost; the repeated call then says so.
#[async_trait]
pub trait Store: Send + Sync + Debug {
    /// Whether the database answers. Reads only, so it stays quick during an import.
    async fn ping(&self) -> Result<(), StoreError>;

    /// What this store object has done with the log since it was opened. Asks no database.
    fn stats(&self) -> StoreStats;

    /// Registers a published version of an instrument or method by the hash of its definition.
    /// Repeating it with the same hash changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the version was published with another hash: somebody edited a
    /// published definition instead of making a new version.
    async fn publish(&self, definition: &Definition, sha256: [u8; 32]) -> Result<(), StoreError>;

    /// Creates a wave. Repeating it with the same content changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the wave exists with other content.
    async fn create_wave(&self, wave: &Wave) -> Result<(), StoreError>;

    /// All waves, ordered by id.
    async fn waves(&self) -> Result<Vec<Wave>, StoreError>;

    /// One wave; none if there is no such wave.
    async fn wave(&self, id: &WaveId) -> Result<Option<Wave>, StoreError>;

    /// Adds service points, all or none. A point that exists with the same content is left alone,
    /// and one with another telephone number gets the new one: the number says whom to call and
    /// nothing of what is measured.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`] if a point belongs to a wave that does not exist;
    /// [`StoreError::Conflict`], naming the point, if one exists with other content.
    async fn add_points(&self, points: &[ServicePoint]) -> Result<(), StoreError>;

    /// The service points of a wave, ordered by id; empty if there is no such wave.
    async fn points(&self, wave: &WaveId) -> Result<Vec<ServicePoint>, StoreError>;

    /// One service point; none if there is no such wave or point.
    async fn point(
        &self,
        wave: &WaveId,
        point: &PointId,
    ) -> Result<Option<ServicePoint>, StoreError>;

    /// Appends submissions to the log and returns one result per entry, in order. All of them are
    /// on disk when this returns.
    ///
    /// Calls that arrive together share a commit. An id that is already in the log of its wave, or
    /// came earlier in the same call, takes no position: it is
    /// [`Recorded::Same`] with the original receipt if the draft is the same to the letter of its
    /// JSON, and [`Recorded::Conflict`] if not. An id that is not there and was rejected in the
    /// quarantine of the wave is [`Recorded::Rejected`]. None of these hinders the other entries. Concurrent calls
    /// with the same id yield exactly one [`Recorded::Created`].
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`] if a new submission belongs to a wave that does not exist;
    /// [`StoreError::Conflict`] if its wave holds level counts. Either refuses the whole call.
    /// [`StoreError::Busy`] if too much waits already.
    async fn record(&self, entries: &[Entry]) -> Result<Vec<Recorded>, StoreError>;

    /// What [`Store::record`] would say of a submission that is already in the log,
    /// [`Recorded::Same`] or [`Recorded::Conflict`], or that was rejected, [`Recorded::Rejected`];
    /// none if its id is unknown.
    ///
    /// A repeated post may arrive after its wave has closed: ask this before turning it away.
    async fn recorded(&self, submission: &Submission) -> Result<Option<Recorded>, StoreError>;

    /// Keeps submissions that cannot be recorded, all or none, and returns when each of them first
    /// arrived, in order. Repeating one with the same id and body changes nothing, but that a session
    /// which was not known gets known while it waits; another body is kept as well.
    async fn quarantine(&self, quarantined: &[Quarantined]) -> Result<Vec<Timestamp>, StoreError>;

    /// The next submissions in the quarantine of a wave after a number, decided or not, at most
    /// `limit`, in order of number. Begin with 0.
    async fn quarantine_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<QuarantineEntry>, StoreError>;

    /// The next of those after a number that wait because they arrived outside the window of their
    /// wave, or first without proof of their device, and whose session on this device is known, at most `limit`, in order of number. Begin
    /// with 0.
    async fn late_of_device(
        &self,
        wave: &WaveId,
        device: DeviceId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<QuarantineEntry>, StoreError>;

    /// Records a submission that waits in quarantine and says so in an act, both or neither. The
    /// entry is what [`Store::record`] would get, with the time of the first arrival. If its id is
    /// in the log with the same content, it is released to that position; with other content it goes
    /// on waiting ([`Decided::Conflict`]). The body leaves quarantine, because the log has it now. Of
    /// concurrent decisions one is [`Decided::Done`] and the others find it decided.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the entry has another wave or id than what waits;
    /// [`StoreError::UnknownWave`]; [`StoreError::Conflict`] if the wave holds level counts.
    async fn release(
        &self,
        wave: &WaveId,
        number: u64,
        entry: &Entry,
        act: &NewAct,
    ) -> Result<Decided, StoreError>;

    /// Decides that a submission which waits in quarantine will never count, and says so in an act,
    /// both or neither. Under its id nothing is recorded any more but by [`Store::release`] of another
    /// text that waits. The body stays until [`Store::expire`] or [`Store::drop_text`] drops it.
    async fn reject(&self, wave: &WaveId, number: u64, act: &NewAct)
    -> Result<Decided, StoreError>;

    /// Drops the body of a submission that was rejected, before its time, and says so in an act, both
    /// or neither; the hash stays. False if there is no such submission, it is not rejected, or its
    /// body is gone already: then nothing changes.
    async fn drop_text(&self, wave: &WaveId, number: u64, act: &NewAct)
    -> Result<bool, StoreError>;

    /// One submission of the log; none if there is no such wave or id.
    async fn submission(
        &self,
        wave: &WaveId,
        id: SubmissionId,
    ) -> Result<Option<Record>, StoreError>;

    /// Replaces the text of a recorded submission by one in which the answers to some questions of
    /// free text are gone, and says so in an act, both or neither. Position, receipt, and the hash
    /// of the original stay: a repetition of the original is still [`Recorded::Same`]. The redacted
    /// text itself is other content. Doing it again is [`Redacted::Before`], without an act.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the new draft differs from the stored one in more than that it
    /// lacks the answers to these questions, or one of these answers is no text.
    async fn redact(
        &self,
        draft: &Draft,
        questions: &[QuestionId],
        act: &NewAct,
    ) -> Result<Redacted, StoreError>;

    /// The next acts of a wave after a number, at most `limit`, in order. Begin with 0.
    async fn acts_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Act>, StoreError>;

    /// Drops what is kept no longer: see [`Expiry`]. Each wave in which texts were dropped gets an
    /// act, all or nothing. Doing it again changes nothing.
    async fn expire(&self, expiry: &Expiry, act: &NewAct) -> Result<Expired, StoreError>;

    /// How many submissions of a wave wait in quarantine, by reason; reasons without one are absent.
    async fn quarantined(
        &self,
        wave: &WaveId,
    ) -> Result<BTreeMap<QuarantineReason, u64>, StoreError>;

    /// Appends the submissions of a microdata file, all or none, and remembers the file. A file
    /// that was imported into this wave before is [`ImportOutcome::Repeated`] and changes nothing.
    /// Rows that are in the log with the same content are left alone.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if an entry belongs to another wave than the import;
    /// [`StoreError::UnknownWave`]; [`StoreError::Conflict`] if the wave holds level counts, or,
    /// naming the submission, if one is recorded with other content.
    async fn import(&self, import: &Import, entries: &[Entry])
    -> Result<ImportOutcome, StoreError>;

    /// Stores the level counts of a file, all or none, and remembers the file. A file that was
    /// imported into this wave before is [`ImportOutcome::Repeated`] and changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if a month is not given by its first day or a count is beyond
    /// `i64::MAX`; [`StoreError::UnknownWave`]; [`StoreError::Conflict`] if the wave holds
    /// submissions, or, naming the cell, if this or an earlier file has counts for it already.
    async fn import_counts(
        &self,
        import: &Import,
        rows: &[LevelCountsRow],
    ) -> Result<ImportOutcome, StoreError>;

    /// Publishes dossier counts of a wave as its next version, and returns the version. The
    /// file of the last version again changes nothing and returns that version.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`]; [`StoreError::Invalid`] if a unit and procedure group occur
    /// twice or a count is beyond `i64::MAX`.
    async fn publish_dossiers(
        &self,
        import: &Import,
        rows: &[DossierCount],
    ) -> Result<u32, StoreError>;

    /// The last version of the dossier counts of a wave, ordered by unit and procedure group; none
    /// if none was published.
    async fn dossiers(&self, wave: &WaveId) -> Result<Option<DossierCounts>, StoreError>;

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

    /// The next submissions of a wave after a position, at most `limit`, in order of position.
    /// Begin with position 0 and go on with the last position returned.
    async fn submissions_after(
        &self,
        wave: &WaveId,
        position: u64,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError>;

    /// What the sampled submissions of a wave say of its sample plan. Reads the whole wave.
    async fn sample_plan(&self, wave: &WaveId) -> Result<SamplePlan, StoreError>;

    /// The level counts of a wave, ordered by unit, month and item; those without a unit or month
    /// come first.
    async fn level_counts(&self, wave: &WaveId) -> Result<Vec<LevelCountsRow>, StoreError>;

    /// Where the log ends for a wave. Reads one row, so it can be asked before every use of a
    /// cached score. A wave that is empty or does not exist ends at position 0.
    async fn log_end(&self, wave: &WaveId) -> Result<LogEnd, StoreError>;

    /// Adds a device at a service point. Repeating it with the same content changes nothing; the code
    /// is not compared any more when it was dropped.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if there is no such service point; [`StoreError::Conflict`] if the
    /// device exists with other content or its code was given out before.
    async fn create_device(&self, device: &NewDevice) -> Result<(), StoreError>;

    /// Gives a key to the device that has this code, and returns the device; none if no device has
    /// the code, it has expired at this moment of server time, another key was enrolled with it, or
    /// the device is revoked. The same key again gets the same device, because the first answer may
    /// have been lost. Concurrent calls with one code and different keys yield exactly one device.
    async fn enrol_device(
        &self,
        code_sha256: [u8; 32],
        key: &DeviceKey,
        now: Timestamp,
    ) -> Result<Option<Device>, StoreError>;

    /// One device; none if there is no such device.
    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError>;

    /// All devices, ordered by when they were added.
    async fn devices(&self) -> Result<Vec<Device>, StoreError>;

    /// Revokes a device for ever, and returns it; none if there is no such device. The time of the
    /// first call stands.
    async fn revoke_device(
        &self,
        id: DeviceId,
        now: Timestamp,
    ) -> Result<Option<Device>, StoreError>;

    /// Keeps the last heartbeat of a device, and a mark of it if the sequence is another than in the
    /// mark before, or the skew by more than two seconds: as much as a slow network makes. The same
    /// heartbeat again, and one of an earlier session of the device than the one that is kept,
    /// change nothing: somebody may send them again. But an earlier session at a later time of the
    /// device's clock says that the device numbers anew, which is marked. Of a device that does not
    /// exist nothing is kept.
    ///
    /// Returns whether a mark was kept, so that sessions may be judged otherwise than before.
    async fn record_heartbeat(
        &self,
        id: DeviceId,
        last: &LastHeartbeat,
    ) -> Result<bool, StoreError>;

    /// What heartbeats, as [`Store::record_heartbeat`] has kept them, and receipts say of when the
    /// session of a device began in which this submission was made. Of a device or session that nothing is known of, nothing.
    async fn session_evidence(
        &self,
        wave: &WaveId,
        device: DeviceId,
        sequence: u64,
        submission: SubmissionId,
    ) -> Result<SessionEvidence, StoreError>;

    /// Ends the work with the database in good order; a call after this is `Unavailable`. What was
    /// acknowledged is safe without it, but the next start is quicker after it.
    async fn close(&self);

    /// Takes the lead of a job; none if another server, or this one, has it.
    async fn lead(&self, job: Job) -> Result<Option<Box<dyn Lead>>, StoreError>;

    /// Stores forms that were not finished and returns one result per entry, in order. An id that is
    /// already stored, or came earlier in the same call, is [`BreakOffRecorded::Same`] if the
    /// content is the same, and [`BreakOffRecorded::Conflict`] if not; neither hinders the others.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`] if a new one belongs to a wave that does not exist; it refuses
    /// the whole call.
    async fn record_break_offs(
        &self,
        entries: &[BreakOffEntry],
    ) -> Result<Vec<BreakOffRecorded>, StoreError>;

    /// How many forms of a wave were not finished, by the question at which they ended; the first
    /// screen comes first, then questions by id. Empty if there is no such wave.
    async fn break_offs(&self, wave: &WaveId) -> Result<Vec<BreakOffCount>, StoreError>;

    /// Gives out everything that must survive, as it is at one moment, while others go on writing.
    /// Rows are read as they are taken; dropping the dump ends it.
    async fn dump(&self) -> Result<Dump, StoreError>;

    /// Takes everything in that a dump gave out, of whatever kind of database. One transaction, which
    /// commits after the last row: an error, also one of the rows themselves, leaves nothing. Rows
    /// are only inserted, and every rule of the tables holds for them. Definitions may be published
    /// before; those that are equal are not inserted again.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the database is not empty but for definitions, a row breaks a rule, or the rows end
    /// with an error.
    async fn load(&self, rows: &mut Rows<'_>) -> Result<Summary, StoreError>;

    /// What the database itself finds damaged in its files, in its own words; empty if nothing, or
    /// if this kind of database cannot be asked.
    async fn integrity(&self) -> Result<Vec<String>, StoreError>;
}
