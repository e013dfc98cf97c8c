//! Reads and writes references to periods, such as `2026-q1`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PeriodId;
use crate::ids::CalendarId;
use crate::iso;

/// A period as it is written: `2026-q1`, `thanh-xuan:2026-q1`, `2023-04`, `2024`,
/// `2024-10-01..2024-12-31`.
///
/// Whether the calendar and the period exist is told by [`super::resolve`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "2026-q1")]
pub struct PeriodRef(Form);

/// What a reference can be; private, so that a month has a number and a range an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    /// A period of a calendar.
    Reporting { calendar: CalendarId, year: i16, period: PeriodId },
    /// A month of the calendar year.
    Month { year: i16, month: i8 },
    /// A calendar year.
    Year(i16),
    /// From one day to another, both included.
    Range { first: Date, last: Date },
}

/// Why a text is not a reference to a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPeriodRef {
    /// The text has none of the forms.
    #[error(
        "“{0}” is not a period: write 2026-q1, thanh-xuan:2026-q1, 2023-04, 2024 or \
         2024-10-01..2024-12-31"
    )]
    Form(String),
    /// The month is not one of 01 to 12.
    #[error("“{0}” has no such month: write 01 to 12")]
    Month(String),
    /// The range ends before it begins.
    #[error("“{0}” ends before it begins")]
    Order(String),
}

/// The calendar that is meant where none is named.
const DEFAULT_CALENDAR: &str = "city";

impl PeriodRef {
    pub(super) fn form(&self) -> &Form {
        &self.0
    }
}

impl FromStr for PeriodRef {
    type Err = InvalidPeriodRef;

    fn from_str(text: &str) -> Result<Self, InvalidPeriodRef> {
        let form = if let Some((calendar, rest)) = text.split_once(':') {
            reporting(calendar, rest)
        } else if let Some((first, last)) = text.split_once("..") {
            return range(text, first, last);
        } else if let Some((year, month)) = year_and_month(text) {
            if !(1..=12).contains(&month) {
                return Err(InvalidPeriodRef::Month(text.to_owned()));
            }
            Some(Form::Month { year, month })
        } else if let Some(year) = year(text) {
            Some(Form::Year(year))
        } else {
            reporting(DEFAULT_CALENDAR, text)
        };
        form.map(Self).ok_or_else(|| InvalidPeriodRef::Form(text.to_owned()))
    }
}

fn reporting(calendar: &str, rest: &str) -> Option<Form> {
    let (year_text, period) = rest.split_once('-')?;
    Some(Form::Reporting {
        calendar: CalendarId::new(calendar).ok()?,
        year: year(year_text)?,
        period: PeriodId::new(period).ok()?,
    })
}

fn range(text: &str, first: &str, last: &str) -> Result<PeriodRef, InvalidPeriodRef> {
    let (Some(first), Some(last)) = (iso::day(first), iso::day(last)) else {
        return Err(InvalidPeriodRef::Form(text.to_owned()));
    };
    if last < first {
        return Err(InvalidPeriodRef::Order(text.to_owned()));
    }
    Ok(PeriodRef(Form::Range { first, last }))
}

fn year_and_month(text: &str) -> Option<(i16, i8)> {
    let (year_text, month) = text.split_once('-')?;
    let two_digits = month.len() == 2 && month.bytes().all(|b| b.is_ascii_digit());
    Some((year(year_text)?, month.parse().ok().filter(|_| two_digits)?))
}

/// Four digits, the first not 0, so that each year has one text and a slip is not a year.
fn year(text: &str) -> Option<i16> {
    let four_digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|year| four_digits && *year >= 1000)
}

impl fmt::Display for PeriodRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Reporting { calendar, year, period } => {
                if calendar.as_str() != DEFAULT_CALENDAR {
                    write!(f, "{calendar}:")?;
                }
                write!(f, "{year}-{period}")
            }
            Form::Month { year, month } => write!(f, "{year}-{month:02}"),
            Form::Year(year) => year.fmt(f),
            Form::Range { first, last } => write!(f, "{first}..{last}"),
        }
    }
}

impl TryFrom<String> for PeriodRef {
    type Error = InvalidPeriodRef;

    fn try_from(text: String) -> Result<Self, InvalidPeriodRef> {
        text.parse()
    }
}

impl From<PeriodRef> for String {
    fn from(reference: PeriodRef) -> String {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_goes_round() {
        for text in [
            "2026-q1",
            "thanh-xuan:2026-9m",
            "2024-year",
            "2023-04",
            "2024",
            "2024-10-01..2024-12-31",
            "2024-02-29..2024-02-29",
        ] {
            let reference: PeriodRef = text.parse().unwrap();
            assert_eq!(reference.to_string(), text);
            let json = serde_json::to_string(&reference).unwrap();
            assert_eq!(serde_json::from_str::<PeriodRef>(&json).unwrap(), reference);
        }
    }

    #[test]
    fn the_calendar_of_the_city_need_not_be_named() {
        let named: PeriodRef = "city:2026-q1".parse().unwrap();
        assert_eq!(named, "2026-q1".parse().unwrap());
        assert_eq!(named.to_string(), "2026-q1");
    }

    #[test]
    fn everything_else_is_refused() {
        for bad in [
            "",
            "26-q1",
            "2026-",
            "2026-Q1",
            "2026q1",
            "2026-4",
            "2026-013",
            "+026-q1",
            "0026-q1",
            "02026",
            "0000",
            " 2026",
            "2024-10-01",
            "2024-10-01..",
            "..2024-10-01",
            "2024-10-01..2024-02-30",
            "2024-10-01...2024-12-31",
            ":2026-q1",
            "city:2026",
            "city:2026-04",
            "city:2024-10-01..2024-12-31",
            "thành-phố:2026-q1",
        ] {
            let refused = bad.parse::<PeriodRef>();
            assert_eq!(refused, Err(InvalidPeriodRef::Form(bad.to_owned())), "{bad:?}");
        }
        for bad in ["2023-00", "2023-13", "2023-99"] {
            let refused = bad.parse::<PeriodRef>();
            assert_eq!(refused, Err(InvalidPeriodRef::Month(bad.to_owned())), "{bad:?}");
        }
        let backwards = "2024-12-31..2024-10-01";
        assert_eq!(
            backwards.parse::<PeriodRef>(),
            Err(InvalidPeriodRef::Order(backwards.to_owned()))
        );
    }
}
