//! Making and removing segments.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::DataFrame;
use survey_defs::analysis::Filters;
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;
use survey_defs::method::MissingRule;

use super::error::{disk, engine};
use super::file::{remove_folder, sync_folder, write_synced};
use super::manifest::{COUNTS, Content, Files, KEYS, MANIFEST, Manifest, ROWS, SUMS, sha256};
use super::rows::{Batch, SegmentKey, keys_frame, write_parquet};
use super::totals::{counts_frame, sums_frame};
use super::{Listed, MirrorError, Segment, Step, Steps};
use crate::Forms;
use crate::data::{Key, Keys, Part};
use crate::index_layout::IndexLayout;
use crate::tally::{Frame, Totals, tally_part};

/// The file that is locked while somebody writes; it is never removed.
const LOCK: &str = "lock";
/// The folder in which a segment is written aside: there is one writer, so one is enough.
const ASIDE: &str = "aside.tmp";

/// The right to write segments and to remove them; dropping it gives it back.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    steps: Arc<dyn Steps>,
    /// Unlocked when it is closed, however the process ends.
    _lock: File,
}

impl Writer {
    pub(super) fn new(folder: PathBuf, steps: Arc<dyn Steps>) -> Result<Self, MirrorError> {
        super::make_folder(&folder).map_err(disk(&folder))?;
        let path = folder.join(LOCK);
        let lock = File::options().create(true).append(true).open(&path).map_err(disk(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder, steps, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(MirrorError::Locked(folder)),
            Err(TryLockError::Error(error)) => Err(disk(&path)(error)),
        }
    }

    /// Says that a step is about to be taken by the caller: [`Step::Share`], [`Step::List`].
    ///
    /// # Errors
    /// [`MirrorError::Disk`] if the step is to fail.
    pub fn before(&self, step: Step) -> Result<(), MirrorError> {
        self.steps.before(step).map_err(disk(&self.folder))
    }

    /// Writes neighbours as one segment, which is on disk when this returns. It is nothing before
    /// it is listed; list it in the place of the others, then remove those.
    ///
    /// # Errors
    /// [`MirrorError::NotNeighbours`] if they are none, of different instruments, or do not follow
    /// each other without a gap; [`MirrorError::Damaged`], [`MirrorError::Disk`],
    /// [`MirrorError::Engine`].
    pub fn merge(
        &self,
        segments: &[Segment],
        instrument: &Arc<Instrument>,
    ) -> Result<Segment, MirrorError> {
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
            return Err(MirrorError::NotNeighbours);
        };
        for pair in segments.windows(2) {
            let (one, next) = (pair[0].manifest(), pair[1].manifest());
            let follows = one.last_position.checked_add(1) == Some(next.first_position);
            if !follows || one.wave != next.wave || one.instrument != next.instrument {
                return Err(MirrorError::NotNeighbours);
            }
        }
        // The copy becomes the only one beside the log: not a bit may have turned in the original.
        segments.iter().try_for_each(Segment::verify)?;
        let batches = segments.iter().map(Segment::read).collect::<Result<_, _>>()?;
        let range = Range {
            wave: &first.manifest().wave,
            first_position: first.manifest().first_position,
            last_position: last.manifest().last_position,
        };
        self.write_batches(range, batches, instrument)
    }

    /// Writes forms as a segment, which is on disk when this returns. It is nothing before it is
    /// listed.
    ///
    /// `positions` is what it is to cover: the forms are all those of the wave in this range of the
    /// log, from wherever they were read.
    ///
    /// # Errors
    /// [`MirrorError::Empty`] without forms; [`MirrorError::OutOfRange`] if one is outside of the
    /// range; [`MirrorError::Disk`], [`MirrorError::Engine`].
    pub fn write(
        &self,
        wave: &WaveId,
        positions: RangeInclusive<u64>,
        forms: &Forms,
    ) -> Result<Segment, MirrorError> {
        if forms.is_empty() {
            return Err(MirrorError::Empty);
        }
        let (first_position, last_position) = (*positions.start(), *positions.end());
        let batches = forms.parts().iter().map(|part| batch(part, forms.keys()));
        let batches = batches.collect::<Result<Vec<_>, _>>()?;
        let found = batches.iter().filter_map(Batch::positions);
        if let Some(position) = found
            .flat_map(|range| [*range.start(), *range.end()])
            .find(|one| !positions.contains(one))
        {
            let (first, last) = (first_position, last_position);
            return Err(MirrorError::OutOfRange { position, first, last });
        }
        let range = Range { wave, first_position, last_position };
        self.write_batches(range, batches, &forms.shared_instrument())
    }

