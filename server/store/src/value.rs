//! Between columns and domain types.

use std::error::Error;
use std::str::FromStr;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::quarantine::QuarantineState;
use crate::submission_log::Source;

/// A stored JSON text does not have the shape of its type. It says where, not what: the parser's
/// own message would quote an answer.
#[derive(Debug, thiserror::Error)]
#[error("{category:?} error at line {line}, column {column}")]
struct UnreadableJson {
    category: Category,
    line: usize,
    column: usize,
}

/// A stored word is not one of its set.
#[derive(Debug, thiserror::Error)]
#[error("“{0}” is not a known word")]
struct UnknownWord(String);

/// A stored number is outside its range.
#[derive(Debug, thiserror::Error)]
#[error("{0} is out of range")]
struct OutOfRange(i64);

pub(crate) fn corrupt(
    what: &'static str,
    source: impl Error + Send + Sync + 'static,
) -> StoreError {
    StoreError::Corrupt { what, source: Box::new(source) }
}

/// Cuts a time to whole milliseconds, towards the past.
pub(crate) fn whole_ms(time: Timestamp) -> Timestamp {
    let ms = time.as_nanosecond().div_euclid(1_000_000);
    i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(time)
}

pub(crate) fn time(what: &'static str, ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(|error| corrupt(what, error))
}

pub(crate) fn parse<T>(what: &'static str, text: &str) -> Result<T, StoreError>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    text.parse().map_err(|error| corrupt(what, error))
}

pub(crate) fn json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| {
        let (category, line, column) = (error.classify(), error.line(), error.column());
        corrupt(what, UnreadableJson { category, line, column })
    })
}

/// A large JSON text, from how the database keeps it.
pub(crate) fn text<J>(json: J) -> Result<String, <String as TryFrom<J>>::Error>
where
    String: TryFrom<J>,
{
    String::try_from(json)
}

/// A count or position as SQLite keeps it. A position beyond `i64::MAX` is after everything.
pub(crate) fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(what: &'static str, number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| corrupt(what, OutOfRange(number)))
}

pub(crate) fn source(word: &str) -> Result<Source, StoreError> {
    [Source::Api, Source::Import, Source::Demo]
        .into_iter()
        .find(|source| source.as_str() == word)
        .ok_or_else(|| corrupt("a source", UnknownWord(word.to_owned())))
}

pub(crate) fn quarantine_state(word: &str) -> Result<QuarantineState, StoreError> {
    use QuarantineState::{Rejected, Released, Waiting};
    [Waiting, Released, Rejected]
        .into_iter()
        .find(|state| state.as_str() == word)
        .ok_or_else(|| corrupt("a state in quarantine", UnknownWord(word.to_owned())))
}

pub(crate) fn unknown_word(what: &'static str, word: &str) -> StoreError {
    corrupt(what, UnknownWord(word.to_owned()))
}

pub(crate) fn bytes<const N: usize>(
    what: &'static str,
    bytes: Vec<u8>,
) -> Result<[u8; N], StoreError> {
    let length = clamp_length(bytes.len());
    bytes.try_into().map_err(|_| corrupt(what, OutOfRange(length)))
}

fn clamp_length(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

pub(crate) fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
