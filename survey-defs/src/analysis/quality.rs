//! Defines queries and reports of the quality of answers, and the flags of single forms.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::provenance::{Analysed, Provenance};
use super::scores::{AnnulledRecords, NodeLabel, ScoreCell, Suppression};
use super::selection::Selection;
use crate::ids::WaveId;
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
    /// Forms with any flag.
    pub flagged: u64,
    /// `flagged` as a share of `forms`, 0 to 1, rounded to four decimals.
    pub flagged_share: f64,
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
