//! Loaded rows as slices.

use polars::prelude::{Column, DataFrame, Expr, PolarsError, SortMultipleOptions, col, lit};
use survey_defs::analysis::{Filters, FlagFilter};
use survey_defs::method::MissingRule;

use crate::ScoringError;
use crate::columns;
use crate::data::{
    CellCode, Part, channel_code, day_number, month_of_day_number, respondent_type_code,
};
use crate::error::engine;
use crate::index_layout::IndexLayout;

/// The rows of a part that pass the filters, in the order of keys, with the columns that a tally
/// needs.
pub(crate) fn load(
    part: &Part,
    layout: &IndexLayout,
    filters: &Filters,
) -> Result<DataFrame, ScoringError> {
    let names = [columns::KEY, columns::DAY, columns::WEIGHT];
    by_key(select(part, layout, filters, names)?).map_err(engine)
}

/// Some columns of the rows of a part that pass the filters, and the cells of all items.
pub(crate) fn select<const N: usize>(
    part: &Part,
    layout: &IndexLayout,
    filters: &Filters,
    names: [&str; N],
) -> Result<DataFrame, ScoringError> {
    let columns = names.map(col).into_iter();
    let columns = columns.chain(layout.items.iter().map(|item| col(columns::cell(item))));
    let mut frame = part.select(wanted(filters), columns.collect())?;
    frame.rechunk_mut_par();
    Ok(frame)
}

/// Rows in the order of keys, because the rows of a key are cheapest where they stand together.
fn by_key(frame: DataFrame) -> Result<DataFrame, PolarsError> {
    if frame.column(columns::KEY)?.u32()?.cont_slice()?.is_sorted() {
        return Ok(frame);
    }
    frame.sort([columns::KEY, columns::DAY], SortMultipleOptions::default())
}

/// What forms must satisfy to pass the filters.
pub(crate) fn wanted(filters: &Filters) -> Vec<Expr> {
    let Filters { first_day, last_day, channel, respondent_type, quality } = *filters;
    let starts = first_day.map(|day| col(columns::DAY).gt_eq(lit(day_number(day))));
    let ends = last_day.map(|day| col(columns::DAY).lt_eq(lit(day_number(day))));
    let channel = channel.map(|one| col(columns::CHANNEL).eq(lit(channel_code(one))));
    let respondent_type =
        respondent_type.map(|one| col(columns::RESPONDENT_TYPE).eq(lit(respondent_type_code(one))));
    let quality = match quality {
        FlagFilter::All => None,
        FlagFilter::Unflagged => Some(col(columns::FLAGS).eq(lit(0_i8))),
    };
    [starts, ends, channel, respondent_type, quality].into_iter().flatten().collect()
}

/// The columns of loaded rows as slices.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) keys: &'a [u32],
    pub(crate) weights: &'a [f64],
    /// One column for each item.
    pub(crate) cells: Vec<&'a [i8]>,
    days: &'a [i32],
    months: Months,
}

impl<'a> Rows<'a> {
    pub(crate) fn of(frame: &'a DataFrame, layout: &IndexLayout) -> Result<Self, ScoringError> {
        let read = || -> Result<Self, PolarsError> {
            let cells = |item| -> Result<&'a [i8], PolarsError> {
                frame.column(&columns::cell(item)).and_then(Column::i8)?.cont_slice()
            };
            let days = frame.column(columns::DAY)?.i32()?.cont_slice()?;
            Ok(Self {
                keys: frame.column(columns::KEY)?.u32()?.cont_slice()?,
                weights: frame.column(columns::WEIGHT)?.f64()?.cont_slice()?,
                cells: layout.items.iter().map(cells).collect::<Result<_, _>>()?,
                days,
                months: Months::of(days),
            })
        };
        read().map_err(engine)
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The month of a row, in months since January of the year 0.
    pub(crate) fn month(&self, row: usize) -> i32 {
        self.months.month(self.days[row])
    }
}

