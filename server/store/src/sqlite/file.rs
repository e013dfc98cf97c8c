//! The file of the database: where it really is, and for its owner only.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::lead::sibling_path;
use crate::private::close_to_others;

/// Makes the file if there is none, for its owner only, and closes it and what SQLite keeps beside it
/// to all others. SQLite gives new files beside it the mode of the file.
///
/// # Errors
/// The file cannot be made.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    // A link that leads to no file yet is there, and is followed: SQLite follows it as well.
    let is_link_to_nothing = path.is_symlink() && !path.exists();
    let mut options = OpenOptions::new();
    options.write(true).create_new(!is_link_to_nothing).create(true).truncate(false).mode(0o600);
    match options.open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let path = real(path);
    close_to_others(&path);
    for suffix in ["-wal", "-shm", "-lock"] {
        close_to_others(&sibling_path(&path, suffix));
    }
    Ok(())
}

/// Where a file really is: SQLite keeps the others beside it there, and whoever comes by another link
/// must find the same locks.
pub(super) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
