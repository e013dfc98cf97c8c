//! Quarantine: submissions that are kept and do not count until somebody decides.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::audit::NewAuditEntry;
use survey_defs::ids::{DeviceId, PointId, SubmissionId, WaveId};
use survey_defs::quarantine::QuarantineReason;

use crate::error::StoreError;
use crate::submission_log::Entry;

/// Keeping submissions that cannot be recorded, and deciding on them.
#[async_trait]
pub trait Quarantine: Send + Sync {
    /// Since when submissions are kept aside, or were, with the same id and body; none for those that
    /// would be new. Only reads.
    async fn known_aside(
        &self,
        quarantined: &[Quarantined],
    ) -> Result<Vec<Option<Timestamp>>, StoreError>;

    /// Keeps submissions that cannot be recorded, and says of each, in order, since when. Repeating one
    /// with the same id and body changes nothing, but that a sender who has proved nothing may have
    /// proved itself since, while it waits; another body is kept as well. What a sender who has
    /// proved nothing sends anew is kept within [`QUARANTINE_QUOTA`].
    ///
    /// # Errors
    /// [`StoreError::Busy`] if too much waits to be kept.
    async fn quarantine(&self, quarantined: &[Quarantined]) -> Result<Vec<Kept>, StoreError>;

    /// The next submissions in the quarantine of a wave after a number, decided or not, at most
    /// `limit`, in order of number. Begin with 0.
    async fn quarantine_after(
        &self,
        wave: &WaveId,
        number: u64,
        limit: u32,
    ) -> Result<Vec<QuarantineEntry>, StoreError>;

    /// As [`Quarantine::quarantine_after`], but only those that a filter lets through, and without their
    /// bodies: the texts of a whole wave may be large.
    async fn quarantine_list(
        &self,
        wave: &WaveId,
        filter: &QuarantineFilter,
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

    /// How many submissions of a wave wait in quarantine, by reason; reasons without one are absent.
    async fn quarantined(
        &self,
        wave: &WaveId,
    ) -> Result<BTreeMap<QuarantineReason, u64>, StoreError>;

    /// Records a submission that waits in quarantine and adds an audit entry, both or neither. The
    /// entry is what [`SubmissionLog::record`](crate::SubmissionLog::record) would get, with the time of the first arrival. If its id is
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
        audit: &NewAuditEntry,
    ) -> Result<Decided, StoreError>;

    /// Decides that a submission which waits in quarantine will never count, and adds an audit
    /// entry, both or neither. Under its id nothing is recorded any more but by [`Quarantine::release`] of another
    /// text that waits. The body stays until [`Retention::expire`](crate::Retention::expire) or [`Quarantine::drop_text`] drops it.
    async fn reject(
        &self,
        wave: &WaveId,
        number: u64,
        audit: &NewAuditEntry,
    ) -> Result<Decided, StoreError>;

    /// Drops the body of a submission that was rejected, before its time, and adds an audit entry,
    /// both or neither; the hash stays. False if there is no such submission, it is not rejected, or its
    /// body is gone already: then nothing changes.
    async fn drop_text(
        &self,
        wave: &WaveId,
        number: u64,
        audit: &NewAuditEntry,
    ) -> Result<bool, StoreError>;
}

/// How much is kept aside of what came from senders who have proved nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantineQuota {
    /// Submissions of a wave that arrive on one day of Hanoi.
    pub rows_per_day: i64,
    /// Bytes of them.
    pub bytes_per_day: i64,
    /// Bytes that are kept in all waves together. Texts that are dropped, or released, give theirs back.
    pub kept_bytes: i64,
}

/// A late form has a kilobyte or two, so a day's rows are those of some hundred phones that were without
/// network when their wave closed; and no disk is filled by what is kept.
pub const QUARANTINE_QUOTA: QuarantineQuota = QuarantineQuota {
    rows_per_day: 2_000,
    bytes_per_day: 16 * 1024 * 1024,
    kept_bytes: 128 * 1024 * 1024,
};

