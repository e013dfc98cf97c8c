//! Defines survey waves, service points, channels, and the two populations that never meet.

use std::borrow::Cow;
use std::ops::Deref;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::ids::{MethodId, PointId, WaveId};
use crate::instrument::InstrumentRef;
use crate::text::Text;
use crate::unit::UnitKey;
use crate::wire::wire_enum;

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
wire_enum!(Population { Household = "household", Transaction = "transaction" });

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
wire_enum!(RespondentType {
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
wire_enum!(Channel {
    Kiosk = "kiosk",
    WallQr = "wall_qr",
    ReceiptQr = "receipt_qr",
    Link = "link",
    Interviewer = "interviewer",
    PaperEntry = "paper_entry",
});

/// What a wave takes. It is settled when the wave is added, and may change while the wave has no record.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// Forms that people fill in by themselves, also imported ones, without a sample plan.
    #[default]
    Forms,
    /// Imported forms of a drawn sample: each has a sampling unit and a weight.
    Sample,
    /// Imported counts of the five levels.
    LevelCounts,
}
wire_enum!(Takes { Forms = "forms", Sample = "sample", LevelCounts = "level_counts" });

impl Channel {
    /// Whether people can come to a form by a poster. A device at the counter shows its form by itself, an
    /// interviewer brings it, and paper is entered by staff: a code on a wall would put answers where
    /// they do not belong.
    pub fn has_poster(self) -> bool {
        match self {
            Self::WallQr | Self::ReceiptQr | Self::Link => true,
            Self::Kiosk | Self::Interviewer | Self::PaperEntry => false,
        }
    }

    /// Whether answers count only if a device that stands there has signed them.
    pub fn needs_device(self) -> bool {
        match self {
            Self::Kiosk => true,
            Self::WallQr | Self::ReceiptQr | Self::Link | Self::Interviewer | Self::PaperEntry => {
                false
            }
        }
    }
}

/// A checked type has the schema of its fields.
macro_rules! described_by {
    ($checked:ident, $fields:ident) => {
        impl PartialSchema for $checked {
            fn schema() -> RefOr<Schema> {
                $fields::schema()
            }
        }

        impl ToSchema for $checked {
            fn name() -> Cow<'static, str> {
                stringify!($checked).into()
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $fields::schemas(schemas);
            }
        }
    };
}

/// A survey wave (*đợt khảo sát*): one population, one instrument version, one geography.
///
/// A value is valid: it closes after it opens and its title is not blank. It reads like its
/// [`WaveFields`] and never changes; another one is made from its fields.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "WaveFields")]
pub struct Wave(WaveFields);

/// The parts of a [`Wave`], not checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = Wave,
    description = "A survey wave: one population, one instrument version, one geography, one window of time."
)]
pub struct WaveFields {
    /// Stable id, part of the form's address.
    pub id: WaveId,
    /// Title.
    pub title: Text,
    /// Whom it speaks of.
    pub population: Population,
    /// What it takes; forms, if that is not said.
    #[serde(default)]
    pub takes: Takes,
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

/// Why something is not a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWave {
    /// It closes before it opens, or at the same moment.
    #[error("the wave closes before it opens")]
    Window,
    /// Its title is blank in one of the languages.
    #[error("the title of the wave is blank")]
    Title,
}

impl TryFrom<WaveFields> for Wave {
    type Error = InvalidWave;

    fn try_from(fields: WaveFields) -> Result<Self, InvalidWave> {
        if fields.opens_at >= fields.closes_at {
            Err(InvalidWave::Window)
        } else if is_blank(&fields.title) {
            Err(InvalidWave::Title)
        } else {
            Ok(Self(fields))
        }
    }
}

impl Wave {
    /// Whether this moment of server time lies in its window.
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        (self.opens_at..self.closes_at).contains(&now)
    }

    /// Whether people can fill in its form at this moment of server time.
    pub fn takes_forms_at(&self, now: Timestamp) -> bool {
        self.takes == Takes::Forms && self.is_open_at(now)
    }

    /// The fields, to make another wave from.
    pub fn into_fields(self) -> WaveFields {
        self.0
    }

    /// The wave that differs from this one in some fields.
    ///
    /// # Errors
    /// [`InvalidWave`] if the change does not leave a wave.
    pub fn changed(self, change: impl FnOnce(&mut WaveFields)) -> Result<Self, InvalidWave> {
        let mut fields = self.0;
        change(&mut fields);
        fields.try_into()
    }
}

impl Deref for Wave {
    type Target = WaveFields;

