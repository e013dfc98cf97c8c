use std::fmt;

use jiff::Timestamp;
use survey_defs::api::QuarantineReason;
use survey_defs::ids::{DeviceId, MethodId, SubmissionId, WaveId};
use survey_defs::instrument::InstrumentRef;
use survey_defs::sampling::{PopulationSize, SampleLabel, Sampling};
use survey_defs::submission::{Context, Draft, Submission};
use survey_defs::unit::UnitKey;
use survey_defs::wave::Channel;

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
    /// Which kind of content the wave holds; none while it is empty.
    pub contents: Option<Contents>,
}

/// The kind of content that a wave holds. The first that arrives decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contents {
    /// Submissions, one per respondent.
    Submissions,
    /// Imported counts of the five levels.
    LevelCounts,
}

impl Contents {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submissions => "submissions",
            Self::LevelCounts => "level_counts",
        }
    }
}

/// The sample plan of a wave, as far as its submissions tell it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SamplePlan {
    /// The sampling units that occur, each once for every stratum and population size it is given
    /// with; ordered.
    pub units: Vec<SampledUnit>,
    /// How many submissions come from no plan.
    pub unplanned: u64,
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

/// A version that is published and never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Definition {
    /// An instrument.
    Instrument(InstrumentRef),
    /// A method.
    Method {
        /// Which method.
        id: MethodId,
        /// Which version.
        version: u32,
    },
}

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instrument(reference) => write!(f, "instrument {reference}"),
            Self::Method { id, version } => write!(f, "method {id} v{version}"),
        }
    }
}

/// A submission that is kept but does not count.
#[derive(Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its id.
    pub submission: SubmissionId,
    /// The wave that it names, which need not exist.
    pub wave: WaveId,
    /// Why it is kept aside.
    pub reason: QuarantineReason,
    /// When it arrived, by server time; cut to whole milliseconds.
    pub received_at: Timestamp,
    /// The device that has proved to have sent it, and the number of the session there.
    pub session: Option<(DeviceId, u64)>,
    /// The JSON as it was received.
    pub body: String,
}

// By hand: the body has answers, and a debug text ends up in a log line.
impl fmt::Debug for Quarantined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { submission, wave, reason, received_at, session, body: _ } = self;
        f.debug_struct("Quarantined")
            .field("submission", submission)
            .field("wave", wave)
            .field("reason", reason)
            .field("received_at", received_at)
            .field("session", session)
            .finish_non_exhaustive()
    }
}
