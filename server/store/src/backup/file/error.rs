//! What is wrong with a file.

use std::io;

/// Why a backup cannot be read, by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It is another kind of file. Name the right one.
    #[error("the file is not a backup of this program")]
    Foreign,

    /// It has another format, or other tables and columns. Restore it with the program that made
    /// it, and let a newer program bring the database up to date.
    #[error("the backup was made by version {program} of the program: {what}")]
    Version {
        /// The version that made it; “?” if it cannot be read.
        program: String,
        /// What is different.
        what: String,
    },

    /// It is not as it was written. Take another copy of it, or an earlier backup.
    #[error("the backup is damaged in frame {frame}, which begins at byte {offset}: {damage}")]
    Damaged {
        /// Which frame, from 1.
        frame: u64,
        /// Where the frame begins in the file.
        offset: u64,
        /// What is wrong with it.
        damage: Damage,
    },

    /// The disk did not do what it was asked.
    #[error("the backup cannot be read")]
    Disk(#[source] io::Error),
}

/// What is wrong with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The file ends in it, or before it although it is not the last one.
    #[error("the file ends before the frame does")]
    CutOff,
    /// Content and hash do not belong together, or not behind the frame before.
    #[error("the checksum does not match")]
    Checksum,
    /// The hash is right, but not what stands there: whoever wrote it had a fault.
    #[error("the content cannot be read")]
    Content,
    /// It unpacks to more than this program ever writes into one frame.
    #[error("it unpacks to more than a frame may hold")]
    TooLong,
    /// Rows were counted otherwise when it was written.
    #[error("the number of rows before it differs from the number that it states")]
    Count,
    /// Something follows the trailer.
    #[error("there is content after the end of the backup")]
    Surplus,
}
