//! Waves.

use survey_defs::wave::Wave;

use crate::error::StoreError;
use crate::value;

#[derive(sqlx::FromRow)]
pub(crate) struct WaveRow {
    content: String,
    takes: String,
}

impl TryFrom<WaveRow> for Wave {
    type Error = StoreError;

    fn try_from(row: WaveRow) -> Result<Self, StoreError> {
        let WaveRow { content, takes } = row;
        let takes = value::parse("what a wave takes", &takes)?;
        let wave: Wave = value::json("a wave", &content)?;
        wave.changed(|fields| fields.takes = takes).map_err(|e| value::corrupt("a wave", e))
    }
}

/// A wave as JSON, without what has a column of its own.
pub(crate) fn wave_content(wave: &Wave) -> String {
    let mut content = serde_json::to_value(wave).expect("a wave is plain data");
    if let Some(fields) = content.as_object_mut() {
        fields.remove("takes");
    }
    content.to_string()
}

/// What the log of a wave that takes forms or a sample holds: the word beside its end.
pub(crate) const SUBMISSIONS: &str = "submissions";

/// What that of a wave that takes level counts holds.
pub(crate) const LEVEL_COUNTS: &str = "level_counts";
