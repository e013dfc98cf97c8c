//! Whether a segment is what the log says.

use std::cmp::Ordering;

use polars::prelude::{Column, DataFrame, PolarsResult, SortMultipleOptions, UInt32Chunked};

use super::error::engine;
use super::rows::{Batch, SegmentKey};
use super::writer::batch;
use super::{MirrorError, Segment};
use crate::{Forms, columns};

/// A row of a segment that is not that of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The log has a form at this position, and the segment has no row.
    Missing(u64),
    /// The segment has a row for this position, and the log has no form, or the segment has two.
    Surplus(u64),
    /// Row and form differ.
    Columns {
        /// The position.
        position: u64,
        /// In what.
        columns: Vec<String>,
    },
}

impl Segment {
    /// Compares its rows, cell by cell, with the forms of the log that they should be, and returns
    /// every row that differs, in the order of positions. Both are held in memory.
    ///
    /// # Errors
    /// [`MirrorError::Engine`] if the rows cannot be read.
    pub fn differences(&self, forms: &Forms) -> Result<Vec<Difference>, MirrorError> {
        let ours = vec![self.read()?];
        let theirs = forms.parts().iter().map(|part| batch(part, forms.keys()));
        let theirs = theirs.collect::<Result<Vec<_>, _>>()?;
        compare(ours, theirs).map_err(engine(std::path::Path::new(&self.listed().name)))
    }
}

fn compare(segment: Vec<Batch>, log: Vec<Batch>) -> PolarsResult<Vec<Difference>> {
    // No form has no columns to sort by.
    let none = Batch { keys: Vec::new(), frame: DataFrame::default() };
    let log = if log.is_empty() { none } else { Batch::sorted(log)? };
    let segment = Batch::sorted(segment)?;
    // Sorted and numbered in the same way, equal rows are equal frames.
    if segment.keys == log.keys && segment.frame.equals_missing(&log.frame) {
        return Ok(Vec::new());
    }
    let (segment, log) = (ByPosition::new(segment)?, ByPosition::new(log)?);
    let (mut left, mut right) = (0, 0);
    let mut differences = Vec::new();
    loop {
        let (one, other) = (segment.positions.get(left), log.positions.get(right));
        let order = match (one, other) {
            (None, None) => return Ok(differences),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.cmp(other),
        };
        match order {
            Ordering::Less => {
                differences.extend(one.copied().map(Difference::Surplus));
                left += 1;
            }
            Ordering::Greater => {
                differences.extend(other.copied().map(Difference::Missing));
                right += 1;
            }
            Ordering::Equal => {
                let columns = segment.differing(left, (&log, right))?;
                if let (false, Some(position)) = (columns.is_empty(), one.copied()) {
                    differences.push(Difference::Columns { position, columns });
                }
                left += 1;
                right += 1;
            }
        }
    }
}

/// Rows in the order of positions.
struct ByPosition {
    positions: Vec<u64>,
    keys: Vec<SegmentKey>,
    numbers: UInt32Chunked,
    rest: DataFrame,
}

impl ByPosition {
    fn new(batch: Batch) -> PolarsResult<Self> {
        let Batch { keys, frame } = batch;
        if frame.height() == 0 {
            let (positions, rest) = (Vec::new(), DataFrame::default());
            return Ok(Self { positions, keys, numbers: UInt32Chunked::default(), rest });
        }
        let mut frame = frame.sort([columns::POSITION], SortMultipleOptions::default())?;
        frame.rechunk_mut_par();
        let positions = frame.column(columns::POSITION)?.u64()?.into_no_null_iter().collect();
        let numbers = frame.column(columns::KEY)?.u32()?.clone();
        Ok(Self { positions, keys, numbers, rest: frame.drop(columns::KEY)? })
    }

    fn key(&self, row: usize) -> Option<&SegmentKey> {
        self.keys.get(self.numbers.get(row)? as usize)
    }

    /// What a row has otherwise than one of the other side.
    fn differing(&self, row: usize, (other, at): (&Self, usize)) -> PolarsResult<Vec<String>> {
        let mut differing = Vec::new();
        if self.key(row) != other.key(at) {
            differing.push(columns::KEY.to_owned());
        }
        for column in self.rest.columns() {
            let theirs =
                other.rest.column(column.name()).ok().map(|one| one.get(at)).transpose()?;
            if theirs != Some(column.get(row)?) {
                differing.push(column.name().to_string());
            }
        }
        let unknown = |one: &&Column| self.rest.column(one.name()).is_err();
        differing
            .extend(other.rest.columns().iter().filter(unknown).map(|one| one.name().to_string()));
        Ok(differing)
    }
}
