//! What stands in the way of a write, by what an operator can do about it.

use crate::error::StoreError;
use crate::{postgres, sqlite};

/// What stands in the way of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no room on the disk.
    DiskFull,
    /// The file, its disk or the server may only be read, as a standby.
    ReadOnly,
    /// What is stored cannot be read.
    Damaged,
    /// The database does not answer, or refuses for another reason.
    Refused,
}

impl StoreError {
    /// What stands in the way of a write that ended with this error.
    pub fn obstacle(&self) -> Obstacle {
        match self {
            Self::Unavailable(source) => sqlite::obstacle(&**source)
                .or_else(|| postgres::obstacle(&**source))
                .unwrap_or(Obstacle::Refused),
            Self::Corrupt { .. } => Obstacle::Damaged,
            Self::Conflict { .. }
            | Self::UnknownWave(_)
            | Self::Invalid { .. }
            | Self::Busy
            | Self::Version(_)
            | Self::Outdated
            | Self::InUse
            | Self::Empty
            | Self::Unsafe { .. }
            | Self::Fault(_) => Obstacle::Refused,
        }
    }
}
