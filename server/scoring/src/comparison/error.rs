//! Why groups cannot be compared.

use statistics::compare::CompareError;
use survey_defs::analysis::Grouping;
use survey_defs::ids::WaveId;
use survey_defs::instrument::InstrumentRef;
use survey_defs::score::Node;

use crate::ScoringError;

/// Why groups cannot be compared, by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum ComparisonError {
    /// There would be no table of scores either.
    #[error(transparent)]
    Scoring(#[from] ScoringError),
    /// The groups are no units: choose another grouping.
    #[error("units are compared: by district, ward, agency or branch, not by {0}")]
    NotUnits(Grouping),
    /// The wave holds level counts, which have no standard errors: choose another wave.
    #[error("wave {0} holds level counts, which have no standard errors")]
    NoStandardErrors(WaveId),
    /// The instrument has no such node: choose another one.
    #[error("{instrument} has no part {node}")]
    UnknownNode {
        /// The instrument of one of the waves.
        instrument: InstrumentRef,
        /// What was asked for.
        node: Node,
    },
    /// The waves speak of different people: choose another one.
    #[error("{now} and {before} speak of different populations")]
    OtherPopulation {
        /// The wave that is judged.
        now: WaveId,
        /// The wave that it should be compared with.
        before: WaveId,
    },
    /// Both times are the same answers: choose another wave or period.
    #[error("a wave cannot be compared with the same answers; give another wave or period")]
    SameAnswers,
    /// The error level leaves no room.
    #[error("alpha is {0}, not above 0 and below 0.5")]
    Alpha(f64),
    /// The target is no percentage.
    #[error("the target is {0}, not from 0 to 100")]
    Target(f64),
    /// The comparison failed; nothing that the request could do better.
    #[error("the comparison failed")]
    Engine(#[from] CompareError),
}
