//! Defines queries and tables of series: the score of one node over waves or periods, on the units
//! of one day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::breaks::{Break, ChangedStatement};
use super::group::{GroupLabel, Grouping};
use super::list::List;
use super::provenance::{Analysed, Provenance};
use super::scores::{NodeLabel, Precision, Suppression};
use super::selection::Selection;
use crate::ids::WaveId;
use crate::period::PeriodRef;
use crate::score::Node;
use crate::text::Text;
use crate::wave::Channel;

/// What is asked of a series.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, utoipa::IntoParams,
)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesQuery {
    /// The waves with commas between them, in the order of the points; all of one population.
    #[param(value_type = String)]
    #[schema(value_type = String)]
    pub waves: List<WaveId>,
    /// Reporting periods with commas between them, as for scores: the points of a single wave.
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periods: Option<List<PeriodRef>>,
    /// The grouping: `city`, `district`, `ward`, `agency` or `branch`.
    pub by: Grouping,
    /// The day whose units are the groups; not before the geography of any wave, and the latest of
    /// these if absent. By city and district it changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub geography: Option<Date>,
    /// The part of the index: `overall`, `content:policy`, `factor:access`, `item:access_signs`;
    /// the whole index if absent.
    #[param(value_type = Option<String>)]
    #[serde(default)]
    pub node: Node,
    /// Which answers, at all points, and how they are scored; without a method each wave by its own.
    #[param(ignore)]
    #[serde(flatten)]
    pub selection: Selection,
}

/// The score of one node over time, on the units of one day.
///
/// What answers said of a unit that is no longer there is expressed on the units to which its
/// residents went: where they all went to one unit, by adding them up; where they were divided,
/// by the assumption that stands in the table, with bounds that hold whatever the truth is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeriesTable {
    /// The grouping.
    pub by: Grouping,
    /// The day whose units the groups are.
    #[schema(value_type = String, format = Date)]
    pub geography: Date,
    /// What the scores speak of.
    pub node: NodeLabel,
    /// The points, in the order in which they were asked for.
    pub points: Vec<SeriesPoint>,
    /// What is not the same on both sides of a step, for the steps where something is not.
    pub breaks: Vec<SeriesBreak>,
    /// What is assumed of units whose residents were divided; `null` where nothing rests on it.
    pub assumption: Option<Text>,
    /// One row per group, in Vietnamese order of names.
    pub groups: Vec<SeriesGroup>,
}

impl Analysed for SeriesTable {
    fn provenances(&self) -> Vec<&Provenance> {
        self.points.iter().map(|point| &point.provenance).collect()
    }
}

/// A wave, or a period of one, with everything that is needed to defend its scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeriesPoint {
    /// Where the numbers come from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// What the period is called; `null` for the whole wave.
    pub period_title: Option<Text>,
    /// The day whose units the wave was made for.
    #[schema(value_type = String, format = Date)]
    pub own_geography: Date,
    /// Whether some answers speak of units that are others on the day of the series.
    pub bridged: bool,
    /// Whether the groups are an approximation (former districts).
    pub approximate_groups: bool,
    /// Forms by channel; empty where only level counts are known, and where the selection leaves
    /// answers out.
    pub channels: Vec<ChannelForms>,
    /// All forms; `null` where only level counts are known.
    pub forms: Option<u64>,
    /// Units with answers from which no way leads to a unit of the day, such as dissolved
    /// agencies; their answers are in no group.
    pub left_out: Vec<GroupLabel>,
}

/// How many forms came by a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelForms {
    /// The channel.
    pub channel: Channel,
    /// How many.
    pub forms: u64,
}

/// What changed between two neighbouring points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeriesBreak {
    /// The place of the earlier point, from 0; the later one is the next.
    pub after: usize,
    /// What is not the same.
    pub kinds: Vec<Break>,
    /// Statements of the node that two versions of one instrument do not have alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<ChangedStatement>,
}

/// The scores of one group over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeriesGroup {
    /// The group.
    pub group: GroupLabel,
    /// One cell per point, in the same order.
    pub cells: Vec<SeriesCell>,
}

/// The score of a group at a point. All is empty where no answer was collected for the group, or
/// the instrument does not have the node.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct SeriesCell {
    /// Respondents with a valid answer in all units that the group is made of, also those of which
    /// only a part of the residents belongs to it; `null` when suppressed.
    pub n: Option<u64>,
    /// Percent, rounded by the method.
    pub score: Option<f64>,
    /// How precise the score is, with the assumption taken for true.
    pub precision: Option<Precision>,
    /// The lowest and highest score that any division of residents can give; only where
    /// the score rests on the assumption.
    pub bounds: Option<SeriesBounds>,
    /// The part of the weight of all answers that rests on the assumption, from 0 to 1.
    pub assumed: f64,
    /// Whether n is below the least n that is published without a word of caution.
    pub caution: bool,
    /// Why nothing is shown.
    pub suppressed: Option<Suppression>,
}

/// What is certain of a score that rests on an assumption. It does not contain the sampling error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeriesBounds {
    /// The lowest score, in percent, rounded by the method.
    pub low: f64,
    /// The highest score, in percent, rounded by the method.
    pub high: f64,
}
