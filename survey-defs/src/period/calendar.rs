//! Defines calendars of reporting periods, and embeds those of the city and its districts.

use std::sync::LazyLock;

use serde::Deserialize;

use super::CalendarPeriod;
use super::yearly::{RawPeriod, YEAR};
use crate::ids::CalendarId;
use crate::text::Text;

/// The reporting periods of the city or of a unit with cut-offs of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    id: CalendarId,
    title: Text,
    source: String,
    periods: Vec<CalendarPeriod>,
}

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

static EMBEDDED: LazyLock<Vec<Calendar>> = LazyLock::new(|| {
    [
        ("city.toml", include_str!("../../periods/city.toml")),
        ("thanh-xuan.toml", include_str!("../../periods/thanh-xuan.toml")),
    ]
    .map(|(file, text)| {
        Calendar::parse(file, text).expect("a test reads the embedded calendars without error")
    })
    .into()
});

impl Calendar {
    /// The calendars in `periods/`, the city's first; read on first use.
    pub fn embedded() -> &'static [Self] {
        &EMBEDDED
    }

    /// Reads and checks a calendar; the name of its file is for the error only.
    ///
    /// # Errors
    /// [`CalendarError`] at the first item that is broken or makes no sense.
    pub fn parse(file: &str, text: &str) -> Result<Self, CalendarError> {
        let error = |item: String, problem| CalendarError { file: file.to_owned(), item, problem };
        let raw: RawCalendar = toml::from_str(text)
            .map_err(|toml| error("document".to_owned(), CalendarProblem::Toml(Box::new(toml))))?;
        let RawCalendar { id, title, source, periods } = raw;
        let calendar = Self {
            id,
            title,
            source: source.text,
            periods: periods.into_iter().map(CalendarPeriod::from).collect(),
        };
        calendar
            .check_head()
            .map_err(|problem| error(format!("calendar {}", calendar.id), problem))?;
        for (at, period) in calendar.periods.iter().enumerate() {
            period
                .check(&calendar.periods[..at])
                .map_err(|problem| error(format!("period {}", period.id()), problem))?;
        }
        Ok(calendar)
    }

    /// The id.
    pub fn id(&self) -> &CalendarId {
        &self.id
    }

    /// Whose periods these are.
    pub fn title(&self) -> &Text {
        &self.title
    }

    /// Where the cut-offs come from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The periods, in the order of the file.
    pub fn periods(&self) -> &[CalendarPeriod] {
        &self.periods
    }

    fn check_head(&self) -> Result<(), CalendarProblem> {
        if self.title.vi.is_empty() || self.title.en.is_empty() {
            return Err(CalendarProblem::Empty("a title"));
        }
        if self.source.is_empty() {
            return Err(CalendarProblem::Empty("the source"));
        }
        if self.periods.is_empty() {
            return Err(CalendarProblem::NoPeriods);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCalendar {
    id: CalendarId,
    title: Text,
    source: RawSource,
    periods: Vec<RawPeriod>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
id = "test"
title = { vi = "Kỳ", en = "Periods" }
source = { text = "made up" }

[[periods]]
id = "q1"
title = { vi = "Quý I năm {year}", en = "Quarter 1 of {year}" }
start = { year_offset = -1, month = 12, day = 15 }
end = { year_offset = 0, month = 3, day = 14 }
"#;

    #[test]
    fn the_embedded_calendars_are_good() {
        let ids: Vec<&str> = Calendar::embedded().iter().map(|c| c.id().as_str()).collect();
        assert_eq!(ids, ["city", "thanh-xuan"]);
        for calendar in Calendar::embedded() {
            assert_eq!(calendar.periods().len(), 4);
            assert!(!calendar.source().is_empty());
        }
    }

    #[test]
    fn a_broken_calendar_is_refused_with_its_place() {
        assert!(Calendar::parse("test.toml", GOOD).is_ok());
        let (_, period) = GOOD.split_once("[[periods]]").unwrap();
        for (text, message) in [
            (
                GOOD.replace("month = 12", "month = 13"),
                "period q1: the start is not a day of every",
            ),
            (
                GOOD.replace("3, day = 14", "2, day = 29"),
                "period q1: the end is not a day of every",
            ),
            (GOOD.replace("= -1", "= -2"), "period q1: the start is not in the year before"),
            (GOOD.replace("= -1", "= 1"), "period q1: the period ends before it begins"),
            (GOOD.replace("I năm {year}", "I"), "period q1: the title “Quý I” does not contain"),
            (GOOD.replace("Kỳ", ""), "calendar test: a title is empty"),
            (GOOD.replace("made up", ""), "calendar test: the source is empty"),
            (format!("{GOOD}[[periods]]{period}"), "period q1: a second period with this id"),
            (GOOD.replace("q1", "04"), "document: TOML parse error"),
            (GOOD.replace("id = \"test\"", "id = \"a b\""), "document: TOML parse error"),
            (GOOD.replace("source", "sources"), "document: TOML parse error"),
            (GOOD.replace("day = 15", "days = 15"), "document: TOML parse error"),
            (
                GOOD.replace(period, "").replace("[[periods]]", "periods = []"),
                "calendar test: a cal",
            ),
        ] {
            let error = Calendar::parse("test.toml", &text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("test.toml: {message}")), "{message}: {error}");
        }
    }
}
