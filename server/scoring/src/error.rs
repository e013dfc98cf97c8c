//! Why nothing comes back.

use std::error::Error;

use survey_defs::ids::ProcedureGroup;
use survey_defs::instrument::InstrumentRef;
use survey_defs::method::MethodError;
use survey_defs::unit::UnitKey;

use crate::data::DataError;

/// Why a request has no answer, by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum ScoringError {
    /// The data belong to another instrument than the wave: load those of the wave.
    #[error("the wave asks {wave}, but the data answer {data}")]
    OtherInstrument {
        /// The instrument of the wave.
        wave: InstrumentRef,
        /// The instrument of the data.
        data: InstrumentRef,
    },
    /// The method cannot score these data: choose another one.
    ///
    /// [`MethodError::DoesNotFit`] for fixed weights that do not name exactly the contents of the
    /// instrument, [`MethodError::NeedsRespondents`] for a missing rule on level counts.
    #[error(transparent)]
    Method(#[from] MethodError),
    /// A period was asked for, but some level counts do not say their month: leave the period out.
    #[error("level counts without a month cannot be filtered by period")]
    FilterNeedsDates,
    /// A channel, a kind of respondent or unflagged forms were asked for, which level counts do not
    /// know: leave the filter out.
    #[error("level counts cannot be filtered by channel, respondent type or quality")]
    FilterNeedsRespondents,
    /// The quality of answers was asked for, but level counts say nothing of single forms.
    #[error("level counts say nothing of the quality of single forms")]
    QualityNeedsForms,
    /// Forms came in for a unit, or one of its procedure groups, that according to the dossier
    /// counts handled nothing: complete the counts, or leave them out.
    #[error("the dossier counts know nothing of {unit}{}", of_group(procedure_group.as_ref()))]
    UnknownPostStratum {
        /// The unit.
        unit: UnitKey,
        /// The procedure group; none: the unit as a whole.
        procedure_group: Option<ProcedureGroup>,
    },
    /// The answers cannot be scored.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The engine failed; nothing that the request could do better.
    #[error("the engine failed")]
    Engine(#[source] Box<dyn Error + Send + Sync>),
}

fn of_group(group: Option<&ProcedureGroup>) -> String {
    group.map(|group| format!(", procedure group {group}")).unwrap_or_default()
}

/// For `map_err`: a `From` would make polars part of the interface.
pub(crate) fn engine(error: impl Error + Send + Sync + 'static) -> ScoringError {
    ScoringError::Engine(Box::new(error))
}
