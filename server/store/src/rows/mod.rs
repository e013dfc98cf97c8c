//! Rows of the tables that are read in the same way from both databases.

mod record;

mod point;

mod device;

mod quarantine;

mod audit;

mod case;

mod heartbeat_mark;

mod id_status;

mod level_counts;

mod segment;

mod wave;

pub(crate) use self::audit::{ActorColumns, AuditRow};
pub(crate) use self::case::{CaseEventRow, CaseRecordRow, CaseRow};
pub(crate) use self::device::{DEVICE_COLUMNS, DeviceRow};
pub(crate) use self::heartbeat_mark::HeartbeatMarkRow;
pub(crate) use self::id_status::{IdStatusRow, id_statuses};
pub(crate) use self::level_counts::CountsRow;
pub(crate) use self::point::PointRow;
pub(crate) use self::quarantine::QuarantineRow;
pub(crate) use self::record::{PlanRow, RecordRow, sample_plan};
pub(crate) use self::segment::SegmentRow;
pub(crate) use self::wave::{LEVEL_COUNTS, SUBMISSIONS, WaveRow, wave_content};
