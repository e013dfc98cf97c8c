//! Describes one device: texts that are final, and whether they need attention.

use jiff::Timestamp;
use survey_defs::api::DeviceView;
use survey_defs::device::DeviceState;
use survey_defs::phrases::{self, Phrase};
use survey_defs::text::Language;

use super::texts;

/// From this skew on answers carry a wrong time that matters.
const MAX_SKEW_S: u64 = 5 * 60;

/// A device in use reports every five minutes; three reports that did not come are no accident.
const MAX_SILENCE_S: i64 = 15 * 60;

/// One cell of the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) is_warning: bool,
}

/// The cells of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) state: Cell,
    pub(super) last: Cell,
    pub(super) queued: Cell,
    pub(super) refused: Cell,
    pub(super) clock: Cell,
    pub(super) version: Cell,
    pub(super) storage: Cell,
}

impl Cell {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_warning: false }
    }

    fn warning_if(is_warning: bool, text: impl Into<String>) -> Self {
        Self { text: text.into(), is_warning }
    }
}

impl Report {
    pub(super) fn new(device: &DeviceView, now: Timestamp, language: Language) -> Self {
        let state = Cell::warning_if(
            matches!(device.state, DeviceState::Expired | DeviceState::CodeEnded),
            state(device.state).get(language),
        );
        let Some(last) = &device.last else {
            let is_silent = device.state == DeviceState::Enrolled;
            let dash = || Cell::plain("–");
            let last = Cell::warning_if(is_silent, texts::NEVER.get(language));
            return Self {
                state,
                last,
                queued: dash(),
                refused: dash(),
                clock: dash(),
                version: dash(),
                storage: dash(),
            };
        };
        let beat = &last.heartbeat;
        let age_s = now.duration_since(last.received_at).as_secs();
        let is_silent = device.state == DeviceState::Enrolled && age_s > MAX_SILENCE_S;
        let persisted = if beat.storage_persisted { texts::YES } else { texts::NO };
        Self {
            state,
            last: Cell::warning_if(is_silent, age(age_s, language)),
            queued: Cell::plain(phrases::whole(beat.queued.into(), language)),
            refused: Cell::warning_if(
                beat.refused > 0,
                phrases::whole(beat.refused.into(), language),
            ),
            clock: clock(last.clock_skew_s, language),
            version: Cell::plain(beat.app_version.clone()),
            storage: Cell::warning_if(!beat.storage_persisted, persisted.get(language)),
        }
    }
}

pub(super) fn state(state: DeviceState) -> Phrase {
    match state {
        DeviceState::Waiting => texts::WAITING,
        DeviceState::Expired => texts::EXPIRED,
        DeviceState::CodeEnded => texts::CODE_ENDED,
        DeviceState::Enrolled => texts::ENROLLED,
        DeviceState::Revoked => texts::REVOKED,
    }
}

/// How long ago; the clock of this machine may be behind the server's.
fn age(seconds: i64, language: Language) -> String {
    if seconds < 60 {
        return texts::JUST_NOW.get(language).to_owned();
    }
    [duration(seconds.unsigned_abs(), language), texts::AGO.get(language).to_owned()].join(" ")
}

fn clock(skew_s: i64, language: Language) -> Cell {
    let error_s = skew_s.unsigned_abs();
    if error_s <= 5 {
        return Cell::plain(texts::EXACT.get(language));
    }
    let side = if skew_s > 0 { texts::AHEAD } else { texts::BEHIND }.get(language);
    let duration = duration(error_s, language);
    let text = match language {
        Language::Vi => [side, &duration].join(" "),
        Language::En => [&duration, side].join(" "),
    };
    Cell::warning_if(error_s > MAX_SKEW_S, text)
}

/// The largest unit that is full.
fn duration(seconds: u64, language: Language) -> String {
    let units =
        [(86_400, texts::DAYS), (3_600, texts::HOURS), (60, texts::MINUTES), (1, texts::SECONDS)];
    let fits = units.into_iter().find(|(length, _)| seconds >= *length);
    let (length, unit) = fits.unwrap_or((1, texts::SECONDS));
    [phrases::whole(seconds / length, language).as_str(), unit.get(language)].join(" ")
}

#[cfg(test)]
mod tests {
    use survey_defs::device::{Heartbeat, LastHeartbeat};
    use survey_defs::generation::{Extra, Generation};

    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn device(last: Option<LastHeartbeat>) -> DeviceView {
        DeviceView {
            id: "0190c42f-7e8c-7a3b-8f00-000000000001".parse().unwrap(),
            name: "Máy 1".to_owned(),
            wave: "w".parse().unwrap(),
            point: "p".parse().unwrap(),
            settings: survey_defs::device::DeviceSettings::default(),
            state: DeviceState::Enrolled,
            created_at: moment("2026-03-01T00:00:00Z"),
            last,
        }
    }

    fn beat(clock_skew_s: i64) -> LastHeartbeat {
        LastHeartbeat {
            received_at: moment("2026-03-02T03:00:00Z"),
            clock_skew_s,
            heartbeat: Heartbeat {
                app_version: "0.1.0".to_owned().try_into().unwrap(),
                now: moment("2026-03-02T03:00:00Z"),
                rendered_at: None,
                queued: 1_200,
                refused: 0,
                last_success_at: None,
                storage_persisted: true,
                sequence: 7,
                freshness: None,
                generation: Generation::THIS,
                extra: Extra::default(),
            },
        }
    }

    #[test]
    fn a_clock_that_is_off_by_more_than_five_minutes_is_a_warning() {
        for (skew, vi, en, is_warning) in [
            (0, "đúng", "right", false),
            (-5, "đúng", "right", false),
            (42, "nhanh 42 giây", "42 s ahead", false),
            (300, "nhanh 5 phút", "5 min ahead", false),
            (-301, "chậm 5 phút", "5 min behind", true),
            (31_536_000, "nhanh 365 ngày", "365 days ahead", true),
        ] {
            assert_eq!(clock(skew, Language::Vi), Cell { text: vi.to_owned(), is_warning });
            assert_eq!(clock(skew, Language::En), Cell { text: en.to_owned(), is_warning });
        }
    }

    #[test]
    fn silence_and_refusals_are_warnings() {
        let at = |now: &str| Report::new(&device(Some(beat(0))), moment(now), Language::Vi);
        let fresh = at("2026-03-02T03:00:30Z");
        assert_eq!(fresh.last, Cell::plain("vừa xong"));
        assert_eq!(fresh.queued, Cell::plain("1.200"));
        assert_eq!(at("2026-03-02T03:15:00Z").last, Cell::plain("15 phút trước"));
        assert_eq!(at("2026-03-02T05:16:00Z").last, Cell::warning_if(true, "2 giờ trước"));
        // A machine whose clock is behind the server's.
        assert_eq!(at("2026-03-02T02:00:00Z").last, Cell::plain("vừa xong"));
        let never = Report::new(&device(None), moment("2026-03-02T03:00:00Z"), Language::En);
        assert_eq!(never.last, Cell::warning_if(true, "none yet"));
        let mut refused = beat(0);
        refused.heartbeat.refused = 1;
        let report =
            Report::new(&device(Some(refused)), moment("2026-03-02T03:00:00Z"), Language::Vi);
        assert!(report.refused.is_warning);
    }
}
