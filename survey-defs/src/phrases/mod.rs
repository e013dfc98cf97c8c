//! Words, numbers and days as people read them, in Vietnamese and English: the same in the browser,
//! on the command line and in documents.

mod dates;
mod names;
mod numbers;
mod verdicts;

use crate::text::{Language, Text};

pub use self::dates::{
    HANOI, day, hanoi_day, hanoi_hour, hanoi_noon, hanoi_time, moment, month, range, year,
};
pub use self::names::{
    ANNULLED, APPROXIMATE, CAUTION, CHANNEL, CONFIRMED, DOSSIERS, FORMS, FORMS_PER_DOSSIER, HOUR,
    INSTRUMENT, INTERVAL, INTERVALS, LEVELS, METHOD, N, NAME, NEAR_COPIES, NO, NO_ANSWER, NO_SCORE,
    NOT_APPLICABLE, OVER_DOSSIERS, POINT_WITH_BURST, QUALITY, RESPONDENT_TYPE, SCORE, SE,
    SIMULATED, UNCONFIRMED, UNFLAGGED, USUAL_HOUR, WAVE, WEIGHTING, YES, channel, grouping, index,
    population, population_note, respondent_type, row, sampling, status, suppression, weighting,
    withheld,
};
pub use self::numbers::{decimal, percent, share, signed, whole};
pub use self::verdicts::{
    change, counts_suppression, flag, funnel, no_reliability, not_the_same, statement_change,
    target, tier,
};

/// A fixed text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl Phrase {
    /// A text in both languages.
    pub const fn new(vi: &'static str, en: &'static str) -> Self {
        Self { vi, en }
    }

    /// The text in one language.
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }

    /// As a text that does not know where it comes from.
    pub fn text(self) -> Text {
        Text { vi: self.vi.to_owned(), en: self.en.to_owned() }
    }

    /// Both languages, where a reader of either must understand it.
    pub fn both(self) -> String {
        [self.vi, self.en].join(" / ")
    }
}
