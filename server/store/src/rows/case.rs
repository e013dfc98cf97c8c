//! Cases, and what was done to them.

use std::error::Error;

use jiff::Timestamp;
use serde::Deserialize;
use survey_defs::ids::{DeviceId, PointId};
use uuid::Uuid;

use super::AuditRow;
use crate::cases::CaseRecord;
use crate::error::StoreError;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct CaseRow {
    pub(crate) number: i64,
    pub(crate) rule: String,
}

#[derive(sqlx::FromRow)]
pub(crate) struct CaseEventRow {
    pub(crate) case_number: i64,
    pub(crate) state: String,
    #[sqlx(flatten)]
    pub(crate) entry: AuditRow,
}

#[derive(sqlx::FromRow)]
pub(crate) struct CaseRecordRow<J> {
    pub(crate) position: i64,
    received_at_ms: i64,
    unit: String,
    device: Option<Uuid>,
    sampled: bool,
    draft: J,
}

/// All that is looked at in a draft.
#[derive(Deserialize)]
struct PointOfDraft {
    point: PointId,
}

impl<J> TryFrom<CaseRecordRow<J>> for CaseRecord
where
    String: TryFrom<J, Error: Error + Send + Sync + 'static>,
{
    type Error = StoreError;

    fn try_from(row: CaseRecordRow<J>) -> Result<Self, StoreError> {
        let CaseRecordRow { position, received_at_ms, unit, device, sampled, draft } = row;
        let draft = value::text(draft).map_err(|error| value::corrupt("a submission", error))?;
        let PointOfDraft { point } = value::json("a submission", &draft)?;
        let received_at: Timestamp = value::time("the time of a submission", received_at_ms)?;
        Ok(Self {
            position: value::unsigned("a position", position)?,
            received_at,
            unit: value::parse("the unit of a submission", &unit)?,
            point,
            device: device.map(DeviceId::new),
            sampled,
        })
    }
}
