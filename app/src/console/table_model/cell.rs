//! The cells of the table: a number, or why there is none.

use survey_defs::analysis;
use survey_defs::phrases;
use survey_defs::text::Language;

/// A number as text, or the reason why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// The confidence interval in words, of a score that has one.
    pub(crate) interval: Option<String>,
    /// Said to those who do not see that the text is muted.
    pub(crate) note: &'static str,
    pub(crate) is_shown: bool,
    /// What to sort by.
    pub(super) value: Option<f64>,
}

impl Cell {
    pub(crate) fn new(cell: &analysis::Cell, language: Language) -> Self {
        let interval = cell.interval(language);
        Self {
            text: cell.shown(language),
            interval: interval
                .map(|limits| format!("{} {limits}", phrases::INTERVAL.get(language))),
            note: cell.note().map_or("", |note| note.get(language)),
            is_shown: cell.is_shown(),
            value: cell.value(),
        }
    }

    /// The number after its name, or the reason why there is none.
    pub(crate) fn labelled(&self, name: &str) -> String {
        if self.is_shown { format!("{name} {}", self.text) } else { self.note.to_owned() }
    }
}
