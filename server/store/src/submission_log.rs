//! The log of submissions: one per wave, append-only, numbered from 1 without gaps.

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::audit::NewAuditEntry;
use survey_defs::ids::{QuestionId, SubmissionId, WaveId};
use survey_defs::quarantine::QuarantineReason;
use survey_defs::sampling::{PopulationSize, SampleLabel, Sampling};
use survey_defs::submission::{Context, Draft, Submission};
use survey_defs::unit::UnitKey;
use survey_defs::wave::Channel;

use crate::error::StoreError;

/// Appending to the logs of waves, and reading them.
#[async_trait]
pub trait SubmissionLog: Send + Sync {
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

    /// What [`SubmissionLog::record`] would say of a submission that is already in the log,
    /// [`Recorded::Same`] or [`Recorded::Conflict`], or that was rejected, [`Recorded::Rejected`];
    /// none if its id is unknown.
    ///
    /// A repeated post may arrive after its wave has closed: ask this before turning it away.
    async fn recorded(&self, submission: &Submission) -> Result<Option<Recorded>, StoreError>;

    /// One submission of the log; none if there is no such wave or id.
    async fn submission(
        &self,
        wave: &WaveId,
        id: SubmissionId,
    ) -> Result<Option<Record>, StoreError>;

    /// The next submissions of a wave after a position, at most `limit`, in order of position.
    /// Begin with position 0 and go on with the last position returned.
    async fn submissions_after(
        &self,
        wave: &WaveId,
        position: u64,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError>;

    /// Where the log ends for a wave. Reads one row, so it can be asked before every use of a
    /// cached score. A wave that is empty or does not exist ends at position 0.
    async fn log_end(&self, wave: &WaveId) -> Result<LogEnd, StoreError>;

    /// What the sampled submissions of a wave say of its sample plan. Reads the whole wave.
    async fn sample_plan(&self, wave: &WaveId) -> Result<SamplePlan, StoreError>;

    /// Replaces the text of a recorded submission by one in which the answers to some questions of
    /// free text are gone, and adds an audit entry, both or neither. Position, receipt, and the hash
    /// of the original stay: a repetition of the original is still [`Recorded::Same`]. The redacted
    /// text itself is other content. Doing it again is [`Redacted::Before`], without an entry.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the new draft differs from the stored one in more than that it
    /// lacks the answers to these questions, or one of these answers is no text.
    async fn redact(
        &self,
        draft: &Draft,
        questions: &[QuestionId],
        audit: &NewAuditEntry,
    ) -> Result<Redacted, StoreError>;
}

/// The one JSON text of a draft: fields in the order of the struct, answers in the order of their ids, no
/// white space.
///
/// # Panics
/// Never: a draft is plain data with text keys.
pub fn draft_text(draft: &Draft) -> String {
    serde_json::to_string(draft).expect("a draft is plain data with text keys")
}

/// A submission on its way into the log, with what the server knows about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What was sent and accepted.
    pub submission: Submission,
    /// When it arrived, by server time; cut to whole milliseconds.
    pub received_at: Timestamp,
    /// Which way it came.
    pub source: Source,
    /// The unit that is scored: that of the service point, or of the imported row.
    pub unit: UnitKey,
    /// How the answer was given.
    pub channel: Channel,
    /// What the answers say about the respondent.
    pub context: Context,
    /// What the sample plan says, of a form that comes from one.
    pub sampling: Option<Sampling>,
}

/// A submission in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its position in the log of its wave, from 1.
    pub position: u64,
    /// When it arrived, by server time.
    pub received_at: Timestamp,
    /// Which way it came.
    pub source: Source,
    /// The unit that is scored.
    pub unit: UnitKey,
    /// How the answer was given.
    pub channel: Channel,
    /// What the answers say about the respondent.
    pub context: Context,
    /// What the sample plan says, of a form that comes from one.
    pub sampling: Option<Sampling>,
    /// What was sent and accepted, without what was redacted since.
    pub draft: Draft,
    /// The SHA-256 of the draft's JSON as it was accepted; after a redaction still that of the
    /// original.
    pub sha256: [u8; 32],
}

/// What became of an [`Entry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It is new, and now in the log.
    Created(Receipt),
    /// It was in the log already, with the same content; the receipt is the original one.
    Same(Receipt),
    /// Its id is in the log with other content, which stands.
    Conflict,
    /// It is not recorded: under its id a submission was kept aside for this reason, and somebody
    /// has decided that it never counts.
    Rejected(QuarantineReason),
}

/// Where and since when a submission is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The position in the log of its wave, from 1.
    pub position: u64,
    /// When it arrived first, by server time, in whole milliseconds.
    pub received_at: Timestamp,
}

/// Which way a submission came into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Posted to the interface.
    Api,
    /// A row of an imported file.
    Import,
    /// Made by the simulation.
    Demo,
}

impl Source {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Import => "import",
            Self::Demo => "demo",
        }
    }
}

/// Where the log ends for one wave. It differs from an earlier one exactly when something was
/// added to the wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogEnd {
    /// The position of the last submission or of the last import of level counts; 0 if none.
    pub position: u64,
    /// How many submissions there are.
    pub submissions: u64,
}

/// The sample plan of a wave, as far as its submissions tell it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SamplePlan {
    /// The sampling units that occur, each once for every stratum and population size it is given
    /// with; ordered.
    pub units: Vec<SampledUnit>,
}

/// A primary sampling unit.
#[derive(Debug, Clone, PartialEq)]
pub struct SampledUnit {
    /// Its stratum.
    pub stratum: Option<SampleLabel>,
    /// Its name.
    pub psu: SampleLabel,
    /// The sampling units in the population of the stratum.
    pub fpc: Option<PopulationSize>,
}

/// What became of a redaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redacted {
    /// It is done, and an audit entry tells of it.
    Done,
    /// The submission has this text already.
    Before,
    /// There is no such submission in the wave.
    Unknown,
}
