//! Defines queries and tables of scores.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::group::{GroupKey, GroupLabel, Grouping};
use super::provenance::{Analysed, Provenance};
use super::selection::Selection;
use crate::counts::LevelCounts;
use crate::ids::WaveId;
use crate::period::PeriodRef;
use crate::score::Node;
use crate::text::Text;
use crate::wire::wire_enum;

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
wire_enum!(Detail { Overall = "overall", Content = "content", Factor = "factor", Item = "item" });

/// What is asked of scores.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, utoipa::IntoParams,
)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScoreQuery {
    /// The wave.
    #[param(value_type = String)]
    pub wave: WaveId,
    /// A reporting period such as `2026-q1`, `thanh-xuan:2026-q1`, `2026-03` or `2026-01-01..2026-01-31`.
    #[param(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodRef>,
    /// The grouping.
    pub by: Grouping,
    /// Only this group, as in [`GroupLabel::key`].
    #[param(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupKey>,
    /// How deep the table goes; down to factors if absent.
    #[serde(default)]
    pub detail: Detail,
    /// Whether design effects and effective sample sizes are wanted, for which every answer is read
    /// once more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub design_effects: bool,
    /// Which answers, and how they are scored.
    #[param(ignore)]
    #[serde(flatten)]
    pub selection: Selection,
}

/// Scores of all groups of a wave, with everything that is needed to defend them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreTable {
    /// Where the numbers come from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The grouping.
    pub by: Grouping,
    /// Whether the groups are an approximation (former districts).
    pub approximate_groups: bool,
    /// What the columns speak of, in printing order.
    pub nodes: Vec<NodeLabel>,
    /// One row per group, in Vietnamese order of names. A group of which all records were annulled has
    /// one as well.
    pub groups: Vec<GroupScores>,
}

impl Analysed for ScoreTable {
    fn provenances(&self) -> Vec<&Provenance> {
        vec![&self.provenance]
    }
}

/// A node with its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeLabel {
    /// The node.
    pub node: Node,
    /// Its title, or the text of the statement.
    pub title: Text,
}

/// The scores of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GroupScores {
    /// The group.
    pub group: GroupLabel,
    /// How many answered, where the number of dossiers is known and the whole may be shown.
    pub forms_per_dossier: Option<FormsPerDossier>,
    /// Records of the group that pass the filters and were annulled. They count nowhere else.
    #[serde(default)]
    pub annulled: AnnulledRecords,
    /// One cell per node of the table, in the same order.
    pub cells: Vec<ScoreCell>,
}

/// How many records were annulled (*loại khỏi số liệu*): none, a handful, or so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnnulledRecords {
    /// How many; `null` where they are a handful.
    pub records: Option<u64>,
    /// Where they are a handful: there is at least one, and there are fewer than this.
    pub fewer_than: Option<u64>,
}

impl AnnulledRecords {
    /// What is shown of a number, of which 1 to `small` − 1 are a handful.
    pub fn of(records: u64, small: u64) -> Self {
        if (1..small).contains(&records) {
            Self { records: None, fewer_than: Some(small) }
        } else {
            Self { records: Some(records), fewer_than: None }
        }
    }

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self.records == Some(0)
    }
}

impl Default for AnnulledRecords {
    /// None.
    fn default() -> Self {
        Self { records: Some(0), fewer_than: None }
    }
}

/// How many forms came in for the dossiers of a group (*tỷ lệ phiếu trên hồ sơ*). This is no response
/// rate: nobody was asked. Filters do not change it: it speaks of the whole wave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FormsPerDossier {
    /// Dossiers of the group: the frame of a transaction wave.
    pub dossiers: u64,
    /// Forms ÷ dossiers; above 1 where more forms than dossiers came in.
    pub ratio: f64,
    /// Dossiers of units and procedure groups without any form. The others stand for them.
    pub uncovered: u64,
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
    /// How precise the score is; `null` when suppressed, without a score, and where the design
    /// gives no variance: level counts, or no stratum with two sampling units in the group.
    pub precision: Option<Precision>,
    /// Whether n is below the least n that is published without a word of caution.
    pub caution: bool,
    /// Why nothing is shown.
    pub suppressed: Option<Suppression>,
    /// Why counts are not shown although the rest is.
    pub counts_suppressed: Option<CountsSuppression>,
}

/// The sampling error of a score, in percentage points where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Precision {
    /// Standard error, rounded by the method.
    pub se: f64,
    /// Degrees of freedom: sampling units minus strata with answers in the group; at least 1.
    pub df: u64,
    /// Lower limit of the confidence interval, rounded by the method.
    pub ci_low: f64,
    /// Upper limit of the confidence interval, rounded by the method.
    pub ci_high: f64,
    /// Design effect: the variance over that of a simple random sample with replacement of as many
    /// respondents. Only where it was asked for, and where that variance is not 0.
    pub deff: Option<f64>,
    /// Effective sample size: n over the design effect.
    pub n_effective: Option<f64>,
}

/// Why a cell is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// Fewer respondents than the least n that is published, or so few others that they could be
    /// found by subtraction from a table without filters.
    TooFew,
    /// Without it a cell with too few respondents could be computed from those that are shown.
    Complementary,
}

/// Why the counts of a cell are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountsSuppression {
    /// One of the counts speaks of a handful of people.
    SmallCounts,
    /// Without it such counts could be computed from those that are shown.
    Complementary,
}
