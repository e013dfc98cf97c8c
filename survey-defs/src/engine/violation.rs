//! Defines what can be wrong with an answer, as codes with parameters and not as prose.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Finite;
use crate::ids::QuestionId;

/// What is wrong with the answer to one question; at most one per question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Violation {
    /// The question.
    pub question: QuestionId,
    /// What is wrong.
    #[serde(flatten)]
    pub kind: ViolationKind,
}

/// The ways in which an answer can be wrong. A blank answer can only be `required`; an answer
/// that is not blank never is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ViolationKind {
    /// The question needs an answer and has none.
    Required,
    /// The instrument has no such question.
    UnknownQuestion,
    /// The answer is of another kind than the question.
    WrongKind,
    /// “Not applicable” is not offered here.
    NotApplicableNotOffered,
    /// A choice that is not offered.
    UnknownOption,
    /// An exclusive choice together with others.
    ExclusiveOption,
    /// Too few choices.
    TooFew {
        /// The least number.
        min: usize,
    },
    /// Too many choices.
    TooMany {
        /// The greatest number.
        max: usize,
    },
    /// A fraction where a whole number is asked.
    NotInteger,
    /// Below the least number.
    BelowMin {
        /// The least number.
        min: Finite,
    },
    /// Above the greatest number.
    AboveMax {
        /// The greatest number.
        max: Finite,
    },
    /// Before the first day.
    BeforeMin {
        /// The first day.
        #[schema(value_type = String)]
        min: Date,
    },
    /// After the last day.
    AfterMax {
        /// The last day.
        #[schema(value_type = String)]
        max: Date,
    },
    /// Text over the limit, both counted in graphemes.
    TooLong {
        /// The limit.
        max: usize,
        /// The length.
        length: usize,
    },
    /// A line break in a one-line text.
    LineBreak,
}
