//! The panel of one unit: its distributions, question by question.

mod bars;
mod counts;

use app::platform::location;
use leptos::prelude::*;

use self::bars::Bars;
pub(crate) use self::bars::{Legend, bar};
use self::counts::Counts;
use crate::layout::Failure;
use crate::state::Console;
use crate::table::button_id;
use crate::texts;

/// The heading, which takes the focus when a unit is chosen.
pub(crate) const HEADING_ID: &str = "unit-heading";

/// The panel of the chosen group.
#[component]
pub(crate) fn Panel() -> impl IntoView {
    let console = Console::get();
    let key = Memo::new(move |_| {
        let group = console.selection.with(|selection| selection.group.clone());
        group.map(String::from).unwrap_or_default()
    });
    // The table knows the name before the panel's own answer comes.
    let name = move || {
        let in_table = console
            .table_model
            .with(|model| key.with(|key| model.as_ref()?.row(key).map(|row| row.name.clone())));
        in_table.unwrap_or_else(|| key.get())
    };
    let close = move || {
        let closed = key.get_untracked();
        console.selection.update(|selection| selection.group = None);
        location::focus(&button_id(&closed));
    };
    let shows_counts = RwSignal::new(false);
    view! {
        <section
            class="panel"
            aria-labelledby=HEADING_ID
            aria-busy=move || console.unit.is_busy().to_string()
            on:keydown=move |event| if event.key() == "Escape" { close() }
        >
            <header>
                <h2 id=HEADING_ID tabindex="-1">{name}</h2>
                <button type="button" class="small-button" on:click=move |_| close()>
                    {console.say(texts::CLOSE)}
                </button>
            </header>
            <div class="panel-bar">
                <div class="switch" role="group">
                    <button
                        type="button"
                        aria-pressed=move || (!shows_counts.get()).to_string()
                        on:click=move |_| shows_counts.set(false)
                    >
                        {console.say(texts::BARS)}
                    </button>
                    <button
                        type="button"
                        data-testid="counts-toggle"
                        aria-pressed=move || shows_counts.get().to_string()
                        on:click=move |_| shows_counts.set(true)
                    >
                        {console.say(texts::COUNTS)}
                    </button>
                </div>
            </div>
            <Failure error=console.unit.error is_stale=Signal::derive(move || console.unit_chart.with(Option::is_some))/>
            <Show when=move || console.unit.is_stale() fallback=move || view! { <Body shows_counts=shows_counts/> }>
                <p class="empty">{console.say(texts::LOADING)}</p>
            </Show>
            <p class="hint">{console.say(texts::NO_RANKS)}</p>
        </section>
    }
}

/// Bars or numbers of an answer that belongs to the chosen group.
#[component]
fn Body(shows_counts: RwSignal<bool>) -> impl IntoView {
    let console = Console::get();
    let is_gone = move || {
        console.unit.value.with(|table| table.as_ref().is_some_and(|t| t.groups.is_empty()))
    };
    view! {
        <Show when=is_gone>
            <p class="empty">{console.say(texts::UNIT_GONE)}</p>
        </Show>
        <div hidden=move || shows_counts.get()>
            <Bars/>
        </div>
        <Show when=move || shows_counts.get()>
            <Counts/>
        </Show>
    }
}
