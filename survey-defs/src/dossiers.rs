//! Counts the dossiers (*hồ sơ*) that each unit handled: the population of a transaction wave.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::ProcedureGroup;
use crate::unit::UnitKey;

/// One published version of the counts of a wave. A version never changes; a correction is the
/// next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierCounts {
    /// Which version, from 1.
    pub version: u32,
    /// One row for each unit and procedure group.
    pub rows: Vec<DossierCount>,
}

/// The dossiers of one unit and procedure group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierCount {
    /// The unit that handled them.
    pub unit: UnitKey,
    /// The group of procedures; absent: all that the unit handled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub procedure_group: Option<ProcedureGroup>,
    /// How many.
    pub dossiers: u64,
}
