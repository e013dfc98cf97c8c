//! Defines the name of a period within its calendar.

use std::fmt;

use serde::Deserialize;

/// The name of a period within its calendar, such as `q1` or `6m`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct PeriodId(String);

/// Why a text is not the name of a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a period id: 1 to {MAX_BYTES} of a–z and 0–9, at least one of them a letter")]
pub struct InvalidPeriodId(String);

/// Enough for `q1`, `9m`, `year` and the like.
const MAX_BYTES: usize = 16;

impl PeriodId {
    /// Checks and wraps a text.
    ///
    /// # Errors
    /// [`InvalidPeriodId`] if the text is empty, longer than 16 bytes, has anything but small ASCII
    /// letters and digits, or no letter, as `04` after a year is a month.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidPeriodId> {
        let text = text.into();
        if is_valid(&text) { Ok(Self(text)) } else { Err(InvalidPeriodId(text)) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_valid(text: &str) -> bool {
    text.len() <= MAX_BYTES
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_lowercase())
}

impl TryFrom<String> for PeriodId {
    type Error = InvalidPeriodId;

    fn try_from(text: String) -> Result<Self, InvalidPeriodId> {
        Self::new(text)
    }
}

impl fmt::Display for PeriodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_letter() {
        for good in ["q1", "6m", "year", "h"] {
            assert!(PeriodId::new(good).is_ok(), "{good:?} was refused");
        }
        for bad in ["", "1", "04", "Q1", "q 1", "q-1", "quý", "abcdefghijklmnopq"] {
            assert!(PeriodId::new(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
