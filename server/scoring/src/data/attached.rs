//! A segment attached to forms.

use std::sync::Arc;

use polars::prelude::{Column, DataFrame, LazyFrame};
use survey_defs::positions::Positions;

use super::Keys;
use super::part::where_annulled;
use crate::ScoringError;
use crate::collect::collect;
use crate::columns;
use crate::error::engine;
use crate::index_layout::IndexLayout;
use crate::mirror::Segment;
use crate::tally::Totals;

/// A segment as a part of a wave, whose keys have other numbers.
#[derive(Debug, Clone)]
pub(crate) struct Attached {
    segment: Segment,
    /// For each key of the segment its number in the wave; [`NO_NUMBER`] if no row of it counts.
    numbers: Arc<[u32]>,
    totals: StoredTotals,
    /// What is annulled, if some of its rows are.
    annulled: Option<Positions>,
    /// How many rows count.
    rows: usize,
}

/// What stands in the place of a number that no row asks for.
const NO_NUMBER: u32 = u32::MAX;

/// The rows of a segment, some of which are annulled.
#[derive(Debug)]
pub(super) struct Split {
    /// All columns of those that are.
    pub(super) annulled: DataFrame,
    /// Whether some row of a key counts.
    pub(super) counted: Vec<bool>,
}

impl Split {
    /// Reads a segment.
    pub(super) fn of(segment: &Segment, annulled: &Positions) -> Result<Self, ScoringError> {
        let frame = collect(segment.plan().map_err(from_mirror)?)?;
        let split = || {
            let kept = where_annulled(&frame, annulled, false)?;
            let mut counted = vec![false; segment.keys().len()];
            for key in kept.column(columns::KEY).and_then(Column::u32)?.iter().flatten() {
                counted[key as usize] = true;
            }
            Ok(Self { annulled: where_annulled(&frame, annulled, true)?, counted })
        };
        split().map_err(|error: polars::prelude::PolarsError| engine(error))
    }
}

/// Whether unfiltered scores come from the totals that stand beside the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoredTotals {
    /// They do, and no row is read.
    Used,
    /// Every row is read, as if there were no totals.
    PassedOver,
}

impl Attached {
    /// Enters the keys of a segment, which must have passed [`Keys::check`].
    pub(crate) fn new(segment: &Segment, keys: &mut Keys, totals: StoredTotals) -> Self {
        let numbers = segment.keys().iter().map(|one| keys.number(&one.key, one.fpc)).collect();
        let rows = rows(segment);
        Self { segment: segment.clone(), numbers, totals, annulled: None, rows }
    }

    /// Enters the keys of those rows that count. Every row is read for a score.
    pub(super) fn without(
        segment: &Segment,
        keys: &mut Keys,
        (annulled, split): (Positions, &Split),
    ) -> Self {
        let number = |(one, counted): (&crate::mirror::SegmentKey, &bool)| {
            if *counted { keys.number(&one.key, one.fpc) } else { NO_NUMBER }
        };
        let numbers = segment.keys().iter().zip(&split.counted).map(number).collect();
        let rows = rows(segment) - split.annulled.height();
        let (segment, annulled) = (segment.clone(), Some(annulled));
        Self { segment, numbers, totals: StoredTotals::PassedOver, annulled, rows }
    }

    /// What is annulled, if some of its rows are.
    pub(crate) fn annulled(&self) -> Option<&Positions> {
        self.annulled.as_ref()
    }

    pub(crate) fn segment(&self) -> &Segment {
        &self.segment
    }

    pub(crate) fn plan(&self) -> Result<LazyFrame, ScoringError> {
        self.segment.plan().map_err(from_mirror)
    }

    pub(crate) fn key(&self, number: u32) -> u32 {
        self.numbers[number as usize]
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The totals of all rows under the numbers of the wave, if they are to be used.
    pub(crate) fn totals(
        &self,
        layout: &IndexLayout,
        keys: &Keys,
    ) -> Result<Option<Totals>, ScoringError> {
        match self.totals {
            StoredTotals::PassedOver => Ok(None),
            StoredTotals::Used => {
                let totals = self.segment.totals(layout).map_err(from_mirror)?;
                let leader = |number| keys.place(self.key(number)).leader;
                Ok(Some(totals.renumbered(|number| self.key(number), leader)))
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rows that are scored fit into memory")]
fn rows(segment: &Segment) -> usize {
    segment.listed().rows as usize
}

fn from_mirror(error: crate::MirrorError) -> ScoringError {
    ScoringError::Engine(Box::new(error))
}
