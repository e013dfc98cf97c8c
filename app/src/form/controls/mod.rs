//! Draws the control for each kind of question, all of native form elements.

mod choice;
mod satisfaction;
mod options;
mod short;
mod text;
mod frame;

use crate::reactive::prelude::*;
use survey_defs::answer::Answer;
use survey_defs::engine::ViolationKind;
use survey_defs::ids::QuestionId;
use survey_defs::instrument::{Question, QuestionKind};

use crate::form::markup::Element;
use crate::form::session::Session;

/// A question in its session: what its control reads and tells.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    session: Session,
    /// The section and the question in it, by their places in the instrument.
    at: (usize, usize),
    answer: Memo<Option<Answer>>,
    /// The violation that is shown.
    violation: Memo<Option<ViolationKind>>,
    /// Whether the respondent has left the control.
    is_touched: RwSignal<bool>,
}

impl Field {
    fn new(session: Session, at: (usize, usize)) -> Self {
        let id = session.question(at, |question| question.id.clone());
        let answer = Memo::new(move |_| session.read(|form| form.answer(&id).cloned()));
        let id = session.question(at, |question| question.id.clone());
        let is_touched = RwSignal::new(false);
        let violation = Memo::new(move |_| {
            let is_touched = is_touched.get();
            let is_shown = is_touched || session.is_refused(at.0, &id);
            session.read(|form| form.evaluation().violation_of(&id).filter(|_| is_shown).cloned())
        });
        Self { session, at, answer, violation, is_touched }
    }

    fn with<T>(self, read: impl FnOnce(&Question) -> T) -> T {
        self.session.question(self.at, read)
    }

    fn id(self) -> QuestionId {
        self.with(|question| question.id.clone())
    }

    /// The id of an element that belongs to the question.
    fn element(self, prefix: &str) -> String {
        self.with(|question| [prefix, "-", question.id.as_str()].concat())
    }

    /// The elements that describe the control, whether they are there now or not.
    fn described_by(self) -> String {
        [self.element("help"), self.element("error")].join(" ")
    }

    /// The attribute that says that the question must be answered.
    fn required(self) -> Option<String> {
        self.with(|question| question.required).then(|| "true".into())
    }

    /// The attribute that says that something is wrong.
    fn invalid(self) -> Option<String> {
        self.violation.with(Option::is_some).then(|| "true".into())
    }

    fn answer(self, answer: Option<Answer>) {
        self.session.answer(self.id(), answer);
    }

    fn touch(self) {
        self.is_touched.set(true);
    }
}

/// The question at a place, with its control.
pub fn question(session: Session, at: (usize, usize)) -> Element {
    let field = Field::new(session, at);
    field.with(|question| match &question.kind {
        QuestionKind::Satisfaction { not_applicable } => {
            satisfaction::satisfaction(field, *not_applicable)
        }
        QuestionKind::Single { options } => options::single(field, options),
        QuestionKind::Multiple { options, .. } => options::multiple(field, options),
        QuestionKind::Number { integer, unit, .. } => short::number(field, *integer, unit.as_ref()),
        QuestionKind::Date { min, max } => short::date(field, *min, *max),
        QuestionKind::ShortText { max_graphemes } => text::short(field, *max_graphemes),
        QuestionKind::LongText { max_graphemes } => text::long(field, *max_graphemes),
    })
}
