//! Scores: queries and tables.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::counts::LevelCounts;
use crate::ids::{MethodId, WaveId};
use crate::instrument::InstrumentRef;
use crate::method::MethodSummary;
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

/// Which answers count, by the care with which they seem to have been given.
///
/// A flag is no verdict on a respondent, and no form is ever deleted for one: the choice is there to
/// see whether a score depends on flagged forms.
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
pub enum Quality {
    /// All of them.
    #[default]
    All,
    /// Only those without a flag.
    Unflagged,
}
words!(Quality { All = "all", Unflagged = "unflagged" });

impl Quality {
    /// Whether flags make no difference.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_all(&self) -> bool {
        *self == Self::All
    }
}

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
    /// Only answers of forms without a flag; all if absent.
    #[serde(default, skip_serializing_if = "Quality::is_all")]
    pub quality: Quality,
    /// Only this group, as in [`GroupLabel::key`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// How deep the table goes; down to factors if absent.
    #[serde(default)]
    pub detail: Detail,
    /// Whether every form weighs the same although dossier counts are known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
    /// Whether design effects and effective sample sizes are wanted, for which every answer is read
    /// once more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub design_effects: bool,
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
    /// Only forms without a flag; absent: all.
    #[serde(default, skip_serializing_if = "Quality::is_all")]
    pub quality: Quality,
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
    /// What each answer weighs.
    pub weighting: Weighting,
    /// Where the sample design comes from that standard errors follow.
    pub sampling: SamplingBasis,
    /// The confidence level of all intervals, as a fraction.
    pub confidence: f64,
    /// The least n that is published.
    pub min_n: u64,
    /// The least n that is published without a word of caution.
    pub caution_n: u64,
    /// What the columns speak of, in printing order.
    pub nodes: Vec<NodeLabel>,
    /// One row per group, in Vietnamese order of names.
    pub groups: Vec<GroupScores>,
}

/// What each answer weighs in scores. Counts of answers are never weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Weighting {
    /// All the same.
    Plain,
    /// What the sample plan says.
    SampleWeights,
    /// The answers of each unit and procedure group stand for the dossiers handled there.
    PostStratified {
        /// The version of the dossier counts.
        version: u32,
    },
}

/// Where the sample design comes from that standard errors follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SamplingBasis {
    /// There was no draw: answers came in by themselves, and standard errors say how much scores
    /// would differ between days like these, not how respondents differ from others.
    AsCollected,
    /// Strata, sampling units and weights of a sample plan.
    Plan,
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
    /// How many answered, where the number of dossiers is known and the whole may be shown.
    pub response: Option<Response>,
    /// One cell per node of the table, in the same order.
    pub cells: Vec<ScoreCell>,
}

/// How many of those who could have answered did. Filters do not change it: it speaks of the whole
/// wave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Response {
    /// Dossiers of the group: the frame of a transaction wave.
    pub dossiers: u64,
    /// Forms per dossier, 0 to 1; above 1 where more forms than dossiers came in. This is the
    /// fraction of the frame that answered, not that of people who were asked.
    pub rate: f64,
    /// Dossiers of units and procedure groups without any form. The others stand for them.
    pub uncovered: u64,
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
