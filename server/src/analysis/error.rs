//! Why an analysis is not given.

use scoring::{ComparisonError, DataError, ScoringError};
use store::StoreError;
use survey_defs::ids::{MethodId, WaveId};
use survey_defs::instrument::InstrumentRef;
use survey_defs::method::MethodError;
use tokio::task::JoinError;

/// Why an analysis is not given.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such wave.
    #[error("there is no wave {0}; `thuocdo wave list` lists the waves")]
    UnknownWave(WaveId),
    /// The program does not know what the wave asks.
    #[error("the program does not know instrument {0}")]
    UnknownInstrument(InstrumentRef),
    /// There is no such method.
    #[error("{id} is not one of {known}")]
    UnknownMethod {
        /// What was asked for.
        id: MethodId,
        /// Those that there are.
        known: String,
    },
    /// There is no such reporting period.
    #[error("{0}")]
    UnknownPeriod(String),
    /// The instrument of the wave has no such part of the index.
    #[error("{0}")]
    UnknownNode(String),
    /// A parameter is malformed, or contradicts another one.
    #[error("{0}")]
    InvalidQuery(String),
    /// Waves of different populations are never compared.
    #[error("{0}")]
    PopulationsDiffer(String),
    /// The method cannot score the wave.
    #[error(transparent)]
    MethodDoesNotFit(#[from] MethodError),
    /// The counts of the wave cannot be filtered so.
    #[error("{0}")]
    FilterDoesNotFit(String),
    /// Forms came in for a unit or procedure group that the dossier counts do not have.
    #[error("{0}")]
    DossiersDoNotFit(String),
    /// The wave holds level counts, which say nothing of single forms.
    #[error("the wave holds only counts, which say nothing of the quality of answers")]
    QualityNeedsForms,
    /// The wave holds level counts, which say nothing of precision.
    #[error("{0}")]
    NoStandardErrors(String),
    /// The store does not answer, or has a fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is recorded cannot be scored, or the engine has failed. A fault of the program.
    #[error("the analysis failed")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<ScoringError> for Error {
    fn from(error: ScoringError) -> Self {
        match error {
            ScoringError::Method(error) => error.into(),
            ScoringError::UnknownPostStratum { .. } => Self::DossiersDoNotFit(error.to_string()),
            ScoringError::QualityNeedsForms => Self::QualityNeedsForms,
            ScoringError::FilterNeedsDates | ScoringError::FilterNeedsRespondents => {
                Self::FilterDoesNotFit(error.to_string())
            }
            ScoringError::OtherInstrument { .. }
            | ScoringError::Data(_)
            | ScoringError::Engine(_) => Self::Fault(error.into()),
        }
    }
}

impl From<ComparisonError> for Error {
    fn from(error: ComparisonError) -> Self {
        let text = error.to_string();
        match error {
            ComparisonError::Scoring(error) => error.into(),
            ComparisonError::Engine(_) => Self::Fault(error.into()),
            ComparisonError::NotUnits(_)
            | ComparisonError::SameAnswers
            | ComparisonError::Alpha(_)
            | ComparisonError::Target(_) => Self::InvalidQuery(text),
            ComparisonError::NoStandardErrors(_) => Self::NoStandardErrors(text),
            ComparisonError::UnknownNode { .. } => Self::UnknownNode(text),
            ComparisonError::OtherPopulation { .. } => Self::PopulationsDiffer(text),
        }
    }
}

impl From<DataError> for Error {
    fn from(error: DataError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<JoinError> for Error {
    fn from(error: JoinError) -> Self {
        Self::Fault(error.into())
    }
}
