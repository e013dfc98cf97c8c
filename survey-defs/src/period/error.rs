//! Says why a text is not a calendar.

use super::yearly::YEAR;

/// Why a text is not a calendar, and where.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {item}: {problem}")]
pub struct CalendarError {
    /// The name of the file.
    pub file: String,
    /// The part of the file.
    pub item: String,
    /// What is wrong there.
    pub problem: CalendarProblem,
}

/// What can be wrong with a calendar.
#[derive(Debug, thiserror::Error)]
pub enum CalendarProblem {
    /// The text is not TOML, or has fields too many, too few or of the wrong kind.
    #[error("{0}")]
    Toml(Box<toml::de::Error>),
    /// There is no period.
    #[error("a calendar has at least one period")]
    NoPeriods,
    /// Two periods have one id.
    #[error("a second period with this id")]
    DuplicatePeriod,
    /// A text is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The title would be the same every year.
    #[error("the title “{0}” does not contain {YEAR}")]
    TitleWithoutYear(String),
    /// The year is too far away.
    #[error("the {0} is not in the year before, the year itself or the year after")]
    FarAway(&'static str),
    /// The day does not exist in every year.
    #[error("the {0} is not a day of every year")]
    NoSuchDay(&'static str),
    /// The end is before the start.
    #[error("the period ends before it begins")]
    EndsBeforeItBegins,
}
