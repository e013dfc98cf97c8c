//! Resolves a reference to the first and the last day of its period.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reference::Form;
use super::{Calendar, CalendarPeriod, PeriodId, PeriodRef};
use crate::ids::CalendarId;
use crate::phrases;
use crate::text::Text;

/// A period with its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Period {
    /// How it is written.
    pub reference: PeriodRef,
    /// What it is called.
    pub title: Text,
    /// The first day.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
}

/// Why a reference does not stand for a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// There is no such calendar.
    #[error("there is no calendar {calendar}; there are {known}")]
    UnknownCalendar {
        /// The calendar of the reference.
        calendar: CalendarId,
        /// The calendars that there are, with commas.
        known: String,
    },
    /// The calendar has no such period.
    #[error("{reference} is not in its calendar, which has {known}")]
    UnknownPeriod {
        /// The reference.
        reference: PeriodRef,
        /// The periods that there are, with commas.
        known: String,
    },
    /// The days are beyond the last day that can be written.
    #[error("{0} is too far away")]
    OutOfRange(PeriodRef),
}

impl Period {
    /// Whether a day belongs to the period.
    pub fn contains(&self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// Finds the days of a period, with the embedded calendars.
///
/// # Errors
/// [`PeriodError`] if no calendar knows the period.
pub fn resolve(reference: &PeriodRef) -> Result<Period, PeriodError> {
    resolve_in(Calendar::embedded(), reference)
}

/// Finds the days of a period, with the given calendars.
///
/// # Errors
/// [`PeriodError`] if none of them knows the period.
pub fn resolve_in(calendars: &[Calendar], reference: &PeriodRef) -> Result<Period, PeriodError> {
    let out_of_range = || PeriodError::OutOfRange(reference.clone());
    let (title, first, last) = match reference.form() {
        Form::Reporting { calendar, year, period } => {
            let calendar = find_calendar(calendars, calendar)?;
            let period = find_period(calendar, period, reference)?;
            let (first, last) = period.days(*year).ok_or_else(out_of_range)?;
            (period.title(*year), first, last)
        }
        Form::Month { year, month } => {
            let first = Date::new(*year, *month, 1).map_err(|_| out_of_range())?;
            (phrases::month(first), first, first.last_of_month())
        }
        Form::Year(year) => {
            let first = Date::new(*year, 1, 1).map_err(|_| out_of_range())?;
            (phrases::year(*year), first, first.last_of_year())
        }
        Form::Range { first, last } => (phrases::range(*first, *last), *first, *last),
    };
    Ok(Period { reference: reference.clone(), title, first, last })
}

fn find_calendar<'a>(
    calendars: &'a [Calendar],
    id: &CalendarId,
) -> Result<&'a Calendar, PeriodError> {
    calendars.iter().find(|calendar| calendar.id() == id).ok_or_else(|| {
        let known: Vec<&str> = calendars.iter().map(|calendar| calendar.id().as_str()).collect();
        PeriodError::UnknownCalendar { calendar: id.clone(), known: known.join(", ") }
    })
}

fn find_period<'a>(
    calendar: &'a Calendar,
    id: &PeriodId,
    reference: &PeriodRef,
) -> Result<&'a CalendarPeriod, PeriodError> {
    let periods = calendar.periods();
    periods.iter().find(|period| period.id() == id).ok_or_else(|| {
        let known: Vec<&str> = periods.iter().map(|period| period.id().as_str()).collect();
        PeriodError::UnknownPeriod { reference: reference.clone(), known: known.join(", ") }
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn period(text: &str) -> Period {
        resolve(&text.parse().unwrap()).unwrap()
    }

    #[test]
    fn every_form_has_its_days() {
        for (text, first, last) in [
            ("2026-q1", date(2025, 12, 15), date(2026, 3, 14)),
            ("2026-6m", date(2025, 12, 15), date(2026, 6, 14)),
            ("2026-q3", date(2026, 6, 15), date(2026, 9, 14)),
            ("2026-year", date(2025, 12, 15), date(2026, 12, 14)),
            ("thanh-xuan:2025-q1", date(2024, 12, 5), date(2025, 3, 5)),
            ("thanh-xuan:2025-6m", date(2024, 12, 5), date(2025, 6, 5)),
            ("thanh-xuan:2025-9m", date(2024, 12, 5), date(2025, 9, 5)),
            ("thanh-xuan:2025-year", date(2024, 12, 5), date(2025, 12, 5)),
            ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
            ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
            ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),
            ("2023-04", date(2023, 4, 1), date(2023, 4, 30)),
            ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
            ("2024", date(2024, 1, 1), date(2024, 12, 31)),
            ("9999-year", date(9998, 12, 15), date(9999, 12, 14)),
            ("2024-10-01..2024-12-31", date(2024, 10, 1), date(2024, 12, 31)),
        ] {
            let found = period(text);
            assert_eq!((found.first, found.last), (first, last), "{text}");
            assert_eq!(found.reference.to_string(), text);
        }
    }

    #[test]
    fn both_boundaries_belong_to_the_period() {
        let quarter = period("2026-q1");
        for (day, inside) in [
            (date(2025, 12, 14), false),
            (date(2025, 12, 15), true),
            (date(2026, 2, 28), true),
            (date(2026, 3, 14), true),
            (date(2026, 3, 15), false),
        ] {
            assert_eq!(quarter.contains(day), inside, "{day}");
        }
        assert!(period("2024-q1").contains(date(2024, 2, 29)));
        assert!(period("2025-year").contains(date(2025, 12, 14)));
    }

    #[test]
    fn the_years_of_the_city_follow_one_another_without_a_gap() {
        for year in 2020..2040 {
            let this = period(&format!("{year}-year"));
            let next = period(&format!("{}-year", year + 1));
            assert_eq!(this.last.tomorrow().unwrap(), next.first);
        }
    }

    #[test]
    fn titles_are_in_both_languages() {
        for (text, vi, en) in [
            ("2026-q1", "Quý I năm 2026", "Quarter 1 of 2026"),
            (
                "thanh-xuan:2025-6m",
                "6 tháng đầu năm 2025 (quận Thanh Xuân)",
                "First 6 months of 2025 (Thanh Xuân District)",
            ),
            ("2023-04", "Tháng 4/2023", "April 2023"),
            ("2024", "Năm 2024", "2024"),
            (
                "2024-10-01..2024-12-31",
                "1/10/2024 – 31/12/2024",
                "1 October 2024 – 31 December 2024",
            ),
        ] {
            let Text { vi: found_vi, en: found_en } = period(text).title;
            assert_eq!((found_vi.as_str(), found_en.as_str()), (vi, en));
        }
    }

    #[test]
    fn an_unknown_period_is_an_error_that_names_the_known_ones() {
        for (text, message) in [
            ("2026-q2", "2026-q2 is not in its calendar, which has q1, 6m, q3, year"),
            ("2026-9m", "2026-9m is not in its calendar, which has q1, 6m, q3, year"),
            ("thanh-xuan:2026-q3", "thanh-xuan:2026-q3 is not in its calendar, which has q1, 6m,"),
            ("ba-vi:2026-q1", "there is no calendar ba-vi; there are city, thanh-xuan"),
        ] {
            let error = resolve(&text.parse().unwrap()).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
