//! What was done to records.

use crate::audit::Act;
use crate::error::StoreError;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct ActRow {
    number: i64,
    at_ms: i64,
    actor: String,
    reason: String,
    content: String,
}

impl TryFrom<ActRow> for Act {
    type Error = StoreError;

    fn try_from(row: ActRow) -> Result<Self, StoreError> {
        let ActRow { number, at_ms, actor, reason, content } = row;
        Ok(Self {
            number: value::unsigned("the number of an act", number)?,
            at: value::time("the time of an act", at_ms)?,
            actor: value::actor(&actor)?,
            reason,
            deed: value::json("an act", &content)?,
        })
    }
}
