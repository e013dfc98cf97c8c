//! Reads and writes JSON with the browser's own parser and writer.

use js_sys::{JSON, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;

/// The text is no JSON, or not of the expected type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the JSON is not of the expected type")]
pub struct Unreadable;

/// Reads a value.
///
/// # Errors
/// [`Unreadable`] if the text is no JSON or the type does not accept it.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let value = JSON::parse(text).map_err(|_| Unreadable)?;
    serde_wasm_bindgen::from_value(value).map_err(|_| Unreadable)
}

/// The value has no form in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value cannot be written as JSON")]
pub struct Unwritable;

/// Writes a value.
///
/// # Errors
/// [`Unwritable`] if it has no form in JSON.
pub fn to_text<T: Serialize>(value: &T) -> Result<String, Unwritable> {
    let value = value.serialize(&Serializer::json_compatible()).map_err(|_| Unwritable)?;
    Ok(JSON::stringify(&value).map_err(|_| Unwritable)?.into())
}

/// Reads one text field of an object, whatever else is in it.
pub fn text_field(text: &str, name: &str) -> Option<String> {
    Reflect::get(&JSON::parse(text).ok()?, &name.into()).ok()?.as_string()
}

/// Reads one number field of an object, whatever else is in it.
pub fn number_field(text: &str, name: &str) -> Option<f64> {
    Reflect::get(&JSON::parse(text).ok()?, &name.into()).ok()?.as_f64()
}

/// Whether the text is an object with this field.
pub fn has_field(text: &str, name: &str) -> bool {
    JSON::parse(text).is_ok_and(|value| Reflect::has(&value, &name.into()).unwrap_or_default())
}
