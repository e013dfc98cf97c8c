//! Files that survive a crash once they are written.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::MirrorError;
use super::error::disk;

/// Size and content of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    pub(super) bytes: u64,
    /// In lower-case hexadecimal digits.
    pub(super) sha256: String,
}

/// Writes a new file, and returns when it is on disk.
pub(super) fn write_synced(
    path: &Path,
    content: impl FnOnce(&mut Fingerprinted) -> Result<(), MirrorError>,
) -> Result<Fingerprint, MirrorError> {
    let file = File::create_new(path).map_err(disk(path))?;
    let mut writer = Fingerprinted {
        inner: BufWriter::with_capacity(1 << 20, file),
        sha256: Sha256::new(),
        bytes: 0,
    };
    content(&mut writer)?;
    let Fingerprinted { inner, sha256, bytes } = writer;
    let file = inner.into_inner().map_err(|error| disk(path)(error.into_error()))?;
    file.sync_all().map_err(disk(path))?;
    Ok(Fingerprint { bytes, sha256: hex(&sha256.finalize()) })
}

/// A file that is hashed while it is written.
#[derive(Debug)]
pub(super) struct Fingerprinted {
    inner: BufWriter<File>,
    sha256: Sha256,
    bytes: u64,
}

impl Write for Fingerprinted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Reads all of an open file, from its beginning, to say what it holds.
pub(super) fn fingerprint(path: &Path) -> Result<Fingerprint, MirrorError> {
    let mut file = File::open(path).map_err(disk(path))?;
    let mut sha256 = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(disk(path))?;
        if read == 0 {
            return Ok(Fingerprint { bytes, sha256: hex(&sha256.finalize()) });
        }
        sha256.update(&buffer[..read]);
        bytes += read as u64;
    }
}

/// Returns when the entries of a folder are on disk. Where folders cannot be opened (Windows), the
/// system does it by itself.
pub(super) fn sync_folder(path: &Path) -> Result<(), MirrorError> {
    if cfg!(unix) {
        File::open(path).and_then(|folder| folder.sync_all()).map_err(disk(path))
    } else {
        Ok(())
    }
}

/// Removes a folder and all in it; one that is not there is removed already.
pub(super) fn remove_folder(path: &Path) -> Result<(), MirrorError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(disk(path)),
    }
}

/// Two lower-case digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
