//! Writes an unfinished form as text, so that it outlives a reload of its tab.
//!
//! Answers are kept as the values of their controls, which the form can read anyway.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use survey_defs::answer::Answer;
use survey_defs::ids::{OptionId, QuestionId, SubmissionId};
use survey_defs::instrument::{Instrument, Question, QuestionKind};
use survey_defs::text::Language;

use crate::form::paging::{Paging, ResumeAt};
use crate::form::preferences::Chosen;
use crate::form::{answer_text, choice_answer};
use crate::platform::form_address::FormAddress;
use crate::platform::{drafts, json};

/// How long a draft is worth being taken up.
const MAX_AGE_MS: i64 = 2 * 60 * 60 * 1_000;

/// What is kept. Times are milliseconds by the device's clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    address: String,
    instrument: String,
    id: String,
    started_at: i64,
    saved_at: i64,
    /// The question where the form was left; none on the review screen.
    question: Option<String>,
    answers: BTreeMap<String, String>,
    language: Language,
    chosen: Chosen,
    resumed: u32,
    /// An older program wrote none.
    #[serde(default)]
    delivery: Delivery,
}

/// Deletes a draft that nobody may take up any more, whatever the page shows.
pub fn forget_old(now: Timestamp) {
    let draft = drafts::read().and_then(|text| Draft::from_text(&text));
    if draft.is_none_or(|draft| !draft.is_recent(now)) {
        drafts::delete();
    }
}

/// Which form it is, and how it was being filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    pub id: SubmissionId,
    pub started_at: Timestamp,
    pub language: Language,
    pub chosen: Chosen,
    /// How often it was taken up again so far.
    pub resumed: u32,
    pub delivery: Delivery,
}

/// How far a form had come on its way to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// “Send” was not pressed.
    #[default]
    None,
    /// This record was about to be stored or posted, and may have been.
    Begun(String),
    /// So was one, and answers were changed after that.
    Outdated,
}

impl Draft {
    /// The draft of a form; none on its first screen.
    pub fn of(
        address: &FormAddress,
        paging: &Paging,
        filling: Filling,
        now: Timestamp,
    ) -> Option<Self> {
        let question = match paging.resume_at()? {
            ResumeAt::Question(question) => Some(question.to_string()),
            ResumeAt::Review => None,
        };
        let instrument = paging.form().instrument();
        // Inserted one by one: collecting would sort first, which is code of its own.
        let mut answers = BTreeMap::new();
        for question in instrument.questions() {
            if let Some(answer) = paging.form().answer(&question.id) {
                answers.insert(question.id.to_string(), written(answer));
            }
        }
        let Filling { id, started_at, language, chosen, resumed, delivery } = filling;
        Some(Self {
            address: address.key(),
            instrument: reference(instrument),
            id: id.to_string(),
            started_at: started_at.as_millisecond(),
            saved_at: now.as_millisecond(),
            question,
            answers,
            language,
            chosen,
            resumed,
            delivery,
        })
    }

    /// As text.
    pub fn text(&self) -> Option<String> {
        json::to_text(self).ok()
    }

    /// Reads a text.
    pub fn from_text(text: &str) -> Option<Self> {
        json::from_text(text).ok()
    }

    /// Whether it can be taken up: it has this address and these questions, and not too old.
    pub fn fits(&self, address: &FormAddress, instrument: &Instrument, now: Timestamp) -> bool {
        self.address == address.key()
            && self.instrument == reference(instrument)
            && self.is_recent(now)
    }

    fn is_recent(&self, now: Timestamp) -> bool {
        // Phones set their clocks back, too.
        (-MAX_AGE_MS..=MAX_AGE_MS).contains(&(now.as_millisecond() - self.saved_at))
    }

    /// Which form it is, and how it was being filled in; none if it was written by something else.
    pub fn filling(&self) -> Option<Filling> {
        Some(Filling {
            id: self.id.parse().ok()?,
            started_at: Timestamp::from_millisecond(self.started_at).ok()?,
            language: self.language,
            chosen: self.chosen,
            resumed: self.resumed,
            delivery: self.delivery.clone(),
        })
    }

    /// The form with its answers, where it was left.
    pub fn paging(&self, instrument: &Arc<Instrument>) -> Paging {
        let mut paging = Paging::start(Arc::clone(instrument));
        for question in instrument.questions() {
            let kept = self.answers.get(question.id.as_str());
            let answer = kept.and_then(|kept| read(instrument, question, kept));
            if let Some(answer) = answer {
                paging = paging.answer(question.id.clone(), Some(answer));
            }
        }
        let question = self.question.as_ref().and_then(|id| QuestionId::new(id.as_str()).ok());
        paging.resume(&question.map_or(ResumeAt::Review, ResumeAt::Question))
    }
}

