//! Wire types, paths and problem codes of the HTTP interface.
//!
//! Server, app and tests share these types, so none of them has a second description of what
//! travels between them.

/// Paths, for the route table and for whoever calls it.
pub mod paths;
/// Problem documents and the catalogue of their codes.
pub mod problem;

/// Waves, points, instruments, units.
mod catalogue;
/// Imports: microdata and level counts.
mod import;
/// Submissions: receipts and results.
mod receipt;
/// Scores: queries and tables.
mod scores;

pub use self::catalogue::{
    FormPackage, InstrumentSummary, MethodSummary, PointView, UnitView, WaveView,
};
pub use self::import::{ImportKind, ImportReport, RowRejection};
pub use self::receipt::{BatchReceipt, QuarantineReason, Receipt, RecordResult, RecordStatus};
pub use self::scores::{
    Detail, Filters, GroupLabel, GroupScores, Grouping, NodeLabel, ScoreCell, ScoreQuery,
    ScoreTable, Suppression,
};
