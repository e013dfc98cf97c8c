use std::ops::RangeInclusive;

use sqlx::{PgConnection, PgExecutor};
use survey_defs::ids::WaveId;

use crate::error::{Conflict, StoreError};
use crate::submission_log::{Contents, LogEnd};
use crate::value;

/// Takes the next positions of a wave for so many submissions.
///
/// # Errors
/// [`StoreError::Conflict`] if the wave holds level counts.
pub(super) async fn take(
    connection: &mut PgConnection,
    wave: &WaveId,
    submissions: usize,
) -> Result<RangeInclusive<u64>, StoreError> {
    if submissions == 0 {
        // An empty range: nothing is taken, and the wave stays undecided.
        return Ok(RangeInclusive::new(1, 0));
    }
    let n = submissions as u64;
    let last = advance(connection, wave, Contents::Submissions, (n, n)).await?;
    Ok(last - n + 1..=last)
}

/// Takes the position of an import of level counts.
///
/// # Errors
/// [`StoreError::Conflict`] if the wave holds submissions.
pub(super) async fn take_for_counts(
    connection: &mut PgConnection,
    wave: &WaveId,
) -> Result<u64, StoreError> {
    advance(connection, wave, Contents::LevelCounts, (1, 0)).await
}

/// Moves the end of a wave's log by so many positions and submissions, and returns where it ends
/// then. This is the one place that keeps the two kinds of content apart.
async fn advance(
    connection: &mut PgConnection,
    wave: &WaveId,
    contents: Contents,
    (positions, submissions): (u64, u64),
) -> Result<u64, StoreError> {
    let moved: Option<i64> = sqlx::query_scalar(
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
    .await?;
    let Some(position) = moved else {
        let holds = match contents {
            Contents::Submissions => Contents::LevelCounts,
            Contents::LevelCounts => Contents::Submissions,
        };
        return Err(Conflict::Contents { wave: wave.clone(), holds, offered: contents }.into());
    };
    value::unsigned("the end of a wave", position)
}

pub(super) async fn of(executor: impl PgExecutor<'_>, wave: &WaveId) -> Result<LogEnd, StoreError> {
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
