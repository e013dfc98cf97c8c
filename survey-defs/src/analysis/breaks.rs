//! Names the breaks of a comparison over time: what is not the same on both sides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::QuestionId;
use crate::text::Text;
use crate::wire::wire_enum;

/// What is not the same on both sides of a comparison over time. A break does not forbid the
/// comparison; it says that a difference may come from something else than satisfaction.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Break {
    /// Other questions were asked: another instrument, or another version of it.
    Instrument,
    /// The node is made of other statements in the two versions of one instrument, or statements of
    /// it do not continue.
    Statements,
    /// The results were published by another method.
    Method,
    /// Other units were in force.
    Geography,
    /// Answers came by other channels.
    Channels,
}
wire_enum!(Break {
    Instrument = "instrument",
    Statements = "statements",
    Method = "method",
    Geography = "geography",
    Channels = "channels",
});

/// A statement of a node that is not simply the same in two versions of one instrument. Versions
/// say so themselves, in their comparability map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedStatement {
    /// The statement.
    pub item: QuestionId,
    /// Its text on the later side that has it.
    pub title: Text,
    /// What became of it.
    pub change: StatementChange,
    /// Why, as far as the comparability map says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// What became of a statement from one side of a comparison to the other.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StatementChange {
    /// It was changed and continues.
    Continues,
    /// It was changed, and its answers are not those to the same statement.
    Broken,
    /// Only the later side asks it.
    Added,
    /// Only the earlier side asks it.
    Removed,
}
wire_enum!(StatementChange {
    Continues = "continues",
    Broken = "broken",
    Added = "added",
    Removed = "removed",
});
