//! Forms that nearly equal an earlier one of their service point and day.

use hashbrown::HashMap;
use polars::prelude::{DataFrame, PolarsError, col};
use rayon::prelude::*;
use statistics::irregularity::{CopyJudgement, CopyLimits, RecentResponses, TimedResponse};
use survey_defs::analysis::Filters;
use survey_defs::ids::PointId;
use survey_defs::wave::Channel;

use super::points::{Points, mask, passes};
use crate::ScoringError;
use crate::columns;
use crate::data::{CellCode, Form, Forms, Part, day_number};
use crate::error::engine;
use crate::index_layout::IndexLayout;

/// From where on a form nearly equals another one, in every wave.
pub(super) const LIMITS: CopyLimits = CopyLimits::USUAL;

/// The forms of a wave as they come, each compared with earlier ones of its point and day.
#[derive(Debug, Default)]
pub struct NearCopies {
    points: HashMap<PointId, RecentResponses>,
}

impl NearCopies {
    /// The position of the earlier form that the next one nearly equals. None for a form that is
    /// unlike them, or whose pattern says too little, or that was imported.
    pub fn judge(&mut self, form: &Form) -> Option<u64> {
        let point = &form.arrival.as_ref()?.point;
        let none = || RecentResponses::new(form.cells.len(), LIMITS);
        let recent = self.points.entry_ref(point).or_insert_with(none);
        let answers: Vec<i8> = form.cells.iter().map(|cell| CellCode::from(*cell).0).collect();
        let (number, day) = (form.position, day_number(form.day));
        match recent.judge(TimedResponse { number, day, answers: &answers }) {
            CopyJudgement::NotJudged | CopyJudgement::Original => None,
            CopyJudgement::NearCopy { of } => Some(of),
        }
    }
}

/// Forms of one channel that pass the filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct CopyTally {
    /// Those that were compared.
    pub(super) compared: u64,
    /// Those that nearly equal an earlier one.
    pub(super) near_copies: u64,
}

/// Compares all forms that count, whatever the filters, and counts those that pass: for each channel,
/// in the order of the list. One part at a time is in memory; a short form is not read.
pub(super) fn near_copies(
    forms: &Forms,
    layout: &IndexLayout,
    filters: &Filters,
) -> Result<Vec<CopyTally>, ScoringError> {
    let mut tallies = vec![CopyTally::default(); Channel::ALL.len()];
    if layout.items.len() < LIMITS.least_answered as usize {
        return Ok(tallies);
    }
    let mut points = Points::default();
    let mut recent: Vec<RecentResponses> = Vec::new();
    for part in forms.parts() {
        let frame = select(part, layout, filters)?;
        let rows = Rows::of(&frame, layout).map_err(engine)?;
        let mut rows_of = points.rows(&frame).map_err(engine)?;
        recent.resize_with(rows_of.len(), || RecentResponses::new(layout.items.len(), LIMITS));
        let of_points = recent.par_iter_mut().zip(&mut rows_of);
        let found: Vec<_> =
            of_points.map(|(recent, of_point)| rows.judge(recent, of_point)).collect();
        for of_point in found {
            for (tally, other) in tallies.iter_mut().zip(of_point) {
                tally.compared += other.compared;
                tally.near_copies += other.near_copies;
            }
        }
    }
    Ok(tallies)
}

fn select(part: &Part, layout: &IndexLayout, filters: &Filters) -> Result<DataFrame, ScoringError> {
    let names = [columns::POINT, columns::POSITION, columns::DAY, columns::CHANNEL];
    let cells = layout.items.iter().map(|item| col(columns::cell(item)));
    let wanted = names.map(col).into_iter().chain(cells).chain(passes(filters));
    let mut frame = part.select(Vec::new(), wanted.collect())?;
    frame.rechunk_mut_par();
    Ok(frame)
}

/// The columns of rows as slices.
struct Rows<'a> {
    positions: &'a [u64],
    days: &'a [i32],
    channels: &'a [i8],
    /// None: all pass.
    passes: Option<Vec<bool>>,
    /// One column for each item.
    cells: Vec<&'a [i8]>,
}

impl<'a> Rows<'a> {
    fn of(frame: &'a DataFrame, layout: &IndexLayout) -> Result<Self, PolarsError> {
        let cells = layout.items.iter().map(|item| columns::bytes(frame, &columns::cell(item)));
        Ok(Self {
            positions: frame.column(columns::POSITION)?.u64()?.cont_slice()?,
            days: frame.column(columns::DAY)?.i32()?.cont_slice()?,
            channels: columns::bytes(frame, columns::CHANNEL)?,
            passes: mask(frame)?,
            cells: cells.collect::<Result<_, _>>()?,
        })
    }

    /// Judges the rows of one point in the order of the log.
    fn judge(&self, recent: &mut RecentResponses, rows: &mut [usize]) -> Vec<CopyTally> {
        rows.sort_unstable_by_key(|row| self.positions[*row]);
        let mut tallies = vec![CopyTally::default(); Channel::ALL.len()];
        let mut answers = vec![0; self.cells.len()];
        for row in rows.iter().copied() {
            for (answer, cells) in answers.iter_mut().zip(&self.cells) {
                *answer = cells[row];
            }
            let (number, day) = (self.positions[row], self.days[row]);
            let judged = recent.judge(TimedResponse { number, day, answers: &answers });
            if self.passes.as_ref().is_some_and(|passes| !passes[row]) {
                continue;
            }
            let tally = &mut tallies[usize::from(self.channels[row].cast_unsigned())];
            match judged {
                CopyJudgement::NotJudged => {}
                CopyJudgement::Original => tally.compared += 1,
                CopyJudgement::NearCopy { of: _ } => {
                    tally.compared += 1;
                    tally.near_copies += 1;
                }
            }
        }
        tallies
    }
}
