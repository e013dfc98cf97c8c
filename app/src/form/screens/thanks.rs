//! Draws the thank-you screen: the form is stored, and nothing that happens now can lose it.

use leptos::prelude::*;

use crate::form::layout::{Heading, follow_title};
use crate::form::texts::{language, say};
use crate::form::{icons, texts};
use crate::platform::outbox::{Fate, Outbox};

/// The last screen.
#[component]
pub fn Thanks(
    outbox: Outbox,
    /// What comes next.
    children: Children,
) -> impl IntoView {
    let language = language();
    let title = say(texts::THANKS);
    follow_title(move || title().to_owned());
    let status = move || {
        let phrase = match outbox.status().latest {
            Fate::Waiting => texts::WAITING,
            Fate::Refused => texts::REFUSED,
            Fate::Recorded => texts::SENT,
        };
        phrase.get(language.get())
    };
    view! {
        <div class="card message" data-testid="thanks">
            <span class="message-art" inner_html=icons::LOTUS></span>
            <Heading>{title}</Heading>
            <p>{say(texts::THANKS_TEXT)}</p>
            <p
                class="outbox-status"
                role="status"
                data-testid="outbox-status"
                data-pending=move || outbox.status().pending.to_string()
            >
                {move || status()}
            </p>
            {children()}
        </div>
    }
}
