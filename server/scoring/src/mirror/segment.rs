//! One segment, opened.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::lazy::dsl::ScanSources;
use polars::prelude::{HiveOptions, LazyFrame, ScanArgsParquet};
use survey_defs::instrument::{Instrument, InstrumentRef};

use super::MirrorError;
use super::error::{disk, engine};
use super::incoming::{SegmentFile, files, verify};
use super::manifest::{self, COUNTS, KEYS, MANIFEST, Manifest, ROWS, SUMS};
use super::rows::{self, Batch, SegmentKey};
use super::totals::totals_of;
use crate::collect::collect;
use crate::index_layout::IndexLayout;
use crate::tally::Totals;

/// What whoever lists segments keeps of each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listed {
    /// Its name, which is that of its folder; unique for ever.
    pub name: String,
    /// The first log position that it covers, from 1.
    pub first_position: u64,
    /// The last log position that it covers: every form of the wave from the first to this one is
    /// in it.
    pub last_position: u64,
    /// The number of forms in it.
    pub rows: u64,
    /// The SHA-256 of its manifest, and by that of all of its files.
    pub sha256: [u8; 32],
}

/// A segment with open files. A clone shares them.
///
/// It stays readable when the segment is removed from the disk, and the room is free when the last
/// clone is gone.
#[derive(Clone)]
pub struct Segment(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    listed: Listed,
    manifest: Manifest,
    manifest_bytes: u64,
    keys: Vec<SegmentKey>,
    rows: Arc<[File]>,
    sums: File,
    counts: File,
}

impl Segment {
    pub(super) fn open(
        mirror: &Path,
        listed: &Listed,
        instrument: &Arc<Instrument>,
    ) -> Result<Self, MirrorError> {
        let folder = mirror.join(&listed.name);
        let damaged = |what: String| MirrorError::Damaged { name: listed.name.clone(), what };
        let manifest = present(&folder.join(MANIFEST), |path| fs::read(path))?;
        let manifest = manifest.ok_or_else(|| damaged("it is missing".to_owned()))?;
        let manifest_bytes = manifest.len() as u64;
        let manifest = manifest::listed(listed, &manifest)?;
        check_instrument(&manifest.instrument, instrument).map_err(damaged)?;
        for (name, expected) in manifest.files.named() {
            let size = present(&folder.join(name), |path| Ok(fs::metadata(path)?.len()))?;
            if size != Some(expected.bytes) {
                let found = size.map_or_else(|| "missing".into(), |size| format!("{size} bytes"));
                return Err(damaged(format!(
                    "{name} is {found} instead of {} bytes",
                    expected.bytes
                )));
            }
        }
        let open = |name| {
            let file = present(&folder.join(name), |path| File::open(path))?;
            file.ok_or_else(|| damaged(format!("{name} is missing")))
        };
        let keys = rows::read_parquet(&folder.join(KEYS), open(KEYS)?)
            .map_err(|error| damaged(format!("{KEYS}: {}", cause(&error))))?;
        let keys = rows::keys_of(&keys).map_err(damaged)?;
        let rows = Arc::new([open(ROWS)?]);
        let (sums, counts) = (open(SUMS)?, open(COUNTS)?);
        let listed = listed.clone();
        Ok(Self(Arc::new(Inner {
            folder,
            listed,
            manifest,
            manifest_bytes,
            keys,
            rows,
            sums,
            counts,
        })))
    }

    /// What is listed of it.
    pub fn listed(&self) -> &Listed {
        &self.0.listed
    }

    /// The instrument that its forms answer.
    pub fn instrument(&self) -> &InstrumentRef {
        &self.0.manifest.instrument
    }

    /// Reads all of it and compares the contents with the manifest.
    ///
    /// # Errors
    /// [`MirrorError::Damaged`], [`MirrorError::Disk`].
    pub fn verify(&self) -> Result<(), MirrorError> {
        let Inner { folder, listed, manifest, .. } = &*self.0;
        verify(folder, listed, manifest)
    }

    /// The files on disk, the manifest last: whoever copies them in this order has all of it once
    /// the manifest is there.
    pub fn files(&self) -> Vec<SegmentFile> {
        let Inner { folder, manifest, manifest_bytes, .. } = &*self.0;
        let mut files = files(folder, manifest);
        let path = folder.join(MANIFEST);
        files.push(SegmentFile { name: MANIFEST, path, bytes: *manifest_bytes });
        files
    }

    /// What the numbers in the column of keys mean.
    pub(crate) fn keys(&self) -> &[SegmentKey] {
        &self.0.keys
    }

    /// The rows, sorted by key.
    pub(crate) fn plan(&self) -> Result<LazyFrame, MirrorError> {
        let Inner { folder, rows, .. } = &*self.0;
        let arguments = ScanArgsParquet {
            cache: false,
            glob: false,
            hive_options: HiveOptions::new_disabled(),
            ..ScanArgsParquet::default()
        };
        LazyFrame::scan_parquet_sources(ScanSources::Files(Arc::clone(rows) as _), arguments)
            .map_err(engine(&folder.join(ROWS)))
    }

    /// The totals of all rows without a missing rule, under the numbers of the segment. Read anew
    /// at each call: whoever scores keeps the totals of the whole wave.
    pub(crate) fn totals(&self, layout: &IndexLayout) -> Result<Totals, MirrorError> {
        let Inner { folder, manifest, sums, counts, .. } = &*self.0;
        let read = |name, file: &File| {
            let path = folder.join(name);
            let file = file.try_clone().map_err(disk(&path))?;
            rows::read_parquet(&path, file)
        };
        let mut totals = totals_of(&read(SUMS, sums)?, &read(COUNTS, counts)?, layout)
            .map_err(engine(folder))?;
        totals.weighted = manifest.weighted;
        Ok(totals)
    }

    /// All of it, decoded.
    pub(super) fn read(&self) -> Result<Batch, MirrorError> {
        let frame = collect(self.plan()?).map_err(|source| MirrorError::Engine {
            path: self.0.folder.join(ROWS),
            source: Box::new(source),
        })?;
        Ok(Batch { keys: self.0.keys.clone(), frame })
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segment").field("listed", self.listed()).finish_non_exhaustive()
    }
}

/// What is read of a file, or none if there is no such file.
fn present<T>(
    path: &Path,
    read: impl FnOnce(&Path) -> io::Result<T>,
) -> Result<Option<T>, MirrorError> {
    match read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(disk(path)(error)),
    }
}

fn check_instrument(found: &InstrumentRef, expected: &Instrument) -> Result<(), String> {
    let expected = expected.reference();
    if *found == expected { Ok(()) } else { Err(format!("it answers {found}, not {expected}")) }
}

fn cause(error: &MirrorError) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
