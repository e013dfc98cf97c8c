//! Defines the levels of units.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a unit is in the structure of the city.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = UnitLevel)]
pub enum Level {
    /// The city.
    City,
    /// Quận, huyện or thị xã; none since 2025-07-01.
    District,
    /// Phường, xã or thị trấn.
    Commune,
    /// A department of the city or a body of the same rank.
    Agency,
    /// A branch of the service centre.
    Branch,
}
