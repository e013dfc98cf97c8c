//! Why a mirror cannot be read or written.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use polars::prelude::PolarsError;

use crate::ScoringError;

/// Why a mirror cannot be read or written, by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The segment is not what was listed: drop it from the listing and read its range from the
    /// log.
    #[error("the segment {name} cannot be used: {what}")]
    Damaged {
        /// The name of the segment.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// The disk did not do what it was asked: try again later.
    #[error("{} could not be read or written", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Somebody else is writing: try again when the other process has ended.
    #[error("another process is writing to the mirror {}", .0.display())]
    Locked(PathBuf),
    /// Segments to be merged do not follow each other, or have different instruments: a fault of
    /// the caller.
    #[error("segments of different kinds or out of order cannot be merged")]
    NotNeighbours,
    /// There is no form to write: a fault of the caller.
    #[error("a segment has one form or more")]
    Empty,
    /// A form is not in the range that its segment is to cover: a fault of the caller.
    #[error("a form at position {position} is no part of the positions {first} to {last}")]
    OutOfRange {
        /// The position of the form.
        position: u64,
        /// The first position of the range.
        first: u64,
        /// The last position of the range.
        last: u64,
    },
    /// The forms could not be added up.
    #[error(transparent)]
    Tally(#[from] ScoringError),
    /// The engine failed; nothing that the caller could do better.
    #[error("the engine failed on {}", path.display())]
    Engine {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// For `map_err`, with the file or folder.
pub(super) fn disk(path: &Path) -> impl FnOnce(io::Error) -> MirrorError {
    let path = path.to_owned();
    move |source| MirrorError::Disk { path, source }
}

/// For `map_err`, with the file.
pub(super) fn engine(path: &Path) -> impl FnOnce(PolarsError) -> MirrorError {
    let path = path.to_owned();
    move |source| MirrorError::Engine { path, source: Box::new(source) }
}
