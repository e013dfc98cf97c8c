//! A part of the forms of a wave.

use polars::prelude::{
    BooleanChunked, Column, DataFrame, Expr, IntoLazy, LazyFrame, PolarsError, col,
};
use survey_defs::positions::Positions;

use crate::ScoringError;
use crate::collect::collect;
use crate::columns;
use crate::data::Attached;
use crate::error::engine;

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
    /// Some columns of the rows that count and pass all of some conditions.
    pub(crate) fn select(
        &self,
        conditions: Vec<Expr>,
        wanted: Vec<Expr>,
    ) -> Result<DataFrame, ScoringError> {
        let (plan, annulled) = match self {
            // A clone shares the columns.
            Self::Memory(frame) => (frame.clone().lazy(), None),
            Self::Segment(attached) => (attached.plan()?, attached.annulled()),
        };
        let plan = conditions.into_iter().fold(plan, LazyFrame::filter);
        let Some(annulled) = annulled else {
            return collect(plan.select(wanted));
        };
        let is_wanted = wanted.contains(&col(columns::POSITION));
        let position = (!is_wanted).then(|| col(columns::POSITION));
        let frame = collect(plan.select(wanted.into_iter().chain(position).collect::<Vec<_>>()))?;
        let mut counted = where_annulled(&frame, annulled, false).map_err(engine)?;
        if !is_wanted {
            counted.drop_in_place(columns::POSITION).map_err(engine)?;
        }
        Ok(counted)
    }

    /// The number that a key of this part has in the wave.
    pub(crate) fn key(&self, number: u32) -> u32 {
        match self {
            Self::Memory(_) => number,
            Self::Segment(attached) => attached.key(number),
        }
    }

    /// The number of rows that count.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Memory(frame) => frame.height(),
            Self::Segment(attached) => attached.rows(),
        }
    }
}

/// The rows whose positions are annulled, or those whose positions are not.
pub(super) fn where_annulled(
    frame: &DataFrame,
    annulled: &Positions,
    wanted: bool,
) -> Result<DataFrame, PolarsError> {
    let positions = frame.column(columns::POSITION).and_then(Column::u64)?;
    let mask: BooleanChunked = positions
        .iter()
        .map(|position| position.is_some_and(|one| annulled.contains(one)) == wanted)
        .collect();
    frame.filter(&mask)
}
