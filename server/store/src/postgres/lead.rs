//! The lead of a task among the servers of one database.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

use super::{PostgresStore, connection};
use crate::error::StoreError;
use crate::leadership::{Lead, LeaderTask, Leadership};

/// Locks of tasks have a number beside this one, which is any number that no other lock has.
const TASKS: i32 = 0x7468_756a;

/// A leader whose database does not answer within this time does not lead: somebody else may.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// An advisory lock of a session: PostgreSQL releases it when the connection ends, however it ends.
struct SessionLock {
    task: LeaderTask,
    connection: PgConnection,
}

#[async_trait]
impl Leadership for PostgresStore {
    async fn lead(&self, task: LeaderTask) -> Result<Option<Box<dyn Lead>>, StoreError> {
        let mut connection = connection::outside(&self.pool).await?;
        let has_it: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2)")
            .bind(TASKS)
            .bind(number(task))
            .fetch_one(&mut connection)
            .await?;
        if !has_it {
            connection.close().await?;
            return Ok(None);
        }
        Ok(Some(Box::new(SessionLock { task, connection })))
    }
}

/// Never changed: servers of two releases agree on it.
fn number(task: LeaderTask) -> i32 {
    match task {
        LeaderTask::Mirror => 1,
        LeaderTask::Retention => 2,
    }
}

#[async_trait]
impl Lead for SessionLock {
    async fn holds(&mut self) -> Result<bool, StoreError> {
        // The lock lives exactly as long as the connection.
        Ok(matches!(timeout(ANSWER_TIMEOUT, self.connection.ping()).await, Ok(Ok(()))))
    }
}

impl fmt::Debug for SessionLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLock").field("task", &self.task).finish_non_exhaustive()
    }
}
