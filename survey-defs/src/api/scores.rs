//! Scores: queries and tables.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::catalogue::MethodSummary;
use crate::counts::LevelCounts;
use crate::ids::{MethodId, WaveId};
use crate::instrument::InstrumentRef;
use crate::score::Node;
use crate::text::Text;
use crate::unit::UnitKey;
use crate::wave::{Channel, Population, RespondentType, words};

/// Over what answers are grouped.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// All answers of the wave.
    City,
    /// Districts; for units since July 2025 the former district, an approximation.
    District,
    /// Wards and communes.
    Ward,
    /// Departments and equivalent agencies.
    Agency,
    /// Branches of the service centre.
    Branch,
    /// Calendar months of receipt.
    Month,
}
words!(Grouping {
    City = "city",
    District = "district",
    Ward = "ward",
    Agency = "agency",
    Branch = "branch",
    Month = "month",
});

/// How deep a table goes.
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
pub enum Detail {
    /// The whole index only.
    Overall,
    /// And contents.
    Content,
    /// And factors.
    #[default]
    Factor,
    /// And every statement, with other satisfaction questions.
    Item,
}
words!(Detail { Overall = "overall", Content = "content", Factor = "factor", Item = "item" });

/// What is asked of `GET /api/v1/scores`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScoreQuery {
    /// The wave.
    #[param(value_type = String)]
    pub wave: WaveId,
    /// The grouping.
    pub by: Grouping,
    /// The method; the wave's own if absent.
    #[param(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<MethodId>,
    /// A reporting period such as `2026-q1`, `thanh-xuan:2026-q1`, `2026-03` or `2026-01-01..2026-01-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Only answers of this channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Only answers of these respondents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondent_type: Option<RespondentType>,
    /// Only this group, as in [`GroupLabel::key`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// How deep the table goes; down to factors if absent.
    #[serde(default)]
    pub detail: Detail,
}

/// The filters that a table was computed with, beside the wave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Filters {
    /// First day of the period.
    #[schema(value_type = Option<String>, format = Date)]
    pub first_day: Option<Date>,
    /// Last day of the period.
    #[schema(value_type = Option<String>, format = Date)]
    pub last_day: Option<Date>,
    /// Only this channel.
    pub channel: Option<Channel>,
    /// Only these respondents.
    pub respondent_type: Option<RespondentType>,
}

/// Scores of all groups of a wave, with everything that is needed to defend them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreTable {
    /// The wave.
    pub wave: WaveId,
    /// Its title.
    pub wave_title: Text,
    /// Whom it speaks of.
    pub population: Population,
    /// Whether the answers are simulated.
    pub simulated: bool,
    /// What was asked.
    pub instrument: InstrumentRef,
    /// How the scores were computed.
    pub method: MethodSummary,
    /// The grouping.
    pub by: Grouping,
    /// Whether the groups are an approximation (former districts).
    pub approximate_groups: bool,
    /// The filters.
    pub filters: Filters,
    /// The last log position that is counted.
    pub data_position: u64,
    /// The least n that is published.
    pub min_n: u64,
    /// What the columns speak of, in printing order.
    pub nodes: Vec<NodeLabel>,
    /// One row per group, in Vietnamese order of names.
    pub groups: Vec<GroupScores>,
}

/// A node with its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeLabel {
    /// The node.
    #[serde(flatten)]
    pub node: Node,
    /// Its title, or the text of the statement.
    pub title: Text,
}

/// The scores of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GroupScores {
    /// The group.
    pub group: GroupLabel,
    /// One cell per node of the table, in the same order.
    pub cells: Vec<ScoreCell>,
}

/// A group of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupLabel {
    /// Its key: a unit key, a month such as `2023-04`, or `city`.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// The unit, where the group is one.
    pub unit: Option<UnitKey>,
}

/// The score of one node for one group, or the reason why it is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreCell {
    /// Respondents with a valid answer; `null` when suppressed.
    pub n: Option<u64>,
    /// Counts of the levels; `null` when suppressed.
    pub counts: Option<LevelCounts>,
    /// Percent, rounded by the method; `null` when suppressed or without valid answers.
    pub score: Option<f64>,
    /// Why nothing is shown.
    pub suppressed: Option<Suppression>,
}

/// Why a cell is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// Fewer respondents than the least n that is published.
    TooFew,
}
