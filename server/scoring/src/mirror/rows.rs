//! Forms of several sources as one sorted frame, and frames as Parquet files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::Path;

use polars::prelude::{
    ChunkAgg, Column, DataFrame, ParquetCompression, ParquetReader, ParquetWriter, PolarsResult,
    SerReader, SortMultipleOptions, StatisticsOptions,
};

use super::MirrorError;
use super::error::engine;
use crate::columns;
use crate::data::Key;

/// Rows that are decoded at a time: some megabytes in memory, and enough that what is stored per
/// row group and column is nothing beside it.
const ROW_GROUP: usize = 1 << 17;

const UNIT: &str = "unit";
const STRATUM: &str = "stratum";
const PSU: &str = "psu";
const PROCEDURE_GROUP: &str = "procedure group";
const FPC: &str = "fpc";

/// Forms with the keys that their numbers in the column [`columns::KEY`] stand for.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) keys: Vec<SegmentKey>,
    pub(crate) frame: DataFrame,
}

/// A key with what the forms say of the population of its stratum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SegmentKey {
    pub(crate) key: Key,
    /// The PSUs in the population of the stratum, if known.
    pub(crate) fpc: Option<f64>,
}

impl Batch {
    /// The first and the last log position; none without forms.
    pub(super) fn positions(&self) -> Option<RangeInclusive<u64>> {
        let positions = self.frame.column(columns::POSITION).and_then(Column::u64).ok()?;
        Some(positions.min()?..=positions.max()?)
    }

    /// All forms of several batches, sorted by key, day and position. Keys are sorted as well, and
    /// numbered by their place; those that do not occur are left out.
    pub(super) fn sorted(batches: Vec<Self>) -> PolarsResult<Self> {
        let mut occurring: BTreeMap<&Key, &SegmentKey> = BTreeMap::new();
        for Self { keys, frame } in &batches {
            occurring.extend(occurring_keys(keys, frame)?.map(|one| (&one.key, one)));
        }
        let numbers: BTreeMap<&Key, u32> = occurring.keys().copied().zip(0..).collect();
        let mut renumbered: Option<DataFrame> = None;
        for Self { keys, frame } in &batches {
            let numbers: Vec<Option<u32>> =
                keys.iter().map(|one| numbers.get(&one.key).copied()).collect();
            let frame = with_numbers(frame.clone(), &numbers)?;
            match &mut renumbered {
                None => renumbered = Some(frame),
                Some(all) => {
                    all.vstack_mut(&frame)?;
                }
            }
        }
        let keys: Vec<SegmentKey> = occurring.into_values().cloned().collect();
        let frame = renumbered.unwrap_or_default();
        drop(batches);
        let order = SortMultipleOptions::default();
        let mut frame = frame.sort([columns::KEY, columns::DAY, columns::POSITION], order)?;
        frame.rechunk_mut_par();
        Ok(Self { keys, frame })
    }
}

/// The keys that have at least one form.
fn occurring_keys<'a>(
    keys: &'a [SegmentKey],
    frame: &DataFrame,
) -> PolarsResult<impl Iterator<Item = &'a SegmentKey>> {
    let mut occurs = vec![false; keys.len()];
    for number in frame.column(columns::KEY)?.u32()?.into_no_null_iter() {
        occurs[place(number)] = true;
    }
    Ok(keys.iter().zip(occurs).filter_map(|(key, occurs)| occurs.then_some(key)))
}

/// The rows with other numbers of their keys. Every key that occurs has one.
pub(crate) fn with_numbers(
    mut frame: DataFrame,
    numbers: &[Option<u32>],
) -> PolarsResult<DataFrame> {
    let old = frame.column(columns::KEY)?.u32()?.clone();
    let new: Vec<u32> = old
        .into_no_null_iter()
        .map(|number| numbers[place(number)].expect("every key that occurs has a number"))
        .collect();
    frame.with_column(Column::new(columns::KEY.into(), new))?;
    Ok(frame)
}

fn place(number: u32) -> usize {
    usize::try_from(number).expect("a machine with 32 bits or more")
}

/// Writes a frame as Parquet.
///
/// Cells repeat a handful of small numbers, so dictionaries of a few bits carry the columns, and a
/// quick compression on top costs next to nothing to undo.
pub(super) fn write_parquet(
    path: &Path,
    writer: impl Write,
    frame: &mut DataFrame,
) -> Result<(), MirrorError> {
    ParquetWriter::new(writer)
        .with_compression(ParquetCompression::Lz4Raw)
        .with_statistics(StatisticsOptions::default())
        .with_row_group_size(Some(ROW_GROUP))
        .finish(frame)
        .map(|_| ())
        .map_err(engine(path))
}

/// Reads a small Parquet file.
pub(super) fn read_parquet(path: &Path, file: File) -> Result<DataFrame, MirrorError> {
    ParquetReader::new(file).finish().map_err(engine(path))
}

/// The keys as a table that any reader of Parquet understands.
pub(super) fn keys_frame(keys: &[SegmentKey]) -> DataFrame {
    let text = |of: fn(&Key) -> String| keys.iter().map(|one| of(&one.key)).collect::<Vec<_>>();
    let procedure_group =
        |one: &SegmentKey| one.key.procedure_group.as_ref().map(ToString::to_string);
    let procedure_groups: Vec<Option<String>> = keys.iter().map(procedure_group).collect();
    let fpcs: Vec<Option<f64>> = keys.iter().map(|one| one.fpc).collect();
    let all = vec![
        Column::new(UNIT.into(), text(|key| key.unit.to_string())),
        Column::new(STRATUM.into(), text(|key| key.stratum.clone())),
        Column::new(PSU.into(), text(|key| key.psu.clone())),
        Column::new(PROCEDURE_GROUP.into(), procedure_groups),
        Column::new(FPC.into(), fpcs),
    ];
    DataFrame::new(keys.len(), all).expect("columns have one length and names of their own")
}

/// The keys of such a table; the error says what is wrong with it.
pub(super) fn keys_of(frame: &DataFrame) -> Result<Vec<SegmentKey>, String> {
    let text = |name| frame.column(name)?.str().cloned();
    let fpc = || frame.column(FPC)?.f64().cloned();
    let columns = || -> PolarsResult<_> {
        Ok((text(UNIT)?, text(STRATUM)?, text(PSU)?, text(PROCEDURE_GROUP)?, fpc()?))
    };
    let (units, strata, psus, groups, fpcs) = columns().map_err(|error| error.to_string())?;
    let key = |row: usize| -> Result<SegmentKey, String> {
        let wrong = |what: &str| format!("the key in row {row} has no valid {what}");
        let group = groups.get(row).map(str::parse).transpose();
        Ok(SegmentKey {
            key: Key {
                unit: units
                    .get(row)
                    .and_then(|unit| unit.parse().ok())
                    .ok_or_else(|| wrong(UNIT))?,
                stratum: strata.get(row).ok_or_else(|| wrong(STRATUM))?.to_owned(),
                psu: psus.get(row).ok_or_else(|| wrong(PSU))?.to_owned(),
                procedure_group: group.map_err(|_| wrong(PROCEDURE_GROUP))?,
            },
            fpc: fpcs.get(row),
        })
    };
    (0..frame.height()).map(key).collect()
}
