//! Reads the page's address, whether it is visible, and the local time of day.

use gloo::utils::{document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlElement, UrlSearchParams};

/// A parameter of the address.
pub fn parameter(name: &str) -> Option<String> {
    let query = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&query).ok()?.get(name)
}

/// Puts parameters into the address, in place of all that were there, without a new entry in the
/// history.
pub fn set_parameters(parameters: &[(&str, String)]) {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let address = match encode(parameters) {
        query if query.is_empty() => path,
        query => format!("{path}?{query}"),
    };
    if let Ok(history) = window().history() {
        // A browser refuses only when a page does this hundreds of times a minute; then the
        // address lags behind, and nothing else.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Parameters as they stand after the `?` of an address.
pub fn encode(parameters: &[(&str, String)]) -> String {
    let pairs = parameters.iter().map(|(name, value)| {
        format!("{name}={}", String::from(js_sys::encode_uri_component(value)))
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Takes a parameter out of the fragment of the address, which keeps neither it nor the fragment, also not
/// in the history.
pub fn take_fragment(name: &str) -> Option<String> {
    let location = window().location();
    let fragment = location.hash().ok()?;
    let value = UrlSearchParams::new_with_str(fragment.strip_prefix('#')?).ok()?.get(name)?;
    let (path, query) = (location.pathname().ok()?, location.search().ok()?);
    if let Ok(history) = window().history() {
        let address = [path, query].concat();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
    Some(value)
}

/// Whether the page came over https, or from this machine: only there a browser keeps secure cookies.
pub fn is_secure() -> bool {
    window().is_secure_context()
}

/// Opens the page anew.
pub fn reload() {
    // A browser refuses only where the page is going away already.
    let _ = window().location().reload();
}

/// Whether the browser knows of a network.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Whether the page is on the screen, and not in the background.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// The local time of day, such as `14:05:09`.
pub fn time_of_day() -> String {
    let now = js_sys::Date::new_0();
    format!("{:02}:{:02}:{:02}", now.get_hours(), now.get_minutes(), now.get_seconds())
}

/// Moves the focus to an element, if there is one with this id.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // It fails on elements that cannot be focused; then the focus stays.
        let _ = element.focus();
    }
}

/// Removes an element, if there is one with this id.
pub fn remove(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.remove();
    }
}
