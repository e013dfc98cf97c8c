//! Quarantine.

use survey_defs::ids::{DeviceId, SubmissionId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::quarantine::QuarantineEntry;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct QuarantineRow {
    number: i64,
    submission: Uuid,
    point: Option<String>,
    reason: String,
    state: String,
    received_at_ms: i64,
    proven: bool,
    device: Option<Uuid>,
    device_sequence: Option<i64>,
    body: Option<String>,
}

impl TryFrom<QuarantineRow> for QuarantineEntry {
    type Error = StoreError;

    fn try_from(row: QuarantineRow) -> Result<Self, StoreError> {
        let session = match row.device.zip(row.device_sequence) {
            None => None,
            Some((device, sequence)) => {
                let sequence = value::unsigned("the number of a session", sequence)?;
                Some((DeviceId::new(device), sequence))
            }
        };
        let point = row.point.as_deref();
        let point = point.map(|point| value::parse("a service point in quarantine", point));
        Ok(Self {
            number: value::unsigned("a number in quarantine", row.number)?,
            submission: SubmissionId::new(row.submission),
            point: point.transpose()?,
            reason: value::parse("a reason", &row.reason)?,
            state: value::quarantine_state(&row.state)?,
            received_at: value::time("a quarantine time", row.received_at_ms)?,
            proven: row.proven,
            session,
            body: row.body,
        })
    }
}
