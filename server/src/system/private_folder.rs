//! Who may look into the data folder: nobody but its owner, because every answer is in it.

use std::fs;
use std::path::Path;

use store::is_open_to_others;
use tracing::warn;

/// What the program keeps in its folder.
const OURS: [&str; 3] = ["thuocdo.sqlite", "segments", "audio"];

/// Takes the rights of others on the data folder away, if there is nothing in it but what the program
/// keeps there: a home folder, or one that other programs use, is left alone, and only the segments in it
/// are closed. A folder that is not there is made by whoever needs it, closed.
pub(crate) fn close_to_others(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let is_ours = |name: &str| OURS.iter().any(|ours| name.starts_with(ours));
    let all_ours =
        entries.filter_map(Result::ok).all(|entry| entry.file_name().to_str().is_some_and(is_ours));
    if all_ours {
        store::close_to_others(folder);
    } else {
        if is_open_to_others(folder) {
            warn!(
                path = %folder.display(),
                "other users may look into the data folder, which holds other files as well"
            );
        }
        store::close_to_others(&folder.join("segments"));
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn open(path: &Path) {
        fs::create_dir_all(path).unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_folder_of_ours_is_closed_and_one_that_others_use_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let (ours, shared) = (parent.path().join("ours"), parent.path().join("shared"));
        for folder in [&ours, &shared] {
            open(folder);
            open(&folder.join("segments"));
            fs::write(folder.join("thuocdo.sqlite"), "").unwrap();
            fs::write(folder.join("thuocdo.sqlite-wal"), "").unwrap();
        }
        fs::write(shared.join("notes.txt"), "").unwrap();
        close_to_others(&ours);
        close_to_others(&shared);
        close_to_others(&parent.path().join("missing"));
        assert_eq!(mode(&ours), 0o700);
        assert_eq!((mode(&shared), mode(&shared.join("segments"))), (0o755, 0o700));
    }
}
