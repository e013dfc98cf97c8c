//! Tasks that one server does for all.

use async_trait::async_trait;

use crate::error::StoreError;

/// Deciding which server does a task that one does for all.
#[async_trait]
pub trait Leadership: Send + Sync {
    /// Takes the lead of a task; none if another server, or this one, has it.
    async fn lead(&self, task: LeaderTask) -> Result<Option<Box<dyn Lead>>, StoreError>;
}

/// Work that one server at a time does for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LeaderTask {
    /// Keeping the columnar mirror.
    Mirror,
    /// Dropping what is kept no longer.
    Retention,
}

/// The lead of a task. It ends when this is dropped, and when the server that holds it dies.
#[async_trait]
pub trait Lead: Send + Sync + std::fmt::Debug {
    /// Whether this server still leads: the connection that holds the lead may have broken. To be
    /// asked before each step that only the leader may do.
    async fn holds(&mut self) -> Result<bool, StoreError>;
}
