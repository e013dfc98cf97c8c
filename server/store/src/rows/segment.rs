//! Segments of the columnar mirror.

use crate::error::StoreError;
use crate::mirror::Segment;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct SegmentRow {
    name: String,
    first_position: i64,
    last_position: i64,
    n_rows: i64,
    sha256: Vec<u8>,
}

impl TryFrom<SegmentRow> for Segment {
    type Error = StoreError;

    fn try_from(row: SegmentRow) -> Result<Self, StoreError> {
        let SegmentRow { name, first_position, last_position, n_rows, sha256 } = row;
        Ok(Self {
            name,
            first_position: value::unsigned("the first position of a segment", first_position)?,
            last_position: value::unsigned("the last position of a segment", last_position)?,
            rows: value::unsigned("the rows of a segment", n_rows)?,
            sha256: value::bytes("the hash of a segment", sha256)?,
        })
    }
}
