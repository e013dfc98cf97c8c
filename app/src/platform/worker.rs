//! Talks to the service worker, which keeps the app for times without a network.
//!
//! What is to be done is a few lines of JavaScript in `assets/boot.js`, where the browser's own
//! promises cost nothing; the rules for updates stand there and in `assets/static/sw.js`.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Registers the worker, once the page has loaded, so that it never delays the first screen. Where
/// the browser or the address allows none, nothing happens.
pub fn register() {
    call("register");
}

/// Somebody is filling in a form: from now on the page is not loaded anew, until
/// [`update_if_waiting`] says that nobody is.
pub fn hold() {
    call("hold");
}

/// Changes to the new release of the app if one is ready, and reloads the page then. To be called
/// only while nobody is filling in a form on this page; pages in other tabs are not disturbed.
pub fn update_if_waiting() {
    call("update");
}

/// Looks for a new release, for pages that stay open for weeks. It is used only after
/// [`update_if_waiting`].
pub fn look_for_update() {
    call("look");
}

/// Fetches the app anew and reloads the page: for an app that the server no longer understands.
/// Does nothing if that was just tried, so that a page never reloads itself without end.
pub fn update_and_reload() {
    call("renew");
}

fn call(name: &str) {
    let app = web_sys::window()
        .and_then(|window| Reflect::get(&window, &"thuocdo".into()).ok())
        .unwrap_or(JsValue::UNDEFINED);
    let function = Reflect::get(&app, &name.into()).and_then(JsCast::dyn_into::<Function>);
    if let Ok(function) = function {
        // It starts promises and handles their failures itself.
        let _ = function.call0(&app);
    }
}
