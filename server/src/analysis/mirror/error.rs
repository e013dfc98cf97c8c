//! Why the mirror is not written.

use scoring::{DataError, MirrorError};
use store::StoreError;
use tokio::task::JoinError;

use super::SharedStorageError;

/// Why the mirror is not written. Nothing is lost: scores are read from the log instead.
#[derive(Debug, thiserror::Error)]
pub enum MirrorJobError {
    /// The files: another process has them, or the disk does not do what it is asked.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// The shared storage does not answer: nothing is written or dropped before it does.
    #[error(transparent)]
    SharedStorage(SharedStorageError),
    /// Another server, or another process of this one, keeps the mirror. Stop it first, or leave it to it.
    #[error("another server or command writes the mirror of this database")]
    Led,
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

impl From<SharedStorageError> for MirrorJobError {
    fn from(error: SharedStorageError) -> Self {
        match error {
            error @ SharedStorageError::Unreachable { .. } => Self::SharedStorage(error),
            SharedStorageError::Mirror(error) => Self::Mirror(error),
            SharedStorageError::Task(error) => Self::Task(error),
        }
    }
}
