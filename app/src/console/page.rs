//! The page: the composition of its parts.

use gloo::timers::callback::Interval;
use leptos::prelude::*;

use crate::controls::Controls;
use crate::layout::{Facts, Headline, Notice, SimulatedBanner, TopBar};
use crate::panel::Panel;
use crate::selection::Selection;
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

    let has_panel = move || console.selection.with(|selection| selection.group.is_some());
    view! {
        <SimulatedBanner/>
        <div class="console" class:with-panel=has_panel>
            <TopBar/>
            <Controls/>
            <main class="main">
                <Notice/>
                <Headline/>
                <Facts/>
                <div class="work">
                    <Scores/>
                    <Show when=has_panel>
                        <Panel/>
                    </Show>
                </div>
            </main>
        </div>
    }
}
