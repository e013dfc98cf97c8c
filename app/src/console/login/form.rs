//! The field for a link.

use app::platform::http;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::phrases::Phrase;
use survey_defs::text::Language;

use super::{log_in, texts, token_of};
use crate::state::Console;
use crate::texts as common;

/// The id of the field.
const FIELD: &str = "login-field";

/// The id of what is wrong with it.
const PROBLEM: &str = "login-problem";

/// Why somebody is not in.
#[derive(Debug, Clone)]
pub(crate) enum Problem {
    /// Nothing was pasted.
    Empty,
    /// The server has refused, or not answered.
    Refused(http::Error),
}

/// A field for the link and what is wrong with it. Afterwards everything is asked for again.
#[component]
pub(super) fn LoginForm(problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let console = Console::get();
    let pasted = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = pasted.get_untracked();
        let token = token_of(&text).to_owned();
        if token.is_empty() {
            problem.set(Some(Problem::Empty));
            return;
        }
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            match log_in(&token).await {
                Ok(()) => {
                    problem.set(None);
                    pasted.set(String::new());
                    console.refresh();
                }
                Err(error) => problem.set(Some(Problem::Refused(error))),
            }
            is_busy.set(false);
        });
    };
    let has_problem = move || problem.with(Option::is_some);
    view! {
        <form class="login-form" novalidate on:submit=submit>
            <div class="control">
                <label for=FIELD><Both phrase=texts::FIELD/></label>
                <input
                    id=FIELD
                    data-testid="login-field"
                    type="text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-invalid=move || has_problem().then_some("true")
                    aria-describedby=move || has_problem().then_some(PROBLEM)
                    prop:value=move || pasted.get()
                    on:input=move |event| pasted.set(event_target_value(&event))
                />
            </div>
            <button type="submit" class="button button-primary" data-testid="login-submit">
                <Both phrase=texts::SUBMIT/>
            </button>
            <div id=PROBLEM class="login-problem" role="alert" data-testid="login-problem">
                {move || problem.get().map(|problem| view! { <p class="warning"><BothTexts texts=say(&problem)/></p> })}
            </div>
        </form>
    }
}

/// Stands above what the console still shows when the session has ended.
#[component]
pub(crate) fn SessionEnded() -> impl IntoView {
    let problem = RwSignal::new(None);
    view! {
        <section class="notice session-ended" data-testid="session-ended">
            <p role="alert"><Both phrase=texts::ENDED/></p>
            <LoginForm problem=problem/>
        </section>
    }
}

/// A sentence in Vietnamese, and in English beside it.
#[component]
pub(super) fn Both(phrase: Phrase) -> impl IntoView {
    let texts = [Language::Vi, Language::En].map(|language| phrase.get(language).to_owned());
    view! { <BothTexts texts=texts/> }
}

#[component]
fn BothTexts(texts: [String; 2]) -> impl IntoView {
    let [vi, en] = texts;
    view! {
        <span class="both"><span lang="vi">{vi}</span> " " <span lang="en" class="muted">{en}</span></span>
    }
}

fn say(problem: &Problem) -> [String; 2] {
    let both = |phrase: Phrase| [Language::Vi, Language::En].map(|one| phrase.get(one).to_owned());
    match problem {
        Problem::Empty => both(texts::EMPTY),
        Problem::Refused(http::Error::Problem(problem)) => {
            [problem.title.clone(), problem.title_en.clone()]
        }
        Problem::Refused(http::Error::Unreachable) => both(common::UNREACHABLE),
        Problem::Refused(http::Error::Unreadable { .. }) => both(common::UNREADABLE),
    }
}
