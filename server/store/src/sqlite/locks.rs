//! Locks: a transaction that writes has the whole file, so only whether a wave exists is left to
//! say.

use std::future::{Ready, ready};

use sqlx::SqliteConnection;
use survey_defs::ids::WaveId;

use crate::error::StoreError;

/// # Errors
/// [`StoreError::UnknownWave`] if one does not exist.
pub(super) async fn waves<'a>(
    connection: &mut SqliteConnection,
    waves: impl IntoIterator<Item = &'a WaveId>,
) -> Result<(), StoreError> {
    for wave in waves {
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM waves WHERE id = $1)")
            .bind(wave.as_str())
            .fetch_one(&mut *connection)
            .await?;
        if !exists {
            return Err(StoreError::UnknownWave(wave.clone()));
        }
    }
    Ok(())
}

/// Nothing to lock.
pub(super) fn waves_there_are<'a>(
    _: &mut SqliteConnection,
    _: impl IntoIterator<Item = &'a WaveId>,
) -> Ready<Result<(), StoreError>> {
    ready(Ok(()))
}

/// Nothing to lock.
pub(super) fn name(_: &mut SqliteConnection, _: &WaveId) -> Ready<Result<(), StoreError>> {
    ready(Ok(()))
}
