//! Where the log of each wave ends.

use survey_defs::ids::WaveId;
use survey_defs::wave::Takes;

use super::catalogue::find_wave;
use super::{Connection, Executor};
use crate::error::{Conflict, StoreError};
use crate::rows::{LEVEL_COUNTS, SUBMISSIONS};
use crate::submission_log::LogEnd;
use crate::value;

/// Moves the end of a wave's log by so many positions and submissions, and returns where it ends
/// then.
///
/// # Errors
/// [`StoreError::Conflict`] if the wave takes something else; [`StoreError::UnknownWave`].
pub(super) async fn advance(
    connection: &mut Connection,
    wave: &WaveId,
    offered: Takes,
    (positions, submissions): (u64, u64),
) -> Result<u64, StoreError> {
    let moved: Option<i64> = sqlx::query_scalar(
        "INSERT INTO wave_logs (wave, contents, position, submissions)
         SELECT $1, $2, $3, $4 FROM waves WHERE id = $1 AND takes = $5
         ON CONFLICT (wave) DO UPDATE
         SET position = wave_logs.position + excluded.position,
         submissions = wave_logs.submissions + excluded.submissions
         RETURNING position",
    )
    .bind(wave.as_str())
    .bind(contents(offered))
    .bind(value::clamp(positions))
    .bind(value::clamp(submissions))
    .bind(offered.as_str())
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(position) = moved {
        return value::unsigned("the end of a wave", position);
    }
    let known = find_wave(connection, wave).await?;
    let known = known.ok_or_else(|| StoreError::UnknownWave(wave.clone()))?;
    Err(Conflict::Takes { wave: wave.clone(), takes: known.takes, offered }.into())
}

/// The word beside the end of a log.
fn contents(takes: Takes) -> &'static str {
    match takes {
        Takes::Forms | Takes::Sample => SUBMISSIONS,
        Takes::LevelCounts => LEVEL_COUNTS,
    }
}

pub(super) async fn of(executor: impl Executor<'_>, wave: &WaveId) -> Result<LogEnd, StoreError> {
    let row: Option<(i64, i64)> =
        sqlx::query_as("SELECT position, submissions FROM wave_logs WHERE wave = $1")
            .bind(wave.as_str())
            .fetch_optional(executor)
            .await?;
    let Some((position, submissions)) = row else {
        return Ok(LogEnd::default());
    };
    Ok(LogEnd {
        position: value::unsigned("the end of a wave", position)?,
        submissions: value::unsigned("the number of submissions", submissions)?,
    })
}
