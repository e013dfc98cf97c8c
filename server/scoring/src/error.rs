use std::error::Error;

use polars::prelude::PolarsError;
use survey_defs::instrument::InstrumentRef;
use survey_defs::method::MethodError;

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
    /// A channel or kind of respondent was asked for, which level counts do not know: leave the
    /// filter out.
    #[error("level counts cannot be filtered by channel or respondent type")]
    FilterNeedsRespondents,
    /// The engine failed; nothing that the request could do better.
    #[error("the engine failed")]
    Engine(#[source] Box<dyn Error + Send + Sync>),
}

/// For `map_err`: a `From` would make polars part of the interface.
pub(crate) fn engine(error: PolarsError) -> ScoringError {
    ScoringError::Engine(Box::new(error))
}
