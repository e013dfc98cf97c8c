//! Defines an answer to one question.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::OptionId;

/// One of the five labelled levels of a satisfaction statement, 1 (*Rất không hài lòng*) to
/// 5 (*Rất hài lòng*).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(try_from = "u8", into = "u8")]
#[schema(value_type = u8, description = "A whole number from 1 to 5.")]
pub struct Level(u8);

/// A number that is not a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a level: levels are 1 to 5")]
pub struct NotALevel(u8);

impl Level {
    /// All five, lowest first.
    pub const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];

    /// The level as a number, 1 to 5.
    pub fn get(self) -> u8 {
        self.0
    }

    /// The place of the level in an array of five, 0 to 4.
    pub fn index(self) -> usize {
        usize::from(self.0) - 1
    }
}

impl TryFrom<u8> for Level {
    type Error = NotALevel;
    fn try_from(number: u8) -> Result<Self, NotALevel> {
        if (1..=5).contains(&number) { Ok(Self(number)) } else { Err(NotALevel(number)) }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        level.0
    }
}

/// A number that is neither infinite nor “not a number”, so that equality and order are total.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64)]
pub struct Finite(f64);

/// An infinite number or “not a number”.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the number is not finite")]
pub struct NotFinite;

impl Finite {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Whether the number has no fraction.
    pub fn is_integer(self) -> bool {
        self.0.fract() == 0.0
    }
}

impl TryFrom<f64> for Finite {
    type Error = NotFinite;
    fn try_from(number: f64) -> Result<Self, NotFinite> {
        // Adding zero turns −0 into 0, so that equal numbers are written the same way.
        if number.is_finite() { Ok(Self(number + 0.0)) } else { Err(NotFinite) }
    }
}

impl From<i32> for Finite {
    fn from(number: i32) -> Self {
        Self(f64::from(number))
    }
}

impl From<Finite> for f64 {
    fn from(number: Finite) -> f64 {
        number.0
    }
}

/// An answer, in the form it is sent and stored: `{"level":4}`, `"not_applicable"`,
/// `{"option":"yes"}`, `{"options":["a","b"]}`, `{"number":3}`, `{"text":"…"}`,
/// `{"date":"2026-03-01"}`.
///
/// “Not answered” is the absence of an answer, never a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A level of a satisfaction statement.
    Level(Level),
    /// The explicit choice “no opinion / not applicable”; never a level.
    NotApplicable,
    /// The choice of a single-choice question.
    Option(OptionId),
    /// The choices of a multiple-choice question; at least one.
    Options(BTreeSet<OptionId>),
    /// A number.
    Number(Finite),
    /// Text, short or long.
    Text(String),
    /// A calendar day.
    #[schema(value_type = String, format = Date)]
    Date(Date),
}

impl Answer {
    /// Whether the answer says nothing: text of white space only, or no choice at all. A blank
    /// answer is treated as no answer.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Options(options) => options.is_empty(),
            Self::Level(_)
            | Self::NotApplicable
            | Self::Option(_)
            | Self::Number(_)
            | Self::Date(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_read_and_write_as_documented() {
        let cases = [
            (r#"{"level":4}"#, Answer::Level(Level(4))),
            (r#""not_applicable""#, Answer::NotApplicable),
            (r#"{"option":"yes"}"#, Answer::Option(OptionId::new("yes").unwrap())),
            (r#"{"number":3.0}"#, Answer::Number(Finite::from(3))),
            (r#"{"text":"tốt"}"#, Answer::Text("tốt".into())),
            (r#"{"date":"2026-03-01"}"#, Answer::Date(jiff::civil::date(2026, 3, 1))),
        ];
        for (json, answer) in cases {
            assert_eq!(serde_json::from_str::<Answer>(json).unwrap(), answer);
            assert_eq!(serde_json::to_string(&answer).unwrap(), json);
        }
    }

    #[test]
    fn levels_outside_one_to_five_do_not_exist() {
        for json in [r#"{"level":0}"#, r#"{"level":6}"#, r#"{"level":2.5}"#, r#"{"level":"4"}"#] {
            assert!(serde_json::from_str::<Answer>(json).is_err(), "{json} was accepted");
        }
    }
}