/// The months of all days that occur, so that no row needs the calendar.
#[derive(Debug)]
struct Months {
    first: i32,
    months: Vec<i32>,
}

impl Months {
    fn of(days: &[i32]) -> Self {
        let first = days.iter().copied().min().unwrap_or(0);
        let last = days.iter().copied().max().unwrap_or(-1);
        Self { first, months: (first..=last).map(month_of_day_number).collect() }
    }

    fn month(&self, day: i32) -> i32 {
        let place = usize::try_from(day - self.first).expect("no day is before the first");
        self.months[place]
    }
}

/// The longest piece of a column that is worked on at a time; it stays in the first cache.
pub(crate) const PIECE: usize = 4096;

/// Blanks the forms that the missing rule drops, as if nothing had been asked: they count nowhere,
/// but their group stays in the table.
#[derive(Debug)]
pub(crate) struct Blanks<'a> {
    rule: MissingRule,
    statements: &'a [usize],
    asked: Vec<u16>,
    answered: Vec<u16>,
    dropped: Vec<bool>,
    blanked: Vec<i8>,
}

impl<'a> Blanks<'a> {
    pub(crate) fn new(rule: MissingRule, layout: &'a IndexLayout) -> Self {
        Self {
            rule,
            statements: &layout.statements,
            asked: vec![0; PIECE],
            answered: vec![0; PIECE],
            dropped: vec![false; PIECE],
            blanked: vec![0; PIECE],
        }
    }

    /// Decides which of at most [`PIECE`] rows are dropped.
    pub(crate) fn decide(&mut self, rows: &Rows<'_>, piece: std::ops::Range<usize>) {
        if !self.rule.needs_respondents() {
            return;
        }
        let n = piece.len();
        let (asked, answered) = (&mut self.asked[..n], &mut self.answered[..n]);
        asked.fill(0);
        answered.fill(0);
        for item in self.statements {
            let cells = &rows.cells[*item][piece.clone()];
            for ((asked, answered), cell) in asked.iter_mut().zip(&mut *answered).zip(cells) {
                *asked += u16::from(*cell > CellCode::NOT_ASKED.0);
                *answered += u16::from(*cell > CellCode::NOT_APPLICABLE.0);
            }
        }
        for ((dropped, asked), answered) in self.dropped.iter_mut().zip(asked).zip(answered) {
            *dropped = !self.rule.keeps(usize::from(*answered), usize::from(*asked));
        }
    }

    /// The cells of the rows last decided on, blank where the row is dropped.
    pub(crate) fn apply<'b>(&'b mut self, cells: &'b [i8]) -> &'b [i8] {
        if !self.rule.needs_respondents() {
            return cells;
        }
        let blanked = &mut self.blanked[..cells.len()];
        for ((blanked, cell), dropped) in blanked.iter_mut().zip(cells).zip(&self.dropped) {
            *blanked = if *dropped { CellCode::NOT_ASKED.0 } else { *cell };
        }
        blanked
    }

    /// Whether the row at a place of the piece last decided on is dropped.
    pub(crate) fn is_dropped(&self, place: usize) -> bool {
        self.rule.needs_respondents() && self.dropped[place]
    }
}

/// Rows of a piece that stand together and belong to one key and month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run {
    /// The first row, counted from the start of the piece.
    pub(crate) start: usize,
    /// The row after the last.
    pub(crate) end: usize,
    /// The key as the part numbers it.
    pub(crate) key: u32,
    /// Months since January of the year 0.
    pub(crate) month: i32,
}

/// The runs of a piece, from the first row to the last.
pub(crate) fn runs(rows: &Rows<'_>, piece: std::ops::Range<usize>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (place, row) in piece.enumerate() {
        let (key, month) = (rows.keys[row], rows.month(row));
        match runs.last_mut() {
            Some(run) if run.key == key && run.month == month => run.end = place + 1,
            _ => runs.push(Run { start: place, end: place + 1, key, month }),
        }
    }
    runs
}
