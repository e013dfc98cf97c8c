//! Defines the selection: which answers count, how they are scored, and what they weigh.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::MethodId;
use crate::wave::{Channel, RespondentType};
use crate::wire::{UnknownWord, wire_enum};

/// Which answers count, by the care with which they seem to have been given.
///
/// A flag is no verdict on a respondent, and no form is ever deleted for one: the choice is there to
/// see whether a score depends on flagged forms.
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
pub enum FlagFilter {
    /// All of them.
    #[default]
    All,
    /// Only those without a flag.
    Unflagged,
}
wire_enum!(FlagFilter { All = "all", Unflagged = "unflagged" });

impl FlagFilter {
    /// Whether flags make no difference.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// What forms of one wave weigh beside each other.
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
pub enum Weights {
    /// What is known: forms of a sample weigh what its plan says, and forms of transactions stand
    /// for the dossiers of their unit, where these were counted.
    #[default]
    Known,
    /// Forms of transactions weigh the same although dossiers were counted. A sample keeps the
    /// weights of its plan, without which it speaks of nobody.
    None,
}
wire_enum!(Weights { Known = "known", None = "none" });

impl Weights {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_known(&self) -> bool {
        *self == Self::Known
    }
}

/// Which answers of a wave count, how they are scored and what they weigh: what all analyses are
/// asked in the same words.
///
/// Every field is a word as text, because a query string is read through `flatten`, which knows
/// texts only.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema, utoipa::IntoParams,
)]
#[into_params(parameter_in = Query)]
pub struct Selection {
    /// The method; the wave's own if absent.
    #[param(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<MethodId>,
    /// Only answers of this channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Only answers of these respondents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondent_type: Option<RespondentType>,
    /// Only answers of forms without a flag; all if absent.
    #[serde(default, skip_serializing_if = "FlagFilter::is_all")]
    pub quality: FlagFilter,
    /// Whether forms weigh what is known of them.
    #[serde(default, skip_serializing_if = "Weights::is_known")]
    pub weights: Weights,
}

/// One condition on answers, as the command line writes it: `channel=kiosk`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Only answers of this channel.
    Channel(Channel),
    /// Only answers of these respondents.
    RespondentType(RespondentType),
    /// Only answers of forms without a flag, or all.
    Quality(FlagFilter),
}

/// A text that is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCondition {
    /// There is no such field.
    #[error("“{0}” is not a condition: use channel=…, respondent_type=… or quality=…")]
    Field(String),
    /// The field has no such value.
    #[error(transparent)]
    Value(#[from] UnknownWord),
}

impl FromStr for Condition {
    type Err = InvalidCondition;

    fn from_str(text: &str) -> Result<Self, InvalidCondition> {
        match text.split_once('=') {
            Some(("channel", word)) => Ok(Self::Channel(word.parse()?)),
            Some(("respondent_type", word)) => Ok(Self::RespondentType(word.parse()?)),
            Some(("quality", word)) => Ok(Self::Quality(word.parse()?)),
            None | Some(_) => Err(InvalidCondition::Field(text.to_owned())),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel(channel) => write!(f, "channel={channel}"),
            Self::RespondentType(respondents) => write!(f, "respondent_type={respondents}"),
            Self::Quality(quality) => write!(f, "quality={quality}"),
        }
    }
}

impl Selection {
    /// With a condition more; a second one on the same field takes the place of the first.
    #[must_use]
    pub fn only(mut self, condition: Condition) -> Self {
        match condition {
            Condition::Channel(channel) => self.channel = Some(channel),
            Condition::RespondentType(respondents) => self.respondent_type = Some(respondents),
            Condition::Quality(quality) => self.quality = quality,
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_written_and_read() {
        for text in ["channel=kiosk", "respondent_type=organisation", "quality=unflagged"] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
        }
        for text in ["channel", "channel=tv", "colour=red", ""] {
            assert!(text.parse::<Condition>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn conditions_narrow_a_selection() {
        let conditions = ["channel=kiosk", "quality=unflagged", "channel=wall_qr"];
        let conditions = conditions.iter().map(|text| text.parse().unwrap());
        let selection = conditions.fold(Selection::default(), Selection::only);
        let expected = Selection {
            channel: Some(Channel::WallQr),
            quality: FlagFilter::Unflagged,
            ..Selection::default()
        };
        assert_eq!(selection, expected);
    }
}
