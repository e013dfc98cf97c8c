//! Draws the countdown: a last question before the answers are discarded.

use app::form::markup::{Element, el};
use app::form::texts::say;
use app::reactive::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::KeyboardEvent;

use crate::controller::{Kiosk, STAY_ID};
use crate::machine::{Event, State};
use crate::texts;

/// The seconds at which the countdown speaks once more.
const SPOKEN_S: i64 = 10;

/// The question, over the form. Whatever is touched or pressed means that somebody is there, and
/// does nothing else.
pub(crate) fn countdown(kiosk: Kiosk) -> Element {
    let stay = el("button")
        .attr("type", "button")
        .attr("id", STAY_ID)
        .class("button button-primary")
        .test_id("countdown-stay")
        .text(say(texts::STAY));
    let seconds = move || kiosk.seconds_left.get().to_string();
    let dialog = el("div")
        .class("countdown")
        .test_id("countdown")
        .attr("role", "alertdialog")
        .attr("aria-modal", "true")
        .attr("aria-labelledby", "countdown-title")
        .attr("aria-describedby", "countdown-text")
        .child(el("h2").attr("id", "countdown-title").text(say(texts::STILL_THERE)))
        .child(el("p").class("countdown-seconds").attr("aria-hidden", "true").live_text(seconds))
        .child(el("p").attr("id", "countdown-text").text(say(texts::WILL_DISCARD)))
        .child(stay);
    el("div")
        .class("countdown-backdrop")
        .on("click", move |_| kiosk.feed(Event::Stay))
        .on("keydown", move |event| {
            // The only control keeps the focus, and no key reaches what appears below it.
            event.prevent_default();
            let is_tab = event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Tab");
            if !is_tab {
                kiosk.feed(Event::Stay);
            }
        })
        .child(dialog)
}

/// What is said while it counts: at the start, and ten seconds before the end.
pub(crate) fn announcer(kiosk: Kiosk) -> Element {
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
        Some(seconds) => texts::seconds_left(kiosk.language().get_untracked(), seconds),
        None => String::new(),
    };
    el("p")
        .class("visually-hidden")
        .attr("role", "status")
        .test_id("countdown-status")
        .live_text(text)
}
