//! Locks of waves and of their names.

use std::collections::BTreeSet;

use sqlx::PgConnection;
use survey_defs::ids::WaveId;

use super::fault;
use crate::error::StoreError;

/// What is numbered in a wave that need not exist is locked by a number of its name, beside this
/// one, which is any number that no other lock of this database has.
const NAMES: i32 = 0x7468_7563;

/// Locks the rows of waves until the commit, in the order of their ids, so that no two transactions
/// wait for each other. What is read afterwards, by another statement, is what the last holder of
/// the lock has left.
///
/// # Errors
/// [`StoreError::UnknownWave`] if one does not exist.
pub(super) async fn waves<'a>(
    connection: &mut PgConnection,
    waves: impl IntoIterator<Item = &'a WaveId>,
) -> Result<(), StoreError> {
    let waves: BTreeSet<&WaveId> = waves.into_iter().collect();
    let locked = lock_present(connection, &waves).await?;
    all_there(&waves, &locked)
}

/// Locks the rows of those waves that exist.
pub(super) async fn waves_there_are<'a>(
    connection: &mut PgConnection,
    waves: impl IntoIterator<Item = &'a WaveId>,
) -> Result<(), StoreError> {
    lock_present(connection, &waves.into_iter().collect()).await?;
    Ok(())
}

/// As [`waves`]; none if one of them was held by somebody else for the whole lock time-out.
pub(super) async fn try_waves<'a>(
    connection: &mut PgConnection,
    waves: impl IntoIterator<Item = &'a WaveId>,
) -> Result<Option<()>, StoreError> {
    let waves: BTreeSet<&WaveId> = waves.into_iter().collect();
    match lock_present(connection, &waves).await {
        Err(error) if fault::is_locked(&error) => Ok(None),
        locked => all_there(&waves, &locked?).map(Some),
    }
}

async fn lock_present(
    connection: &mut PgConnection,
    waves: &BTreeSet<&WaveId>,
) -> Result<Vec<String>, sqlx::Error> {
    let ids: Vec<&str> = waves.iter().map(|wave| wave.as_str()).collect();
    // Not FOR UPDATE, which would also hinder points and segments from referring to the wave.
    sqlx::query_scalar("SELECT id FROM waves WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
        .bind(ids)
        .fetch_all(connection)
        .await
}

fn all_there(waves: &BTreeSet<&WaveId>, locked: &[String]) -> Result<(), StoreError> {
    match waves.iter().find(|wave| !locked.iter().any(|id| id == wave.as_str())) {
        None => Ok(()),
        Some(wave) => Err(StoreError::UnknownWave((*wave).clone())),
    }
}

/// Locks what is numbered under the name of a wave, which need not exist, until the commit.
pub(super) async fn name(connection: &mut PgConnection, wave: &WaveId) -> Result<(), StoreError> {
    // Two names with one hash wait for each other, and that is all.
    sqlx::query("SELECT pg_advisory_xact_lock($1, hashtext($2))")
        .bind(NAMES)
        .bind(wave.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
