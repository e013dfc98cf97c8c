//! Draws the review screen: all answers before sending.

use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::answer::Answer;
use survey_defs::ids::QuestionId;
use survey_defs::paradata::Mode;
use survey_defs::text::Text;

use crate::form::answer_text::answer_text;
use crate::form::layout::{
    ActionButton, Actions, BackButton, Button, Cancel, Heading, ProgressBar, follow_title,
};
use crate::form::session::{Failure, session};
use crate::form::texts::{self, language, say, words};

/// The last screen before the form is sealed. Answers do not change while it is open.
#[component]
pub fn Review(mode: Mode) -> impl IntoView {
    let session = session();
    let language = language();
    let title = say(texts::REVIEW);
    follow_title(move || title().to_owned());
    let visible = session.peek(|form| form.evaluation().visible.clone());
    let parts = visible
        .into_iter()
        .map(|(index, ids)| view! { <Part mode=mode index=index questions=ids/> });
    let failure = move || match session.failure() {
        None => "",
        Some(Failure::Unsent) => texts::NOT_SENT.get(language.get()),
        Some(Failure::Full) => texts::NOT_SENT_FULL.get(language.get()),
    };
    let send = move || if session.is_busy() { texts::SENDING } else { texts::SEND };
    let press = move || spawn_local(session.send(language.get_untracked()));
    view! {
        <div class="screen" data-testid="review">
            <ProgressBar/>
            <div class="section-head">
                <Heading>{title}</Heading>
                <p class="intro">{say(texts::REVIEW_INTRO)}</p>
            </div>
            {parts.collect_view()}
            <Cancel/>
            <Actions>
                <p class="summary" role="alert">{move || failure()}</p>
                <BackButton on_press=move || session.back()/>
                <ActionButton kind=Button::Send on_press=press>
                    {move || send().get(language.get())}
                </ActionButton>
            </Actions>
        </div>
    }
}

/// One section with its answers. What is changed is a page: a section, or in the elder mode a
/// question.
#[component]
fn Part(mode: Mode, index: usize, questions: Vec<QuestionId>) -> impl IntoView {
    let package = session().package();
    let section = &package.instrument.sections()[index];
    let title_id = ["review-", section.id.as_str()].concat();
    let edit_all = questions.first().filter(|_| mode == Mode::Standard).map(|first| {
        let test_id = ["edit-", section.id.as_str()].concat();
        view! { <Edit question=first.clone() test_id=test_id described_by=title_id.clone()/> }
    });
    // What was chosen is folded away: a gap or one's own words deserve another look.
    let is_chosen = |id: &QuestionId| {
        session().peek(|form| {
            let answer = form.evaluation().answers.get(id);
            answer.is_some_and(|answer| !matches!(answer, Answer::Text(_)))
        })
    };
    let (chosen, open): (Vec<_>, Vec<_>) = questions.into_iter().partition(is_chosen);
    let open = (!open.is_empty()).then(|| view! { <Rows mode=mode questions=open/> });
    let folded = (!chosen.is_empty()).then(|| view! { <Folded mode=mode questions=chosen/> });
    view! {
        <section class="card part" aria-labelledby=title_id>
            <div class="part-head">
                <h2 id=title_id.clone()>{words(&section.title)}</h2>
                {edit_all}
            </div>
            {open}
            {folded}
        </section>
    }
}

#[component]
fn Folded(mode: Mode, questions: Vec<QuestionId>) -> impl IntoView {
    let language = language();
    let n = questions.len();
    view! {
        <details>
            <summary>{move || texts::answered(language.get(), n)}</summary>
            <Rows mode=mode questions=questions/>
        </details>
    }
}

#[component]
fn Rows(mode: Mode, questions: Vec<QuestionId>) -> impl IntoView {
    let package = session().package();
    let rows = questions.into_iter().filter_map(|id| {
        let text = package.instrument.question(&id)?.text.clone();
        Some(view! { <Row mode=mode id=id text=text/> })
    });
    view! { <dl>{rows.collect_view()}</dl> }
}

#[component]
fn Edit(question: QuestionId, test_id: String, described_by: String) -> impl IntoView {
    let session = session();
    view! {
        <button
            type="button"
            class="button edit"
            data-testid=test_id
            aria-describedby=described_by
            on:click=move |_| session.revise(&question)
        >
            {say(texts::EDIT)}
        </button>
    }
}

#[component]
fn RowEdit(question: QuestionId, test_id: String, described_by: String) -> impl IntoView {
    view! {
        <dd class="row-edit">
            <Edit question=question test_id=test_id described_by=described_by/>
        </dd>
    }
}

#[component]
fn Row(mode: Mode, id: QuestionId, text: Text) -> impl IntoView {
    let session = session();
    let language = language();
    let package = session.package();
    let answer = session.peek(|form| form.evaluation().answers.get(&id).cloned());
    let term_id = ["asked-", id.as_str()].concat();
    let edit = (mode == Mode::Elder).then(|| {
        let test_id = ["edit-", id.as_str()].concat();
        view! { <RowEdit question=id.clone() test_id=test_id described_by=term_id.clone()/> }
    });
    let class = if answer.is_none() { "given missing" } else { "given" };
    let is_hidden = session.hides(&id);
    let given = move || {
        let language = language.get();
        if is_hidden && answer.is_some() {
            return texts::ANSWERED.get(language).to_owned();
        }
        match (package.instrument.question(&id), &answer) {
            (Some(question), Some(answer)) => {
                answer_text(&package.instrument, question, answer, language)
            }
            _ => texts::UNANSWERED.get(language).to_owned(),
        }
    };
    view! {
        <div class="row">
            <dt id=term_id>{words(&text)}</dt>
            <dd class=class>{move || given()}</dd>
            {edit}
        </div>
    }
}