/// What became of a submission that was to be kept aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is kept from now on; this is when it arrived.
    New(Timestamp),
    /// It is kept, or was, since this moment.
    Known(Timestamp),
    /// It is not, because the quota is used up.
    Full,
    /// It is not, because its wave takes no forms, so nobody could ever release it.
    TakesOther,
}

/// A submission that is kept but does not count.
#[derive(Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its id.
    pub submission: SubmissionId,
    /// The wave that it names, which need not exist.
    pub wave: WaveId,
    /// The service point that it names, which need not exist.
    pub point: PointId,
    /// Why it is kept aside.
    pub reason: QuarantineReason,
    /// When it arrived, by server time; cut to whole milliseconds.
    pub received_at: Timestamp,
    /// Whether a device that has signed it, or staff, has sent it.
    pub proven: bool,
    /// The device that has proved to have sent it, and the number of the session there.
    pub session: Option<(DeviceId, u64)>,
    /// Its one JSON text.
    pub body: String,
}

// By hand: the body has answers, and a debug text ends up in a log line.
impl fmt::Debug for Quarantined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { submission, wave, point, reason, received_at, proven, session, body: _ } = self;
        f.debug_struct("Quarantined")
            .field("submission", submission)
            .field("wave", wave)
            .field("point", point)
            .field("reason", reason)
            .field("received_at", received_at)
            .field("proven", proven)
            .field("session", session)
            .finish_non_exhaustive()
    }
}

/// Which submissions in quarantine are meant; what is none lets all through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuarantineFilter {
    /// Those that arrived at this moment or later.
    pub from: Option<Timestamp>,
    /// Those that arrived before this moment.
    pub until: Option<Timestamp>,
    /// Those that name this service point.
    pub point: Option<PointId>,
    /// Those that are kept aside for this reason.
    pub reason: Option<QuarantineReason>,
    /// Those that stand so.
    pub state: Option<QuarantineState>,
    /// Those that a device which has signed them, or staff, has sent; or those of others.
    pub proven: Option<bool>,
}

/// A submission in quarantine.
#[derive(Clone, PartialEq, Eq)]
pub struct QuarantineEntry {
    /// Its number in the quarantine of its wave, from 1 without gaps.
    pub number: u64,
    /// Its id.
    pub submission: SubmissionId,
    /// The service point that it names; none where the text was gone before this was kept.
    pub point: Option<PointId>,
    /// Why it is kept aside.
    pub reason: QuarantineReason,
    /// Where it stands.
    pub state: QuarantineState,
    /// When it arrived first, by server time.
    pub received_at: Timestamp,
    /// Whether a device that has signed it, or staff, has sent it.
    pub proven: bool,
    /// The device that has proved to have sent it, and the number of the session there.
    pub session: Option<(DeviceId, u64)>,
    /// Its JSON text; none after it was released, because it is in the log, and some
    /// time after it was rejected, or when staff dropped it.
    pub body: Option<String>,
}

// By hand: the body has answers, and a debug text ends up in a log line.
impl fmt::Debug for QuarantineEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            submission,
            point,
            reason,
            state,
            received_at,
            proven,
            session,
            body: _,
        } = self;
        f.debug_struct("QuarantineEntry")
            .field("number", number)
            .field("submission", submission)
            .field("point", point)
            .field("reason", reason)
            .field("state", state)
            .field("received_at", received_at)
            .field("proven", proven)
            .field("session", session)
            .finish_non_exhaustive()
    }
}

/// Where a submission in quarantine stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuarantineState {
    /// Nobody has decided.
    Waiting,
    /// It is in the log.
    Released,
    /// It will never count.
    Rejected,
}

impl QuarantineState {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Released => "released",
            Self::Rejected => "rejected",
        }
    }
}

/// What became of a decision on a submission in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It is done, and an audit entry tells of it.
    Done,
    /// It was decided before, as it is now.
    Before(QuarantineState),
    /// Its id is in the log with other content, which stands, so it cannot be released.
    Conflict,
    /// There is no such number in the quarantine of the wave.
    Unknown,
}
