use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use polars::prelude::{Column, DataFrame};
use survey_defs::counts::LevelCounts;
use survey_defs::ids::QuestionId;
use survey_defs::instrument::Instrument;
use survey_defs::unit::UnitKey;

use super::units::Units;
use super::{DataError, day_number, month_number};
use crate::columns::{self, Tally};

/// How often each level of one question occurred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountRow {
    /// The unit that was served; none if only the city is known.
    pub unit: Option<UnitKey>,
    /// The first day of the month of receipt, if known.
    pub month: Option<Date>,
    /// The satisfaction question.
    pub item: QuestionId,
    /// The counts.
    pub counts: LevelCounts,
}

/// The level counts of one wave, from a publication that holds no single answers.
///
/// Rows of the same unit, month and question are added up.
#[derive(Clone)]
pub struct Counts {
    instrument: Arc<Instrument>,
    position: u64,
    units: Units,
    all_have_months: bool,
    frame: DataFrame,
}

impl Counts {
    /// Takes level counts; `position` is the last log position that they contain.
    ///
    /// # Errors
    /// [`DataError::UnknownItem`] and [`DataError::NotAMonth`].
    pub fn new(
        instrument: Arc<Instrument>,
        position: u64,
        rows: &[CountRow],
    ) -> Result<Self, DataError> {
        if let Some(day) = rows.iter().filter_map(|row| row.month).find(|day| day.day() != 1) {
            return Err(DataError::NotAMonth(day));
        }
        let mut units = Units::default();
        let items = item_numbers(&instrument, rows)?;
        let frame = frame(&mut units, items, rows);
        let all_have_months = rows.iter().all(|row| row.month.is_some());
        Ok(Self { instrument, position, units, all_have_months, frame })
    }

    /// The instrument that was answered.
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// The last log position that is contained.
    pub fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn all_have_months(&self) -> bool {
        self.all_have_months
    }

    pub(super) fn units(&self) -> &[UnitKey] {
        self.units.keys()
    }

    pub(super) fn frame(&self) -> &DataFrame {
        &self.frame
    }
}

// By hand, so that no answer gets into a log.
impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts")
            .field("instrument", &self.instrument.reference())
            .field("position", &self.position)
            .field("rows", &self.frame.height())
            .finish_non_exhaustive()
    }
}

/// The place of each row's question among the satisfaction questions.
fn item_numbers(instrument: &Instrument, rows: &[CountRow]) -> Result<Vec<u32>, DataError> {
    let known: BTreeMap<&QuestionId, u32> =
        instrument.satisfaction_questions().map(|question| &question.id).zip(0..).collect();
    let number = |row: &CountRow| {
        known.get(&row.item).copied().ok_or_else(|| DataError::UnknownItem(row.item.clone()))
    };
    rows.iter().map(number).collect()
}

fn frame(units: &mut Units, items: Vec<u32>, rows: &[CountRow]) -> DataFrame {
    let units: Vec<Option<u32>> =
        rows.iter().map(|row| row.unit.as_ref().map(|unit| units.number(unit))).collect();
    let of_month = |number: fn(Date) -> i32| -> Vec<Option<i32>> {
        rows.iter().map(|row| row.month.map(number)).collect()
    };
    let mut all = vec![
        Column::new(columns::UNIT.into(), units),
        Column::new(columns::MONTH.into(), of_month(month_number)),
        Column::new(columns::FIRST_DAY.into(), of_month(day_number)),
        Column::new(columns::LAST_DAY.into(), of_month(|day| day_number(day.last_of_month()))),
        Column::new(columns::ITEM.into(), items),
    ];
    for tally in Tally::all() {
        let counts: Vec<u64> = rows.iter().map(|row| tally.of(&row.counts)).collect();
        all.push(Column::new(columns::count(tally), counts));
    }
    DataFrame::new(rows.len(), all).expect("columns have one length and names of their own")
}