fn reference(instrument: &Instrument) -> String {
    let reference = instrument.reference();
    [reference.id.as_str(), "@", &reference.version.to_string()].concat()
}

/// An answer as the value of its control.
fn written(answer: &Answer) -> String {
    match answer {
        Answer::Level(level) => choice_answer::value_of(*level),
        Answer::NotApplicable => choice_answer::NOT_APPLICABLE.into(),
        Answer::Option(option) => option.to_string(),
        Answer::Options(options) => {
            options.iter().map(OptionId::as_str).collect::<Vec<_>>().join(" ")
        }
        Answer::Number(number) => answer_text::number_text(*number, Language::En),
        Answer::Text(text) => text.clone(),
        Answer::Date(day) => answer_text::iso_text(*day),
    }
}

/// The answer with this value.
fn read(instrument: &Instrument, question: &Question, value: &str) -> Option<Answer> {
    let kind = &question.kind;
    match kind {
        QuestionKind::Satisfaction { .. } | QuestionKind::Single { .. } => {
            choice_answer::choose(kind, &[], None, value)
        }
        QuestionKind::Multiple { options, .. } => {
            let choices = instrument.choices(options);
            value.split(' ').fold(None, |answer: Option<Answer>, value| {
                choice_answer::choose(kind, choices, answer.as_ref(), value)
            })
        }
        QuestionKind::Number { integer, .. } => answer_text::number(value, *integer),
        QuestionKind::ShortText { .. } | QuestionKind::LongText { .. } => {
            Some(Answer::Text(value.into()))
        }
        QuestionKind::Date { .. } => answer_text::iso_date(value).map(Answer::Date),
    }
}

#[cfg(test)]
mod tests {
    use survey_defs::answer::{Finite, Level};
    use survey_defs::paradata::Mode;

    use super::*;

    const TOML: &str = r#"
id = "kinds"
version = 2
wording = "draft"
title = { vi = "Phiếu", en = "Form" }
intro = { vi = "Xin chào", en = "Welcome" }
estimated_seconds = 10
[option_sets]
places = [
  { id = "web", text = { vi = "Mạng", en = "Web" } },
  { id = "desk", text = { vi = "Quầy", en = "Desk" } },
  { id = "none", text = { vi = "Không", en = "None" }, exclusive = true },
]
[[sections]]
id = "one"
title = { vi = "Một", en = "One" }
questions = [
  { id = "level", text = { vi = "a", en = "a" }, kind = { satisfaction = { not_applicable = true } } },
  { id = "na", text = { vi = "a", en = "a" }, kind = { satisfaction = { not_applicable = true } } },
  { id = "single", text = { vi = "a", en = "a" }, kind = { single = { options = "places" } } },
  { id = "several", text = { vi = "a", en = "a" }, kind = { multiple = { options = "places" } } },
]
[[sections]]
id = "two"
title = { vi = "Hai", en = "Two" }
questions = [
  { id = "whole", text = { vi = "a", en = "a" }, kind = { number = { integer = true } } },
  { id = "part", text = { vi = "a", en = "a" }, kind = { number = { integer = false } } },
  { id = "misread", text = { vi = "a", en = "a" }, kind = { number = { integer = false } } },
  { id = "line", text = { vi = "a", en = "a" }, kind = { short_text = { max_graphemes = 20 } } },
  { id = "lines", text = { vi = "a", en = "a" }, kind = { long_text = { max_graphemes = 9 } } },
  { id = "day", text = { vi = "a", en = "a" }, kind = { date = {} } },
]
"#;

    fn id(text: &str) -> QuestionId {
        QuestionId::new(text).unwrap()
    }

    fn address() -> FormAddress {
        FormAddress::from_path("/s/w1/p1").unwrap()
    }

