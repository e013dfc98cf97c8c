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
    let fate = move || match outbox.status().latest {
        Fate::Waiting => ("waiting", texts::WAITING),
        Fate::Refused => ("refused", texts::REFUSED),
        Fate::Recorded => ("recorded", texts::SENT),
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
                data-fate=move || fate().0
            >
                {move || fate().1.get(language.get())}
            </p>
            {children()}
        </div>
    }
}
