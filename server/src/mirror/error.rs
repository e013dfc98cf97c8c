use scoring::{DataError, MirrorError};
use store::StoreError;
use tokio::task::JoinError;

/// Why the mirror is not written. Nothing is lost: scores are read from the log instead.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// The files: another process has them, or the disk does not do what it is asked.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log of a wave holds forms that cannot be scored together.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A bug: a task panicked.
    #[error(transparent)]
    Task(#[from] JoinError),
}
