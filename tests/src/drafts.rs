//! Makes drafts as the form makes them.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::SignedDuration;
use survey_defs::answer::{Answer, Level};
use survey_defs::engine::Answers;
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::{DeviceId, OptionId, QuestionId, SubmissionId};
use survey_defs::instrument::{Instrument, QuestionKind, embedded_version};
use survey_defs::paradata::{BreakOff, BreakOffReason, ItemParadata, Mode, Orientation, Paradata};
use survey_defs::submission::{AppVersion, Draft};
use survey_defs::text::Language;
use uuid::Uuid;

use crate::waves;

/// Version 1 of an embedded instrument, which the waves of [`waves::wave`] ask and which never
/// changes. Tests of later versions name the version.
pub fn instrument(id: &str) -> Instrument {
    /// A test may make thousands of drafts, and an instrument is read in ten milliseconds.
    static READ: LazyLock<Mutex<BTreeMap<String, Instrument>>> = LazyLock::new(Mutex::default);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let first = || embedded_version(id, 1).unwrap_or_else(|| panic!("no instrument {id}"));
    read.entry(id.to_owned()).or_insert_with(first).clone()
}

/// What a wave of [`waves::wave`] or [`waves::wave_of_version`] asks, by its id.
pub fn instrument_of_wave(wave: &str) -> Instrument {
    let found = wave.rsplit_once('-').and_then(|(id, version)| {
        let version = version.parse().ok()?;
        embedded_version(id, version)
    });
    found.unwrap_or_else(|| instrument(wave))
}

/// A question id.
pub fn question(id: &str) -> QuestionId {
    id.parse().expect("an id")
}

/// A level as an answer.
pub fn level(level: u8) -> Answer {
    Answer::Level(Level::try_from(level).expect("1 to 5"))
}

/// A choice as an answer.
pub fn option(id: &str) -> Answer {
    Answer::Option(OptionId::new(id).expect("an id"))
}

/// A draft for the point `p1` of the wave of an instrument, without answers.
pub fn draft(instrument: &str, number: u128) -> Draft {
    Draft {
        id: SubmissionId::new(Uuid::from_u128(number)),
        wave: instrument.parse().expect("an id"),
        point: "p1".parse().expect("an id"),
        instrument: self::instrument(instrument).reference(),
        language: Language::Vi,
        started_at: waves::now() - SignedDuration::from_mins(4),
        finished_at: waves::now(),
        app_version: AppVersion::try_from("0.1.0".to_owned()).expect("a version"),
        answers: Answers::new(),
        paradata: None,
        generation: Generation::THIS,
        extra: Extra::default(),
    }
}

/// A draft in which every required question is answered, statements with one level.
pub fn complete(instrument: &str, number: u128, given: u8) -> Draft {
    let definition = self::instrument(instrument);
    let required = definition.questions().filter(|question| question.required);
    let answers = required.map(|question| {
        let answer = match &question.kind {
            QuestionKind::Satisfaction { .. } => level(given),
            QuestionKind::Single { options } => {
                Answer::Option(definition.choices(options)[0].id.clone())
            }
            other => panic!("no required question of kind {other:?} expected"),
        };
        (question.id.clone(), answer)
    });
    Draft { answers: answers.collect(), ..draft(instrument, number) }
}

/// How a form was filled in on a device, if one is named.
pub fn paradata(device: Option<DeviceId>) -> Paradata {
    Paradata {
        mode: Mode::Elder,
        high_contrast: false,
        large_type: true,
        orientation: Orientation::Portrait,
        read_aloud: 2,
        back_steps: 0,
        resumed: 0,
        items: [(question("access_overall"), ItemParadata { ms: 2_400, changes: 1 })].into(),
        device,
        sequence: device.map(|_| 7),
        extra: Extra::default(),
    }
}

/// A complete draft at the point `kiosk` that names a device.
pub fn from_device(number: u128, device: DeviceId) -> Draft {
    let paradata = Some(paradata(Some(device)));
    let point = "kiosk".parse().expect("an id");
    Draft { paradata, point, ..complete("counter", number, 4) }
}

/// A form of the wave `counter` that was cancelled on a phone, at a question of it.
pub fn break_off(number: u128, last_item: Option<&str>) -> BreakOff {
    let draft = draft("counter", number);
    BreakOff {
        id: draft.id,
        wave: draft.wave,
        point: draft.point,
        instrument: draft.instrument,
        language: draft.language,
        app_version: draft.app_version,
        started_at: draft.started_at,
        ended_at: draft.finished_at,
        reason: BreakOffReason::Cancelled,
        last_item: last_item.map(question),
        paradata: paradata(None),
        generation: Generation::THIS,
        extra: Extra::default(),
    }
}

/// The same at the point `kiosk`, on a device.
pub fn break_off_of(device: DeviceId, number: u128, last_item: Option<&str>) -> BreakOff {
    let point = "kiosk".parse().expect("an id");
    BreakOff { point, paradata: paradata(Some(device)), ..break_off(number, last_item) }
}
