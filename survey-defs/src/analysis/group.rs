//! Defines groupings, and what a group is called.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::iso;
use crate::text::Text;
use crate::unit::{InvalidUnitKey, UnitKey};
use crate::wire::wire_enum;

/// Over what answers are grouped.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// All answers of the wave.
    City,
    /// Districts; for units since July 2025 the former district, an approximation.
    District,
    /// Wards and communes.
    Ward,
    /// Departments and equivalent agencies.
    Agency,
    /// Branches of the service centre.
    Branch,
    /// Calendar months of receipt.
    Month,
}
wire_enum!(Grouping {
    City = "city",
    District = "district",
    Ward = "ward",
    Agency = "agency",
    Branch = "branch",
    Month = "month",
});

/// Which group of a table: `city`, a month such as `2023-04`, or a unit such as `00004@2025-07-01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum GroupKey {
    /// All answers of the wave.
    City,
    /// Answers that were received in a month.
    Month(Month),
    /// Answers about a unit.
    Unit(UnitKey),
}

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    /// None if there is no such month.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        Date::new(year, month, 1).ok().map(Self)
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        self.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// A text that is no key of a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not a group: write city, a month such as 2023-04, or a unit: {source}")]
pub struct InvalidGroupKey {
    text: String,
    source: InvalidUnitKey,
}

impl FromStr for GroupKey {
    type Err = InvalidGroupKey;

    fn from_str(text: &str) -> Result<Self, InvalidGroupKey> {
        if text == "city" {
            return Ok(Self::City);
        }
        if let Some(first) = iso::day(&format!("{text}-01")) {
            return Ok(Self::Month(Month(first)));
        }
        let unit: Result<UnitKey, _> = text.parse();
        unit.map(Self::Unit).map_err(|source| InvalidGroupKey { text: text.to_owned(), source })
    }
}

// By hand: the derive cannot describe an enum as the text it is written as.
impl PartialSchema for GroupKey {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A group: `city`, a month such as `2023-04`, or the key of a unit."))
            .examples(["00004@2025-07-01"])
            .into()
    }
}

impl ToSchema for GroupKey {}

impl TryFrom<String> for GroupKey {
    type Error = InvalidGroupKey;

    fn try_from(text: String) -> Result<Self, InvalidGroupKey> {
        text.parse()
    }
}

impl From<GroupKey> for String {
    fn from(key: GroupKey) -> String {
        key.to_string()
    }
}

impl fmt::Display for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::City => f.write_str("city"),
            Self::Month(month) => month.fmt(f),
            Self::Unit(key) => key.fmt(f),
        }
    }
}

/// With a key as it is written.
impl PartialEq<str> for GroupKey {
    fn eq(&self, text: &str) -> bool {
        text.parse::<Self>().is_ok_and(|key| key == *self)
    }
}

impl PartialEq<&str> for GroupKey {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

impl From<UnitKey> for GroupKey {
    fn from(unit: UnitKey) -> Self {
        Self::Unit(unit)
    }
}

/// A group of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupLabel {
    /// Its key.
    pub key: GroupKey,
    /// Its name.
    pub name: Text,
    /// The unit, where the group is one; of the whole, the city.
    pub unit: Option<UnitKey>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_and_read() {
        for (text, expected) in [
            ("city", GroupKey::City),
            ("2023-04", GroupKey::Month(Month::new(2023, 4).unwrap())),
            ("00004@2025-07-01", GroupKey::Unit("00004@2025-07-01".parse().unwrap())),
        ] {
            assert_eq!(text.parse(), Ok(expected.clone()));
            assert_eq!(expected.to_string(), text);
            assert_eq!(serde_json::to_value(&expected).unwrap(), text);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "town", "2023", "2023-13", "2023-4", "00004", "00004@2025-07"] {
            assert!(text.parse::<GroupKey>().is_err(), "{text}");
        }
        assert_eq!(Month::new(2023, 13), None);
    }
}
