//! Numbers, or why there is none.

use survey_defs::api::{ScoreCell, ScoreTable};
use survey_defs::text::Language;

use crate::{numbers, words};

/// Below this many forms a score carries a caution mark; the domain notes give 30 to 99.
const CAUTION_BELOW_N: u64 = 100;

/// A number as text, or the reason why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    pub(crate) text: String,
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
            (Some(_), _) => self.withheld(),
            (None, None) => self.nothing(),
            (None, Some(score)) => Cell {
                text: numbers::decimal(score, self.decimals, self.language),
                note: "",
                is_shown: true,
                value: Some(score),
            },
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵³")]
    pub(crate) fn n(self, cell: &ScoreCell) -> Cell {
        match (cell.suppressed, cell.n) {
            (Some(_), _) => self.withheld(),
            (None, None) => self.nothing(),
            (None, Some(n)) => {
                let mark = if n < CAUTION_BELOW_N { "*" } else { "" };
                Cell {
                    text: numbers::whole(n, self.language) + mark,
                    note: "",
                    is_shown: true,
                    value: Some(n as f64),
                }
            }
        }
    }

    fn withheld(self) -> Cell {
        Cell {
            text: format!("n < {}", numbers::whole(self.min_n, self.language)),
            note: words::WITHHELD.get(self.language),
            is_shown: false,
            value: None,
        }
    }

    pub(super) fn nothing(self) -> Cell {
        Cell {
            text: "–".to_owned(),
            note: words::NO_SCORE.get(self.language),
            is_shown: false,
            value: None,
        }
    }
}
