//! Rows of the tables that are read in the same way from both databases.

/// Submissions, and what they say of the sample plan.
mod record;

/// Service points.
mod point;

/// Devices.
mod device;

/// Quarantine.
mod quarantine;

/// What was done to records.
mod act;

/// What heartbeats have proved.
mod mark;

/// What a wave knows of an id.
mod known;

/// Level counts.
mod level_counts;

/// Segments of the columnar mirror.
mod segment;

pub(crate) use self::act::ActRow;
pub(crate) use self::device::{DEVICE_COLUMNS, DeviceRow};
pub(crate) use self::known::{KnownRow, known};
pub(crate) use self::level_counts::CountsRow;
pub(crate) use self::mark::MarkRow;
pub(crate) use self::point::PointRow;
pub(crate) use self::quarantine::QuarantineRow;
pub(crate) use self::record::{PlanRow, RecordRow, sample_plan};
pub(crate) use self::segment::SegmentRow;
