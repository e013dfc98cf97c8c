//! What concerns the database itself.

use async_trait::async_trait;
use sqlx::Transaction;

use super::dialect::{BEGIN_SNAPSHOT, BEGIN_WRITE};
use super::{Backend, Driver};
use crate::error::StoreError;
use crate::store::{Store, StoreStats};

#[async_trait]
impl Store for Backend {
    async fn ping(&self) -> Result<(), StoreError> {
        self.check_health()?;
        sqlx::query("SELECT 1 FROM waves LIMIT 1").execute(self.reader()).await?;
        Ok(())
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
