//! Draws the way on from the thank-you screen.

use app::form::layout::{ActionButton, Button};
use app::form::texts::say;
use leptos::prelude::*;

use crate::controller::kiosk;
use crate::machine::Event;
use crate::texts;

/// A quiet line that runs out, and a button for who cannot wait.
#[component]
pub(crate) fn Onward() -> impl IntoView {
    let kiosk = kiosk();
    view! {
        <div class="onward">
            <div class="thanks-time" aria-hidden="true">
                <span class="thanks-time-left"></span>
            </div>
            <ActionButton kind=Button::New on_press=move || kiosk.feed(Event::Close)>
                {say(texts::DONE)}
            </ActionButton>
        </div>
    }
}
