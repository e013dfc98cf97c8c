//! Changes the page itself: title, language, focus, history.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::Reflect;
use leptos::prelude::*;
use survey_defs::text::Language;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, Document, Event, FocusOptions, HtmlDialogElement, HtmlElement, Url};

use super::taps;

/// The id of each screen's heading, which takes the focus when the screen changes.
pub const HEADING: &str = "heading";

/// Longer than the pause between two taps that are meant as one.
const REVEAL_MS: u32 = 600;

/// Marks the history entry that the browser's back button may use up.
const GUARD: &str = "form";

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Tells developers what has failed, and where. A release carries neither the text nor the code for
/// it: there a panic is a trap, for which the page has a message of its own.
pub fn report_failure() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
}

/// The element that holds the form, emptied of what the page shows before the form starts.
pub fn root() -> Option<HtmlElement> {
    let root: HtmlElement = document()?.get_element_by_id("app")?.dyn_into().ok()?;
    root.set_text_content(None);
    Some(root)
}

/// Says which language the page is in.
pub fn set_language(language: Language) {
    if let Some(html) = document().and_then(|document| document.document_element()) {
        // A browser that refuses leaves the page readable.
        let _ = html.set_attribute("lang", language.tag());
    }
}

/// Changes the title of the page.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Writes into the field that an event came from, unless that is there already.
pub fn set_value(event: &Event, value: &str) {
    if let Some(target) = event.target()
        && Reflect::get(&target, &"value".into())
            .is_ok_and(|old| old.as_string().as_deref() != Some(value))
    {
        let _ = Reflect::set(&target, &"value".into(), &value.into());
    }
}

/// Moves to the top of a new screen and to its heading, once it is drawn.
pub fn show_heading() {
    taps::screen_changed();
    once_drawn(|| {
        if let Some(window) = web_sys::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        if let Some(heading) = document().and_then(|document| document.get_element_by_id(HEADING)) {
            focus(&heading);
        }
    });
}

/// Moves to the first control of the element with this id, once it is drawn.
pub fn show_control(id: String) {
    taps::screen_changed();
    once_drawn(move || {
        if let Some(element) = document().and_then(|document| document.get_element_by_id(&id)) {
            element.scroll_into_view();
            focus_control(&id);
        }
    });
}

/// Brings the element with this id into view. Not at once: a second tap on what brought it up must not
/// hit what comes to lie there.
pub fn reveal_soon(id: String) {
    let change = taps::page_will_move();
    let reveal = move || {
        if let Some(element) = document().and_then(|document| document.get_element_by_id(&id)) {
            taps::page_moved();
            element.scroll_into_view();
        } else {
            // The next page is open meanwhile, or the answer was changed.
            taps::settle(change);
        }
    };
    Timeout::new(REVEAL_MS, reveal).forget();
}

/// Opens a dialog over the page, which cannot be used until it is closed.
pub fn open_dialog(id: &str) {
    taps::screen_changed();
    if let Some(dialog) = dialog(id)
        && dialog.show_modal().is_err()
    {
        // Open already.
        dialog.set_open(true);
    }
}

/// Closes a dialog, and gives the focus back to where it was.
pub fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Gives the focus to the first control of the element with this id, without moving the page.
pub fn focus_control(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    let control = element.and_then(|element| element.query_selector("input, textarea").ok()?);
    if let Some(control) = control {
        focus(&control);
    }
}

/// Gives the focus to an element without moving the page.
pub(super) fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// After the changes made now are in the document: they are applied in microtasks.
fn once_drawn(then: impl FnOnce() + 'static) {
    Timeout::new(0, then).forget();
}

/// Adds one entry to the history unless it is there, so that the browser's back button can be
/// used inside the form without leaving it.
pub fn guard_back_button() {
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else {
        return;
    };
    let is_guarded = history.state().is_ok_and(|state| state.as_string().as_deref() == Some(GUARD));
    if !is_guarded {
        let _ = history.push_state(&JsValue::from_str(GUARD), "");
    }
}

/// Calls back when the browser's back button has used up the guard, for as long as the owner
/// lives.
pub fn on_back_button(callback: impl Fn() + 'static) {
    if let Some(window) = web_sys::window() {
        let listener = EventListener::new(&window, "popstate", move |_| callback());
        // Dropped with the owner, and with it the listener.
        StoredValue::new_local(listener);
    }
}

/// Lets the person at the device save a text as a file.
pub fn download(name: &str, text: &str) {
    // The browser refuses only where downloads are switched off, and then says so itself.
    let _ = try_download(name, text);
}

fn try_download(name: &str, text: &str) -> Result<(), JsValue> {
    let blob = Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into()))?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = document().ok_or(JsValue::NULL)?;
    let link: HtmlElement = document.create_element("a")?.unchecked_into();
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.click();
    // The browser reads the file after this; a minute is more than it needs.
    Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}
