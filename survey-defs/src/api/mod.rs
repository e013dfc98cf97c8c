//! Wire types, paths and problem codes of the HTTP interface.
//!
//! Server, app and tests share these types, so none of them has a second description of what
//! travels between them.

pub mod paths;
pub mod problem;

mod catalogue;
mod devices;
mod import;
mod outbox;
mod receipt;
mod session;

pub use self::catalogue::{
    FORM_GENERATION, FormPackage, InstrumentSummary, OpenedForm, OpenedPoint, OpenedWave,
    PointView, UnitView, WaveView,
};
pub use self::devices::{
    AddedDevice, BreakOffBatchReceipt, BreakOffReceipt, BreakOffResult, BreakOffSummary,
    DeviceConfig, DeviceView, Enrolment, NewDevice,
};
pub use self::import::{ImportKind, ImportReport, RowFinding};
pub use self::outbox::{
    OUTBOX_VERSION, OutboxFile, OutboxFormat, OutboxKind, OutboxRecord, SEALED_OUTBOX_VERSION,
    SealedOutbox, SealedOutboxFormat,
};
pub use self::receipt::{BatchReceipt, Receipt, RecordResult, RecordStatus};
pub use self::session::{Login, SessionView};
