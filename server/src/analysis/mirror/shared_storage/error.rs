//! Why a segment did not come or go.

use scoring::MirrorError;
use tokio::task::JoinError;

use super::Location;

/// Why a segment did not come from the shared storage or go there.
#[derive(Debug, thiserror::Error)]
pub enum SharedStorageError {
    /// The shared storage does not answer, or does not let us: try again later. What is in it is unknown.
    #[error("the segments at {location} cannot be reached: {reason}")]
    Unreachable {
        /// Where.
        location: Location,
        /// What its side says; no source, because its text ends with those of its own causes.
        reason: object_store::Error,
    },
    /// The segment is missing there or is not what is listed, or the disk here failed.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// A bug: a task panicked.
    #[error(transparent)]
    Task(#[from] JoinError),
}
