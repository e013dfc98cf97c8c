//! Draws one section of questions, or in the elder mode one question of it.

use leptos::prelude::*;
use survey_defs::instrument::Marked;

use crate::form::controls::Control;
use crate::form::layout::{
    ActionButton, Actions, BackButton, Button, Cancel, Heading, ProgressBar, follow_title,
};
use crate::form::session::session;
use crate::form::texts::{self, language, say, words};

/// A page of the standard mode.
#[component]
pub fn Section(
    /// Its place in the instrument.
    index: usize,
) -> impl IntoView {
    let session = session();
    let package = session.package();
    let section = &package.instrument.sections()[index];
    let title = words(&section.title);
    let intro = section.intro.as_ref().map(words);
    let questions = (0..section.questions.len()).map(move |place| {
        view! { <Place at=(index, place)/> }
    });
    view! {
        <Step section=index>
            <div class="section-head">
                <Heading>{title}</Heading>
                {intro.map(|intro| view! { <Intro>{intro}</Intro> })}
                {(index == 0).then(|| view! { <Marks/> })}
            </div>
            {questions.collect_view()}
            <Cancel/>
            <Bar section=index/>
        </Step>
    }
}

/// The place of a question. Questions come and go one by one, and those that stay keep their
/// elements, so that nobody loses the place.
#[component]
fn Place(at: (usize, usize)) -> impl IntoView {
    let session = session();
    let is_visible = Memo::new(move |_| session.is_visible(at));
    view! { {move || is_visible.get().then(|| view! { <Control at=at/> })} }
}

/// A page of the elder mode.
#[component]
pub fn Question(
    /// The places of its section and of itself in the instrument.
    at: (usize, usize),
) -> impl IntoView {
    let (index, place) = at;
    let session = session();
    let package = session.package();
    let section = &package.instrument.sections()[index];
    let id = section.questions[place].id.to_string();
    let label = ["label-", &id].concat();
    let title = words(&section.title);
    let is_first = session.is_first_of_section(at);
    let intro = section.intro.as_ref().filter(|_| is_first).map(words);
    view! {
        <Step section=index question=id>
            <div class="section-head">
                // It takes the focus, so a screen reader goes on to the question by itself.
                <Heading described_by=label>{title}</Heading>
                {intro.map(|intro| view! { <Intro>{intro}</Intro> })}
                {(is_first && index == 0).then(|| view! { <Marks/> })}
            </div>
            <Control at=at/>
            <Cancel/>
            <Bar section=index/>
        </Step>
    }
}

#[component]
fn Intro(children: Children) -> impl IntoView {
    view! { <p class="intro">{children()}</p> }
}

/// What the marks of questions mean; said once.
#[component]
fn Marks() -> impl IntoView {
    let text = match session().package().instrument.marked() {
        Some(Marked::Required) => texts::REQUIRED_MARKED,
        Some(Marked::Optional) => texts::OPTIONAL_MARKED,
        None => texts::NONE_MARKED,
    };
    view! { <p class="marks">{say(text)}</p> }
}

/// The frame of both.
#[component]
fn Step(
    section: usize,
    /// The id of the only question.
    #[prop(optional)]
    question: Option<String>,
    children: Children,
) -> impl IntoView {
    let package = session().package();
    let section = &package.instrument.sections()[section];
    let (title, form) = (words(&section.title), words(package.instrument.title()));
    follow_title(move || [title(), form()].join(" – "));
    view! {
        <div
            class="screen"
            data-testid="step"
            data-section=section.id.to_string()
            data-question=question
        >
            <ProgressBar/>
            {children()}
        </div>
    }
}

#[component]
fn Bar(section: usize) -> impl IntoView {
    let session = session();
    let language = language();
    let next = move || if session.is_revising() { texts::TO_REVIEW } else { texts::NEXT };
    view! {
        <Actions>
            <Summary section=section/>
            <BackButton on_press=move || session.back()/>
            <ActionButton kind=Button::Next on_press=move || session.next()>
                {move || next().get(language.get())}
            </ActionButton>
        </Actions>
    }
}

/// How many questions need another look, once “next” was pressed. The place for it is always
/// there, so that screen readers notice when it is filled.
#[component]
fn Summary(section: usize) -> impl IntoView {
    let session = session();
    let language = language();
    let text = move || {
        let n = session.violations_shown(section);
        if n == 0 { String::new() } else { texts::violations(language.get(), n) }
    };
    view! { <p class="summary" role="status" data-testid="summary">{move || text()}</p> }
}
