//! The bar above the table: search, state, refresh.

use app::platform::location;
use leptos::prelude::*;
use leptos::web_sys::InputEvent;
use survey_defs::phrases;

use crate::state::Console;
use crate::texts;

/// Search on the left, state and refresh on the right.
#[component]
pub(super) fn Tools(n_shown: Signal<usize>) -> impl IntoView {
    let console = Console::get();
    let updated_at = Memo::new(move |_| {
        let is_answered = !console.scores.is_busy() && console.scores.error.with(Option::is_none);
        is_answered.then(location::time_of_day)
    });
    view! {
        <div class="tools">
            <h2>{console.say(texts::SCORES)}</h2>
            <Search/>
            <p class="state" role="status">{move || state(&console, n_shown.get())}</p>
            <p class="fine">
                {move || updated_at.get().map(|time| view! { {console.say(texts::UPDATED_AT)} " " {time} })}
            </p>
            <button type="button" class="small-button" data-testid="refresh" on:click=move |_| console.refresh()>
                <svg viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M13.5 8a5.5 5.5 0 1 1-1.7-4M13.6 1.2v3.2h-3.2"/>
                </svg>
                {console.say(texts::REFRESH)}
            </button>
        </div>
    }
}

/// The search box. Between the parts of a composed letter nothing happens.
#[component]
fn Search() -> impl IntoView {
    let console = Console::get();
    let put = move |text: String| {
        console.selection.update(|selection| selection.filter = text);
    };
    let on_input = move |event: leptos::ev::Event| {
        use leptos::wasm_bindgen::JsCast as _;
        let is_composing = event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing);
        if !is_composing {
            put(event_target_value(&event));
        }
    };
    view! {
        <div class="search">
            <label class="visually-hidden" for="filter">{console.say(texts::FILTER)}</label>
            <input
                id="filter"
                data-testid="filter"
                type="search"
                autocomplete="off"
                spellcheck="false"
                placeholder=move || {
                    let language = console.language.get();
                    format!("{} ({})", texts::FILTER.get(language), texts::FILTER_HINT.get(language))
                }
                prop:value=move || console.selection.with(|selection| selection.filter.clone())
                on:input=on_input
                on:compositionend=move |event| put(event_target_value(&event))
            />
        </div>
    }
}

/// How many rows there are, or that they are on their way. Repetitions that change nothing say
/// nothing.
fn state(console: &Console, n_shown: usize) -> String {
    let language = console.language.get();
    if console.waves.is_first() || console.scores.is_stale() {
        return texts::LOADING.get(language).to_owned();
    }
    let whole = |number: usize| phrases::whole(number as u64, language);
    let n_rows = console.table_model.with(|model| model.as_ref().map(|model| model.len()));
    match n_rows {
        None => String::new(),
        Some(n_rows) if n_rows == n_shown => {
            format!("{} {}", whole(n_rows), texts::SHOWN.get(language))
        }
        Some(n_rows) => format!(
            "{} {} {} {}",
            whole(n_shown),
            texts::OF.get(language),
            whole(n_rows),
            texts::SHOWN.get(language),
        ),
    }
}
