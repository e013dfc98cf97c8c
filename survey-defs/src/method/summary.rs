//! Defines what is printed about a method beside every score.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Method, Status};
use crate::ids::MethodId;
use crate::text::Text;

/// What is printed about a method beside every score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MethodSummary {
    /// Stable id.
    pub id: MethodId,
    /// Version.
    pub version: u32,
    /// Name.
    pub title: Text,
    /// Whether an official source confirms it.
    pub status: Status,
    /// Where it comes from.
    pub source: Text,
    /// Decimals printed.
    pub decimals: u8,
}

impl Method {
    /// What is printed beside every score.
    pub fn summary(&self) -> MethodSummary {
        let definition = self.definition();
        MethodSummary {
            id: definition.id.clone(),
            version: definition.version,
            title: definition.title.clone(),
            status: definition.status,
            source: definition.source.clone(),
            decimals: definition.rounding.decimals,
        }
    }
}
