use jiff::civil::Date;
use survey_defs::ids::QuestionId;

/// Why data are not taken. Nothing of what came with the refused record is taken either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    /// The instrument has no such satisfaction question.
    #[error("“{0}” is not a satisfaction question of the instrument")]
    UnknownItem(QuestionId),
    /// A month is given by a day that is not its first.
    #[error("{0} is not the first day of a month")]
    NotAMonth(Date),
}
