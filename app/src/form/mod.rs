//! The citizens' form itself, the same on a phone and at a counter.
//!
//! The engine in `survey-defs` decides what is visible, valid and next; [`session::Session`] holds
//! its state in signals and turns presses into its events; screens and controls draw. Where the
//! form stands, and what happens when it ends, is its [`host::Host`]'s business: `phone` and
//! `kiosk` are two programs around this module. Both call [`preferences::Preferences::provide`]
//! first and [`preferences::Preferences::reset`] between two people.

pub mod host;
pub mod package;
pub mod preferences;
pub mod session;
pub mod paging;
pub mod paradata;
pub mod draft;
pub mod reading;

pub mod screens;
pub mod layout;
pub mod controls;

pub mod texts;
pub mod violation_text;
pub mod answer_text;
pub mod choice_answer;
pub mod icons;

#[cfg(test)]
mod contrast;

use leptos::prelude::*;

use self::layout::follow;
use self::paging::Page;
use self::session::Session;
use self::texts::language;

/// A form, from the welcome screen to the outbox. Its session ends with the owner that made it.
#[component]
pub fn Filling(session: Session) -> impl IntoView {
    provide_context(session);
    session.follow_back_button();
    let language = language();
    let page = Memo::new(move |_| session.page());
    follow(move || {
        language.track();
        session.opened(page.get());
    });
    view! {
        <div class="filling">
            // A closure in a closure: what the inner one draws is never the old page changed in
            // place. The next heading is another element, which takes the focus and is read.
            {move || {
                let page = page.get();
                move || screen(page)
            }}
        </div>
    }
}

fn screen(page: Page) -> AnyView {
    match page {
        Page::Welcome => view! { <screens::Welcome/> }.into_any(),
        Page::Section(index) => view! { <screens::Section index=index/> }.into_any(),
        Page::Question(section, place) => {
            view! { <screens::Question at=(section, place)/> }.into_any()
        }
        Page::Review(mode) => view! { <screens::Review mode=mode/> }.into_any(),
        Page::Sent => ().into_any(),
    }
}
