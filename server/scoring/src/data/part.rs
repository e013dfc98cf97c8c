//! A part of the forms of a wave.

use polars::prelude::{DataFrame, IntoLazy, LazyFrame};

use crate::ScoringError;
use crate::data::Attached;

/// A part of the forms of a wave. Parts are tallied one by one, so that one at a time is in
/// memory as columns.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// Rows in memory; their keys have the numbers of the wave.
    Memory(DataFrame),
    /// Rows on disk.
    Segment(Attached),
}

impl Part {
    /// All rows, from which filters and the choice of columns can be pushed down.
    pub(crate) fn plan(&self) -> Result<LazyFrame, ScoringError> {
        match self {
            // A clone shares the columns.
            Self::Memory(frame) => Ok(frame.clone().lazy()),
            Self::Segment(attached) => attached.plan(),
        }
    }

    /// The number that a key of this part has in the wave.
    pub(crate) fn key(&self, number: u32) -> u32 {
        match self {
            Self::Memory(_) => number,
            Self::Segment(attached) => attached.key(number),
        }
    }

    /// The number of rows.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Memory(frame) => frame.height(),
            Self::Segment(attached) => attached.rows(),
        }
    }
}
