//! Draws the control for each kind of question, all of native form elements.

mod choice;
mod satisfaction;
mod options;
mod short;
mod text;
mod frame;

use leptos::attr::Attribute;
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;
use survey_defs::answer::Answer;
use survey_defs::engine::ViolationKind;
use survey_defs::ids::QuestionId;
use survey_defs::instrument::{Question, QuestionKind};

use self::options::{Multiple, Single};
use self::satisfaction::Satisfaction;
use self::short::{DateField, NumberField};
use self::text::{LongText, ShortText};
use crate::form::session::{Session, session};

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

    fn is_required(self) -> bool {
        self.with(|question| question.required)
    }

    /// Whether there is an answer that can be taken back; followed.
    fn can_be_cleared(self) -> bool {
        !self.is_required() && self.answer.with(Option::is_some)
    }

    /// The attribute that says that the question must be answered.
    fn required(self) -> Option<&'static str> {
        self.is_required().then_some("true")
    }

    /// The attribute that says that something is wrong; followed.
    fn invalid(self) -> Option<&'static str> {
        self.violation.with(Option::is_some).then_some("true")
    }

    fn answer(self, answer: Option<Answer>) {
        self.session.answer(self.id(), answer);
    }

    fn touch(self) {
        self.is_touched.set(true);
    }
}

/// The question at a place, with its control.
#[component]
pub fn Control(
    /// The section and the question in it, by their places in the instrument.
    at: (usize, usize),
) -> impl IntoView {
    let field = Field::new(session(), at);
    let kind = field.with(|question| question.kind.clone());
    match kind {
        QuestionKind::Satisfaction { not_applicable } => {
            view! { <Satisfaction field=field not_applicable=not_applicable/> }.into_any()
        }
        QuestionKind::Single { options } => view! { <Single field=field set=options/> }.into_any(),
        QuestionKind::Multiple { options, .. } => {
            view! { <Multiple field=field set=options/> }.into_any()
        }
        QuestionKind::Number { integer, unit, .. } => {
            view! { <NumberField field=field integer=integer unit=unit/> }.into_any()
        }
        QuestionKind::Date { min, max } => {
            view! { <DateField field=field min=min max=max/> }.into_any()
        }
        QuestionKind::ShortText { max_graphemes } => {
            view! { <ShortText field=field max_graphemes=max_graphemes/> }.into_any()
        }
        QuestionKind::LongText { max_graphemes } => {
            view! { <LongText field=field max_graphemes=max_graphemes/> }.into_any()
        }
    }
}

/// An attribute that Leptos does not know yet.
fn no_autocorrect() -> impl Attribute {
    custom_attribute("autocorrect", "off")
}
