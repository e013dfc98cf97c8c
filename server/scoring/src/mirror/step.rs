//! What happens in which order, for tests that fail there.

use std::fmt::Debug;
use std::io;

/// A change of the disk or of the listing, in the order in which a segment comes and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A folder with a temporary name is made.
    CreateFolder,
    /// The rows are written and synced.
    WriteRows,
    /// The keys are written and synced.
    WriteKeys,
    /// The totals are written and synced.
    WriteTotals,
    /// The manifest is written and synced.
    WriteManifest,
    /// The temporary folder is synced.
    SyncSegment,
    /// The folder gets its lasting name.
    Rename,
    /// The folder of all segments is synced.
    SyncMirror,
    /// A segment is put where other servers find it.
    Share,
    /// The listing changes, in one transaction.
    List,
    /// A folder that is not listed is removed.
    Remove,
}

/// Who is told of every step before it is taken. A test makes a step fail to see what a crash at
/// this moment leaves behind.
pub trait Steps: Debug + Send + Sync {
    /// The step is about to be taken; an error stops the work here, and nothing is tidied up.
    fn before(&self, step: Step) -> io::Result<()>;
}

/// Nobody.
#[derive(Debug)]
pub(super) struct Unwatched;

impl Steps for Unwatched {
    fn before(&self, _: Step) -> io::Result<()> {
        Ok(())
    }
}
