//! Survey waves, service points, channels, and the two populations that never meet.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{MethodId, PointId, WaveId};
use crate::instrument::InstrumentRef;
use crate::text::Text;
use crate::unit::UnitKey;

/// Implements the text form of a closed enum of wire words: `as_str`, `ALL`, `Display`, `FromStr`.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word on the wire, in the database and on the command line.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wave::UnknownWord;
            fn from_str(word: &str) -> Result<Self, $crate::wave::UnknownWord> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|one| one.as_str() == word)
                    .ok_or_else(|| $crate::wave::UnknownWord {
                        word: word.to_owned(),
                        known: Self::ALL.iter().map(|one| one.as_str()).collect(),
                    })
            }
        }
    };
}
pub(crate) use words;

/// A word that is not one of a closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” is not one of {}", known.join(", "))]
pub struct UnknownWord {
    /// The word.
    pub word: String,
    /// The set.
    pub known: Vec<&'static str>,
}

/// Whom a wave speaks of. It belongs to the wave, so that no score can mix the two.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    /// Persons of 18 and over, drawn in stages: the population of the official SIPAS.
    Household,
    /// People who have just had a procedure handled. Never printed as “SIPAS”.
    Transaction,
}
words!(Population { Household = "household", Transaction = "transaction" });

/// Who answers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RespondentType {
    /// A member of a household.
    Household,
    /// A person on their own behalf.
    Individual,
    /// Somebody on behalf of an organisation or enterprise.
    Organisation,
}
words!(RespondentType {
    Household = "household",
    Individual = "individual",
    Organisation = "organisation",
});

/// How an answer reached us.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A tablet at the counter.
    Kiosk,
    /// A QR code on the wall.
    WallQr,
    /// A QR code on the receipt.
    ReceiptQr,
    /// A link sent after the transaction.
    Link,
    /// An interviewer.
    Interviewer,
    /// A paper form entered by staff.
    PaperEntry,
}
words!(Channel {
    Kiosk = "kiosk",
    WallQr = "wall_qr",
    ReceiptQr = "receipt_qr",
    Link = "link",
    Interviewer = "interviewer",
    PaperEntry = "paper_entry",
});

/// A survey wave (*đợt khảo sát*): one population, one instrument version, one geography.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// Stable id, part of the form's address.
    pub id: WaveId,
    /// Title.
    pub title: Text,
    /// Whom it speaks of.
    pub population: Population,
    /// What is asked.
    pub instrument: InstrumentRef,
    /// The method shown first.
    pub method: MethodId,
    /// The day whose units are scored, such as 2024-12-14 for the 30 districts.
    #[serde(deserialize_with = "crate::iso::de::day")]
    #[schema(value_type = String, format = Date)]
    pub geography: Date,
    /// When answers are first taken, by server time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub opens_at: Timestamp,
    /// When answers are no longer taken, by server time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub closes_at: Timestamp,
    /// Whether the answers are simulated; then every page says so.
    pub simulated: bool,
}

impl Wave {
    /// Whether answers are taken at this moment of server time.
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        (self.opens_at..self.closes_at).contains(&now)
    }
}

/// A place or link at which answers to a wave are collected: one unit, one channel. A kiosk and
/// a poster in the same office are two points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServicePoint {
    /// Stable id within the wave, part of the form's address.
    pub id: PointId,
    /// Which wave.
    pub wave: WaveId,
    /// The name of the place.
    pub name: Text,
    /// The unit that is served, and scored.
    pub unit: UnitKey,
    /// How answers arrive from here.
    pub channel: Channel,
    /// The telephone number of the unit, for people whose device cannot show the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<Telephone>,
}

/// A telephone number as it is printed: 3 to 32 digits, spaces, `+`, `-`, `.`, `(`, `)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String)]
pub struct Telephone(String);

/// A text that is no telephone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number is 3 to 32 digits, spaces, “+”, “-”, “.”, “(”, “)”")]
pub struct NotATelephone;

impl Telephone {
    /// The number as it was written down.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Telephone {
    type Error = NotATelephone;
    fn try_from(text: String) -> Result<Self, NotATelephone> {
        let is_known =
            |b: u8| b.is_ascii_digit() || matches!(b, b' ' | b'+' | b'-' | b'.' | b'(' | b')');
        let fits = (3..=32).contains(&text.len()) && text.bytes().all(is_known);
        if fits { Ok(Self(text)) } else { Err(NotATelephone) }
    }
}

impl From<Telephone> for String {
    fn from(telephone: Telephone) -> String {
        telephone.0
    }
}
