//! The top of the page: product name, language, banner.

use app::platform::{http, location};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::api::paths;
use survey_defs::phrases::{self, Phrase};
use survey_defs::text::Language;

use crate::selection::Page;
use crate::state::Console;
use crate::texts;

/// The header of the page.
#[component]
pub(crate) fn TopBar() -> impl IntoView {
    let console = Console::get();
    view! {
        <header class="top">
            <Mark/>
            <div class="brand">
                <h1>{texts::PRODUCT.get(Language::Vi)}</h1>
                <p>{console.say(texts::TAGLINE)}</p>
            </div>
            <nav class="pages" aria-label=console.say(texts::PAGES)>
                <PageButton page=Page::Scores name=texts::SCORES testid="page-scores"/>
                <PageButton page=Page::Devices name=texts::DEVICES testid="page-devices"/>
            </nav>
            <SessionState/>
            <div class="languages" role="group" aria-label=console.say(texts::LANGUAGE)>
                <LanguageButton language=Language::Vi name="Tiếng Việt"/>
                <LanguageButton language=Language::En name="English"/>
            </div>
        </header>
    }
}

/// Until when somebody is logged in, and the way out.
#[component]
fn SessionState() -> impl IntoView {
    let console = Console::get();
    let failed = RwSignal::new(false);
    let log_out = move |_| {
        spawn_local(async move {
            match http::delete(paths::SESSION).await {
                // Nothing of what was looked at stays in the page.
                Ok(()) => location::reload(),
                Err(_) => failed.set(true),
            }
        });
    };
    let until = move || {
        let view = console.session.value.get()?;
        Some(match view.expires_at {
            Some(end) => Either::Left(view! {
                {console.say(texts::SESSION_UNTIL)} " " {move || phrases::moment(end, console.language.get())}
            }),
            None => Either::Right(console.say(texts::OPEN_TO_ALL)),
        })
    };
    let has_session = move || {
        !console.is_logged_out()
            && console
                .session
                .value
                .with(|view| view.as_ref().is_some_and(|v| v.expires_at.is_some()))
    };
    view! {
        <p class="staff-note">{until}</p>
        <Show when=has_session>
            <button type="button" class="small-button" data-testid="log-out" on:click=log_out>
                {console.say(texts::LOG_OUT)}
            </button>
        </Show>
        <div role="alert">
            <Show when=move || failed.get()>
                <p class="warning">{console.say(texts::NOT_LOGGED_OUT)}</p>
            </Show>
        </div>
    }
}

/// Five marks of a ruler above a smile.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 48 48" aria-hidden="true">
            <rect class="ground" width="48" height="48" rx="11"/>
            <path d="M10 13v6M17 13v9M24 13v14M31 13v9M38 13v6M11 32c3 5 7.5 7 13 7s10-2 13-7"/>
        </svg>
    }
}

#[component]
fn LanguageButton(language: Language, name: &'static str) -> impl IntoView {
    let console = Console::get();
    let is_current = move || console.language.get() == language;
    view! {
        <button
            type="button"
            lang=language.tag()
            aria-pressed=move || is_current().to_string()
            on:click=move |_| console.selection.update(|selection| selection.language = language)
        >
            {name}
        </button>
    }
}

#[component]
fn PageButton(page: Page, name: Phrase, testid: &'static str) -> impl IntoView {
    let console = Console::get();
    view! {
        <button
            type="button"
            data-testid=testid
            aria-current=move || (console.page.get() == page).then_some("page")
            on:click=move |_| console.selection.update(|selection| {
                selection.page = page;
                selection.filter = String::new();
            })
        >
            {console.say(name)}
        </button>
    }
}

/// Says that nothing here is real; cannot be closed.
#[component]
pub(crate) fn SimulatedBanner() -> impl IntoView {
    let console = Console::get();
    view! {
        <Show when=move || console.is_simulated()>
            <aside class="simulated" data-testid="simulated-banner">
                <strong>{console.say(phrases::SIMULATED)} " – " {console.say(texts::NOT_REAL)}</strong>
            </aside>
        </Show>
    }
}
