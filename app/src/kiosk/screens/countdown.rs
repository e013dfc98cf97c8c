//! Draws the countdown: a last question before the answers are discarded.

use app::form::layout::Simulated;
use app::form::texts::{language, say};
use leptos::prelude::*;

use crate::controller::{STAY_ID, kiosk};
use crate::machine::{Event, State};
use crate::texts;

/// The seconds at which the countdown speaks once more.
const SPOKEN_S: i64 = 10;

const TITLE: &str = "countdown-title";
const TEXT: &str = "countdown-text";

/// The question, in place of the answers, which whoever comes next must not see. Whoever touches
/// neither button is taken for somebody else, who does not know what is asked.
#[component]
pub(crate) fn Countdown() -> impl IntoView {
    let kiosk = kiosk();
    view! {
        <div class="countdown-backdrop" on:click=move |_| kiosk.feed(Event::Anew)>
            {kiosk.fills_simulated().then(|| view! { <Simulated/> })}
            <div
                class="countdown"
                data-testid="countdown"
                role="alertdialog"
                aria-modal="true"
                aria-labelledby=TITLE
                aria-describedby=TEXT
            >
                <h2 id=TITLE>{say(texts::STILL_THERE)}</h2>
                <p class="countdown-seconds" aria-hidden="true">
                    {move || kiosk.seconds_left.get().to_string()}
                </p>
                <p id=TEXT>{say(texts::WILL_DISCARD)}</p>
                <button
                    type="button"
                    id=STAY_ID
                    class="button button-primary"
                    data-testid="countdown-stay"
                    on:click=move |event| {
                        event.stop_propagation();
                        kiosk.feed(Event::Stay);
                    }
                >
                    {say(texts::STAY)}
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="countdown-anew"
                    on:click=move |event| {
                        event.stop_propagation();
                        kiosk.feed(Event::Anew);
                    }
                >
                    {say(texts::ANEW)}
                </button>
            </div>
        </div>
    }
}

/// What is said while it counts: at the start, and ten seconds before the end.
#[component]
pub(crate) fn CountdownAnnouncer() -> impl IntoView {
    let kiosk = kiosk();
    let language = language();
    let announced = Memo::new(move |said: Option<&Option<i64>>| {
        if !matches!(kiosk.state.get(), State::Countdown { .. }) {
            return None;
        }
        let seconds = kiosk.seconds_left.get();
        match said.copied().flatten() {
            None => Some(seconds),
            Some(said) if seconds <= SPOKEN_S => Some(said.min(SPOKEN_S)),
            Some(said) => Some(said),
        }
    });
    let text = move || match announced.get() {
        Some(seconds) => texts::seconds_left(language.get_untracked(), seconds),
        None => String::new(),
    };
    view! {
        <p class="visually-hidden" role="status" data-testid="countdown-status">
            {move || text()}
        </p>
    }
}
