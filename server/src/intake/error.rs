//! Why something that comes in is not taken.

use store::{Conflict, StoreError};
use survey_defs::engine::Violation;
use survey_defs::ids::{PointId, QuestionId, WaveId};
use survey_defs::instrument::InstrumentRef;
use tokio::task::JoinError;

use super::sender::DeviceAuthError;
use crate::system::buckets::TooMany;
use crate::system::json;

/// Why nothing can be said of what came in, or why it is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Whoever sent it is at fault. Sending the same again gets the same answer.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store does not take it now, or has a fault. The same may be sent again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its service point or wave has taken too much lately. The same may be sent again.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The store has given fewer results than it was asked for.
    #[error("the store lost a result")]
    LostResult,
    /// A computation broke off.
    #[error("a computation stopped unexpectedly")]
    Task(#[from] JoinError),
}

/// Why a record is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// It is not a record at all.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// It has too many bytes.
    #[error("a record has at most {max} bytes")]
    TooLarge {
        /// The most.
        max: usize,
    },
    /// It names a wave that does not exist.
    #[error("there is no wave {0}")]
    UnknownWave(WaveId),
    /// Its wave takes a sample or level counts.
    #[error("wave {0} takes imported data, so it takes no forms")]
    TakesOther(WaveId),
    /// Its wave takes nothing at this time.
    #[error("wave {0} is not open")]
    WindowClosed(WaveId),
    /// It names an instrument or version that the program does not know or that its wave does not
    /// use.
    #[error("the wave does not ask instrument {0}")]
    UnknownInstrument(InstrumentRef),
    /// It names a service point that its wave does not have.
    #[error("the wave has no service point {0}")]
    UnknownPoint(PointId),
    /// It names a question that its instrument does not have.
    #[error("the instrument has no question {0}")]
    UnknownQuestion(QuestionId),
    /// The form engine finds violations.
    #[error("some answers are not valid: {}", list(.0))]
    Invalid(Vec<Violation>),
    /// Its id is recorded with other content, which stands.
    #[error("this id is already recorded with other content")]
    Conflict,
    /// It names a device that has not sent it.
    #[error(transparent)]
    Device(#[from] DeviceAuthError),
}

impl Error {
    /// The refusal, if whoever sent it is at fault.
    ///
    /// # Errors
    /// The error itself otherwise: the same may be sent again.
    pub fn into_refusal(self) -> Result<Refusal, Self> {
        match self {
            Self::Refused(refusal) => Ok(refusal),
            Self::Store(StoreError::UnknownWave(wave)) => Ok(Refusal::UnknownWave(wave)),
            Self::Store(StoreError::Conflict { what: Conflict::Takes { wave, .. } }) => {
                Ok(Refusal::TakesOther(wave))
            }
            Self::Store(_) | Self::TooMany(_) | Self::LostResult | Self::Task(_) => Err(self),
        }
    }
}

impl From<json::Error> for Error {
    fn from(error: json::Error) -> Self {
        Self::Refused(error.into())
    }
}

/// Violations as they stand on the wire: question, code and parameters, never an answer.
fn list(violations: &[Violation]) -> String {
    let texts = violations.iter().map(|one| serde_json::to_string(one).unwrap_or_default());
    texts.collect::<Vec<_>>().join(" ")
}
