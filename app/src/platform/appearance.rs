//! Sets how the page looks: attributes of `<html>`, which the style sheets read.

use survey_defs::paradata::Orientation;

/// Sets an attribute of `<html>`.
pub fn set(attribute: &str, value: &str) {
    if let Some(html) = html() {
        // A browser that refuses leaves the page readable.
        let _ = html.set_attribute(attribute, value);
    }
}

/// Takes an attribute of `<html>` away.
pub fn remove(attribute: &str) {
    if let Some(html) = html() {
        let _ = html.remove_attribute(attribute);
    }
}

fn html() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// How the screen stands now.
pub fn orientation() -> Orientation {
    let length = |side: Option<Result<wasm_bindgen::JsValue, _>>| side?.ok()?.as_f64();
    let window = web_sys::window();
    let width = length(window.as_ref().map(web_sys::Window::inner_width));
    let height = length(window.as_ref().map(web_sys::Window::inner_height));
    if width > height { Orientation::Landscape } else { Orientation::Portrait }
}
