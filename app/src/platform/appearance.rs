//! Sets how the page looks: attributes of `<html>`, which the style sheets read.

use survey_defs::paradata::Orientation;

/// Sets an attribute of `<html>`.
pub fn set(attribute: &str, value: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(html) = document.and_then(|document| document.document_element()) {
        // A browser that refuses leaves the page readable.
        let _ = html.set_attribute(attribute, value);
    }
}

/// How the screen stands now.
pub fn orientation() -> Orientation {
    let length = |side: Option<Result<wasm_bindgen::JsValue, _>>| side?.ok()?.as_f64();
    let window = web_sys::window();
    let width = length(window.as_ref().map(web_sys::Window::inner_width));
    let height = length(window.as_ref().map(web_sys::Window::inner_height));
    if width > height { Orientation::Landscape } else { Orientation::Portrait }
}
