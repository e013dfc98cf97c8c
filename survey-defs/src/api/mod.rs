//! Wire types, paths and problem codes of the HTTP interface.
//!
//! Server, app and tests share these types, so none of them has a second description of what
//! travels between them.

/// Paths, for the route table and for whoever calls it.
pub mod paths;
/// Problem documents and the catalogue of their codes.
pub mod problem;

/// What is not the same on both sides of a comparison over time.
mod breaks;
/// Waves, points, instruments, units.
mod catalogue;
/// Comparisons: groups against the whole, each other, targets and an earlier time.
mod comparison;
/// Devices, their enrolment and heartbeats, and forms that were not finished.
mod devices;
/// Imports: microdata and level counts.
mod import;
/// Records that a device has given out as a file.
mod outbox;
/// Quality of answers: queries, reports, flags of single forms.
mod quality;
/// Submissions: receipts and results.
mod receipt;
/// Scores: queries and tables.
mod scores;
/// Series: one node over time.
mod series;

pub use self::breaks::Break;
pub use self::catalogue::{
    FORM_GENERATION, FormPackage, InstrumentSummary, MethodSummary, PointView, UnitView, WaveView,
};
pub use self::comparison::{
    Adjustment, Adjustments, Before, ChangeResult, ChangeVerdict, ComparedGroup, ComparisonQuery,
    ComparisonTable, Dependence, FunnelBasis, FunnelResult, FunnelVerdict, RankRange,
    ReferenceScore, TargetResult, TargetVerdict, TierResult, TierVerdict,
};
pub use self::devices::{
    AddedDevice, BreakOffBatchReceipt, BreakOffReceipt, BreakOffResult, BreakOffSummary,
    DeviceOrders, DeviceState, DeviceView, Enrolment, Heartbeat, LastHeartbeat, NewDevice,
};
pub use self::import::{ImportKind, ImportReport, RowRejection};
pub use self::outbox::{OUTBOX_VERSION, OutboxFile, OutboxFormat, OutboxKind, OutboxRecord};
pub use self::quality::{
    ChannelQuality, FactorReliability, Flag, FlagCounts, FlagEffect, FlagLimits, FormQuality,
    NoReliability, QualityQuery, QualityReport, Reliability, StatementReliability,
};
pub use self::receipt::{BatchReceipt, QuarantineReason, Receipt, RecordResult, RecordStatus};
pub use self::scores::{
    CountsSuppression, Detail, Filters, GroupLabel, GroupScores, Grouping, NodeLabel, Precision,
    Quality, Response, SamplingBasis, ScoreCell, ScoreQuery, ScoreTable, Suppression, Weighting,
};
pub use self::series::{
    ChannelForms, SeriesBounds, SeriesBreak, SeriesCell, SeriesGroup, SeriesPoint, SeriesQuery,
    SeriesTable,
};
