//! The end of the queue of calls that append.

use std::sync::Arc;

use sqlx::{Sqlite, SqlitePool, Transaction};
use tokio::sync::Notify;

use super::compressed_json::CompressedJson;
use super::dialect;
use crate::error::StoreError;
use crate::row::LogRow;

/// Appends groups of rows.
pub(super) struct Writer {
    /// The one connection that writes.
    pub(super) pool: SqlitePool,
    /// Notified after each commit.
    pub(super) written: Arc<Notify>,
}

impl Writer {
    /// Begins a transaction for these rows.
    pub(super) async fn begin(
        &self,
        _: &[&LogRow<CompressedJson>],
    ) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with(dialect::BEGIN_WRITE).await?)
    }

    /// Something was committed.
    pub(super) fn committed(&self) {
        self.written.notify_one();
    }
}
