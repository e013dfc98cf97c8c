//! Controls the screen of a device at a counter: full, awake, measured, and clean for the next
//! person.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::timers::callback::Timeout;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, HtmlElement, KeyboardEvent, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

fn html() -> Option<HtmlElement> {
    document()?.document_element()?.dyn_into().ok()
}

/// Sets a custom property of the page. The content security policy allows no style attributes.
pub fn set_property(name: &str, value: &str) {
    if let Some(html) = html() {
        let _ = html.style().set_property(name, value);
    }
}

/// Whether an element is on the screen and not only in the document.
pub fn is_drawn(selector: &str) -> bool {
    let element = document().and_then(|document| document.query_selector(selector).ok()?);
    element.is_some_and(|element| element.client_height() > 0)
        && document().is_some_and(|document| !document.hidden())
}

/// Asks for the whole screen, without a lock on it, and that it stays on. Both are only for the
/// better, and browsers allow them only just after a touch, so nobody hears of a refusal.
pub fn fill_and_stay_awake() {
    if let Some(document) = document()
        && document.fullscreen_element().is_none()
        && let Some(html) = html()
    {
        call(&html, "requestFullscreen", &JsValue::UNDEFINED);
    }
    if let Some(window) = window()
        && let Ok(lock) = Reflect::get(&window.navigator(), &"wakeLock".into())
    {
        call(&lock, "request", &"screen".into());
    }
}

/// What the page keeps outside of the program: places to scroll to, selections, storage
/// that any script of this address could read.
pub fn forget_person(title: &str) {
    let Some(window) = window() else { return };
    if let Some(document) = document() {
        document.set_title(title);
    }
    if let Ok(Some(selection)) = window.get_selection() {
        let _ = selection.remove_all_ranges();
    }
    for storage in [window.session_storage(), window.local_storage()] {
        if let Ok(Some(storage)) = storage {
            let _ = storage.clear();
        }
    }
    window.scroll_to_with_x_and_y(0.0, 0.0);
}

/// Gives the focus to what has this id, once it is drawn, without moving the page.
pub fn focus_soon(id: &'static str) {
    Timeout::new(0, move || {
        let element = document().and_then(|document| document.get_element_by_id(id));
        if let Some(element) = element {
            super::page::focus(&element);
        }
    })
    .forget();
}

/// The element that has the focus, to give it back later.
pub fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}

/// Calls back at each key that nobody else has used, for as long as the page is open.
pub fn on_key(callback: impl Fn(&KeyboardEvent) + 'static) {
    if let Some(window) = window() {
        // Not passive: a key that was used must do nothing else.
        let options = EventListenerOptions { phase: EventListenerPhase::Bubble, passive: false };
        EventListener::new_with_options(&window, "keydown", options, move |event| {
            if let Some(event) = event.dyn_ref() {
                callback(event);
            }
        })
        .forget();
    }
}

/// Whether a key goes to a button, which takes it as a press.
pub fn is_on_button(key: &KeyboardEvent) -> bool {
    let target = key.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.tag_name() == "BUTTON")
}

/// Calls a method that may be missing and may return a promise, without asking what comes of it.
fn call(target: &JsValue, method: &str, argument: &JsValue) {
    let function = Reflect::get(target, &method.into()).ok();
    let Some(function) = function.and_then(|function| function.dyn_into::<Function>().ok()) else {
        return;
    };
    if let Ok(result) = function.call1(target, argument)
        && let Ok(promise) = result.dyn_into::<Promise>()
    {
        // A refusal that nobody hears would be reported as a fault of the page.
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// Gives the focus back, once what had taken it is gone.
pub fn give_back_focus(element: Option<HtmlElement>) {
    Timeout::new(0, move || {
        if let Some(element) = element {
            let _ = element.focus();
        }
    })
    .forget();
}
