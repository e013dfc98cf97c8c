//! The columnar mirror of the log: who writes it, and who reads it.
//!
//! Scores are read from segments, sorted columns on disk, and from the rest of the log that no
//! segment covers yet. [`MirrorJob`] writes segments, merges small ones and drops damaged ones;
//! [`WaveColumns`] follows listing and log for whoever scores. The store's listing decides what counts,
//! in one transaction; `scoring` knows only files.
//!
//! Every range of a wave's log is covered by one segment or by none, and what is covered by none
//! is read from the log. So a crash, a damaged disk or a removed folder costs time and never a
//! form.
//!
//! [`Segments`] are files in a folder of this server. With [`SharedStorage`] several servers share
//! them: the leader puts each segment there before it is listed, and the others fetch what is listed
//! and not in their folder.

mod compare;
mod error;
mod job;
mod leader;
mod segments;
mod shared_check;
/// Segments where several servers find them.
mod shared_storage;
mod wave_columns;

pub use compare::{Compared, compare};
pub use error::MirrorJobError;
pub use job::{Check, MirrorJob, RunReport};
pub use segments::{Availability, Segments};
pub use shared_check::{SharedCheck, check_shared};
pub use shared_storage::{InvalidLocation, Location, SharedStorage, SharedStorageError};
pub use wave_columns::WaveColumns;

use scoring::Listed;
use store::Segment;

/// Records read from the log at a time: a long form takes some ten kilobytes in memory.
const PAGE: u32 = 1_000;

/// What the store lists, for `scoring`.
fn listed(segment: &Segment) -> Listed {
    let Segment { name, first_position, last_position, rows, sha256 } = segment.clone();
    Listed { name, first_position, last_position, rows, sha256 }
}

/// What `scoring` wrote, for the store.
fn stored(listed: &Listed) -> Segment {
    let Listed { name, first_position, last_position, rows, sha256 } = listed.clone();
    Segment { name, first_position, last_position, rows, sha256 }
}

#[cfg(test)]
mod tests;
