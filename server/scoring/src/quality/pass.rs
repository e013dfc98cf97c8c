//! One pass over all rows.

use std::ops::Range;

use polars::prelude::{DataFrame, PolarsError};
use rayon::prelude::*;
use statistics::reliability::Flags;
use survey_defs::analysis::Filters;
use survey_defs::score::Node;
use survey_defs::wave::Channel;

use super::LIMITS;
use super::copies::CopyTally;
use super::moments::Moments;
use crate::ScoringError;
use crate::columns;
use crate::data::{CellCode, Forms};
use crate::error::engine;
use crate::index_layout::IndexLayout;
use crate::tally::{PIECE, blocks, select};

/// What one pass over the rows finds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pass {
    /// For each channel, in the order of the list.
    pub(super) flags: Vec<FlagTally>,
    /// For each factor, in printing order.
    pub(super) factors: Vec<Moments>,
}

// One place for each set of flags.
const _: () = assert!(Flags::all().bits() == 15);

/// Forms of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FlagTally {
    /// Forms by the bits of their flags.
    pub(super) by_bits: [u64; 16],
    /// Forms with enough answers for their pattern to be judged.
    pub(super) judged: u64,
    /// Forms of which it is known how long they took.
    pub(super) timed: u64,
    /// Forms that were compared with each other.
    pub(super) copies: CopyTally,
}

/// Goes over the rows that pass the filters; one part at a time is in memory.
pub(super) fn pass(
    forms: &Forms,
    layout: &IndexLayout,
    filters: &Filters,
) -> Result<Pass, ScoringError> {
    let is_factor = |node: &usize| matches!(layout.nodes[*node], Node::Factor(_));
    let factors: Vec<&[usize]> = (0..layout.nodes.len())
        .filter(is_factor)
        .map(|node| layout.below[node].as_slice())
        .collect();
    let mut all = Pass::none(&factors);
    for part in forms.parts() {
        let names = [columns::CHANNEL, columns::SECONDS, columns::FLAGS];
        let frame = select(part, layout, filters, names)?;
        let rows = Rows::of(&frame, layout).map_err(engine)?;
        let of_block = |block: &Range<usize>| rows.pass(block.clone(), &factors);
        let passes: Vec<Pass> = blocks(rows.flags.len()).par_iter().map(of_block).collect();
        for one in &passes {
            all.merge(one);
        }
    }
    Ok(all)
}

/// The columns of rows as slices.
#[derive(Debug)]
struct Rows<'a> {
    channels: &'a [i8],
    seconds: &'a [i32],
    flags: &'a [i8],
    /// One column for each item.
    cells: Vec<&'a [i8]>,
}

impl Pass {
    fn none(factors: &[&[usize]]) -> Self {
        Self {
            flags: vec![FlagTally::default(); Channel::ALL.len()],
            factors: factors.iter().map(|items| Moments::none(items.len())).collect(),
        }
    }

    fn merge(&mut self, other: &Self) {
        for (mine, other) in self.flags.iter_mut().zip(&other.flags) {
            mine.merge(other);
        }
        for (mine, other) in self.factors.iter_mut().zip(&other.factors) {
            mine.merge(other);
        }
    }
}

impl FlagTally {
    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, other) in self.by_bits.iter_mut().zip(other.by_bits) {
            *mine += other;
        }
        self.judged += other.judged;
        self.timed += other.timed;
        self.copies.compared += other.copies.compared;
        self.copies.near_copies += other.copies.near_copies;
    }
}

impl<'a> Rows<'a> {
    fn of(frame: &'a DataFrame, layout: &IndexLayout) -> Result<Self, PolarsError> {
        let cells = layout.items.iter().map(|item| columns::bytes(frame, &columns::cell(item)));
        Ok(Self {
            channels: columns::bytes(frame, columns::CHANNEL)?,
            seconds: frame.column(columns::SECONDS)?.i32()?.cont_slice()?,
            flags: columns::bytes(frame, columns::FLAGS)?,
            cells: cells.collect::<Result<_, _>>()?,
        })
    }

    fn pass(&self, block: Range<usize>, factors: &[&[usize]]) -> Pass {
        let mut pass = Pass::none(factors);
        for start in block.clone().step_by(PIECE) {
            let piece = start..block.end.min(start + PIECE);
            self.add_flags(&mut pass.flags, piece.clone());
            for (moments, items) in pass.factors.iter_mut().zip(factors) {
                let cells = items.iter().map(|item| &self.cells[*item][piece.clone()]);
                moments.add(&cells.collect::<Vec<_>>());
            }
        }
        pass
    }

    fn add_flags(&self, tallies: &mut [FlagTally], piece: Range<usize>) {
        let mut answered = vec![0_u32; piece.len()];
        for cells in &self.cells {
            for (answered, cell) in answered.iter_mut().zip(&cells[piece.clone()]) {
                *answered += u32::from(*cell > CellCode::NOT_APPLICABLE.0);
            }
        }
        for (answered, row) in answered.into_iter().zip(piece) {
            let tally = &mut tallies[usize::from(self.channels[row].cast_unsigned())];
            tally.by_bits[usize::from(self.flags[row].cast_unsigned())] += 1;
            tally.judged += u64::from(answered >= LIMITS.least_answered);
            tally.timed += u64::from(self.seconds[row] >= 0);
        }
    }
}
