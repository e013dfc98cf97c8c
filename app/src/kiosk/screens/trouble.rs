//! Draws why the device can take no answers and what to do about it, in both languages.

use app::form::icons;
use app::form::layout::Heading;
use app::form::texts::Phrase;
use leptos::prelude::*;

use crate::controller::kiosk;
use crate::machine::Event;
use crate::texts;

/// Staff have revoked the device.
#[component]
pub(crate) fn Revoked() -> impl IntoView {
    let kiosk = kiosk();
    view! {
        <Message kind="revoked" title=texts::REVOKED text=texts::REVOKED_TEXT>
            <button
                type="button"
                class="button button-primary"
                data-testid="enrol-again"
                on:click=move |_| kiosk.feed(Event::Identified(false))
            >
                {texts::ENROL_AGAIN.vi}
            </button>
        </Message>
    }
}

/// The device has no room for another form.
#[component]
pub(crate) fn Full() -> impl IntoView {
    view! { <Message kind="full" title=texts::FULL text=texts::FULL_TEXT/> }
}

/// The browser does not say what the device has stored. It is asked again and again.
#[component]
pub(crate) fn Silent() -> impl IntoView {
    view! { <Message kind="storage" title=texts::SILENT text=texts::SILENT_TEXT/> }
}

#[component]
fn Message(
    /// What the tests know it by.
    kind: &'static str,
    title: Phrase,
    text: Phrase,
    /// The way on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <main class="main">
            <div class="card message" data-testid="trouble" data-trouble=kind>
                <span class="message-icon" inner_html=icons::WARNING></span>
                <Heading lang="vi">{title.vi}</Heading>
                <p lang="vi">{text.vi}</p>
                <h2 lang="en">{title.en}</h2>
                <p lang="en">{text.en}</p>
                {children.map(|children| children())}
            </div>
        </main>
    }
}
