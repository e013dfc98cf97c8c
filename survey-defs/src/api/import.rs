//! Defines the report of an import of microdata or level counts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::WaveId;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// One row per respondent.
    Microdata,
    /// One row per unit or month and statement, with five counts.
    LevelCounts,
    /// One row per unit and procedure group: how many dossiers were handled.
    Dossiers {
        /// Which version they are published as; the file of the last version keeps it.
        version: u32,
    },
}

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// Into which wave.
    pub wave: WaveId,
    /// What the file held.
    pub kind: ImportKind,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that were new; fewer if forms were in the log already.
    pub created: u64,
    /// What somebody should look at, although it was imported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<RowFinding>,
}

/// What was found in a row: why the file was refused as a whole, or what to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowFinding {
    /// The line in the file; the header is line 1.
    pub line: u64,
    /// The column, if one is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Why, in English.
    pub reason: String,
}
