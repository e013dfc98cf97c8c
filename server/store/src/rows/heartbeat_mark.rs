//! What heartbeats have proved.

use crate::devices::HeartbeatMark;
use crate::error::StoreError;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct HeartbeatMarkRow {
    received_at_ms: i64,
    sequence: i64,
    clock_skew_s: i64,
}

impl TryFrom<HeartbeatMarkRow> for HeartbeatMark {
    type Error = StoreError;

    fn try_from(row: HeartbeatMarkRow) -> Result<Self, StoreError> {
        let HeartbeatMarkRow { received_at_ms, sequence, clock_skew_s } = row;
        Ok(Self {
            received_at: value::time("the time of a mark", received_at_ms)?,
            sequence: value::unsigned("the sequence of a mark", sequence)?,
            clock_skew_s,
        })
    }
}
