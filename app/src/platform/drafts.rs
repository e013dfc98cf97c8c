//! Stores the unfinished form of this tab: it outlives a reload and vanishes with the tab.

use wasm_bindgen::JsValue;
use web_sys::Storage;

const KEY: &str = "thuocdo-draft";

/// What is kept, if anything.
pub fn read() -> Option<String> {
    storage()?.get_item(KEY).ok()?
}

/// Keeps a text in place of the one before.
pub fn write(draft: &str) {
    if let Some(storage) = storage() {
        // Without space a reload costs the answers, as it does where nothing is kept at all.
        let _ = storage.set_item(KEY, draft);
    }
}

/// Forgets it.
pub fn delete() {
    if let Some(storage) = storage() {
        let _: Result<(), JsValue> = storage.remove_item(KEY);
    }
}

/// None where the browser keeps nothing.
fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
