//! A segment from elsewhere.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process;

use super::error::disk;
use super::file::{fingerprint, remove_folder, sync_folder};
use super::manifest::{self, MANIFEST, Manifest};
use super::{Listed, MirrorError};

/// A segment that comes from elsewhere, in a folder with a temporary name. Whoever brings it fills
/// the [files](Self::files); it is trusted for its hashes alone. Dropping it removes the folder.
///
/// One process brings in one segment of a name at a time.
#[derive(Debug)]
pub struct Incoming {
    mirror: PathBuf,
    folder: PathBuf,
    listed: Listed,
    manifest: Manifest,
}

/// One of the files of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentFile {
    /// Its name in the folder of the segment.
    pub name: &'static str,
    /// Where it is on this machine.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

impl Incoming {
    pub(super) fn new(mirror: &Path, listed: &Listed, json: &[u8]) -> Result<Self, MirrorError> {
        let manifest = manifest::listed(listed, json)?;
        // The number keeps a command beside a server out of its way.
        let folder = mirror.join(format!("{}.{}.incoming", listed.name, process::id()));
        remove_folder(&folder)?;
        super::make_folder(&folder).map_err(disk(&folder))?;
        let (mirror, listed) = (mirror.to_owned(), listed.clone());
        let incoming = Self { mirror, folder, listed, manifest };
        let path = incoming.folder.join(MANIFEST);
        fs::write(&path, json).map_err(disk(&path))?;
        Ok(incoming)
    }

    /// The files that are to be filled, with the sizes that they must have.
    pub fn files(&self) -> Vec<SegmentFile> {
        files(&self.folder, &self.manifest)
    }

    /// Compares all contents with the listing.
    ///
    /// # Errors
    /// [`MirrorError::Damaged`] if it is not what is listed; [`MirrorError::Disk`], also if a file
    /// was not filled.
    pub fn verify(&self) -> Result<(), MirrorError> {
        verify(&self.folder, &self.listed, &self.manifest)
    }

    /// Compares all contents with the listing and gives the folder its lasting name, in the place
    /// of what is there. All is on disk when this returns.
    ///
    /// # Errors
    /// [`MirrorError::Damaged`] if it is not what is listed; [`MirrorError::Disk`].
    pub fn publish(self) -> Result<(), MirrorError> {
        self.verify()?;
        let names = self.manifest.files.named().map(|(name, _)| name);
        for name in names.into_iter().chain([MANIFEST]) {
            let path = self.folder.join(name);
            File::open(&path).and_then(|file| file.sync_all()).map_err(disk(&path))?;
        }
        sync_folder(&self.folder)?;
        let lasting = self.mirror.join(&self.listed.name);
        remove_folder(&lasting)?;
        fs::rename(&self.folder, &lasting).map_err(disk(&lasting))?;
        sync_folder(&self.mirror)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // It is gone if it was published, and what stays here is removed as not listed.
        remove_folder(&self.folder).ok();
    }
}

/// The files of a segment beside its manifest.
pub(super) fn files(folder: &Path, manifest: &Manifest) -> Vec<SegmentFile> {
    let file = |(name, fingerprint): (&'static str, &super::file::Fingerprint)| SegmentFile {
        name,
        path: folder.join(name),
        bytes: fingerprint.bytes,
    };
    manifest.files.named().into_iter().map(file).collect()
}

/// Compares the contents of the files beside the manifest with it.
pub(super) fn verify(
    folder: &Path,
    listed: &Listed,
    manifest: &Manifest,
) -> Result<(), MirrorError> {
    for (name, expected) in manifest.files.named() {
        if fingerprint(&folder.join(name))? != *expected {
            let what = format!("the content of {name} is not what was written");
            return Err(MirrorError::Damaged { name: listed.name.clone(), what });
        }
    }
    Ok(())
}
