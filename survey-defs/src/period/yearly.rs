//! Defines periods that come back every year.

use jiff::civil::Date;
use serde::Deserialize;

use super::{CalendarProblem, PeriodId};
use crate::text::Text;

/// A period that comes back every year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarPeriod {
    id: PeriodId,
    title: Text,
    start: Boundary,
    end: Boundary,
}

/// A day of the year before, of the year itself or of the year after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Boundary {
    year_offset: i16,
    month: i8,
    day: i8,
}

/// What stands for the year in the title of a period.
pub(super) const YEAR: &str = "{year}";

/// A year without a 29 February, in which a day exists only if it exists in every year.
const COMMON_YEAR: i16 = 2023;

impl CalendarPeriod {
    /// The id.
    pub fn id(&self) -> &PeriodId {
        &self.id
    }

    /// The title in a year, such as “Quý I năm 2026”.
    pub fn title(&self, year: i16) -> Text {
        let in_year = |text: &str| text.replace(YEAR, &year.to_string());
        Text { vi: in_year(&self.title.vi), en: in_year(&self.title.en) }
    }

    /// The first and the last day in a year; none if the dates end before that.
    pub fn days(&self, year: i16) -> Option<(Date, Date)> {
        Some((self.start.day_in(year)?, self.end.day_in(year)?))
    }

    pub(super) fn check(&self, earlier: &[Self]) -> Result<(), CalendarProblem> {
        if earlier.iter().any(|period| period.id == self.id) {
            return Err(CalendarProblem::DuplicatePeriod);
        }
        for title in [&self.title.vi, &self.title.en] {
            if !title.contains(YEAR) {
                return Err(CalendarProblem::TitleWithoutYear(title.clone()));
            }
        }
        let first = self.start.check("start")?;
        let last = self.end.check("end")?;
        if last < first { Err(CalendarProblem::EndsBeforeItBegins) } else { Ok(()) }
    }
}

impl Boundary {
    fn day_in(self, year: i16) -> Option<Date> {
        let Self { year_offset, month, day } = self;
        Date::new(year.checked_add(year_offset)?, month, day).ok()
    }

    /// The day in some common year, in which two of these can be compared.
    fn check(self, which: &'static str) -> Result<Date, CalendarProblem> {
        let Self { year_offset, month, day } = self;
        if !(-1..=1).contains(&year_offset) {
            return Err(CalendarProblem::FarAway(which));
        }
        let in_every_year = Date::new(COMMON_YEAR, month, day);
        in_every_year.map_err(|_| CalendarProblem::NoSuchDay(which))?;
        self.day_in(COMMON_YEAR).ok_or(CalendarProblem::NoSuchDay(which))
    }
}

/// A period as it stands in the file, before the checks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPeriod {
    id: PeriodId,
    title: Text,
    start: Boundary,
    end: Boundary,
}

impl From<RawPeriod> for CalendarPeriod {
    fn from(raw: RawPeriod) -> Self {
        let RawPeriod { id, title, start, end } = raw;
        Self { id, title, start, end }
    }
}
