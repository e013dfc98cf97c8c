//! Draws pages and questions that come and go.

use leptos::prelude::*;

use crate::form::paging::Page;

/// What is there now. What stays keeps its elements, so that nobody loses the place, and what comes
/// gets elements of its own, so that its heading is read. One type for all lists: the code that
/// compares two lists is long.
#[component]
pub fn Keyed(
    /// What is there.
    pages: Box<dyn Fn() -> Vec<Page> + Send>,
    /// Draws one.
    draw: fn(Page) -> AnyView,
) -> impl IntoView {
    view! { <For each=pages key=|page| *page children=draw/> }
}
