//! Defines queries and tables of comparisons: groups against the whole, each other, targets and an
//! earlier time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::breaks::{Break, ChangedStatement};
use super::group::{GroupLabel, Grouping};
use super::provenance::{Analysed, Provenance};
use super::scores::{NodeLabel, Precision, Suppression};
use super::selection::Selection;
use crate::ids::WaveId;
use crate::period::PeriodRef;
use crate::score::Node;
use crate::text::Text;
use crate::wire::wire_enum;

/// What is asked of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComparisonQuery {
    /// The wave.
    #[param(value_type = String)]
    pub wave: WaveId,
    /// A reporting period, as for scores.
    #[param(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodRef>,
    /// The units that are compared: `district`, `ward`, `agency` or `branch`.
    pub by: Grouping,
    /// The part of the index: `overall`, `content:policy`, `factor:access`, `item:access_signs`;
    /// the whole index if absent.
    #[param(value_type = Option<String>)]
    #[serde(default)]
    pub node: Node,
    /// A target in percent for every group and the whole; those of the plans if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// The wave that is compared with, of the same population; the same wave if only
    /// `before_period` is there.
    #[param(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_wave: Option<WaveId>,
    /// The period that is compared with; all of `before_wave` if absent.
    #[param(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_period: Option<PeriodRef>,
    /// The joint error level of each kind of verdict, above 0 and below 0.5; 0.05 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpha: Option<f64>,
    /// Which answers, at both times, and how they are scored.
    #[param(ignore)]
    #[serde(flatten)]
    pub selection: Selection,
}

/// The groups of a wave compared by one node. Every verdict allows for the precision of the scores
/// and for the number of comparisons, and no rank stands without its interval.
///
/// Differences and their standard errors are percentage points, rounded once, by the method;
/// p-values have four digits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparisonTable {
    /// Where the numbers come from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The grouping.
    pub by: Grouping,
    /// Whether the groups are an approximation (former districts).
    pub approximate_groups: bool,
    /// What is compared.
    pub node: NodeLabel,
    /// The joint error level of each kind of verdict; intervals of ranks, differences to targets
    /// and changes hold jointly at one minus it.
    pub alpha: f64,
    /// How each kind of verdict keeps that level.
    pub adjustment: Adjustments,
    /// The whole that groups are compared with.
    pub reference: ReferenceScore,
    /// How many groups took part in the comparison of ranks, which is all that show a score.
    pub compared: u64,
    /// How many groups show no score and took no part.
    pub left_out: u64,
    /// How funnel limits were drawn; `null` where nothing shows a design effect.
    pub funnel: Option<FunnelBasis>,
    /// What is compared with over time.
    pub before: Option<Before>,
    /// One row per group, in Vietnamese order of names.
    pub groups: Vec<ComparedGroup>,
}

impl Analysed for ComparisonTable {
    fn provenances(&self) -> Vec<&Provenance> {
        let before = self.before.as_ref().map(|before| &before.provenance);
        std::iter::once(&self.provenance).chain(before).collect()
    }
}

/// How each kind of verdict keeps the joint error level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Adjustments {
    /// Of tiers.
    pub tiers: Adjustment,
    /// Of intervals of ranks, over all pairs.
    pub ranks: Adjustment,
    /// Of intervals of the differences to targets, over the groups with a target.
    pub targets: Adjustment,
    /// Of the p-values of changes.
    pub changes: Adjustment,
    /// Of the intervals of changes. They can contain 0 where the p-value, which is sharper, has
    /// shown a change.
    pub change_intervals: Adjustment,
}

/// A way to allow for the number of comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Adjustment {
    /// Holm 1979: the chance of any false verdict is at most the level.
    Holm,
    /// Bonferroni: all intervals hold together, with a chance of one minus the level.
    Bonferroni,
}

/// The score of the whole: all answers of the wave that pass the filters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReferenceScore {
    /// The city.
    pub group: GroupLabel,
    /// Respondents with a valid answer.
    pub n: Option<u64>,
    /// Percent; `null` when suppressed or without valid answers. Then there are no tiers.
    pub score: Option<f64>,
    /// How precise the score is.
    pub precision: Option<Precision>,
    /// Why nothing is shown.
    pub suppressed: Option<Suppression>,
    /// The whole against its own target, not adjusted, because it is one comparison.
    pub target: Option<TargetResult>,
    /// The whole now and before, not adjusted either.
    pub change: Option<ChangeResult>,
}

/// One group beside the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparedGroup {
    /// The group.
    pub group: GroupLabel,
    /// Respondents with a valid answer; `null` when suppressed.
    pub n: Option<u64>,
    /// Percent; `null` when suppressed or without valid answers.
    pub score: Option<f64>,
    /// How precise the score is.
    pub precision: Option<Precision>,
    /// Whether n is below the least n that is published without a word of caution.
    pub caution: bool,
    /// Why nothing is shown.
    pub suppressed: Option<Suppression>,
    /// Against the whole; `null` without a score or a standard error above 0 of both.
    pub tier: Option<TierResult>,
    /// Among the groups that show a score; `null` for those that show none.
    pub rank: Option<RankRange>,
    /// Against the limits that chance would keep it in.
    pub funnel: Option<FunnelResult>,
    /// Against its target; `null` without one, or without a standard error above 0.
    pub target: Option<TargetResult>,
    /// From the time before to now; `null` where one of them shows no score, has no standard error
    /// above 0, or has no such group, and of a statement that does not continue.
    pub change: Option<ChangeResult>,
}

