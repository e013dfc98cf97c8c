use jiff::civil::Date;

use crate::text::Text;

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

/// “Tháng 4/2023”, “April 2023”.
pub(super) fn of_month(first: Date) -> Text {
    Text {
        vi: format!("Tháng {}/{}", first.month(), first.year()),
        en: format!("{} {}", month_en(first), first.year()),
    }
}

/// “Năm 2024”, “2024”.
pub(super) fn of_year(year: i16) -> Text {
    Text { vi: format!("Năm {year}"), en: year.to_string() }
}

/// “1/10/2024 – 31/12/2024”, “1 October 2024 – 31 December 2024”.
pub(super) fn of_range(first: Date, last: Date) -> Text {
    let vi = |day: Date| format!("{}/{}/{}", day.day(), day.month(), day.year());
    let en = |day: Date| format!("{} {} {}", day.day(), month_en(day), day.year());
    Text {
        vi: format!("{} – {}", vi(first), vi(last)),
        en: format!("{} – {}", en(first), en(last)),
    }
}

fn month_en(day: Date) -> &'static str {
    usize::try_from(day.month() - 1).ok().and_then(|at| MONTHS_EN.get(at)).copied().unwrap_or("")
}
