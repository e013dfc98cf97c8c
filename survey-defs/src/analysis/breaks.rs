//! Names the breaks of a comparison over time: what is not the same on both sides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// The results were published by another method.
    Method,
    /// Other units were in force.
    Geography,
    /// Answers came by other channels.
    Channels,
}
wire_enum!(Break {
    Instrument = "instrument",
    Method = "method",
    Geography = "geography",
    Channels = "channels",
});
