//! Product name, language, banner.

use leptos::prelude::*;
use survey_defs::text::Language;

use crate::state::Console;
use crate::words;

/// The header of the page.
#[component]
pub(crate) fn TopBar() -> impl IntoView {
    let console = Console::get();
    view! {
        <header class="top">
            <Mark/>
            <div class="brand">
                <h1>{words::PRODUCT.get(Language::Vi)}</h1>
                <p>{console.say(words::TAGLINE)}</p>
            </div>
            <p class="staff-note">{console.say(words::STAFF_NOTE)}</p>
            <div class="languages" role="group" aria-label=console.say(words::LANGUAGE)>
                <LanguageButton language=Language::Vi name="Tiếng Việt"/>
                <LanguageButton language=Language::En name="English"/>
            </div>
        </header>
    }
}

/// A ruler whose five marks are the five levels.
#[component]
fn Mark() -> impl IntoView {
    let marks = [1, 2, 3, 4, 5].map(|level| {
        let height = 6 + 3 * level;
        view! {
            <rect class=format!("level-{level}") x=6 * level width="3" rx="1" y=30 - height height=height/>
        }
    });
    view! {
        <svg class="mark" viewBox="0 0 40 40" aria-hidden="true">
            <rect class="ground" width="40" height="40" rx="9"/>
            <g transform="translate(.5 1)">{marks.into_iter().collect_view()}</g>
            <rect class="base" x="6" y="32.5" width="28" height="2" rx="1"/>
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

/// Says that nothing here is real; cannot be closed.
#[component]
pub(crate) fn SimulatedBanner() -> impl IntoView {
    let console = Console::get();
    view! {
        <Show when=move || console.is_simulated()>
            <aside class="simulated" data-testid="simulated-banner">
                <strong>{console.say(words::SIMULATED)}</strong>
            </aside>
        </Show>
    }
}
