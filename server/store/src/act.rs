use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use survey_defs::api::QuarantineReason;
use survey_defs::ids::{DeviceId, QuestionId, SubmissionId};

/// Something that is to be done to a record, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct {
    /// When, by server time; cut to whole milliseconds.
    pub at: Timestamp,
    /// Who decides it.
    pub actor: Actor,
    /// Why, in a sentence for whoever reads the acts.
    pub reason: String,
}

/// Something that was done to a record of a wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its number in the wave, from 1 without gaps.
    pub number: u64,
    /// When, by server time.
    pub at: Timestamp,
    /// Who has decided it.
    pub actor: Actor,
    /// Why.
    pub reason: String,
    /// What was done.
    pub deed: Deed,
}

/// Who decides what happens to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// Somebody at the command line.
    Staff,
    /// What heartbeats and receipts prove.
    Evidence,
    /// The time that something is kept.
    Retention,
}

impl Actor {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Evidence => "evidence",
            Self::Retention => "retention",
        }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "deed", deny_unknown_fields)]
pub enum Deed {
    /// A submission left quarantine and counts.
    Released {
        /// Its number in quarantine.
        quarantine: u64,
        /// Its id.
        submission: SubmissionId,
        /// Its position in the log.
        position: u64,
    },
    /// A submission in quarantine will never count.
    Rejected {
        /// Its number in quarantine.
        quarantine: u64,
        /// Its id.
        submission: SubmissionId,
    },
    /// Free text was taken out of a submission.
    Redacted {
        /// Its position in the log.
        position: u64,
        /// Its id.
        submission: SubmissionId,
        /// The questions whose answers are gone, those only that had been answered.
        questions: Vec<QuestionId>,
    },
    /// Texts of rejected submissions were dropped, because their time was over or staff decided so.
    BodiesDropped {
        /// Their numbers in quarantine.
        quarantine: Vec<u64>,
    },
}

/// A submission in quarantine.
#[derive(Clone, PartialEq, Eq)]
pub struct QuarantineEntry {
    /// Its number in the quarantine of its wave, from 1 without gaps.
    pub number: u64,
    /// Its id.
    pub submission: SubmissionId,
    /// Why it is kept aside.
    pub reason: QuarantineReason,
    /// Where it stands.
    pub state: QuarantineState,
    /// When it arrived first, by server time.
    pub received_at: Timestamp,
    /// The device that has proved to have sent it, and the number of the session there.
    pub session: Option<(DeviceId, u64)>,
    /// The JSON as it was received; none after it was released, because it is in the log, and some
    /// time after it was rejected, or when staff dropped it.
    pub body: Option<String>,
}

// By hand: the body has answers, and a debug text ends up in a log line.
impl std::fmt::Debug for QuarantineEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { number, submission, reason, state, received_at, session, body: _ } = self;
        f.debug_struct("QuarantineEntry")
            .field("number", number)
            .field("submission", submission)
            .field("reason", reason)
            .field("state", state)
            .field("received_at", received_at)
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
    /// It is done, and an act tells of it.
    Done,
    /// It was decided before, as it is now.
    Before(QuarantineState),
    /// Its id is in the log with other content, which stands, so it cannot be released.
    Conflict,
    /// There is no such number in the quarantine of the wave.
    Unknown,
}

/// What became of a redaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redacted {
    /// It is done, and an act tells of it.
    Done,
    /// The submission has this text already.
    Before,
    /// There is no such submission in the wave.
    Unknown,
}

/// What is known of a session of a device by server time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionEvidence {
    /// The last heartbeat that says that the session had not begun: its sequence is lower.
    pub before: Option<DeviceMark>,
    /// The first heartbeat that says that the session had begun: its sequence is that of the session
    /// or higher. It arrived after `before`.
    pub after: Option<DeviceMark>,
    /// When the first record of this or a later session of the device was received; only records
    /// count that were recorded when they arrived: a release is no proof of the device.
    pub receipt_after: Option<Timestamp>,
    /// What the number of the session is worth.
    pub numbering: Numbering,
}

/// Whether the numbers of a device's sessions say in which order these began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Numbering {
    /// Nothing speaks against it.
    #[default]
    InOrder,
    /// The device has begun to number anew. The marks are those since then.
    Restarted,
    /// The device has used this number for another form as well.
    Reused,
}

/// What a heartbeat has proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceMark {
    /// When it arrived, by server time.
    pub received_at: Timestamp,
    /// How many sessions the device had begun.
    pub sequence: u64,
    /// By how many seconds the device's clock was ahead of the server's.
    pub clock_skew_s: i64,
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
