//! Defines the key of a unit: its code with the first day of its row.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::ids::{InvalidId, UnitCode};
use crate::iso;

/// The key of a unit: its code and the first day of the row; as text `00004@2025-07-01`.
///
/// The code alone is not a key, because codes are re-used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitKey {
    /// The code.
    pub code: UnitCode,
    /// The first day on which the row holds.
    pub valid_from: Date,
}

/// Why a text is not a unit key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUnitKey {
    /// There is no `@` between a code and a date.
    #[error("“{0}” is not a unit key: code, “@”, first day, such as 00004@2025-07-01")]
    Shape(String),
    /// What stands before the `@` is not a code.
    #[error(transparent)]
    Code(#[from] InvalidId),
    /// What stands after the `@` is not a date.
    #[error("“{0}” in a unit key is not a date such as 2025-07-01")]
    Date(String),
}

impl FromStr for UnitKey {
    type Err = InvalidUnitKey;

    fn from_str(text: &str) -> Result<Self, InvalidUnitKey> {
        let (code, day) =
            text.split_once('@').ok_or_else(|| InvalidUnitKey::Shape(text.to_owned()))?;
        let valid_from = iso::day(day).ok_or_else(|| InvalidUnitKey::Date(day.to_owned()))?;
        Ok(Self { code: UnitCode::new(code)?, valid_from })
    }
}

impl TryFrom<String> for UnitKey {
    type Error = InvalidUnitKey;

    fn try_from(text: String) -> Result<Self, InvalidUnitKey> {
        text.parse()
    }
}

impl From<UnitKey> for String {
    fn from(key: UnitKey) -> String {
        key.to_string()
    }
}

impl fmt::Display for UnitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, valid_from } = self;
        write!(f, "{code}@{valid_from}")
    }
}

// By hand: the derive cannot describe a struct with named fields as the text it is written as.
impl PartialSchema for UnitKey {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A unit: its code, “@” and the first day of its row."))
            .examples(["00004@2025-07-01"])
            .into()
    }
}

impl ToSchema for UnitKey {}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_text_form_goes_round() {
        let key: UnitKey = "CN-TAYHO@2024-12-01".parse().unwrap();
        assert_eq!(key.code.as_str(), "CN-TAYHO");
        assert_eq!(key.valid_from, date(2024, 12, 1));
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, "\"CN-TAYHO@2024-12-01\"");
        assert_eq!(serde_json::from_str::<UnitKey>(&json).unwrap(), key);
    }

    #[test]
    fn a_code_alone_and_a_loose_date_are_refused() {
        for bad in [
            "",
            "00004",
            "@2025-07-01",
            "00004@",
            "00004@2025-07",
            "00004@20250701",
            "00004@2025-07-01T00:00",
            "00004@2025-02-29",
            "00 04@2025-07-01",
            "00004@2025-07-01 ",
            "00004@2025-07-01@2",
        ] {
            assert!(bad.parse::<UnitKey>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn keys_sort_by_code_then_day() {
        let mut keys: Vec<UnitKey> = ["00007@2020-03-01", "00004@2025-07-01", "00004@2020-03-01"]
            .map(|key| key.parse().unwrap())
            .into();
        keys.sort();
        let texts: Vec<String> = keys.iter().map(UnitKey::to_string).collect();
        assert_eq!(texts, ["00004@2020-03-01", "00004@2025-07-01", "00007@2020-03-01"]);
    }
}
