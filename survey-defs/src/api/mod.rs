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
/// Devices, their enrolment and heartbeats, and forms that were not finished.
mod devices;
/// Imports: microdata and level counts.
mod import;
/// Records that a device has given out as a file.
mod outbox;
/// Submissions: receipts and results.
mod receipt;

pub use self::catalogue::{
    FORM_GENERATION, FormPackage, InstrumentSummary, PointView, UnitView, WaveView,
};
pub use self::devices::{
    AddedDevice, BreakOffBatchReceipt, BreakOffReceipt, BreakOffResult, BreakOffSummary,
    DeviceConfig, DeviceState, DeviceView, Enrolment, Heartbeat, LastHeartbeat, NewDevice,
};
pub use self::import::{ImportKind, ImportReport, RowRejection};
pub use self::outbox::{OUTBOX_VERSION, OutboxFile, OutboxFormat, OutboxKind, OutboxRecord};
pub use self::receipt::{BatchReceipt, QuarantineReason, Receipt, RecordResult, RecordStatus};
