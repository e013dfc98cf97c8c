//! The end of the queue of calls that append.

use sqlx::{PgPool, Postgres, Transaction};

use super::locks;
use crate::error::StoreError;
use crate::row::LogRow;

/// Begins a group, which waits for the locks of its waves far shorter than another call does: all
/// waves wait with it. Other groups hold a lock for milliseconds.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '1s'";

/// Appends groups of rows.
pub(super) struct Writer(pub(super) PgPool);

impl Writer {
    /// Begins a transaction that has locked the waves of these rows.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if one is held for long, as by an import: the group is tried again without
    /// it. [`StoreError::UnknownWave`].
    pub(super) async fn begin(
        &self,
        rows: &[&LogRow<String>],
    ) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut transaction = self.0.begin_with(BEGIN).await?;
        let waves = rows.iter().map(|row| &row.wave);
        match locks::try_waves(&mut transaction, waves).await? {
            Some(()) => Ok(transaction),
            None => Err(StoreError::Busy),
        }
    }

    /// Nobody is told.
    #[expect(clippy::unused_self, reason = "as in SQLite")]
    pub(super) fn committed(&self) {}
}
