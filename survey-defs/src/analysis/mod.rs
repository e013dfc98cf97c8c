//! What an analysis is asked and what it returns.
//!
//! These are types of the domain: scoring computes them, and the command line, the HTTP interface
//! and the console show them.

mod breaks;
mod comparison;
mod group;
mod list;
mod provenance;
mod quality;
mod scores;
mod selection;
mod series;
mod table;
mod tabular;

pub use self::breaks::{Break, ChangedStatement, StatementChange};
pub use self::comparison::{
    Adjustment, Adjustments, Before, ChangeResult, ChangeVerdict, ComparedGroup, ComparisonQuery,
    ComparisonTable, Dependence, FunnelBasis, FunnelResult, FunnelVerdict, RankRange,
    ReferenceScore, TargetResult, TargetVerdict, TierResult, TierVerdict,
};
pub use self::group::{GroupKey, GroupLabel, Grouping, InvalidGroupKey, Month};
pub use self::list::{InvalidList, List};
pub use self::provenance::{
    Analysed, DossierCells, Filters, PROGRAM, Provenance, SamplingBasis, Source, Versions,
    Weighting,
};
pub use self::quality::{
    AnnulmentEffect, Burst, BurstLimits, ChannelQuality, CopyLimits, Effect, FactorReliability,
    Flag, FlagCounts, FlagLimits, FormQuality, NoReliability, OverDossiers, QualityQuery,
    QualityReport, Reliability, StatementReliability,
};
pub use self::scores::{
    AnnulledRecords, CountsSuppression, Detail, FormsPerDossier, GroupScores, NodeLabel, Precision,
    ScoreCell, ScoreQuery, ScoreTable, Suppression,
};
pub use self::selection::{Condition, FlagFilter, InvalidCondition, Selection, Weights};
pub use self::series::{
    ChannelForms, SeriesBounds, SeriesBreak, SeriesCell, SeriesGroup, SeriesPoint, SeriesQuery,
    SeriesTable,
};
pub use self::table::{Cell, Column, Columns, Kind, Overview, Table, Tabular};
