//! Answers in columns: forms and level counts.

mod attached;
mod code;
mod counts;
mod error;
mod form;
mod forms;
mod keys;
mod part;
mod units;

use survey_defs::instrument::Instrument;
use survey_defs::unit::UnitKey;

pub(crate) use self::attached::Attached;
pub(crate) use self::code::{
    CellCode, channel_code, day_number, hour_number, hour_of_number, month_number,
    month_of_day_number, respondent_type_code,
};
pub use self::counts::{CountRow, Counts};
pub use self::error::DataError;
pub use self::form::{Arrival, FillingTime, Form};
pub use self::forms::Forms;
pub(crate) use self::keys::{Key, Keys, Stratum};
pub(crate) use self::part::Part;

/// The answers of one wave: single forms, or only how often each level occurred.
#[derive(Debug, Clone, Copy)]
pub enum Data<'a> {
    /// One row per form.
    Forms(&'a Forms),
    /// Sums over respondents.
    Counts(&'a Counts),
}

impl<'a> Data<'a> {
    /// The instrument that was answered.
    pub fn instrument(self) -> &'a Instrument {
        match self {
            Self::Forms(forms) => forms.instrument(),
            Self::Counts(counts) => counts.instrument(),
        }
    }

    /// The last log position that is contained; 0 without any.
    pub fn position(self) -> u64 {
        match self {
            Self::Forms(forms) => forms.position(),
            Self::Counts(counts) => counts.position(),
        }
    }

    /// The units that occur; rows are numbered by their place in this list.
    pub(crate) fn units(self) -> &'a [UnitKey] {
        match self {
            Self::Forms(forms) => forms.keys().units(),
            Self::Counts(counts) => counts.units(),
        }
    }
}
