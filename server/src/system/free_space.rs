//! How much of a disk is free.

use std::io;
use std::path::PathBuf;

use rustix::fs::statvfs;

use super::tasks::spawn_blocking;

/// The bytes that the program may still write on the disk of a folder. The system is asked on a thread
/// that may wait: a disk in the network may not answer.
///
/// # Errors
/// The folder is not there, or its disk does not answer.
pub(crate) async fn of(folder: PathBuf) -> io::Result<u64> {
    let disk = spawn_blocking(move || statvfs(&folder)).await.map_err(io::Error::other)??;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