    fn filled() -> Paging {
        let option = |text| OptionId::new(text).unwrap();
        let instrument = Instrument::from_toml("kinds.toml", TOML).unwrap();
        let paging = Paging::start(Arc::new(instrument)).next(Mode::Standard);
        [
            ("level", Answer::Level(Level::ALL[3])),
            ("na", Answer::NotApplicable),
            ("single", Answer::Option(option("desk"))),
            ("several", Answer::Options([option("web"), option("desk")].into())),
            ("whole", Answer::Number(Finite::from(1_500))),
            ("part", Answer::Number(Finite::try_from(2.25).unwrap())),
            ("misread", Answer::Text("15 phút".into())),
            ("line", Answer::Text(" “Tốt”, \u{1F44D} ".into())),
            ("lines", Answer::Text("một\n\nhai".into())),
            ("day", Answer::Date(jiff::civil::date(2026, 2, 28))),
        ]
        .into_iter()
        .fold(paging, |paging, (question, answer)| paging.answer(id(question), Some(answer)))
    }

    fn filling() -> Filling {
        Filling {
            id: "01980000-0000-7000-8000-000000000001".parse().unwrap(),
            started_at: "2026-03-01T01:00:00Z".parse().unwrap(),
            language: Language::En,
            chosen: Chosen { mode: Mode::Elder, large_type: true, ..Chosen::default() },
            resumed: 2,
            delivery: Delivery::None,
        }
    }

    fn now() -> Timestamp {
        "2026-03-01T02:00:00Z".parse().unwrap()
    }

    #[test]
    fn every_kind_of_answer_and_the_position_survive() {
        let opened = filled();
        let second = opened.clone().next(Mode::Standard).next(Mode::Elder);
        for (paging, question) in [(opened, Some("several")), (second, Some("part"))] {
            let draft = Draft::of(&address(), &paging, filling(), now()).unwrap();
            let read: Draft =
                serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
            assert_eq!(read, draft);
            assert_eq!(read.filling(), Some(filling()));
            let instrument = Arc::new(paging.form().instrument().clone());
            let taken_up = read.paging(&instrument);
            for question in instrument.questions() {
                let id = &question.id;
                assert_eq!(taken_up.form().answer(id), paging.form().answer(id), "{id}");
            }
            let expected = question.map(|question| ResumeAt::Question(id(question)));
            assert_eq!(paging.resume_at(), expected);
            assert_eq!(taken_up.resume_at(), expected);
        }
    }

    #[test]
    fn how_far_the_form_had_come_survives() {
        for delivery in [Delivery::None, Delivery::Begun("{}".into()), Delivery::Outdated] {
            let filling = Filling { delivery, ..filling() };
            let draft = Draft::of(&address(), &filled(), filling.clone(), now()).unwrap();
            let read: Draft =
                serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
            assert_eq!(read.filling(), Some(filling));
        }
        // An update in the middle of a form costs nothing.
        let draft = Draft::of(&address(), &filled(), filling(), now()).unwrap();
        let mut older = serde_json::to_value(&draft).unwrap();
        older.as_object_mut().unwrap().remove("delivery").unwrap();
        assert_eq!(serde_json::from_value::<Draft>(older).unwrap(), draft);
    }

    #[test]
    fn the_review_screen_is_a_place_too_and_the_welcome_screen_is_none() {
        let filled = filled();
        let paging = filled.answer(id("misread"), None).next(Mode::Standard);
        let paging = paging.next(Mode::Standard);
        let draft = Draft::of(&address(), &paging, filling(), now()).unwrap();
        let instrument = Arc::new(paging.form().instrument().clone());
        assert_eq!(draft.paging(&instrument).resume_at(), Some(ResumeAt::Review));
        assert!(Draft::of(&address(), &Paging::start(instrument), filling(), now()).is_none());
    }

    #[test]
    fn a_draft_of_something_else_or_of_long_ago_is_not_taken_up() {
        let paging = filled();
        let instrument = paging.form().instrument();
        let draft = Draft::of(&address(), &paging, filling(), now()).unwrap();
        let later = |milliseconds| now() + jiff::SignedDuration::from_millis(milliseconds);
        for (milliseconds, fits) in [
            (0, true),
            (7_200_000, true),
            (7_200_001, false),
            (-7_200_000, true),
            (-7_200_001, false),
        ] {
            let at = later(milliseconds);
            assert_eq!(draft.fits(&address(), instrument, at), fits, "{milliseconds}");
        }
        let elsewhere = FormAddress::from_path("/s/w1/p2").unwrap();
        assert!(!draft.fits(&elsewhere, instrument, now()));
        let newer = TOML.replace("version = 2", "version = 3");
        let newer = Instrument::from_toml("kinds.toml", &newer).unwrap();
        assert!(!draft.fits(&address(), &newer, now()));
    }
}
