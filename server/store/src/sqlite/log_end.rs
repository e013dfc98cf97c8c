use sqlx::{SqliteConnection, SqliteExecutor};
use survey_defs::ids::WaveId;

use super::{SqliteStore, fault};
use crate::error::{Conflict, StoreError};
use crate::submission_log::{Contents, LogEnd};
use crate::value;

/// Moves the end of a wave's log to a position, with so many submissions more. This is the one place that keeps the two kinds of content apart.
pub(super) async fn advance(
    connection: &mut SqliteConnection,
    wave: &WaveId,
    contents: Contents,
    (position, added): (u64, u64),
) -> Result<(), StoreError> {
    let moved = sqlx::query(
        "INSERT INTO wave_logs (wave, contents, position, submissions) VALUES ($1, $2, $3, $4)
         ON CONFLICT (wave) DO UPDATE
         SET position = excluded.position, submissions = submissions + excluded.submissions
         WHERE contents = excluded.contents",
    )
    .bind(wave.as_str())
    .bind(contents.as_str())
    .bind(value::clamp(position))
    .bind(value::clamp(added))
    .execute(connection)
    .await;
    match moved {
        Ok(moved) if moved.rows_affected() == 1 => Ok(()),
        Ok(_) => {
            let holds = match contents {
                Contents::Submissions => Contents::LevelCounts,
                Contents::LevelCounts => Contents::Submissions,
            };
            Err(Conflict::Contents { wave: wave.clone(), holds, offered: contents }.into())
        }
        Err(error) if fault::is_unknown_wave(&error) => Err(StoreError::UnknownWave(wave.clone())),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn of_wave(store: &SqliteStore, wave: &WaveId) -> Result<LogEnd, StoreError> {
    of(&store.readers, wave).await
}

pub(super) async fn of(
    executor: impl SqliteExecutor<'_>,
    wave: &WaveId,
) -> Result<LogEnd, StoreError> {
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
