//! Selects one entry of a short list: a native list with its label.

use leptos::prelude::*;
use survey_defs::phrases::Phrase;

use crate::state::Console;

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
}

impl Choice {
    pub(crate) fn new(value: &str, name: &str) -> Self {
        Self { value: value.to_owned(), name: name.to_owned() }
    }
}

/// A list with its label.
#[component]
pub(crate) fn Select(
    /// Its name for tests, and its id.
    testid: &'static str,
    /// What is chosen.
    label: Phrase,
    /// The entries.
    options: Signal<Vec<Choice>>,
    /// The value of the chosen entry.
    value: Signal<String>,
    /// Called with the value of the entry that a person chose.
    choose: Callback<String>,
) -> impl IntoView {
    let console = Console::get();
    // New counts come every half minute; the list is built again only when a text has changed, so
    // that an open list stays open.
    let options = Memo::new(move |_| options.get());
    let entries = move || {
        let chosen = value.get();
        let entry = |Choice { value, name }: Choice| {
            let is_chosen = value == chosen;
            view! { <option value=value prop:selected=is_chosen>{name}</option> }
        };
        options.get().into_iter().map(entry).collect_view()
    };
    view! {
        <div class=format!("control control-{testid}")>
            <label for=testid>{console.say(label)}</label>
            <select id=testid data-testid=testid on:change=move |event| choose.run(event_target_value(&event))>
                {entries}
            </select>
        </div>
    }
}
