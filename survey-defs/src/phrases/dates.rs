//! Days and moments in Hanoi, which has been seven hours ahead of UTC without summer time since long
//! before the first wave.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::text::{Language, Text};

/// What Hanoi is ahead of UTC.
pub const HANOI: Offset = Offset::constant(7);

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The calendar day of a moment in Hanoi.
pub fn hanoi_day(moment: Timestamp) -> Date {
    hanoi_time(moment).date()
}

/// Day and time of a moment in Hanoi.
pub fn hanoi_time(moment: Timestamp) -> DateTime {
    HANOI.to_datetime(moment)
}

/// The hour of Hanoi in which a moment lies, by its beginning.
pub fn hanoi_hour(moment: Timestamp) -> DateTime {
    let at = hanoi_time(moment);
    at.date().at(at.hour(), 0, 0, 0)
}

/// Noon of a day in Hanoi, for forms of which only the day is known; none at the ends of time.
pub fn hanoi_noon(day: Date) -> Option<Timestamp> {
    HANOI.to_timestamp(day.at(12, 0, 0, 0)).ok()
}

/// A day as people write it: `1/7/2025`, `2025-07-01`.
pub fn day(day: Date, language: Language) -> String {
    match language {
        Language::Vi => day_vi(day),
        Language::En => day.to_string(),
    }
}

/// Time and day in Hanoi: `14:05 1/7/2025`, `14:05 2025-07-01`.
pub fn moment(moment: Timestamp, language: Language) -> String {
    let at = hanoi_time(moment);
    format!("{:02}:{:02} {}", at.hour(), at.minute(), day(at.date(), language))
}

/// The month of a day: “Tháng 4/2023”, “April 2023”.
pub fn month(first: Date) -> Text {
    Text {
        vi: format!("Tháng {}/{}", first.month(), first.year()),
        en: format!("{} {}", month_en(first), first.year()),
    }
}

/// “Năm 2024”, “2024”.
pub fn year(year: i16) -> Text {
    Text { vi: format!("Năm {year}"), en: year.to_string() }
}

/// “1/10/2024 – 31/12/2024”, “1 October 2024 – 31 December 2024”.
pub fn range(first: Date, last: Date) -> Text {
    let en = |day: Date| format!("{} {} {}", day.day(), month_en(day), day.year());
    Text {
        vi: format!("{} – {}", day_vi(first), day_vi(last)),
        en: format!("{} – {}", en(first), en(last)),
    }
}

fn day_vi(day: Date) -> String {
    format!("{}/{}/{}", day.day(), day.month(), day.year())
}

fn month_en(day: Date) -> &'static str {
    usize::try_from(day.month() - 1).ok().and_then(|at| MONTHS_EN.get(at)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_in_hanoi_begins_at_seventeen_utc() {
        let before: Timestamp = "2025-12-14T16:59:59Z".parse().unwrap();
        let after: Timestamp = "2025-12-14T17:00:00Z".parse().unwrap();
        assert_eq!(hanoi_day(before), date(2025, 12, 14));
        assert_eq!(hanoi_day(after), date(2025, 12, 15));
        assert_eq!(hanoi_noon(date(2026, 1, 1)).map(hanoi_day), Some(date(2026, 1, 1)));
    }

    #[test]
    fn moments_are_told_by_the_clocks_of_hanoi() {
        let expiry: Timestamp = "2026-03-02T20:05:00Z".parse().unwrap();
        assert_eq!(moment(expiry, Language::Vi), "03:05 3/3/2026");
        assert_eq!(moment(expiry, Language::En), "03:05 2026-03-03");
        let at: Timestamp = "2025-12-31T17:05:00Z".parse().unwrap();
        assert_eq!(moment(at, Language::Vi), "00:05 1/1/2026");
        assert_eq!(moment(at, Language::En), "00:05 2026-01-01");
    }

    #[test]
    fn months_and_ranges_have_names() {
        assert_eq!(month(date(2023, 4, 1)).vi, "Tháng 4/2023");
        assert_eq!(month(date(2023, 4, 1)).en, "April 2023");
        let range = range(date(2024, 10, 1), date(2024, 12, 31));
        assert_eq!(range.vi, "1/10/2024 – 31/12/2024");
        assert_eq!(range.en, "1 October 2024 – 31 December 2024");
    }
}
