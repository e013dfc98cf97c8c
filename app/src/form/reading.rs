//! Decides what is read aloud, and in which order.

use std::collections::BTreeMap;

use survey_defs::answer::Level;
use survey_defs::instrument::{Instrument, Question, QuestionKind, Section};
use survey_defs::text::Language;

use crate::form::texts;
use crate::platform::speech::Part;

/// A question with its help, then what can be chosen, in the order on the screen.
pub fn question(
    instrument: &Instrument,
    question: &Question,
    audio: &BTreeMap<String, String>,
    language: Language,
) -> Vec<Part> {
    let part = |item: &str, text: &str| {
        let recording = audio.get(&[language.tag(), "/", item].concat()).cloned();
        Part { text: text.to_owned(), recording }
    };
    let words = |text: &str| Part { text: text.to_owned(), recording: None };
    let mut asked = question.text.get(language).to_owned();
    if let Some(help) = &question.help {
        asked.push(' ');
        asked.push_str(help.get(language));
    }
    let mut parts = vec![part(question.id.as_str(), &asked)];
    match &question.kind {
        QuestionKind::Satisfaction { not_applicable } => {
            for level in Level::ALL {
                let item = ["level-", &level.get().to_string()].concat();
                parts.push(part(&item, texts::level(level.index()).get(language)));
            }
            if *not_applicable {
                let text = texts::NOT_APPLICABLE.get(language);
                parts.push(part("not_applicable", text));
            }
        }
        QuestionKind::Single { options } | QuestionKind::Multiple { options, .. } => {
            // A recording of the question has its choices in it.
            if parts[0].recording.is_none() {
                let choices = instrument.choices(options).iter();
                parts.extend(choices.map(|choice| words(choice.text.get(language))));
            }
        }
        QuestionKind::Number { .. }
        | QuestionKind::ShortText { .. }
        | QuestionKind::LongText { .. }
        | QuestionKind::Date { .. } => {}
    }
    parts
}

/// The heading of a section and the sentence below it.
pub fn section(section: &Section, language: Language) -> Vec<Part> {
    let intro = section.intro.as_ref();
    let texts = [Some(&section.title), intro].into_iter().flatten();
    texts.map(|text| Part { text: text.get(language).to_owned(), recording: None }).collect()
}

#[cfg(test)]
mod tests {
    use survey_defs::instrument::embedded;

    use super::*;

    fn counter() -> Instrument {
        let mut embedded = embedded().into_iter();
        embedded.find(|instrument| instrument.reference().id.as_str() == "counter").unwrap()
    }

    fn read(id: &str, audio: &[&str], language: Language) -> Vec<Part> {
        let instrument = counter();
        let asked = instrument.questions().find(|asked| asked.id.as_str() == id).unwrap();
        let audio = audio.iter().map(|item| ((*item).to_owned(), ["/", item].concat())).collect();
        question(&instrument, asked, &audio, language)
    }

    #[test]
    fn levels_are_read_in_order_after_the_question() {
        let parts = read("access_overall", &[], Language::Vi);
        assert_eq!(parts.len(), 7);
        assert_eq!(parts[1].text, "Rất không hài lòng");
        assert_eq!(parts[5].text, "Rất hài lòng");
        assert!(parts.iter().all(|part| part.recording.is_none()));
    }

    #[test]
    fn recordings_take_the_place_of_the_voice_in_their_language() {
        let audio = ["vi/access_overall", "vi/level-1", "vi/not_applicable"];
        let parts = read("access_overall", &audio, Language::Vi);
        let recorded: Vec<_> = parts.iter().map(|part| part.recording.as_deref()).collect();
        let [question, first, .., last] = recorded.as_slice() else { panic!() };
        assert_eq!(*question, Some("/vi/access_overall"));
        assert_eq!(*first, Some("/vi/level-1"));
        assert_eq!(*last, Some("/vi/not_applicable"));
        assert_eq!(recorded[2], None);
        let parts = read("access_overall", &audio, Language::En);
        assert!(parts.iter().all(|part| part.recording.is_none()));
    }

    #[test]
    fn choices_are_read_unless_the_recording_has_them() {
        let n_choices = read("staff_helped", &[], Language::Vi).len() - 1;
        assert_eq!(n_choices, 2);
        assert_eq!(read("staff_helped", &["vi/staff_helped"], Language::Vi).len(), 1);
        assert_eq!(read("comment", &[], Language::En).len(), 1);
    }
}
