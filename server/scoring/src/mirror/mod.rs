//! Recorded forms on disk, in columns: a mirror of the log that scores are read from.
//!
//! The log stays the truth. A [`Segment`] is a copy of all forms of one wave in a closed range of
//! log positions, sorted by unit and cluster; what no segment covers is read from the log. So a
//! mirror may be deleted at any time and made again with the same scores.
//!
//! A segment is a folder: `rows.parquet` (one row per form), `keys.parquet` (what the key numbers of
//! the rows mean), `sums.parquet` and `counts.parquet` (the totals of all of its forms, from which
//! unfiltered scores come without reading a row) and `manifest.json` (its range, its instrument,
//! and size and SHA-256 of the others). It is written under a temporary name, synced, renamed and
//! then *listed* by whoever keeps the list ([`Listed`]; the store, in one transaction). Only what is
//! listed counts: a folder that is not is what a crash left behind, and is removed by the next
//! [`Writer::remove_unlisted`]. The listing keeps the SHA-256 of the manifest, which keeps those of
//! the files, so one number stands for all of them.
//!
//! Invariants: this module neither knows the store nor decides what is listed; a published segment
//! never changes; a [`Segment`] holds its files open, so it stays readable after its removal.

mod error;
mod segment;
mod writer;
mod incoming;

mod compare;
mod policy;
mod step;

mod file;
mod manifest;
mod rows;
mod totals;

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use survey_defs::instrument::Instrument;

pub use self::compare::Difference;
pub use self::error::MirrorError;
pub use self::incoming::{Incoming, SegmentFile};
pub use self::policy::Policy;
pub(crate) use self::rows::{SegmentKey, with_numbers};
pub use self::segment::{Listed, Segment};
pub use self::step::{Step, Steps};
pub use self::writer::Writer;

/// The name of the file of a segment that stands for all of its files: its SHA-256 is listed.
pub const SEGMENT_MANIFEST: &str = manifest::MANIFEST;

/// The folder of all segments, of all waves.
#[derive(Debug, Clone)]
pub struct Mirror {
    folder: PathBuf,
    steps: Arc<dyn Steps>,
}

impl Mirror {
    /// The mirror in a folder, which need not exist.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, steps: Arc::new(step::Unwatched) }
    }

    /// The same with somebody who is told of every step before it is taken, and may make it fail.
    pub fn watched(folder: PathBuf, steps: Arc<dyn Steps>) -> Self {
        Self { folder, steps }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens a listed segment. The manifest is compared with the listing and the sizes of the files
    /// with the manifest; [`Segment::verify`] compares the contents as well.
    ///
    /// # Errors
    /// [`MirrorError::Damaged`] if it is missing, is not what is listed, or answers another
    /// instrument than the given one; [`MirrorError::Disk`].
    pub fn open(
        &self,
        listed: &Listed,
        instrument: &Arc<Instrument>,
    ) -> Result<Segment, MirrorError> {
        Segment::open(&self.folder, listed, instrument)
    }

    /// A place for a listed segment that comes from elsewhere, with its manifest.
    ///
    /// # Errors
    /// [`MirrorError::Damaged`] if this is not the manifest that is listed; [`MirrorError::Disk`].
    pub fn incoming(&self, listed: &Listed, manifest: &[u8]) -> Result<Incoming, MirrorError> {
        Incoming::new(&self.folder, listed, manifest)
    }

    /// The right to write, for one holder at a time on the whole machine.
    ///
    /// # Errors
    /// [`MirrorError::Locked`] while another process or writer has it; [`MirrorError::Disk`].
    pub fn writer(&self) -> Result<Writer, MirrorError> {
        Writer::new(self.folder.clone(), Arc::clone(&self.steps))
    }
}

/// Makes a folder, and those above it, that nobody else may look into: every answer is in it.
fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests;