    fn write_batches(
        &self,
        range: Range<'_>,
        batches: Vec<Batch>,
        instrument: &Arc<Instrument>,
    ) -> Result<Segment, MirrorError> {
        let aside = self.folder.join(ASIDE);
        remove_folder(&aside)?;
        self.before(Step::CreateFolder)?;
        fs::create_dir(&aside).map_err(disk(&aside))?;
        let Batch { keys, mut frame } = Batch::sorted(batches).map_err(engine(&aside))?;
        let totals = totals(&keys, &frame, instrument)?;
        let content = Content {
            wave: range.wave,
            instrument: &instrument.reference(),
            first_position: range.first_position,
            last_position: range.last_position,
            rows: frame.height() as u64,
            weighted: totals.weighted,
        };
        let write = |step, name, frame: &mut DataFrame| {
            self.before(step)?;
            let path = aside.join(name);
            write_synced(&path, |file| write_parquet(&path, file, frame))
        };
        let files = Files {
            rows: write(Step::WriteRows, ROWS, &mut frame)?,
            keys: write(Step::WriteKeys, KEYS, &mut keys_frame(&keys))?,
            sums: write(Step::WriteTotals, SUMS, &mut sums_frame(&totals))?,
            counts: write(Step::WriteTotals, COUNTS, &mut counts_frame(&totals))?,
        };
        self.publish(&aside, &Manifest::new(content, files), instrument)
    }

    /// Adds the manifest and gives the folder its lasting name.
    fn publish(
        &self,
        aside: &Path,
        manifest: &Manifest,
        instrument: &Arc<Instrument>,
    ) -> Result<Segment, MirrorError> {
        let json = manifest.to_json();
        self.before(Step::WriteManifest)?;
        let path = aside.join(MANIFEST);
        write_synced(&path, |file| file.write_all(&json).map_err(disk(&path)))?;
        self.before(Step::SyncSegment)?;
        sync_folder(aside)?;
        let sha256 = sha256(&json);
        let listed = Listed {
            name: manifest.name(&sha256),
            first_position: manifest.first_position,
            last_position: manifest.last_position,
            rows: manifest.rows,
            sha256,
        };
        let lasting = self.folder.join(&listed.name);
        // A segment that was made again has the same name; the old one may be listed, so it stays
        // unless it is damaged.
        let same = Segment::open(&self.folder, &listed, instrument);
        if let Ok(same) = same.and_then(|same| same.verify().map(|()| same)) {
            return Ok(same);
        }
        self.before(Step::Rename)?;
        remove_folder(&lasting)?;
        fs::rename(aside, &lasting).map_err(disk(&lasting))?;
        self.before(Step::SyncMirror)?;
        sync_folder(&self.folder)?;
        Segment::open(&self.folder, &listed, instrument)
    }

    /// Removes every folder that is not listed, and returns their names: what a crash left behind,
    /// and segments that were merged into others. Give it the names of all waves.
    ///
    /// # Errors
    /// [`MirrorError::Disk`]
    pub fn remove_unlisted(&self, listed: &BTreeSet<String>) -> Result<Vec<String>, MirrorError> {
        let mut removed = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(disk(&self.folder))? {
            let entry = entry.map_err(disk(&self.folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if listed.contains(&name) || !entry.path().is_dir() {
                continue;
            }
            self.before(Step::Remove)?;
            remove_folder(&entry.path())?;
            removed.push(name);
        }
        removed.sort();
        Ok(removed)
    }
}

/// The rows of a part, with the keys that its numbers stand for.
pub(super) fn batch(part: &Part, keys: &Keys) -> Result<Batch, MirrorError> {
    match part {
        Part::Memory(frame) => {
            let fpc = |number| keys.strata()[keys.place(number).stratum as usize].fpc;
            let key =
                |(number, key): (u32, &Key)| SegmentKey { key: key.clone(), fpc: fpc(number) };
            Ok(Batch { keys: (0..).zip(keys.list()).map(key).collect(), frame: frame.clone() })
        }
        Part::Segment(attached) => attached.segment().read(),
    }
}

/// The totals of all rows, under the numbers of the keys.
fn totals(
    keys: &[SegmentKey],
    frame: &DataFrame,
    instrument: &Instrument,
) -> Result<Totals, MirrorError> {
    let mut numbered = Keys::default();
    for one in keys {
        numbered.number(&one.key, one.fpc);
    }
    let frame = Frame {
        part: &Part::Memory(frame.clone()),
        keys: &numbered,
        layout: &IndexLayout::of(instrument),
        rule: MissingRule { min_answered_share: 0.0 },
    };
    tally_part(frame, &Filters::default()).map_err(MirrorError::Tally)
}

/// Which forms a segment covers: all of a wave in a closed range of log positions.
#[derive(Debug, Clone, Copy)]
struct Range<'a> {
    wave: &'a WaveId,
    first_position: u64,
    last_position: u64,
}