/// A group against the whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TierResult {
    /// The verdict.
    pub verdict: TierVerdict,
    /// Group minus whole.
    pub difference: f64,
    /// Its standard error, which knows that the group is a part of the whole.
    pub se: f64,
    /// The p-value of this comparison by itself, two-sided.
    pub p: f64,
    /// The p-value adjusted for the number of groups.
    pub adjusted_p: f64,
}

/// What may be said of a group beside the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TierVerdict {
    /// Higher than the whole.
    Above,
    /// No difference was shown, which is no proof that there is none.
    InLine,
    /// Lower than the whole.
    Below,
}
wire_enum!(TierVerdict {
    Above = "above",
    InLine = "in_line",
    Below = "below",
});

/// The ranks that a group may have; 1 is the highest score. All intervals hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RankRange {
    /// The best rank that the data allow.
    pub best: u64,
    /// The worst rank that the data allow.
    pub worst: u64,
    /// The number of groups that are ranked.
    pub of: u64,
}

/// A group in the funnel of control limits. Limits may lie beyond the ends of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelResult {
    /// The verdict.
    pub verdict: FunnelVerdict,
    /// Lower 95% limit.
    pub low_95: f64,
    /// Upper 95% limit.
    pub high_95: f64,
    /// Lower 99.8% limit.
    pub low_998: f64,
    /// Upper 99.8% limit.
    pub high_998: f64,
}

/// Where a score lies against the limits that chance would keep it in. Limits are for one group
/// each: a verdict here is a reason to look, a tier is a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FunnelVerdict {
    /// Above the upper 99.8% limit.
    HighAlarm,
    /// Between the upper 95% and 99.8% limits.
    HighWarning,
    /// Inside the 95% limits.
    InControl,
    /// Between the lower 99.8% and 95% limits.
    LowWarning,
    /// Below the lower 99.8% limit.
    LowAlarm,
}
wire_enum!(FunnelVerdict {
    HighAlarm = "high_alarm",
    HighWarning = "high_warning",
    InControl = "in_control",
    LowWarning = "low_warning",
    LowAlarm = "low_alarm",
});

/// How funnel limits were drawn: centre ± z × standard deviation × √(dispersion × design effect ÷ n).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FunnelBasis {
    /// The line in the middle: the score of the whole.
    pub centre: f64,
    /// The standard deviation of one respondent in the whole.
    pub standard_deviation: f64,
    /// The mean design effect of the groups, weighted by n. One for all, because that of a group
    /// with a handful of sampling units is hardly known.
    pub design_effect: f64,
    /// How much more the groups differ than by chance, as a factor on variances; at least 1.
    pub over_dispersion: f64,
}

/// A score against a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TargetResult {
    /// The target in percent.
    pub value: f64,
    /// Where it stands.
    pub source: Text,
    /// Score minus target.
    pub difference: f64,
    /// Lower limit of the interval of the difference.
    pub ci_low: f64,
    /// Upper limit of the interval of the difference.
    pub ci_high: f64,
    /// The verdict.
    pub verdict: TargetVerdict,
}

/// What may be said of a score beside a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetVerdict {
    /// The whole interval lies at or above the target.
    Met,
    /// The whole interval lies below the target.
    NotMet,
    /// The target lies inside the interval: more answers are needed to tell.
    CannotTell,
}
wire_enum!(TargetVerdict {
    Met = "met",
    NotMet = "not_met",
    CannotTell = "cannot_tell",
});

/// A score now and before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeResult {
    /// The verdict.
    pub verdict: ChangeVerdict,
    /// The score before.
    pub before: f64,
    /// Now minus before.
    pub difference: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower limit of the interval of the difference.
    pub ci_low: f64,
    /// Upper limit of the interval of the difference.
    pub ci_high: f64,
    /// The p-value adjusted for the number of groups, two-sided.
    pub adjusted_p: f64,
}

/// What may be said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeVerdict {
    /// The score has risen.
    Up,
    /// The score has fallen.
    Down,
    /// No change was seen, which is no proof that there was none.
    NoChangeSeen,
}
wire_enum!(ChangeVerdict {
    Up = "up",
    Down = "down",
    NoChangeSeen = "no_change_seen",
});

/// What is compared with over time. Both are scored by one method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Before {
    /// Where the numbers come from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// How the two samples hang together.
    pub dependence: Dependence,
    /// What is not the same on both sides.
    pub breaks: Vec<Break>,
    /// Statements of the node that two versions of one instrument do not have alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<ChangedStatement>,
    /// Groups that had answers before and have none now.
    pub gone: Vec<GroupLabel>,
}

/// How two samples hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dependence {
    /// Drawn independently: two waves.
    Independent,
    /// Two periods of one wave, which may share sampling units; standard errors of changes have
    /// the covariance of the two.
    Shared,
}
