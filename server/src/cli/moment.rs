//! Moments as they are typed and printed.

use jiff::Timestamp;
use jiff::civil::DateTime;
use survey_defs::phrases::HANOI;

/// Reads a moment: a day or a time of Hanoi, or a time with its offset.
///
/// # Errors
/// A sentence.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    let hanoi = |text: &str| HANOI.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    let read = text.parse().ok().or_else(|| hanoi(text));
    read.ok_or_else(|| format!("“{text}” is no day and no time"))
}

/// A moment as tables and CSV show it, which can be typed again: by the clock of Hanoi, with its offset.
pub(super) fn shown(moment: Timestamp) -> String {
    moment.display_with_offset(HANOI).to_string()
}

/// The beginning of an hour of Hanoi, as [`shown`] shows moments.
pub(super) fn shown_hour(hour: DateTime) -> String {
    HANOI.to_timestamp(hour).map(shown).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_an_offset_is_of_hanoi() {
        for (text, time) in [
            ("2026-03-02", "2026-03-01T17:00:00Z"),
            ("2026-03-02T08:30", "2026-03-02T01:30:00Z"),
            ("2026-03-02T08:30:00Z", "2026-03-02T08:30:00Z"),
            ("2026-03-02T08:30:00+07:00", "2026-03-02T01:30:00Z"),
        ] {
            assert_eq!(moment(text), Ok(time.parse().unwrap()), "{text}");
        }
        assert!(moment("hôm qua").is_err());
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        let at: Timestamp = "2026-03-02T01:30:00.25Z".parse().unwrap();
        assert_eq!(shown(at), "2026-03-02T08:30:00.25+07:00");
        assert_eq!(moment(&shown(at)), Ok(at));
        assert_eq!(shown_hour("2026-03-02T08:00".parse().unwrap()), "2026-03-02T08:00:00+07:00");
    }
}
