//! Observes how a form is filled in. No answer comes here, and no clock: times are passed in.

use std::collections::BTreeMap;

use survey_defs::generation::Extra;
use survey_defs::ids::{DeviceId, QuestionId};
use survey_defs::paradata::{ItemParadata, Mode, Orientation, Paradata};

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening<'a> {
    /// A page came on the screen, with these questions.
    Opened(&'a [QuestionId]),
    /// The page has these questions now, because an answer brought or took some.
    Shows(&'a [QuestionId]),
    /// One of a question's choices was pressed.
    Chose(&'a QuestionId),
    /// Something was typed into a question's field: one change, however many keys.
    Typed(&'a QuestionId),
    SteppedBack,
    ReadAloud,
    /// The form was taken up again after the page was loaded anew.
    Resumed,
}

/// What has been observed so far.
#[derive(Debug, Clone, Default)]
pub struct Observer {
    items: Vec<(QuestionId, Item)>,
    /// When the last answer was given or the last page opened.
    since: u64,
    /// The question that was answered or shown last.
    last: Option<QuestionId>,
    /// The field that was typed into last.
    typing: Option<QuestionId>,
    read_aloud: u32,
    back_steps: u32,
    resumed: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Item {
    is_answered: bool,
    paradata: ItemParadata,
}

/// What is known of a session besides what happened in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    pub mode: Mode,
    pub high_contrast: bool,
    pub large_type: bool,
    pub orientation: Orientation,
    pub device: Option<DeviceId>,
    pub sequence: Option<u64>,
}

impl Observer {
    /// Takes note of what has happened at a time, in milliseconds that never go back.
    pub fn note(&mut self, at: u64, happening: Happening<'_>) {
        match happening {
            Happening::Opened(questions) => {
                self.since = at;
                self.typing = None;
                self.last = questions.first().cloned().or(self.last.take());
                self.show(questions);
            }
            Happening::Shows(questions) => self.show(questions),
            Happening::Chose(question) => {
                self.typing = None;
                self.answer(at, question, true);
            }
            Happening::Typed(question) => {
                let is_new = self.typing.as_ref() != Some(question);
                self.typing = Some(question.clone());
                self.answer(at, question, is_new);
            }
            Happening::SteppedBack => self.back_steps += 1,
            Happening::ReadAloud => self.read_aloud += 1,
            Happening::Resumed => self.resumed += 1,
        }
    }

    /// The question that was answered or shown last.
    pub fn last(&self) -> Option<&QuestionId> {
        self.last.as_ref()
    }

    /// How often the form was taken up again.
    pub fn resumed(&self) -> u32 {
        self.resumed
    }

    /// What is sent.
    pub fn paradata(&self, setting: Setting) -> Paradata {
        let Setting { mode, high_contrast, large_type, orientation, device, sequence } = setting;
        // Inserted one by one: collecting would sort first, which is code of its own.
        let mut items = BTreeMap::new();
        for (id, item) in &self.items {
            items.insert(id.clone(), item.paradata);
        }
        Paradata {
            mode,
            high_contrast,
            large_type,
            orientation,
            read_aloud: self.read_aloud,
            back_steps: self.back_steps,
            resumed: self.resumed,
            items,
            device,
            sequence,
            extra: Extra::default(),
        }
    }

    fn show(&mut self, questions: &[QuestionId]) {
        for question in questions {
            self.item(question);
        }
    }

    fn item(&mut self, question: &QuestionId) -> &mut Item {
        let place = self.items.iter().position(|(id, _)| id == question);
        let place = place.unwrap_or_else(|| {
            self.items.push((question.clone(), Item::default()));
            self.items.len() - 1
        });
        &mut self.items[place].1
    }

    fn answer(&mut self, at: u64, question: &QuestionId, is_new: bool) {
        let since = self.since;
        let item = self.item(question);
        let spent = at.saturating_sub(since);
        let spent = u32::try_from(spent).unwrap_or(u32::MAX);
        item.paradata.ms = item.paradata.ms.saturating_add(spent);
        item.paradata.changes += u32::from(item.is_answered && is_new);
        item.is_answered = true;
        self.since = at;
        self.last = Some(question.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> QuestionId {
        QuestionId::new(text).unwrap()
    }

    const SETTING: Setting = Setting {
        mode: Mode::Elder,
        high_contrast: true,
        large_type: false,
        orientation: Orientation::Landscape,
        device: None,
        sequence: Some(7),
    };

    #[test]
    fn time_changes_and_the_last_question() {
        use Happening::*;
        let (a, b, c) = (id("a"), id("b"), id("c"));
        let page = [a.clone(), b.clone()];
        let both = [a.clone(), b.clone(), c.clone()];
        let mut observer = Observer::default();
        assert_eq!(observer.last(), None);
        for (at, happening, last) in [
            (1_000, Opened(&page), &a),
            (1_400, Chose(&b), &b),
            (1_400, Shows(&both), &b),
            (2_000, Chose(&a), &a),
            (2_100, Chose(&b), &b),
            (2_500, Typed(&c), &c),
            (2_600, Typed(&c), &c),
            (2_700, ReadAloud, &c),
            (2_900, SteppedBack, &c),
            (9_000, Opened(&page[1..]), &b),
            (9_005, Chose(&b), &b),
            (9_100, Opened(&both), &a),
            (9_101, Typed(&c), &c),
            (9_200, Opened(&[]), &c),
            (9_300, Resumed, &c),
        ] {
            observer.note(at, happening);
            assert_eq!(observer.last(), Some(last), "{at}");
        }
        let expected = [
            (a, ItemParadata { ms: 600, changes: 0 }),
            (b, ItemParadata { ms: 400 + 100 + 5, changes: 2 }),
            (c, ItemParadata { ms: 400 + 100 + 1, changes: 1 }),
        ];
        let paradata = observer.paradata(SETTING);
        assert_eq!(paradata.items, BTreeMap::from(expected));
        assert_eq!((paradata.read_aloud, paradata.back_steps, paradata.resumed), (1, 1, 1));
        assert_eq!((paradata.mode, paradata.sequence), (Mode::Elder, Some(7)));
        assert!(paradata.high_contrast && !paradata.large_type);
        assert_eq!(paradata.orientation, Orientation::Landscape);
    }

    #[test]
    fn a_question_that_was_only_seen_took_no_time() {
        let mut observer = Observer::default();
        observer.note(5, Happening::Opened(&[id("a")]));
        observer.note(5_000, Happening::Opened(&[id("b")]));
        let items = observer.paradata(SETTING).items;
        assert_eq!(items[&id("a")], ItemParadata::default());
        assert_eq!(items.len(), 2);
    }
}
