//! The lead of a task among the processes that use one file.

use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::SqliteStore;
use crate::error::StoreError;
use crate::leadership::{Lead, LeaderTask, Leadership};

/// The lead of a task among the processes that use one file: a lock on a file beside it, which the
/// system takes back when the process dies.
#[derive(Debug)]
struct LockFile {
    _locked: File,
}

#[async_trait]
impl Lead for LockFile {
    /// Nobody takes a lock away.
    async fn holds(&mut self) -> Result<bool, StoreError> {
        Ok(true)
    }
}

#[async_trait]
impl Leadership for SqliteStore {
    async fn lead(&self, task: LeaderTask) -> Result<Option<Box<dyn Lead>>, StoreError> {
        let unavailable = |error: std::io::Error| StoreError::Unavailable(error.into());
        let suffix = match task {
            LeaderTask::Mirror => "-lead-mirror",
            LeaderTask::Retention => "-lead-retention",
        };
        let file = open(&sibling_path(&self.path, suffix)).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(LockFile { _locked: file }))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}

/// The path of a file beside the database, named like it.
pub(super) fn sibling_path(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Opens a file to lock. It stays when it is not used any more: to remove it would let two lock what
/// each takes for the same file.
pub(super) fn open(path: &Path) -> std::io::Result<File> {
    File::options().create(true).truncate(false).write(true).mode(0o600).open(path)
}
