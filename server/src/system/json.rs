//! Reading JSON that somebody has sent.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use survey_defs::generation::Versioned;

/// Why a text is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is not JSON.
    #[error("{0}")]
    Malformed(String),
    /// It is JSON of another shape: an unknown field, a missing field or a wrong type.
    #[error("{0}")]
    Shape(String),
}

/// Parses JSON; an error says where in the text.
///
/// # Errors
/// [`Error`].
pub fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => Error::Shape(error.to_string()),
        Category::Syntax | Category::Eof | Category::Io => Error::Malformed(error.to_string()),
    })
}

/// Parses a record. What a newer program says besides is kept in it.
///
/// # Errors
/// [`Error`].
pub fn record<T: DeserializeOwned + Versioned>(text: &str) -> Result<T, Error> {
    let record: T = parse(text)?;
    record.check_extras().map_err(|error| Error::Shape(error.to_string()))?;
    Ok(record)
}
