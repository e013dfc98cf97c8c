//! Level counts.

use survey_defs::counts::LevelCounts;

use crate::error::StoreError;
use crate::imports::LevelCountsRow;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct CountsRow {
    unit: String,
    month: String,
    item: String,
    level_1: i64,
    level_2: i64,
    level_3: i64,
    level_4: i64,
    level_5: i64,
    not_applicable: i64,
    no_answer: i64,
}

impl TryFrom<CountsRow> for LevelCountsRow {
    type Error = StoreError;

    fn try_from(row: CountsRow) -> Result<Self, StoreError> {
        let CountsRow {
            unit,
            month,
            item,
            level_1,
            level_2,
            level_3,
            level_4,
            level_5,
            not_applicable,
            no_answer,
        } = row;
        let count = |count| value::unsigned("a count", count);
        Ok(Self {
            unit: present(&unit)
                .map(|unit| value::parse("the unit of a count", unit))
                .transpose()?,
            month: present(&month)
                .map(|month| value::parse("the month of a count", month))
                .transpose()?,
            item: value::parse("the item of a count", &item)?,
            counts: LevelCounts {
                levels: [
                    count(level_1)?,
                    count(level_2)?,
                    count(level_3)?,
                    count(level_4)?,
                    count(level_5)?,
                ],
                not_applicable: count(not_applicable)?,
                no_answer: count(no_answer)?,
            },
        })
    }
}

/// An empty text in a key stands for a missing part.
fn present(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
