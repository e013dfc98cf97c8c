//! Where the log of each wave ends.

use survey_defs::ids::WaveId;

use super::{Connection, Executor};
use crate::error::{Conflict, StoreError};
use crate::submission_log::{Contents, LogEnd};
use crate::{fault, value};

/// Moves the end of a wave's log by so many positions and submissions, and returns where it ends
/// then. This is the one place that keeps the two kinds of content apart.
///
/// # Errors
/// [`StoreError::Conflict`] if the wave holds the other kind of content;
/// [`StoreError::UnknownWave`].
pub(super) async fn advance(
    connection: &mut Connection,
    wave: &WaveId,
    contents: Contents,
    (positions, submissions): (u64, u64),
) -> Result<u64, StoreError> {
    let moved: Result<Option<i64>, _> = sqlx::query_scalar(
        "INSERT INTO wave_logs (wave, contents, position, submissions) VALUES ($1, $2, $3, $4)
         ON CONFLICT (wave) DO UPDATE
         SET position = wave_logs.position + excluded.position,
         submissions = wave_logs.submissions + excluded.submissions
         WHERE wave_logs.contents = excluded.contents
         RETURNING position",
    )
    .bind(wave.as_str())
    .bind(contents.as_str())
    .bind(value::clamp(positions))
    .bind(value::clamp(submissions))
    .fetch_optional(connection)
    .await;
    match moved {
        Ok(Some(position)) => value::unsigned("the end of a wave", position),
        Ok(None) => {
            let holds = match contents {
                Contents::Submissions => Contents::LevelCounts,
                Contents::LevelCounts => Contents::Submissions,
            };
            Err(Conflict::Contents { wave: wave.clone(), holds, offered: contents }.into())
        }
        Err(error) if fault::is_dangling(&error) => Err(StoreError::UnknownWave(wave.clone())),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn of(executor: impl Executor<'_>, wave: &WaveId) -> Result<LogEnd, StoreError> {
    let row: Option<(String, i64, i64)> =
        sqlx::query_as("SELECT contents, position, submissions FROM wave_logs WHERE wave = $1")
            .bind(wave.as_str())
            .fetch_optional(executor)
            .await?;
    let Some((contents, position, submissions)) = row else {
        return Ok(LogEnd::default());
    };
    Ok(LogEnd {
        position: value::unsigned("the end of a wave", position)?,
        submissions: value::unsigned("the number of submissions", submissions)?,
        contents: Some(value::contents(&contents)?),
    })
}
