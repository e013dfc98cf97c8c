//! Draws the invitation, which begins a form wherever it is touched.

use app::form::icons::{self, Icon};
use app::form::layout::{Heading, Simulated, follow_title};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::bilingual::{BothInline, BothParagraphs};
use crate::controller::{START_ID, kiosk};
use crate::machine::Event;
use crate::texts;

/// How long staff hold the sign.
const HOLD_MS: u32 = 3_000;

/// The screen, in both languages at once.
#[component]
pub(crate) fn Attract() -> impl IntoView {
    let kiosk = kiosk();
    // The form that was on the screen before has left its own.
    follow_title(|| texts::TITLE.vi.to_owned());
    let unit = move || {
        kiosk.package.with(|package| Some(package.as_ref()?.unit_name.vi.as_str().to_owned()))
    };
    let faces = icons::FACES.into_iter().zip(1..).map(|(face, level)| {
        view! { <span class="attract-face" data-level=level.to_string() inner_html=face></span> }
    });
    view! {
        <main class="attract" data-testid="attract" on:click=move |_| kiosk.begin()>
            <Show when=move || kiosk.is_simulated()>
                <Simulated/>
            </Show>
            <Sign/>
            <div class="attract-art" aria-hidden="true" inner_html=icons::LOTUS></div>
            <div class="attract-words">
                {move || unit().map(|name| view! { <p class="unit-name">{name}</p> })}
                <Heading>{texts::INVITATION.vi}</Heading>
                <p class="attract-second" lang="en">{texts::INVITATION.en}</p>
                <div class="attract-faces" aria-hidden="true">{faces.collect_view()}</div>
                <button
                    type="button"
                    id=START_ID
                    class="button button-primary attract-start"
                    data-testid="attract-start"
                >
                    <BothInline phrase=texts::TOUCH/>
                </button>
                <BothParagraphs phrase=texts::INVITATION_TEXT/>
            </div>
            <Show when=move || kiosk.has_wrong_clock()>
                <p class="notice" data-testid="clock-notice">
                    <BothInline phrase=texts::CLOCK/>
                </p>
            </Show>
        </main>
    }
}

/// The sign of the product, which staff hold to open their panel. With a keyboard there is a
/// shortcut, so it is no control.
#[component]
fn Sign() -> impl IntoView {
    let kiosk = kiosk();
    let held = StoredValue::new_local(None::<Timeout>);
    let hold = move |_| {
        held.set_value(Some(Timeout::new(HOLD_MS, move || kiosk.feed(Event::Staff))));
    };
    let release = move || held.set_value(None);
    view! {
        <div
            class="attract-sign brand"
            aria-hidden="true"
            data-testid="attract-sign"
            on:pointerdown=hold
            on:pointerup=move |_| release()
            on:pointercancel=move |_| release()
            on:pointerleave=move |_| release()
            on:click=|event| event.stop_propagation()
        >
            <Icon drawing=icons::RULER/>
        </div>
    }
}
