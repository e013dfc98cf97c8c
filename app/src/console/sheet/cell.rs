//! Numbers, or why there is none.

use survey_defs::analysis::{Precision, ScoreCell, ScoreTable, Suppression};
use survey_defs::text::Language;

use crate::{numbers, words};

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
    /// The number after its name, or the reason why there is none.
    pub(crate) fn labelled(&self, name: &str) -> String {
        if self.is_shown { format!("{name} {}", self.text) } else { self.note.to_owned() }
    }
}

/// How cells of one table are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) language: Language,
    pub(crate) decimals: u8,
    pub(crate) min_n: u64,
}

impl Style {
    pub(crate) fn of(table: &ScoreTable, language: Language) -> Self {
        Self { language, decimals: table.method.decimals, min_n: table.min_n }
    }

    pub(crate) fn score(self, cell: &ScoreCell) -> Cell {
        match (cell.suppressed, cell.score) {
            (Some(reason), _) => self.withheld(reason),
            (None, None) => self.nothing(),
            (None, Some(score)) => Cell {
                text: numbers::decimal(score, self.decimals, self.language),
                interval: cell.precision.as_ref().map(|precision| self.interval(precision)),
                note: "",
                is_shown: true,
                value: Some(score),
            },
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵³")]
    pub(crate) fn n(self, cell: &ScoreCell) -> Cell {
        match (cell.suppressed, cell.n) {
            (Some(reason), _) => self.withheld(reason),
            (None, None) => self.nothing(),
            (None, Some(n)) => {
                let mark = if cell.caution { "*" } else { "" };
                Cell {
                    text: numbers::whole(n, self.language) + mark,
                    interval: None,
                    note: "",
                    is_shown: true,
                    value: Some(n as f64),
                }
            }
        }
    }

    fn interval(self, precision: &Precision) -> String {
        let limits = [precision.ci_low, precision.ci_high];
        let limits = limits.map(|limit| numbers::decimal(limit, self.decimals, self.language));
        format!("{} {}", words::INTERVAL.get(self.language), limits.join(" – "))
    }

    fn withheld(self, reason: Suppression) -> Cell {
        let (text, note) = match reason {
            Suppression::TooFew => {
                let n = numbers::whole(self.min_n, self.language);
                (format!("n < {n}"), words::WITHHELD)
            }
            Suppression::Complementary => ("…".to_owned(), words::WITHHELD_WITH_ANOTHER),
        };
        Cell { text, interval: None, note: note.get(self.language), is_shown: false, value: None }
    }

    pub(super) fn nothing(self) -> Cell {
        Cell {
            text: "–".to_owned(),
            interval: None,
            note: words::NO_SCORE.get(self.language),
            is_shown: false,
            value: None,
        }
    }
}
