//! What concerns the database itself.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Transaction;

use super::dialect::{BEGIN_SNAPSHOT, BEGIN_WRITE};
use super::{Backend, Driver};
use crate::error::StoreError;
use crate::store::{Store, StoreStats};
use crate::value;

/// Changes the one row that says nothing but when it was written.
pub(in super::super) const UPDATE_READINESS: &str =
    "UPDATE readiness SET written_at_ms = $1 WHERE id = 1";

#[async_trait]
impl Store for Backend {
    async fn prove_durable(&self, now: Timestamp) -> Result<(), StoreError> {
        self.check_health()?;
        self.write_readiness(value::whole_ms(now).as_millisecond()).await
    }

    fn stats(&self) -> StoreStats {
        self.queues.log.stats()
    }

    async fn close(&self) {
        self.close_all().await;
    }
}

impl Backend {
    /// Begins to write.
    pub(super) async fn write(&self) -> Result<Transaction<'static, Driver>, StoreError> {
        Ok(self.writer().begin_with(BEGIN_WRITE).await?)
    }

    /// Begins to read what is there at one moment.
    pub(super) async fn snapshot(&self) -> Result<Transaction<'static, Driver>, StoreError> {
        Ok(self.reader().begin_with(BEGIN_SNAPSHOT).await?)
    }
}
