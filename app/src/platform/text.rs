//! Normalises text from the keyboard to Unicode NFC.

use wasm_bindgen::JsCast as _;
use web_sys::{Event, InputEvent};

/// The text in Unicode NFC, with every letter and its marks as one character: some Vietnamese
/// keyboards send “ế” as two or three.
pub fn nfc(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFC").into()
}

/// Whether an input belongs to a word that is still being composed.
pub fn is_composing(event: &Event) -> bool {
    event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing)
}
