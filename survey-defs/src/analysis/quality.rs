//! Defines queries and reports of the quality of answers, and the flags of single forms.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::group::GroupLabel;
use super::provenance::{Analysed, Provenance};
use super::scores::{AnnulledRecords, FormsPerDossier, NodeLabel, ScoreCell, Suppression};
use super::selection::Selection;
use crate::ids::{PointId, WaveId};
use crate::period::PeriodRef;
use crate::wave::Channel;
use crate::wire::wire_enum;

/// What is asked of the quality of answers.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, utoipa::IntoParams,
)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QualityQuery {
    /// The wave.
    #[param(value_type = String)]
    pub wave: WaveId,
    /// A reporting period, as for scores.
    #[param(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodRef>,
    /// Which answers, and how they are scored.
    #[param(ignore)]
    #[serde(flatten)]
    pub selection: Selection,
}

/// What is unusual about a form. A flag is no verdict: honest people do answer “satisfied”
/// everywhere, and do tap fast.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Almost all answers in a row are the same level.
    StraightLining,
    /// Answers hardly differ from their mean.
    LowVariation,
    /// Answered faster than one can read.
    Speeding,
    /// Its times cannot be: its end is not after its start, or more than a day later.
    NoTime,
}
wire_enum!(Flag {
    StraightLining = "straight_lining",
    LowVariation = "low_variation",
    Speeding = "speeding",
    NoTime = "no_time",
});

/// From where on a form is flagged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FlagLimits {
    /// Answers below which the pattern is not judged at all: on a short form care cannot be told
    /// from contentment.
    pub least_answered: u32,
    /// Straight-lining: the longest run of one level is at least this share of the answers, 0 to 1.
    pub longest_run_share: f64,
    /// Low variation: the standard deviation of one person's levels is less than this.
    pub least_sd: f64,
    /// Speeding: fewer seconds for each answer than this.
    pub least_seconds: f64,
    /// No time: more hours than this, or the end is not after the start.
    pub most_hours: u32,
    /// From where on a form nearly equals another one.
    pub copies: CopyLimits,
    /// From where on an hour of a service point is a burst.
    pub bursts: BurstLimits,
}

/// From where on a form nearly equals an earlier one of its service point and day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CopyLimits {
    /// Answers below which a form is not compared: on a short form, people who are alike give the same
    /// answers.
    pub least_answered: u32,
    /// Answers other than the form's commonest level, as a share of its answers, 0 to 1, below which it
    /// is not compared: people who are content with everything are alike.
    pub least_varied_share: f64,
    /// Statements with the same level as a share of those that either form answers, 0 to 1: nearly equal
    /// from here up.
    pub least_match_share: f64,
    /// With how many forms before it a form is compared.
    pub compared_with: u64,
}

/// From where on an hour of a service point is a burst.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BurstLimits {
    /// Forms below which no hour is a burst.
    pub least_forms: u64,
    /// How many times as many forms as the median of the earlier hours in which the point got any.
    pub factor: f64,
    /// Such hours without which a point has no past.
    pub least_past_hours: u64,
    /// The forms that make a burst at a point without a past.
    pub least_forms_without_past: u64,
}

/// How carefully the forms of a wave were filled in, how well its statements hang together, and
/// what flagged forms do to its scores. No form is left out for a flag unless that is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QualityReport {
    /// Where the numbers come from; filters and weights are those of the scores, and everything
    /// below speaks of the forms that pass the filters. Nothing but the scores is weighted.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// From where on a form is flagged.
    pub limits: FlagLimits,
    /// Forms and flags.
    pub forms: FormQuality,
    /// The same for each channel by which a form came in.
    pub channels: Vec<ChannelQuality>,
    /// Hours in which a service point got many more forms than in its own past, the latest first, 100 at
    /// most, in the period and of the channel that were asked for. No other filter matters, and no score
    /// is without their forms.
    pub bursts: Vec<Burst>,
    /// How many such hours there are.
    pub burst_hours: u64,
    /// Units with more forms than dossiers in the whole wave; `null` where no dossier counts are used.
    pub over_dossiers: Option<Vec<OverDossiers>>,
    /// How well the statements of each factor hang together, in printing order.
    pub factors: Vec<FactorReliability>,
    /// Scores with and without flagged forms: the whole, contents and factors, in printing order.
    pub scores: Vec<Effect>,
    /// What annulled records would do to scores, if there are any that pass the filters.
    #[serde(default)]
    pub annulled: Option<AnnulmentEffect>,
}

impl Analysed for QualityReport {
    fn provenances(&self) -> Vec<&Provenance> {
        vec![&self.provenance]
    }
}

