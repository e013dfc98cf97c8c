use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use polars::prelude::{Column, DataFrame};
use survey_defs::counts::Cell;
use survey_defs::instrument::Instrument;
use survey_defs::unit::UnitKey;
use survey_defs::wave::{Channel, RespondentType};

use super::units::Units;
use super::{CellCode, DataError, channel_code, day_number, month_number, respondent_type_code};
use crate::columns;

/// One recorded form, as far as scores need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its position in the append-only log, from 1.
    pub position: u64,
    /// The unit that was served.
    pub unit: UnitKey,
    /// The calendar day of receipt, in the time of Hanoi.
    pub day: Date,
    /// How it reached us.
    pub channel: Channel,
    /// Who answered.
    pub respondent_type: RespondentType,
    /// One cell for each of [`Instrument::satisfaction_questions`], in their order; see
    /// [`survey_defs::score::cells`].
    pub cells: Vec<Cell>,
}

/// The forms of one wave in columns, one row each, in the order of the log.
///
/// A clone shares the columns. Appending copies only the new forms, unless a clone is alive: then
/// all columns are copied once.
#[derive(Clone)]
pub struct Forms {
    instrument: Arc<Instrument>,
    position: u64,
    units: Units,
    frame: DataFrame,
}

impl Forms {
    /// No forms yet, of one instrument version.
    pub fn new(instrument: Arc<Instrument>) -> Self {
        let mut units = Units::default();
        let frame = frame(&instrument, &mut units, &[]);
        Self { instrument, position: 0, units, frame }
    }

    /// Appends the next forms of the log; quick for a few, however many there are already.
    ///
    /// # Errors
    /// [`DataError::CellCount`] and [`DataError::NotAscending`]; then nothing is appended.
    pub fn append(&mut self, forms: &[Form]) -> Result<(), DataError> {
        let position = self.check(forms)?;
        let tail = frame(&self.instrument, &mut self.units, forms);
        self.frame.extend(&tail).expect("both frames come from the same function");
        self.position = position;
        Ok(())
    }

    /// The instrument that was answered.
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// The log position of the last form; 0 without any.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The number of forms.
    pub fn len(&self) -> usize {
        self.frame.height()
    }

    /// Whether there are no forms.
    pub fn is_empty(&self) -> bool {
        self.frame.height() == 0
    }

    pub(super) fn units(&self) -> &[UnitKey] {
        self.units.keys()
    }

    pub(super) fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// The position of the last of these forms, if they can be appended.
    fn check(&self, forms: &[Form]) -> Result<u64, DataError> {
        let expected = self.instrument.satisfaction_questions().count();
        let mut last = self.position;
        for Form { position, cells, .. } in forms {
            let (position, found) = (*position, cells.len());
            if position <= last {
                return Err(DataError::NotAscending { position, last });
            }
            if found != expected {
                return Err(DataError::CellCount { position, expected, found });
            }
            last = position;
        }
        Ok(last)
    }
}

// By hand, so that no answer gets into a log.
impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forms")
            .field("instrument", &self.instrument.reference())
            .field("position", &self.position)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

fn frame(instrument: &Instrument, units: &mut Units, forms: &[Form]) -> DataFrame {
    let days: Vec<i32> = forms.iter().map(|form| day_number(form.day)).collect();
    let months: Vec<i32> = forms.iter().map(|form| month_number(form.day)).collect();
    let channels: Vec<i8> = forms.iter().map(|form| channel_code(form.channel)).collect();
    let respondent_types: Vec<i8> =
        forms.iter().map(|form| respondent_type_code(form.respondent_type)).collect();
    let units: Vec<u32> = forms.iter().map(|form| units.number(&form.unit)).collect();
    let mut all = vec![
        Column::new(columns::UNIT.into(), units),
        Column::new(columns::DAY.into(), days),
        Column::new(columns::MONTH.into(), months),
        Column::new(columns::CHANNEL.into(), channels),
        Column::new(columns::RESPONDENT_TYPE.into(), respondent_types),
    ];
    for (place, question) in instrument.satisfaction_questions().enumerate() {
        let cells: Vec<i8> = forms.iter().map(|form| CellCode::from(form.cells[place]).0).collect();
        all.push(Column::new(columns::cell(&question.id), cells));
    }
    DataFrame::new(forms.len(), all).expect("columns have one length and names of their own")
}
