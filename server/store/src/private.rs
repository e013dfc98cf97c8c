//! Who may look into files and folders: nobody but their owner, because every answer is in them. Also
//! where they were there before.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// What others may do.
const OTHERS: u32 = 0o077;

/// Whether others than the owner may do something with a file or folder that is there.
pub fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & OTHERS != 0)
}

/// Takes the rights of others on a file or folder away, if it is there. Its owner may be another user,
/// who then has to do it.
pub fn close_to_others(path: &Path) {
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    let mode = metadata.permissions().mode();
    if mode & OTHERS == 0 {
        return;
    }
    match fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS)) {
        Ok(()) => tracing::info!(path = %path.display(), "closed to other users"),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "other users may look into this");
        }
    }
}