    fn deref(&self) -> &WaveFields {
        &self.0
    }
}

impl Serialize for Wave {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

described_by!(Wave, WaveFields);

/// A place or link at which answers to a wave are collected: one unit, one channel. A kiosk and
/// a poster in the same office are two points.
///
/// A value is valid: its name is not blank. It reads like its [`PointFields`] and never changes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "PointFields")]
pub struct ServicePoint(PointFields);

/// The parts of a [`ServicePoint`], not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = ServicePoint,
    description = "A place or link at which answers to a wave are collected: one unit, one channel. A kiosk and a poster in one office are two points."
)]
pub struct PointFields {
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

/// Why something is not a service point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPoint {
    /// Its name is blank in one of the languages.
    #[error("the name of the service point is blank")]
    Name,
}

impl TryFrom<PointFields> for ServicePoint {
    type Error = InvalidPoint;

    fn try_from(fields: PointFields) -> Result<Self, InvalidPoint> {
        if is_blank(&fields.name) { Err(InvalidPoint::Name) } else { Ok(Self(fields)) }
    }
}

impl ServicePoint {
    /// The same point with another telephone number.
    #[must_use]
    pub fn with_telephone(self, telephone: Option<Telephone>) -> Self {
        Self(PointFields { telephone, ..self.0 })
    }

    /// The fields, to take apart or to make another point from.
    pub fn into_fields(self) -> PointFields {
        self.0
    }
}

impl Deref for ServicePoint {
    type Target = PointFields;

    fn deref(&self) -> &PointFields {
        &self.0
    }
}

impl Serialize for ServicePoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

described_by!(ServicePoint, PointFields);

fn is_blank(text: &Text) -> bool {
    text.vi.trim().is_empty() || text.en.trim().is_empty()
}

/// A telephone number as it is printed: 3 to 32 digits, spaces, `+`, `-`, `.`, `(`, `)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String)]
pub struct Telephone(String);

/// A text that is not a telephone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number is 3 to 32 digits, spaces, “+”, “-”, “.”, “(”, “)”")]
pub struct NotATelephone;

impl Telephone {
    /// The number as it was written down.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as it is dialled: digits, and “+”.
    pub fn dialled(&self) -> String {
        self.0.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    const WAVE: &str = r#"{
        "id": "w", "title": { "vi": "Đợt", "en": "Wave" }, "population": "household",
        "instrument": { "id": "national", "version": 1 }, "method": "t2b",
        "geography": "2026-01-01", "opens_at": "2026-01-01T00:00:00Z",
        "closes_at": "2026-02-01T00:00:00Z", "simulated": false
    }"#;

    #[test]
    fn a_wave_closes_after_it_opens_and_has_a_title() {
        let wave: Wave = serde_json::from_str(WAVE).unwrap();
        let text = serde_json::to_string(&wave).unwrap();
        assert_eq!(serde_json::from_str::<Wave>(&text).unwrap(), wave);
        let opens_at = wave.opens_at;
        let closed = wave.clone().changed(|fields| fields.closes_at = opens_at);
        assert_eq!(closed, Err(InvalidWave::Window));
        let untitled = wave.clone().changed(|fields| fields.title.vi = " ".into());
        assert_eq!(untitled, Err(InvalidWave::Title));
        let reversed = WAVE.replace("2026-02", "2025-02");
        let error = serde_json::from_str::<Wave>(&reversed).unwrap_err();
        assert!(error.to_string().contains("closes before it opens"), "{error}");
        assert_eq!(wave.takes, Takes::Forms);
        let sample = WAVE.replace("\"id\": \"w\"", "\"id\": \"w\", \"takes\": \"sample\"");
        let sample: Wave = serde_json::from_str(&sample).unwrap();
        assert!(wave.takes_forms_at(opens_at) && !sample.takes_forms_at(opens_at));
        let unknown = WAVE.replace("\"id\": \"w\"", "\"id\": \"w\", \"more\": 1");
        assert!(serde_json::from_str::<Wave>(&unknown).is_err());
    }

    #[test]
    fn a_service_point_has_a_name() {
        let point = |name| {
            let text = format!(
                r#"{{ "id": "p", "wave": "w", "name": {{ "vi": "{name}", "en": "Counter" }},
                     "unit": "00004@2025-07-01", "channel": "kiosk" }}"#
            );
            serde_json::from_str::<ServicePoint>(&text)
        };
        assert_eq!(point("Quầy").unwrap().name.vi, "Quầy");
        assert!(point(" ").is_err());
    }
}
