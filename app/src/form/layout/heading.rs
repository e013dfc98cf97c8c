//! Draws the heading of a screen, and names the page after it.

use leptos::prelude::*;

use crate::platform::page;

/// The heading of a screen, which takes the focus when the screen opens.
#[component]
pub fn Heading(
    /// The language, where it is not that of the page.
    #[prop(optional)]
    lang: Option<&'static str>,
    /// The id of what describes it.
    #[prop(optional, into)]
    described_by: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <h1 id=page::HEADING tabindex="-1" lang=lang aria-describedby=described_by>
            {children()}
        </h1>
    }
}

/// Keeps the title of the page, for as long as the screen is open.
pub fn follow_title(title: impl Fn() -> String + 'static) {
    follow(move || page::set_title(&title()));
}

/// Runs now and whenever a signal changes that was read. An effect that is compiled once, and not
/// for everything that is followed.
pub fn follow(run: impl Fn() + 'static) {
    let run: Box<dyn Fn()> = Box::new(run);
    Effect::new(move |_| run());
}
