//! Published level counts.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use survey_defs::counts::LevelCounts;
use survey_defs::ids::QuestionId;
use survey_defs::instrument::Instrument;
use survey_defs::unit::UnitKey;

use super::DataError;
use super::units::Units;

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
    rows: Vec<NumberedRow>,
}

/// A row in numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberedRow {
    /// The unit, a place in the list of units.
    pub(crate) unit: Option<u32>,
    /// The first day of the month of receipt.
    pub(crate) month: Option<Date>,
    /// The question, a place among the satisfaction questions.
    pub(crate) item: usize,
    /// The counts.
    pub(crate) counts: LevelCounts,
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
        let known: BTreeMap<&QuestionId, usize> =
            instrument.satisfaction_questions().map(|question| &question.id).zip(0..).collect();
        let mut units = Units::default();
        let mut number = |row: &CountRow| {
            let item = known.get(&row.item).copied();
            Ok(NumberedRow {
                unit: row.unit.as_ref().map(|unit| units.number(unit)),
                month: row.month,
                item: item.ok_or_else(|| DataError::UnknownItem(row.item.clone()))?,
                counts: row.counts,
            })
        };
        let rows: Vec<NumberedRow> = rows.iter().map(&mut number).collect::<Result<_, _>>()?;
        Ok(Self { instrument, position, units, rows })
    }

    /// The instrument that was answered.
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// The last log position that is contained.
    pub fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn rows(&self) -> &[NumberedRow] {
        &self.rows
    }

    pub(super) fn units(&self) -> &[UnitKey] {
        self.units.keys()
    }
}

// By hand, so that no answer gets into a log.
impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts")
            .field("instrument", &self.instrument.reference())
            .field("position", &self.position)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}
