//! Composes the page.

use gloo::timers::callback::Interval;
use leptos::either::Either;
use leptos::prelude::*;

use crate::controls::Controls;
use crate::devices::Devices;
use crate::layout::{Facts, Headline, Notice, SimulatedBanner, TopBar};
use crate::panel::Panel;
use crate::selection::{Page, Selection};
use crate::state::Console;
use crate::table::Scores;

/// How often the page asks again by itself: often enough to watch a counter, rarely enough for a
/// server that aggregates for each request.
const REFRESH_EVERY_MS: u32 = 30_000;

/// Draws the page and keeps it up to date for as long as it is open.
pub(crate) fn page(selection: Selection) -> impl IntoView {
    let console = Console::new(selection);
    provide_context(console);
    console.mirror();
    Interval::new(REFRESH_EVERY_MS, move || console.refresh_if_visible()).forget();

    let has_panel = move || {
        let is_open = console.selection.with(|selection| selection.group.is_some());
        is_open && console.page.get() == Page::Scores
    };
    view! {
        <SimulatedBanner/>
        <div class="console" class:with-panel=has_panel>
            <TopBar/>
            {move || match console.page.get() {
                Page::Scores => Either::Left(view! { <ScoresPage has_panel=Signal::derive(has_panel)/> }),
                Page::Devices => Either::Right(view! { <Devices/> }),
            }}
        </div>
    }
}

#[component]
fn ScoresPage(has_panel: Signal<bool>) -> impl IntoView {
    view! {
        <Controls/>
        <main class="main">
            <Notice/>
            <Headline/>
            <Facts/>
            <div class="work">
                <Scores/>
                <Show when=move || has_panel.get()>
                    <Panel/>
                </Show>
            </div>
        </main>
    }
}
