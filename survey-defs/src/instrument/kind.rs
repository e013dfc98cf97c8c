//! Defines the seven kinds of question.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Finite;
use crate::ids::OptionSetId;
use crate::text::Text;

/// What kind of answer a question takes, and its limits. All limits are inclusive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum QuestionKind {
    /// Five labelled levels, and “not applicable” as a separate choice where it is offered.
    Satisfaction {
        /// Whether “no opinion / not applicable” is offered.
        not_applicable: bool,
    },
    /// One choice of a set.
    Single {
        /// The set.
        options: OptionSetId,
    },
    /// Several choices of a set.
    Multiple {
        /// The set.
        options: OptionSetId,
        /// The least number of choices.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<usize>,
        /// The greatest number of choices.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<usize>,
    },
    /// A number.
    Number {
        /// The least number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<Finite>,
        /// The greatest number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Finite>,
        /// Whether only whole numbers are taken.
        integer: bool,
        /// The unit, shown beside the field.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Text>,
    },
    /// One line of text.
    ShortText {
        /// The greatest length in graphemes (what a reader calls characters).
        max_graphemes: usize,
    },
    /// Several lines of text.
    LongText {
        /// The greatest length in graphemes.
        max_graphemes: usize,
    },
    /// A calendar day.
    Date {
        /// The first day taken.
        #[serde(
            default,
            deserialize_with = "crate::iso::de::optional_day",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<String>)]
        min: Option<Date>,
        /// The last day taken.
        #[serde(
            default,
            deserialize_with = "crate::iso::de::optional_day",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<String>)]
        max: Option<Date>,
    },
}

impl QuestionKind {
    /// Whether the question is answered with levels.
    pub fn is_satisfaction(&self) -> bool {
        matches!(self, Self::Satisfaction { .. })
    }

    /// The option set of a choice question.
    pub fn options(&self) -> Option<&OptionSetId> {
        match self {
            Self::Single { options } | Self::Multiple { options, .. } => Some(options),
            Self::Satisfaction { .. }
            | Self::Number { .. }
            | Self::ShortText { .. }
            | Self::LongText { .. }
            | Self::Date { .. } => None,
        }
    }
}
