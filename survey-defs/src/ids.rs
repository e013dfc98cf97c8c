//! Defines identifiers, each as its own type, so that a wave is never passed where a question is
//! meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The longest identifier in bytes; long enough for `policy_social_security`, short enough for a
/// URL segment and a database key.
pub const MAX_ID_BYTES: usize = 64;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{text}” is not a valid {kind} id: 1 to {MAX_ID_BYTES} of a–z, A–Z, 0–9, “-”, “_”, “.”, and not only “.”"
)]
pub struct InvalidId {
    kind: &'static str,
    text: String,
}

/// Browsers resolve segments of dots away: `/s/../x` is another page.
fn is_valid(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len())
        && text.bytes().any(|b| b != b'.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// Defines identifiers that are short ASCII words. Each gets checked parsing, `Display`, ordering
/// and the same text form in JSON, TOML and URLs.
macro_rules! word_ids {
    ($($(#[$doc:meta])* $name:ident: $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps a text.
            ///
            /// # Errors
            /// [`InvalidId`] if the text is empty, longer than [`MAX_ID_BYTES`], only dots, or has
            /// a character other than ASCII letters, digits, `-`, `_` and `.`.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if is_valid(&text) { Ok(Self(text)) } else { Err(InvalidId { kind: $kind, text }) }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

word_ids! {
    /// A question set, whatever its version: `counter`.
    InstrumentId: "instrument";
    /// A section of an instrument, one step of the form.
    SectionId: "section";
    /// A question; the same id in two versions means the same question.
    QuestionId: "question";
    /// A choice of a single- or multiple-choice question.
    OptionId: "option";
    /// A named list of choices that several questions share.
    OptionSetId: "option set";
    /// A content of the index, such as `services`.
    ContentId: "content";
    /// A factor of the index, such as `access`.
    FactorId: "factor";
    /// A way to compute scores, such as `t2b`.
    MethodId: "method";
    /// A survey wave.
    WaveId: "wave";
    /// A place or link at which answers are collected.
    PointId: "service point";
    /// The code of an administrative unit or agency. Alone it is not a key: see [`crate::unit::UnitKey`].
    UnitCode: "unit code";
    /// A calendar of reporting periods, such as `city`.
    CalendarId: "calendar";
    /// A group of administrative procedures.
    ProcedureGroup: "procedure group";
}

/// Defines identifiers that are UUIDs.
macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID of any version.
            pub fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

uuid_ids! {
    /// A submission. Made by the browser before question 1 (UUID version 7) and unique for ever.
    SubmissionId;
    /// A device at a counter. Made by the server when staff add it.
    DeviceId;
    /// A random number of a server, to which the heartbeats of a device are bound.
    HeartbeatNonce;
    /// A person with an account. Never used for another person.
    PersonId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_words_and_nothing_else() {
        for good in ["a", "counter", "2026-tx", "CN-TAYHO", "v1.2_x", "..a", "-"] {
            assert_eq!(QuestionId::new(good).unwrap().as_str(), good);
        }
        let long = "x".repeat(MAX_ID_BYTES + 1);
        for bad in ["", " ", "a b", "đ", "a/b", "a\n", ".", "..", "...", long.as_str()] {
            assert!(QuestionId::new(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn a_bad_id_in_json_is_an_error_that_names_it() {
        let error = serde_json::from_str::<WaveId>("\"a b\"").unwrap_err();
        assert!(error.to_string().contains("“a b” is not a valid wave id"), "{error}");
    }
}
