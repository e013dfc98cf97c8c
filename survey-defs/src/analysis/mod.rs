//! What an analysis is asked and what it returns.
//!
//! These are types of the domain: scoring computes them, and the command line, the HTTP interface
//! and the console show them.

mod breaks;
mod comparison;
mod quality;
mod scores;
mod series;

pub use self::breaks::Break;
pub use self::comparison::{
    Adjustment, Adjustments, Before, ChangeResult, ChangeVerdict, ComparedGroup, ComparisonQuery,
    ComparisonTable, Dependence, FunnelBasis, FunnelResult, FunnelVerdict, RankRange,
    ReferenceScore, TargetResult, TargetVerdict, TierResult, TierVerdict,
};
pub use self::quality::{
    ChannelQuality, FactorReliability, Flag, FlagCounts, FlagEffect, FlagLimits, FormQuality,
    NoReliability, QualityQuery, QualityReport, Reliability, StatementReliability,
};
pub use self::scores::{
    CountsSuppression, Detail, Filters, GroupLabel, GroupScores, Grouping, NodeLabel, Precision,
    Quality, Response, SamplingBasis, ScoreCell, ScoreQuery, ScoreTable, Suppression, Weighting,
};
pub use self::series::{
    ChannelForms, SeriesBounds, SeriesBreak, SeriesCell, SeriesGroup, SeriesPoint, SeriesQuery,
    SeriesTable,
};
