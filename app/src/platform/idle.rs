//! Notices signs of life: whoever touches, moves, scrolls or types is there.

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Reflect;
use web_sys::Event;

/// What a person does. Not `scroll`, which the page does too.
const SIGNS: [&str; 6] = ["pointerdown", "pointermove", "touchmove", "wheel", "keydown", "input"];

/// What brings the page back from a sleep, or from behind another.
const WAKING: [&str; 4] = ["visibilitychange", "pageshow", "focus", "resume"];

/// Calls back at each sign of life, for as long as the page is open.
pub fn on_touch(callback: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    for sign in SIGNS {
        let callback = callback.clone();
        let options = EventListenerOptions::run_in_capture_phase();
        EventListener::new_with_options(&window, sign, options, move |event| {
            if is_move(event) {
                callback();
            }
        })
        .forget();
    }
}

/// Calls back whenever the page may have slept, and tells whether it was behind another, or the
/// device off; the focus alone says nothing.
pub fn on_wake(callback: impl Fn(bool) + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    let options = EventListenerOptions::run_in_capture_phase;
    for sign in WAKING {
        let callback = callback.clone();
        // Events of the document pass the window on their way down.
        let was_away = sign != "focus";
        EventListener::new_with_options(&window, sign, options(), move |_| callback(was_away))
            .forget();
    }
}

/// Browsers report a pointer that rests as moving when something appears below it.
fn is_move(event: &Event) -> bool {
    let moved = |axis: &str| {
        Reflect::get(event, &axis.into())
            .ok()
            .and_then(|by| by.as_f64())
            .is_some_and(|by| by != 0.0)
    };
    event.type_() != "pointermove" || moved("movementX") || moved("movementY")
}