/// How many forms there are and how many are flagged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FormQuality {
    /// The counts; `null` when suppressed.
    pub counts: Option<FlagCounts>,
    /// Why nothing is shown.
    pub suppressed: Option<Suppression>,
}

/// [`FormQuality`] of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChannelQuality {
    /// The channel.
    pub channel: Channel,
    /// Its forms.
    #[serde(flatten)]
    pub forms: FormQuality,
}

/// Counts of forms. One form may have several flags.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FlagCounts {
    /// All forms, also those that the missing rule of the method drops.
    pub forms: u64,
    /// Forms with enough answers for their pattern to be judged.
    pub judged: u64,
    /// Forms of which it is known how long they took.
    pub timed: u64,
    /// Forms that are straight-lining, out of those judged.
    pub straight_lining: u64,
    /// Forms of low variation, out of those judged.
    pub low_variation: u64,
    /// Forms that are speeding, out of those timed with an answer.
    pub speeding: u64,
    /// Forms whose times cannot be.
    pub no_time: u64,
    /// Forms with any of these flags.
    pub flagged: u64,
    /// Forms whose pattern says enough to compare them with others of their service point and day.
    pub compared: u64,
    /// Forms that nearly equal an earlier one, out of those compared. That says something of many forms
    /// together and nothing of one, so it is no flag: they are not among `flagged` for it.
    pub near_copies: u64,
    /// `flagged` as a share of `forms`, 0 to 1, rounded to four decimals.
    pub flagged_share: f64,
}

/// An hour in which a service point got many more forms than in its own past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Burst {
    /// The service point.
    #[schema(value_type = String)]
    pub point: PointId,
    /// The hour of Hanoi in which they arrived, by its beginning: `2026-03-02T09:00:00`.
    #[schema(value_type = String)]
    pub hour: DateTime,
    /// The forms.
    pub forms: u64,
    /// The median of the earlier hours in which the point got any; `null` where it had too few.
    pub usual: Option<f64>,
}

/// A unit with more forms than dossiers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OverDossiers {
    /// The unit.
    pub group: GroupLabel,
    /// Its forms per dossier, above 1.
    pub forms_per_dossier: FormsPerDossier,
}

/// How well the statements of a factor hang together, over the forms that answer all of them;
/// not weighted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FactorReliability {
    /// The factor.
    #[serde(flatten)]
    pub label: NodeLabel,
    /// The coefficients; `null` where there are none to be shown.
    pub reliability: Option<Reliability>,
    /// Why there are none.
    pub missing: Option<NoReliability>,
}

/// Why a factor has no coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoReliability {
    /// A single statement has nothing to hang together with.
    OneStatement,
    /// The score of the factor is suppressed, or fewer forms than the least n that is published
    /// answer all of its statements.
    TooFew,
    /// All answers to a statement are the same, or all sums over the statements are.
    NoVariance,
}

/// Coefficients of a factor, rounded to four decimals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reliability {
    /// Forms that answer all statements of the factor.
    pub n: u64,
    /// Cronbach's alpha of the levels; at most 1, below 0 where statements contradict each other.
    pub alpha: f64,
    /// Cronbach's alpha of the standardised levels; `null` where their sum does not vary.
    pub alpha_standardised: Option<f64>,
    /// Mean correlation of two statements.
    pub mean_correlation: f64,
    /// Its statements, in the order in which they are asked.
    pub statements: Vec<StatementReliability>,
}

/// A statement beside the others of its factor, rounded to four decimals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StatementReliability {
    /// The statement.
    #[serde(flatten)]
    pub label: NodeLabel,
    /// Alpha of the other statements; `null` where there is only one other.
    pub alpha_if_dropped: Option<f64>,
    /// Correlation with the sum of the other statements; `null` where that does not vary.
    pub rest_correlation: Option<f64>,
}

/// A score with and without some forms: flagged or annulled ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Effect {
    /// What it speaks of.
    #[serde(flatten)]
    pub label: NodeLabel,
    /// With these forms.
    pub with: ScoreCell,
    /// Without them. One of the two is suppressed where the few that make the difference could be
    /// computed by subtraction: the one that is no score of a table.
    pub without: ScoreCell,
    /// The score without minus the score with, as they are printed; `null` where one is missing.
    pub difference: Option<f64>,
}

/// What annulled records would do to the scores, if they had counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnnulmentEffect {
    /// How many there are.
    pub records: AnnulledRecords,
    /// Scores with and without them: the whole, contents and factors, in printing order. Empty where
    /// they came in for something of which, by the dossier counts, nothing was handled.
    pub scores: Vec<Effect>,
}
