//! Who may read the files: nobody but their owner, because every answer is in them. Also where they
//! were there before.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use super::lead::sibling_path;

/// What others may do.
const OTHERS: u32 = 0o077;

/// Makes the file if there is none, for its owner only, and closes it and what SQLite keeps beside it
/// to all others. SQLite gives new files beside it the mode of the file.
///
/// # Errors
/// The file cannot be made.
pub(super) fn file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    match options.open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    close(path);
    for suffix in ["-wal", "-shm", "-lock"] {
        close(&sibling_path(path, suffix));
    }
    Ok(())
}

/// Takes the rights of others away. The owner of a file may be another user, who then has to do it.
fn close(path: &Path) {
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    let mode = metadata.permissions().mode();
    if mode & OTHERS == 0 {
        return;
    }
    if let Err(error) = fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS)) {
        tracing::warn!(path = %path.display(), %error, "other users may read this");
    }
}
