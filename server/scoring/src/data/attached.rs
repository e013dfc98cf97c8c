//! A segment attached to forms.

use std::sync::Arc;

use polars::prelude::LazyFrame;

use super::Keys;
use crate::ScoringError;
use crate::index_layout::IndexLayout;
use crate::mirror::Segment;
use crate::tally::Totals;

/// A segment as a part of a wave, whose keys have other numbers.
#[derive(Debug, Clone)]
pub(crate) struct Attached {
    segment: Segment,
    /// For each key of the segment its number in the wave.
    numbers: Arc<[u32]>,
    totals: StoredTotals,
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
        Self { segment: segment.clone(), numbers, totals }
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

    #[expect(clippy::cast_possible_truncation, reason = "rows that are scored fit into memory")]
    pub(crate) fn rows(&self) -> usize {
        self.segment.listed().rows as usize
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

fn from_mirror(error: crate::MirrorError) -> ScoringError {
    ScoringError::Engine(Box::new(error))
}
