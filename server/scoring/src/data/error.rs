//! Why answers cannot be scored.

use jiff::civil::Date;
use survey_defs::ids::QuestionId;
use survey_defs::instrument::InstrumentRef;

/// Why data are not taken. Nothing of what came with the refused record is taken either.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DataError {
    /// A form has more or fewer cells than the instrument has satisfaction questions.
    #[error("the form at position {position} has {found} cells instead of {expected}")]
    CellCount {
        /// The position of the form.
        position: u64,
        /// The number of satisfaction questions.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
    /// A form is not behind all others in the log, so it may have been counted before.
    #[error("position {position} does not follow position {last}")]
    NotAscending {
        /// The position of the form.
        position: u64,
        /// The last position before it.
        last: u64,
    },
    /// A form weighs nothing, less than nothing, or no number.
    #[error("the form at position {position} has the weight {weight}, which is not above 0")]
    Weight {
        /// The position of the form.
        position: u64,
        /// Its weight.
        weight: f64,
    },
    /// A form gives a population of PSUs that is no number of at least 1.
    #[error("the form at position {position} gives a population of {population} sampling units")]
    Population {
        /// The position of the form.
        position: u64,
        /// What it gives.
        population: f64,
    },
    /// A PSU belongs to one stratum, wherever it occurs.
    #[error("sampling unit “{psu}” is in the strata “{first}” and “{second}”")]
    PsuInTwoStrata {
        /// The PSU.
        psu: String,
        /// The stratum that it was in first.
        first: String,
        /// The other one.
        second: String,
    },
    /// The forms of one stratum disagree on the PSUs of its population.
    #[error(
        "stratum “{stratum}” has {} and {} sampling units in its population",
        population(*first),
        population(*second)
    )]
    TwoPopulations {
        /// The stratum.
        stratum: String,
        /// What was said first; none: unknown.
        first: Option<f64>,
        /// What was said later; none: unknown.
        second: Option<f64>,
    },
    /// A stratum has more PSUs in the sample than in its population.
    #[error("stratum “{stratum}” has {psus} sampling units out of a population of {population}")]
    MorePsusThanPopulation {
        /// The stratum.
        stratum: String,
        /// The PSUs of the sample.
        psus: u32,
        /// Those of the population.
        population: f64,
    },
    /// A segment holds answers to another instrument.
    #[error("the segment answers {found}, not {expected}")]
    OtherInstrument {
        /// The instrument of the forms.
        expected: InstrumentRef,
        /// That of the segment.
        found: InstrumentRef,
    },
    /// The instrument has no such satisfaction question.
    #[error("“{0}” is not a satisfaction question of the instrument")]
    UnknownItem(QuestionId),
    /// A month is given by a day that is not its first.
    #[error("{0} is not the first day of a month")]
    NotAMonth(Date),
}

fn population(psus: Option<f64>) -> String {
    psus.map_or_else(|| "an unknown number of".to_owned(), |psus| psus.to_string())
}
