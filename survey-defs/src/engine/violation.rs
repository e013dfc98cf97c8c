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
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ViolationKind {
    /// The question needs an answer and has none.
    #[error("the question needs an answer")]
    Required,
    /// The instrument has no such question.
    #[error("the form has no such question")]
    UnknownQuestion,
    /// The answer is of another kind than the question.
    #[error("the answer is of another kind than the question")]
    WrongKind,
    /// “Not applicable” is not offered here.
    #[error("“not applicable” is not offered here")]
    NotApplicableNotOffered,
    /// A choice that is not offered.
    #[error("a choice that is not offered")]
    UnknownOption,
    /// An exclusive choice together with others.
    #[error("a choice that stands alone, together with others")]
    ExclusiveOption,
    /// Too few choices.
    #[error("fewer choices than {min}")]
    TooFew {
        /// The least number.
        min: usize,
    },
    /// Too many choices.
    #[error("more choices than {max}")]
    TooMany {
        /// The greatest number.
        max: usize,
    },
    /// A fraction where a whole number is asked.
    #[error("a fraction where a whole number is asked")]
    NotInteger,
    /// Below the least number.
    #[error("below the least number, {}", min.get())]
    BelowMin {
        /// The least number.
        min: Finite,
    },
    /// Above the greatest number.
    #[error("above the greatest number, {}", max.get())]
    AboveMax {
        /// The greatest number.
        max: Finite,
    },
    /// Before the first day.
    #[error("before the first day, {min}")]
    BeforeMin {
        /// The first day.
        #[schema(value_type = String)]
        min: Date,
    },
    /// After the last day.
    #[error("after the last day, {max}")]
    AfterMax {
        /// The last day.
        #[schema(value_type = String)]
        max: Date,
    },
    /// Text over the limit, both counted in graphemes.
    #[error("{length} characters, and {max} are allowed")]
    TooLong {
        /// The limit.
        max: usize,
        /// The length.
        length: usize,
    },
    /// A line break in a one-line text.
    #[error("a line break in a text of one line")]
    LineBreak,
}
