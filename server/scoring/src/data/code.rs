//! How values stand in columns. All numbers, none missing, so that comparing is all that a plan
//! has to do.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};
use survey_defs::counts::Cell;
use survey_defs::wave::{Channel, RespondentType};

/// A cell as one signed byte: 1 to 5 for levels, and 0 or less for everything that is no valid
/// answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CellCode(pub(crate) i8);

impl CellCode {
    /// The explicit choice “not applicable”; every level is greater.
    pub(crate) const NOT_APPLICABLE: Self = Self(0);
    /// Asked and left open.
    pub(crate) const NO_ANSWER: Self = Self(-1);
    /// Not asked; every cell of a question that was asked is greater.
    pub(crate) const NOT_ASKED: Self = Self(-2);
}

impl From<Cell> for CellCode {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::NotAsked => Self::NOT_ASKED,
            Cell::NoAnswer => Self::NO_ANSWER,
            Cell::NotApplicable => Self::NOT_APPLICABLE,
            Cell::Level(level) => Self(level.get().cast_signed()),
        }
    }
}

/// The place of a channel in its list.
pub(crate) fn channel_code(channel: Channel) -> i8 {
    channel as i8
}

/// The place of a respondent type in its list.
pub(crate) fn respondent_type_code(respondent_type: RespondentType) -> i8 {
    respondent_type as i8
}

/// Days since 1970-01-01.
pub(crate) fn day_number(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}

/// Hours since the beginning of 1970-01-01.
pub(crate) fn hour_number(hour: DateTime) -> i32 {
    day_number(hour.date()) * 24 + i32::from(hour.hour())
}

/// The hour in hours since the beginning of 1970-01-01.
pub(crate) fn hour_of_number(hour: i32) -> DateTime {
    let at = i8::try_from(hour.rem_euclid(24)).expect("a day has 24 hours");
    (date(1970, 1, 1) + hour.div_euclid(24).days()).at(at, 0, 0, 0)
}

/// Months since January of the year 0.
pub(crate) fn month_number(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// The month of a day in days since 1970-01-01.
pub(crate) fn month_of_day_number(day: i32) -> i32 {
    month_number(date(1970, 1, 1) + day.days())
}

#[cfg(test)]
mod tests {
    use survey_defs::answer::Level;

    use super::*;

    #[test]
    fn a_valid_answer_is_greater_than_not_applicable_and_all_that_was_asked_than_not_asked() {
        let code = |cell: Cell| CellCode::from(cell).0;
        for level in Level::ALL {
            assert_eq!(code(Cell::Level(level)), i8::try_from(level.get()).unwrap());
        }
        assert!(code(Cell::NotApplicable) < code(Cell::Level(Level::ALL[0])));
        assert!(code(Cell::NoAnswer) < code(Cell::NotApplicable));
        assert!(code(Cell::NotAsked) < code(Cell::NoAnswer));
    }

    #[test]
    fn days_and_months_are_counted_across_years() {
        for (day, days, months) in [
            (date(1970, 1, 1), 0, 1970 * 12),
            (date(1969, 12, 31), -1, 1970 * 12 - 1),
            (date(2000, 3, 1), 11_017, 2000 * 12 + 2),
            (date(2024, 12, 14), 20_071, 2024 * 12 + 11),
        ] {
            assert_eq!((day_number(day), month_number(day)), (days, months), "{day}");
            assert_eq!(month_of_day_number(days), months, "{day}");
            for (hour, number) in [(0, 24 * days), (23, 24 * days + 23)] {
                let hour = day.at(hour, 0, 0, 0);
                assert_eq!((hour_number(hour), hour_of_number(number)), (number, hour));
            }
        }
    }
}
